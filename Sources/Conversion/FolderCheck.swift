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
  static func isFolder(_ path: FilePath) -> Bool { kind(path) == S_IFDIR }

  static func isRegularFile(_ path: FilePath) -> Bool { kind(path) == S_IFREG }

  /// Whether something has this name, be it a link that leads nowhere.
  static func exists(_ path: FilePath) -> Bool {
    var status = stat()
    return lstat(path.string, &status) == 0
  }

  /// Whether both paths lead to one file.
  static func isSame(_ first: FilePath, _ second: FilePath) -> Bool {
    guard let first = status(first), let second = status(second) else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// Bytes that are free for this user where `folder` is; nil where the file system does not say.
  static func availableBytes(_ folder: FilePath) -> Int? {
    var status = statvfs()
    guard statvfs(folder.string, &status) == 0, status.f_blocks > 0 else { return nil }
    let (bytes, overflow) = UInt(status.f_bavail).multipliedReportingOverflow(by: UInt(status.f_frsize))
    return overflow ? nil : Int(clamping: bytes)
  }

  static func remove(_ path: FilePath) { unlink(path.string) }

  private static func kind(_ path: FilePath) -> mode_t? { status(path).map { $0.st_mode & S_IFMT } }

  private static func status(_ path: FilePath) -> stat? {
    var status = stat()
    return stat(path.string, &status) == 0 ? status : nil
  }
}
