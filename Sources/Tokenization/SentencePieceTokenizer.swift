import TensorTypes

/// The tokenizer `llama`: SentencePiece BPE, which joins the neighbours whose token has the highest score.
///
/// Spaces are written `▁`; a character that no token spells becomes its bytes, as `<0xXX>` tokens.
public struct SentencePieceTokenizer: Tokenizer {
  public let vocabulary: Vocabulary
  private let matcher: SpecialTokenMatcher
  /// The token of each byte.
  private let byteTokens: [TokenID?]
  private let longestText: Int

  /// - Precondition: `vocabulary` has scores.
  public init(_ vocabulary: Vocabulary) {
    precondition(vocabulary.scores.count == vocabulary.count)
    self.vocabulary = vocabulary
    matcher = SpecialTokenMatcher(vocabulary)
    byteTokens = (0...255).map { byte in
      let name = ByteToken.text(of: UInt8(byte))
      return vocabulary.table.find(name.utf8) ?? vocabulary.table.find(CollectionOfOne(UInt8(byte)))
    }
    longestText = (0..<vocabulary.count).map { vocabulary.table.strings.range(of: $0).count }.max() ?? 0
  }

  public func encode(_ text: String, addSpecial: Bool, parseSpecial: Bool) -> [TokenID] {
    let bytes = Array(text.utf8)
    var tokens: [TokenID] = []
    var isAfterSpecial = true
    if addSpecial, vocabulary.addBOS, let bos = vocabulary.bos { tokens.append(bos) }
    for fragment in matcher.fragments(of: bytes, parseSpecial: parseSpecial) {
      switch fragment {
      case .token(let token):
        tokens.append(token)
        isAfterSpecial = true
      case .text(let range):
        let prefixed = vocabulary.addSpacePrefix && isAfterSpecial
        appendTokens(of: Self.escapeSpaces(bytes[range], prefixed: prefixed), to: &tokens)
        isAfterSpecial = false
      }
    }
    if addSpecial, vocabulary.addEOS, let eos = vocabulary.eos { tokens.append(eos) }
    return tokens
  }

  public func bytes(of token: TokenID, isFirst: Bool, showSpecial: Bool) -> [UInt8] {
    guard vocabulary.contains(token) else { return [] }
    let text = vocabulary.table.strings[Int(token)]
    switch vocabulary.types[Int(token)] {
    case .control, .unknown:
      return showSpecial ? Array(text) : []
    case .userDefined:
      return Array(text)
    case .byte:
      if let byte = ByteToken.value(of: text) { return [byte] }
      return Array(text)
    case .normal, .unused:
      let bytes = Self.unescapeSpaces(text)
      let dropsSpace = isFirst && vocabulary.addSpacePrefix && bytes.first == 0x20
      return dropsSpace ? Array(bytes.dropFirst()) : bytes
    }
  }

  private func appendTokens(of text: [UInt8], to tokens: inout [TokenID]) {
    var merger = SymbolMerger()
    var position = 0
    while position < text.count {
      let range = position..<position + UTF8Sequence.length(lead: text[position])
      merger.append(range, id: vocabulary.table.find(text, in: range) ?? -1)
      position = range.upperBound
    }
    merger.run { left, right in merge(text, left.range.lowerBound..<right.range.upperBound) }
    for symbol in merger.remaining {
      if symbol.id >= 0, vocabulary.types[Int(symbol.id)].isReachableByMerging {
        tokens.append(symbol.id)
      } else {
        appendBytes(text[symbol.range], to: &tokens)
      }
    }
  }

  private func merge(_ text: [UInt8], _ range: Range<Int>) -> SymbolMerger.Merge? {
    guard range.count <= longestText, let token = vocabulary.table.find(text, in: range),
      vocabulary.types[Int(token)].isReachableByMerging
    else { return nil }
    return .init(priority: Self.priority(ofScore: vocabulary.scores[Int(token)]), id: token)
  }

  /// The bytes of a character that is not a token. Without byte tokens it is the unknown token, once.
  private func appendBytes(_ bytes: ArraySlice<UInt8>, to tokens: inout [TokenID]) {
    let known = bytes.compactMap { byteTokens[Int($0)] }
    if known.count == bytes.count {
      tokens += known
    } else if let unknown = vocabulary.unknown {
      tokens.append(unknown)
    }
  }

  /// Maps scores to integers that order the other way round: the highest score gets the lowest number.
  static func priority(ofScore score: Float) -> UInt32 {
    let bits = (score + 0).bitPattern  // + 0: negative zero is zero
    let ascending = bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
    return ~ascending
  }

  private static let escapedSpace: [UInt8] = Array("▁".utf8)

  private static func escapeSpaces(_ bytes: ArraySlice<UInt8>, prefixed: Bool) -> [UInt8] {
    var escaped: [UInt8] = prefixed ? escapedSpace : []
    escaped.reserveCapacity(bytes.count + bytes.count / 2)
    for byte in bytes {
      if byte == 0x20 { escaped += escapedSpace } else { escaped.append(byte) }
    }
    return escaped
  }

  private static func unescapeSpaces(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = text
    while let first = rest.first {
      if rest.starts(with: escapedSpace) {
        bytes.append(0x20)
        rest = rest.dropFirst(escapedSpace.count)
      } else {
        bytes.append(first)
        rest = rest.dropFirst()
      }
    }
    return bytes
  }
}
