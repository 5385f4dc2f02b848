import GGUF
import SystemPackage

/// The parts of a model file, each of which a test may change, leave out or double, and write without any check.
public struct ModelParts: Sendable {
  public struct Tensor: Sendable {
    public var name: String
    /// Innermost first; any number of them, also wrong ones.
    public var dimensions: [Int64]
    /// The type's number in the file.
    public var type: UInt32
    public var bytes: [UInt8]

    public init(name: String, dimensions: [Int64], type: UInt32, bytes: [UInt8]) {
      self.name = name
      self.dimensions = dimensions
      self.type = type
      self.bytes = bytes
    }
  }

  public var metadata: [(key: String, value: MetadataValue)]
  public var tensors: [Tensor]
  /// Where the data and each tensor of it begins is a multiple of this; stated nowhere by itself.
  public var alignment = 32

  /// The parts of a valid model.
  public init(_ model: RandomModel) {
    metadata = Array(model.metadata)
    tensors = model.tensors().map { tensor, bytes, _ in
      Tensor(
        name: tensor.name, dimensions: tensor.dimensions.map(Int64.init), type: tensor.type.rawValue,
        bytes: bytes)
    }
  }

  /// The first value of `key`; setting adds it at the end when it is missing, or takes it out.
  public subscript(key: String) -> MetadataValue? {
    get { metadata.first { $0.key == key }?.value }
    set {
      guard let newValue else { return metadata.removeAll { $0.key == key } }
      if let index = metadata.firstIndex(where: { $0.key == key }) {
        metadata[index].value = newValue
      } else {
        metadata.append((key, newValue))
      }
    }
  }

  /// Changes the tensor of that name.
  /// - Precondition: There is one.
  public mutating func change(_ name: String, _ body: (inout Tensor) -> Void) {
    body(&tensors[tensors.firstIndex { $0.name == name }!])
  }

  /// Gives a tensor other dimensions, and the bytes for them: zeros of `bytesPerElement`.
  public mutating func reshape(_ name: String, _ dimensions: [Int64], bytesPerElement: Int = 4) {
    change(name) {
      $0.dimensions = dimensions
      $0.bytes = [UInt8](repeating: 0, count: Int(dimensions.reduce(1, *)) * bytesPerElement)
    }
  }

  /// The file: data in the order of the tensors, each aligned.
  public var bytes: [UInt8] {
    var file = GGUFBytes(tensorCount: UInt64(tensors.count), metadataCount: UInt64(metadata.count))
    for (key, value) in metadata { file.entry(key, value) }
    var offset: UInt64 = 0
    for tensor in tensors {
      file.tensor(tensor.name, tensor.dimensions, type: tensor.type, offset: offset)
      offset += UInt64((tensor.bytes.count + alignment - 1) / alignment * alignment)
    }
    for tensor in tensors {
      file.data(0, alignment: alignment)
      file.raw(tensor.bytes)
    }
    return file.bytes
  }

  /// Writes the file to a folder.
  @discardableResult
  public func write(to directory: TemporaryDirectory, _ name: String = "model.gguf") throws -> FilePath {
    try directory.write(bytes, to: name)
  }
}
