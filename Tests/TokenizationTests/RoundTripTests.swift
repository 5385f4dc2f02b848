import TensorTypes
import TestSupport
import Testing

@testable import Tokenization

@Suite("Round trips")
struct RoundTripTests {
  @Test("Decoding the tokens of a text gives the text", arguments: ReducedVocabulary.names)
  func decodeEncode(name: String) throws {
    let tokenizer = try ReducedVocabulary(named: name).tokenizer()
    var random = SeededGenerator(seed: 1)
    for _ in 0..<400 {
      let text = random.text(maximumPartCount: 20)
      let ids = tokenizer.encode(text, addSpecial: true, parseSpecial: false)
      #expect(Array(tokenizer.decode(ids).utf8) == Array(text.utf8), "\(text.debugDescription)")
    }
  }

  @Test("Any tokens stream to the text that they decode to at once", arguments: ReducedVocabulary.names)
  func streaming(name: String) throws {
    let vocabulary = try ReducedVocabulary(named: name)
    let tokenizer = try vocabulary.tokenizer()
    var random = SeededGenerator(seed: 2)
    let outside = [-1, Int(Int32.max), vocabulary.tokenCount]
    let choices = (vocabulary.ids + outside).map { TokenID($0) }
    for round in 0..<400 {
      let ids = (0..<Int.random(in: 0...12, using: &random)).compactMap { _ in
        choices.randomElement(using: &random)
      }
      let options = (showSpecial: round % 2 == 0, isContinuation: round % 3 == 0)
      let whole = tokenizer.decode(
        ids, showSpecial: options.showSpecial, isContinuation: options.isContinuation)
      var stream = StreamingDetokenizer(
        tokenizer, showSpecial: options.showSpecial, isContinuation: options.isContinuation)
      var streamed = ""
      for id in ids { streamed += stream.append(id) }
      streamed += stream.finish()
      #expect(Array(streamed.utf8) == Array(whole.utf8), "\(ids)")
    }
  }

  @Test("Every cut of any bytes streams to the text that they are at once")
  func brokenBytes() throws {
    let tokenizer = ByteTokenizer()
    var random = SeededGenerator(seed: 3)
    let leads: [UInt8] = [
      0x41, 0x80, 0xBF, 0xC0, 0xC3, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF3, 0xF4, 0xF5, 0x9F, 0x8F, 0xA0,
    ]
    for _ in 0..<3000 {
      let ids = (0..<Int.random(in: 0...8, using: &random)).map { _ in
        TokenID(leads.randomElement(using: &random) ?? 0)
      }
      var stream = StreamingDetokenizer(tokenizer)
      var streamed = ""
      for id in ids { streamed += stream.append(id) }
      streamed += stream.finish()
      #expect(streamed == tokenizer.decode(ids), "\(ids)")
    }
  }

  @Test("A character appears with its last byte, not before")
  func wholeCharacters() {
    var stream = StreamingDetokenizer(ByteTokenizer())
    let given = "é€🙂".utf8.map { stream.append(TokenID($0)) }
    #expect(given == ["", "é", "", "", "€", "", "", "", "🙂"])
    #expect(stream.finish() == "")
    _ = stream.append(0xE2)
    _ = stream.append(0x82)
    #expect(stream.finish() == "\u{FFFD}")
    #expect(stream.finish() == "")
  }

  @Test("A byte that cannot go on a character is replaced at once, not held back")
  func impossibleBytes() {
    for bytes: [UInt8] in [
      [0xE0, 0x80], [0xED, 0xA0], [0xF4, 0x90], [0xF0, 0x80], [0xC0], [0xF5], [0x80],
    ] {
      var stream = StreamingDetokenizer(ByteTokenizer())
      let text = bytes.map { stream.append(TokenID($0)) }.joined()
      #expect(text == String(decoding: bytes, as: UTF8.self))
      #expect(!text.isEmpty)
      #expect(stream.finish() == "")
    }
  }

  @Test("The space that encoding puts in front is left out at the start of a text only")
  func prefixSpace() throws {
    let tokenizer = try ReducedVocabulary(named: "llama-spm").tokenizer()
    let hello = tokenizer.encode("Hello", addSpecial: true, parseSpecial: false)
    #expect(hello == [1, 15043])
    #expect(tokenizer.decode(hello) == "Hello")
    #expect(tokenizer.decode(hello, showSpecial: true) == "<s>Hello")
    #expect(tokenizer.decode(hello, isContinuation: true) == " Hello")
    #expect(tokenizer.decode([15043, 15043] as [TokenID]) == "Hello Hello")
  }
}

/// Token 0 to 255 is that byte.
struct ByteTokenizer: Tokenizer {
  let vocabulary: Vocabulary

  init() {
    let names = (0...255).map { ByteToken.text(of: UInt8($0)) }
    guard let vocabulary = try? Vocabulary(file: "bytes", tokens: names) else { preconditionFailure() }
    self.vocabulary = vocabulary
  }

  func encode(_ text: String, addSpecial: Bool, parseSpecial: Bool) -> [TokenID] {
    text.utf8.map { TokenID($0) }
  }

  func bytes(of token: TokenID, isFirst: Bool, showSpecial: Bool) -> [UInt8] { [UInt8(token)] }
}
