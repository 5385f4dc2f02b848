import SystemPackage

/// Writes a GGUF file (version 3), tensor by tensor, without holding the data in memory.
///
/// The file gets its name by `finish`, once it is safely on disk; without `finish`, nothing is left behind.
///
/// ```swift
/// let writer = try GGUFWriter(path: path, metadata: metadata, tensors: tensors)
/// for tensor in tensors { try writer.append(bytes(of: tensor)) }
/// try writer.finish()
/// ```
public final class GGUFWriter {
  public let path: FilePath
  private let layout: GGUFLayout
  private let file: PendingFile

  /// The tensor that the next bytes belong to, and how many of its bytes are written.
  private var tensorIndex = 0
  private var writtenBytes = 0

  /// Checks everything a reader would refuse, then writes all that comes before the tensors' data.
  /// - Parameters:
  ///   - metadata: Written in its order. `general.alignment`, if present, is obeyed.
  ///   - tensors: In the order in which their data will be appended.
  public init(path: FilePath, metadata: GGUFMetadata, tensors: [GGUFTensor]) throws(GGUFError) {
    self.path = path
    do throws(GGUFProblem) {
      layout = try GGUFLayout(metadata: metadata, tensors: tensors)
    } catch {
      throw GGUFError(path: path, error)
    }
    file = try PendingFile(path: path)
    try unsafe layout.header.withUnsafeBytesTyped { bytes throws(GGUFError) in try unsafe file.write(bytes) }
  }

  /// Appends data of the current tensor: all of it, or the next piece. A full tensor makes the next one current.
  /// - Throws: `wrongTensorBytes` when it is more than the current tensor has left, `wrongTensorDataCount` when there
  ///   is no tensor left.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(GGUFError) {
    guard unsafe !bytes.isEmpty else { return }
    guard tensorIndex < layout.tensors.count else {
      let (count, found) = (layout.tensors.count, layout.tensors.count + 1)
      throw GGUFError(path: path, .wrongTensorDataCount(expected: count, found: found))
    }
    let tensor = layout.tensors[tensorIndex]
    guard bytes.count <= tensor.byteCount - writtenBytes else {
      let found = writtenBytes + bytes.count
      throw GGUFError(
        path: path, .wrongTensorBytes(tensor: tensor.name, expected: tensor.byteCount, found: found))
    }
    try unsafe file.write(bytes)
    writtenBytes += bytes.count
    guard writtenBytes == tensor.byteCount else { return }
    try file.writeZeros(layout.padding(after: tensorIndex))
    tensorIndex += 1
    writtenBytes = 0
  }

  /// Appends data of the current tensor.
  public func append(_ bytes: [UInt8]) throws(GGUFError) {
    try unsafe bytes.withUnsafeBytesTyped { bytes throws(GGUFError) in try unsafe append(bytes) }
  }

  /// Waits until the complete file, which has no name yet, is on disk.
  /// - Throws: `wrongTensorDataCount` when data is missing.
  public func complete() throws(GGUFError) {
    guard tensorIndex == layout.tensors.count else {
      throw GGUFError(path: path, .wrongTensorDataCount(expected: layout.tensors.count, found: tensorIndex))
    }
    try file.sync()
  }

  /// Where this process can read what is written, until `finish`.
  public var readablePath: FilePath { file.readablePath }

  /// Puts the complete file in its place.
  /// - Parameter replacing: Whether a file that is there is replaced; else it is an error, `fileExists`.
  /// - Throws: `wrongTensorDataCount` when data is missing; then nothing is left behind.
  public func finish(replacing: Bool = true) throws(GGUFError) {
    try complete()
    try file.commit(replacing: replacing)
  }
}

extension Array where Element == UInt8 {
  /// `withUnsafeBytes` that keeps the type of what is thrown.
  fileprivate func withUnsafeBytesTyped(
    _ body: (UnsafeRawBufferPointer) throws(GGUFError) -> Void
  ) throws(GGUFError) {
    let result: Result<Void, GGUFError> = unsafe withUnsafeBytes { bytes in
      do throws(GGUFError) { return unsafe .success(try body(bytes)) } catch { return .failure(error) }
    }
    try result.get()
  }
}
