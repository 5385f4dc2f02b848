import Platform
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that gets its name only when it is complete and on disk.
///
/// Until then it has no name at all, so that nothing is left behind whatever ends the program. Where the system has no
/// such files, it has a hidden name beside its final place; see `HiddenName` for what becomes of it.
final class PendingFile {
  private let path: FilePath
  private let file: FileDescriptor
  /// Nil when the file has a hidden name.
  private let unnamed: UnnamedFile?
  private let hidden: HiddenName
  private var isSynced = false
  private var isOpen = true

  /// - Parameter allowsUnnamed: Whether a file without a name may be used, where there are such.
  init(path: FilePath, allowsUnnamed: Bool = true) throws(GGUFError) {
    self.path = path
    hidden = HiddenName(for: path)
    let folder = path.removingLastComponent()
    do {
      unnamed = allowsUnnamed ? try UnnamedFile(in: folder.isEmpty ? "." : folder) : nil
      file = try unnamed?.descriptor ?? hidden.create()
    } catch {
      throw Self.failure(path, error)
    }
    // Held while the process lives: tells a hidden file in use from one left behind.
    HiddenName.lock(file)
  }

  deinit {
    abandon()
  }

  /// Where this process can read what is written.
  var readablePath: FilePath { unnamed?.path ?? hidden.path }

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

  /// Waits until the bytes are on disk. What is read afterwards comes from there, where the system follows advice.
  func sync() throws(GGUFError) {
    guard !isSynced else { return }
    guard fsync(file.rawValue) == 0 else { throw Self.failure(path, Errno(rawValue: errno)) }
    #if os(Linux)
      posix_fadvise(file.rawValue, 0, 0, POSIX_FADV_DONTNEED)
    #endif
    isSynced = true
  }

  /// Waits until the bytes are on disk, then gives the file its name.
  /// - Parameter replacing: Whether a file of that name is replaced; else it is an error, `fileExists`.
  func commit(replacing: Bool) throws(GGUFError) {
    do throws(GGUFError) {
      try sync()
      do throws(Errno) { try name(replacing: replacing) } catch { throw Self.failure(path, error) }
    } catch {
      abandon()
      throw error
    }
    isOpen = false
    try? file.close()
    syncFolder()
  }

  private func name(replacing: Bool) throws(Errno) {
    guard let unnamed else { return try hidden.rename(to: path, replacing: replacing) }
    do throws(Errno) { try unnamed.name(path) } catch {
      guard replacing, error == .fileExists else { throw error }
      // Only a file with a name can take another's place.
      try unnamed.name(hidden.path)
      try hidden.rename(to: path, replacing: true)
    }
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
    unsafe unlink(hidden.path.string)
    try? file.close()
  }

  private static func failure(_ path: FilePath, _ error: any Error) -> GGUFError {
    GGUFError(path: path, .unwritable(error as? Errno ?? .ioError))
  }
}
