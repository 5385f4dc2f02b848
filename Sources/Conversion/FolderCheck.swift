import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Questions to the file system about paths.
enum FolderCheck {
  static func isFolder(_ path: FilePath) -> Bool {
    guard let status = status(path) else { return false }
    return status.st_mode & S_IFMT == S_IFDIR
  }

  static func exists(_ path: FilePath) -> Bool { status(path) != nil }

  /// Whether both paths lead to one file.
  static func isSame(_ first: FilePath, _ second: FilePath) -> Bool {
    guard let first = status(first), let second = status(second) else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  private static func status(_ path: FilePath) -> stat? {
    var status = stat()
    return stat(path.string, &status) == 0 ? status : nil
  }
}
