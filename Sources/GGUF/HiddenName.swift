import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The name of a file that is not complete: hidden, beside its final place, and another one each time.
///
/// Its writer holds a lock on it. A file of such a name without a lock was left by a writer that was killed.
struct HiddenName {
  let path: FilePath

  init(for path: FilePath) {
    let name = path.lastComponent?.string ?? ""
    let number = String(UInt64.random(in: 0...UInt64.max), radix: 16)
    self.path = path.removingLastComponent().appending(".\(name).\(number).partial")
  }

  /// Makes the file, to be written.
  func create() throws -> FileDescriptor {
    try FileDescriptor.open(
      path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
      permissions: [.ownerReadWrite, .groupRead, .otherRead])
  }

  /// Locks an open file until it is closed or its process ends; returns whether nobody else had locked it.
  @discardableResult
  static func lock(_ file: FileDescriptor) -> Bool { flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 }

  /// Gives the file its final name.
  /// - Parameter replacing: Whether a file of that name is replaced; else it is an error, `fileExists`.
  func rename(to final: FilePath, replacing: Bool) throws(Errno) {
    if !replacing {
      // A link, unlike a new name, never replaces.
      if unsafe link(path.string, final.string) == 0 {
        unsafe unlink(path.string)
        return
      }
      let error = Errno(rawValue: errno)
      guard [.notPermitted, .notSupported].contains(error) else { throw error }
      // No links here; what appears between these two lines is replaced.
      guard unsafe access(final.string, F_OK) != 0 else { throw .fileExists }
    }
    guard moveFile(path.string, final.string) == 0 else { throw Errno(rawValue: errno) }
  }
}

/// The system's `rename`, which the method of that name hides.
private func moveFile(_ old: String, _ new: String) -> Int32 { unsafe rename(old, new) }
