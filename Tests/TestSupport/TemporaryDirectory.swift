import Foundation
import SystemPackage

/// A folder that is deleted, with everything in it, when this object goes away.
public final class TemporaryDirectory: Sendable {
  public let path: FilePath

  /// - Parameter isInMemory: Whether it lies in memory where the system has a place for that: for many small files.
  public init(isInMemory: Bool = false) throws {
    let name = "nacre-test-\(UUID().uuidString)"
    let memory = isInMemory && FileManager.default.isWritableFile(atPath: "/dev/shm")
    let folder = memory ? URL(filePath: "/dev/shm") : FileManager.default.temporaryDirectory
    path = FilePath(folder.appendingPathComponent(name).path)
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path.string)
  }

  /// Where a file of that name is, or would be.
  public func file(_ name: String) -> FilePath { path.appending(name) }

  /// Names of the files, sorted, hidden ones included.
  public var fileNames: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path.string).sorted() }
  }

  /// Writes a file.
  @discardableResult
  public func write(_ bytes: [UInt8], to name: String) throws -> FilePath {
    let path = file(name)
    let descriptor = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
    return path
  }

  /// Makes a folder, and those above it.
  public func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: file(name).string, withIntermediateDirectories: true)
  }

  /// Deletes a file.
  public func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: file(name).string)
  }

  /// Makes a named pipe.
  public func makePipe(_ name: String) throws -> FilePath {
    let path = file(name)
    guard mkfifo(path.string, 0o600) == 0 else { throw Errno(rawValue: errno) }
    return path
  }
}
