import GGUF
import SystemPackage
import TensorTypes

extension HeadFile {
  /// Reads a head; nothing that a file can hold makes it trap.
  public init(path: FilePath) throws(HeadError) {
    do throws(HeadProblem) {
      let file: GGUFFile
      do throws(GGUFError) { file = try GGUFFile(path: path) } catch { throw .file(error.problem) }
      try self.init(file)
    } catch {
      throw HeadError(path: path, error)
    }
  }

  private init(_ file: GGUFFile) throws(HeadProblem) {
    let metadata = HeadMetadata(file.metadata)
    let architecture = try? file.metadata.string("general.architecture")
    guard architecture == Self.architecture else { throw .notAHead(architecture: architecture) }
    let hiddenSize = try metadata.integer(Key.embeddingLength, in: HeadShape.hiddenSizes)
    let blockCount = try metadata.integer(Key.blockCount, in: HeadShape.blockCounts)
    let weight = try metadata.number(Key.rejectionWeight)
    guard weight.isFinite, weight > 0 else {
      throw .invalidValue(key: Key.rejectionWeight, value: "\(weight)", expected: "finite and above 0")
    }
    let shape = HeadShape(hiddenSize: hiddenSize, blockCount: blockCount)
    // All tensors are checked before there is memory for them: a small file cannot ask for much.
    let tensors = try Self.tensors(shape).map { tensor, _ throws(HeadProblem) in
      try Self.check(tensor, in: file)
    }
    var values: [Float] = []
    values.reserveCapacity(shape.parameterCount)
    for tensor in tensors { values += try Self.floats(tensor, in: file) }
    self.init(
      parameters: HeadParameters(shape: shape, values: values),
      draft: DraftIdentity(
        name: try metadata.string(Key.draftName), fingerprint: try metadata.string(Key.draftFingerprint),
        hiddenSize: hiddenSize,
        vocabularyCount: try metadata.integer(Key.vocabularyCount, in: 1...Int(Int32.max))),
      rejectionWeight: weight)
  }

  private static func check(_ expected: GGUFTensor, in file: GGUFFile) throws(HeadProblem) -> TensorInfo {
    guard let tensor = file.tensor(named: expected.name) else { throw .missingTensor(expected.name) }
    guard tensor.type == .f32, tensor.layout == .rows, tensor.shape.dimensions == expected.dimensions else {
      throw .wrongTensor(
        name: tensor.name, found: "\(tensor.typeName) \(tensor.shape)", expected: "F32 \(expected.dimensions)"
      )
    }
    return tensor
  }

  private static func floats(_ tensor: TensorInfo, in file: GGUFFile) throws(HeadProblem) -> [Float] {
    let bytes = file.bytes(of: tensor)
    let values = (0..<tensor.shape.elementCount).map {
      Float(
        bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(tensor: tensor.name, index: index)
    }
    return values
  }
}

/// Reads keys that must be there.
private struct HeadMetadata {
  private let metadata: GGUFMetadata

  init(_ metadata: GGUFMetadata) { self.metadata = metadata }

  func string(_ key: String) throws(HeadProblem) -> String {
    try required(key) { metadata throws(GGUFError) in try metadata.string(key) }
  }

  func number(_ key: String) throws(HeadProblem) -> Float {
    Float(try required(key) { metadata throws(GGUFError) in try metadata.double(key) })
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(HeadProblem) -> Int {
    let value = try required(key) { metadata throws(GGUFError) in try metadata.integer(key) }
    guard range.contains(value) else {
      throw .invalidValue(key: key, value: "\(value)", expected: "\(range.lowerBound)...\(range.upperBound)")
    }
    return value
  }

  private func required<Value>(
    _ key: String, _ read: (GGUFMetadata) throws(GGUFError) -> Value?
  ) throws(HeadProblem) -> Value {
    let value: Value?
    do throws(GGUFError) { value = try read(metadata) } catch { throw .file(error.problem) }
    guard let value else { throw .missingKey(key) }
    return value
  }
}
