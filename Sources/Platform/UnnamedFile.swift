import CPlatform
import Glibc
import SystemPackage

/// A new file that has no name yet: until it gets one, it is gone when its process is, however that ends.
public struct UnnamedFile: Sendable {
  public let descriptor: FileDescriptor

  /// Opens one in `folder`, to be written; the caller closes the descriptor.
  /// - Returns: Nil where the file system or the system has no such files.
  /// - Throws: Why the folder cannot be written to.
  public init?(in folder: FilePath) throws(Errno) {
    // Through this folder the file gets its name.
    guard access("/proc/self/fd", F_OK) == 0 else { return nil }
    let descriptor = cplatform_open_unnamed(folder.string)
    guard descriptor >= 0 else {
      let error = Errno(rawValue: errno)
      if [.notSupported, .isDirectory, .invalidArgument].contains(error) { return nil }
      throw error
    }
    self.descriptor = FileDescriptor(rawValue: descriptor)
  }

  /// Where this process can read the file while it has no name.
  public var path: FilePath { FilePath("/proc/self/fd/\(descriptor.rawValue)") }

  /// Gives the file its name, in the file system where it was made.
  /// - Throws: `fileExists` when something has that name already.
  public func name(_ path: FilePath) throws(Errno) {
    let error = cplatform_name_file(descriptor.rawValue, path.string)
    if error != 0 { throw Errno(rawValue: error) }
  }
}
