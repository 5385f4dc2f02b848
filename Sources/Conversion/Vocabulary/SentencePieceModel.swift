import Platform
import SystemPackage
import Tokenization

/// The pieces of a SentencePiece model (`tokenizer.model`, a protobuf message `ModelProto`).
struct SentencePieceModel {
  struct Piece: Equatable {
    var text = ""
    var score: Float = 0
    /// As the file numbers it; 1 (normal) where it does not say.
    var type: UInt64 = 1
  }

  /// Kinds of models; `bpe` is the one whose merges scores alone decide.
  private static let unigram: UInt64 = 1
  private static let bytePair: UInt64 = 2

  private(set) var pieces: [Piece] = []

  init(path: FilePath) throws(ConversionError) {
    let file: MappedFile
    do throws(MappedFileError) { file = try MappedFile(path: path) } catch {
      throw ConversionError(path, .unreadable(error))
    }
    do throws(ConversionProblem) { self = try Self(file.bytes) } catch { throw ConversionError(path, error) }
  }

  /// Reads bytes that are all of a file.
  init(_ bytes: UnsafeRawBufferPointer) throws(ConversionProblem) { try read(bytes) }

  private mutating func read(_ bytes: UnsafeRawBufferPointer) throws(ConversionProblem) {
    var kind = Self.unigram
    var reader = ProtobufReader(bytes, 0..<bytes.count)
    while let (number, value) = try reader.next() {
      guard case .bytes(let range) = value else { continue }
      switch number {
      case 1: pieces.append(try Self.piece(bytes, range))
      case 2: kind = try Self.kind(bytes, range) ?? kind
      default: break
      }
    }
    guard !pieces.isEmpty else { throw .unsupportedTokenizer("a SentencePiece model without pieces") }
    guard kind == Self.bytePair else {
      let name = kind == Self.unigram ? "unigram" : "\(kind)"
      throw .unsupportedTokenizer("a SentencePiece model of type \(name) (bpe is)")
    }
  }

  private static func piece(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
  ) throws(ConversionProblem) -> Piece {
    var piece = Piece()
    var reader = ProtobufReader(bytes, range)
    while let (number, value) = try reader.next() {
      switch (number, value) {
      case (1, .bytes(let text)):
        guard let text = String(validating: bytes[text], as: UTF8.self) else {
          throw .protobuf(field: "piece", offset: range.lowerBound, reason: "the text is not UTF-8")
        }
        piece.text = text
      case (2, .fixed32(let bits)): piece.score = Float(bitPattern: bits)
      case (3, .varint(let type)): piece.type = type
      default: break
      }
    }
    return piece
  }

  private static func kind(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
  ) throws(ConversionProblem) -> UInt64? {
    var reader = ProtobufReader(bytes, range)
    var kind: UInt64?
    while let (number, value) = try reader.next() {
      if number == 3, case .varint(let found) = value { kind = found }
    }
    return kind
  }
}

extension SentencePieceModel.Piece {
  /// As llama.cpp's converter maps types: pieces that the user defined are read as normal ones.
  var tokenType: TokenType {
    switch type {
    case 2: .unknown
    case 3: .control
    case 5: .unused
    case 6: .byte
    default: .normal
    }
  }
}
