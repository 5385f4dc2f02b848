import GGUF
import SystemPackage

/// Which model a head belongs to. All quantizations of a model are the same draft: its norms, which every one of them
/// holds in single precision, tell it from other models.
public struct DraftIdentity: Equatable, Sendable {
  /// For people; models that differ in it only are the same.
  public let name: String
  /// 16 hexadecimal digits, made from the names and values of the norms.
  public let fingerprint: String
  /// Width of the hidden state.
  public let hiddenSize: Int
  public let vocabularyCount: Int

  public init(name: String, fingerprint: String, hiddenSize: Int, vocabularyCount: Int) {
    self.name = name
    self.fingerprint = fingerprint
    self.hiddenSize = hiddenSize
    self.vocabularyCount = vocabularyCount
  }

  /// The identity of a model file.
  /// - Throws: `HeadError` when it has no embedding, or one of an impossible shape.
  public init(_ file: GGUFFile) throws(HeadError) {
    let embedding = "token_embd.weight"
    guard let tensor = file.tensor(named: embedding) else {
      throw HeadError(path: file.path, .missingTensor(embedding))
    }
    guard tensor.shape.dimensions.count == 2, HeadShape.hiddenSizes.contains(tensor.shape.columnCount) else {
      throw HeadError(path: file.path, .unusableEmbedding(tensor.shape.dimensions))
    }
    var hash = Fingerprint64()
    for norm in file.tensors.filter({ $0.name.hasSuffix("norm.weight") }).sorted(by: { $0.name < $1.name }) {
      hash.add(norm.name.utf8)
      hash.add(file.bytes(of: norm))
    }
    self.init(
      name: (try? file.metadata.string("general.name")) ?? file.path.lastComponent?.string ?? "",
      fingerprint: hash.text, hiddenSize: tensor.shape.columnCount, vocabularyCount: tensor.shape.rowCount)
  }

  /// Whether a head for one works with the other.
  public func isSameModel(as other: DraftIdentity) -> Bool {
    (fingerprint, hiddenSize, vocabularyCount)
      == (other.fingerprint, other.hiddenSize, other.vocabularyCount)
  }
}

/// The 64-bit hash FNV-1a (Fowler, Noll and Vo): tells files apart that nobody made to deceive.
public struct Fingerprint64: Sendable {
  public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  public init() {}

  public mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  /// 16 hexadecimal digits.
  public var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
