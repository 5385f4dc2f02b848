import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file written beside its final place: it gets its name only when it is complete and on disk.
final class PendingFile {
  private let path: FilePath
  private let pendingPath: FilePath
  private let file: FileDescriptor
  private var isOpen = true

  init(path: FilePath) throws(GGUFError) {
    self.path = path
    let name = path.lastComponent?.string ?? ""
    pendingPath = path.removingLastComponent().appending(".\(name).\(getpid()).partial")
    do {
      file = try FileDescriptor.open(
        pendingPath, .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw Self.failure(path, error)
    }
  }

  deinit {
    abandon()
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(GGUFError) {
    do {
      try unsafe file.writeAll(bytes)
    } catch {
      throw Self.failure(path, error)
    }
  }

  func writeZeros(_ count: Int) throws(GGUFError) {
    do {
      try file.writeAll(repeatElement(0, count: count))
    } catch {
      throw Self.failure(path, error)
    }
  }

  /// Waits until the bytes are on disk, then gives the file its name.
  func commit() throws(GGUFError) {
    guard fsync(file.rawValue) == 0, unsafe rename(pendingPath.string, path.string) == 0 else {
      let reason = Errno(rawValue: errno)
      abandon()
      throw GGUFError(path: path, .unwritable(reason))
    }
    isOpen = false
    try? file.close()
    syncFolder()
  }

  /// Makes the new name as durable as the bytes are, where the file system can.
  private func syncFolder() {
    let folder = path.removingLastComponent()
    guard let descriptor = try? FileDescriptor.open(folder.isEmpty ? "." : folder, .readOnly) else { return }
    fsync(descriptor.rawValue)
    try? descriptor.close()
  }

  private func abandon() {
    guard isOpen else { return }
    isOpen = false
    try? file.close()
    unsafe unlink(pendingPath.string)
  }

  private static func failure(_ path: FilePath, _ error: any Error) -> GGUFError {
    GGUFError(path: path, .unwritable(error as? Errno ?? .ioError))
  }
}
