import Platform
import SystemPackage
import TensorTypes

/// A model in GGUF form, mapped into memory: one file, or all the files of a split model.
///
/// Opening checks everything but the values of the weights: after it, no read can leave the files.
public final class GGUFFile: Sendable {
  /// The path that was opened.
  public let path: FilePath

  /// 2 or 3. Of the first part, as is `metadata`.
  public let version: UInt32

  /// Keys and values, in the order of the file.
  public let metadata: GGUFMetadata

  /// All tensors, in the order of the files. Their names differ, and their data does not overlap.
  public let tensors: [TensorInfo]

  private let files: [MappedFile]
  private let indices: [String: Int]

  /// Opens the model at `path`; any part of a split model opens all of it.
  /// - Complexity: O(metadata bytes + n log n) for n tensors; the tensors' data is not touched.
  public convenience init(path: FilePath) throws(GGUFError) {
    try self.init(path, SplitModel.parts(openedFrom: GGUFPart(path: path, index: 0), path: path))
  }

  /// Opens a model whose parts may have any names.
  /// - Parameter paths: All parts, first part first; at least one.
  public convenience init(parts paths: [FilePath]) throws(GGUFError) {
    try self.init(paths[0], SplitModel.parts(paths))
  }

  private init(_ path: FilePath, _ parts: [GGUFPart]) throws(GGUFError) {
    let tensors = parts.flatMap(\.tensors)
    var indices = [String: Int](minimumCapacity: tensors.count)
    for (index, tensor) in tensors.enumerated() {
      guard indices.updateValue(index, forKey: tensor.name) == nil else {
        throw GGUFError(path: parts[tensor.part].metadata.path, .duplicateTensor(tensor.name))
      }
    }
    self.path = path
    self.version = parts[0].version
    self.metadata = parts[0].metadata
    self.tensors = tensors
    self.files = parts.map(\.file)
    self.indices = indices
  }

  /// The tensor of that name, or nil. O(1).
  public func tensor(named name: String) -> TensorInfo? {
    indices[name].map { tensors[$0] }
  }

  /// The data of a tensor of this file, aligned as the file says; valid while this object lives.
  /// - Precondition: `tensor` came from this object.
  public func bytes(of tensor: TensorInfo) -> UnsafeRawBufferPointer {
    // In bounds since opening; slicing checks again.
    unsafe UnsafeRawBufferPointer(
      rebasing: files[tensor.part].bytes[tensor.offset..<tensor.offset + tensor.byteCount])
  }

  /// Tells the kernel how a tensor's data will be used: a hint, see `MappedFile.advise`.
  public func advise(_ advice: MappedFile.Advice, _ tensor: TensorInfo) {
    files[tensor.part].advise(advice, tensor.offset..<tensor.offset + tensor.byteCount)
  }

  /// Tells the kernel how a range of a tensor's data will be used: a hint, see `MappedFile.advise`.
  /// - Parameter bytes: Offsets within the tensor's data.
  public func advise(_ advice: MappedFile.Advice, _ tensor: TensorInfo, _ bytes: Range<Int>) {
    precondition(bytes.lowerBound >= 0 && bytes.upperBound <= tensor.byteCount, "range outside the tensor")
    files[tensor.part].advise(
      advice, tensor.offset + bytes.lowerBound..<tensor.offset + bytes.upperBound)
  }

  /// The files that hold the model, first part first.
  public var paths: [FilePath] { files.map(\.path) }

  /// Size of all the files together, in bytes.
  public var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }
}
