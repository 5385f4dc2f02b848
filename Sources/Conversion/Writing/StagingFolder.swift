import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A hidden folder beside the output: files are made and verified in it, and only then get their final names.
/// It goes away, with all that is still in it, when this object does.
final class StagingFolder {
  let path: FilePath
  private let output: FilePath
  private var names: [String] = []

  init(for output: FilePath) throws(ConversionError) {
    self.output = output
    let name = output.lastComponent?.string ?? ""
    path = output.removingLastComponent().appending(".\(name).\(getpid()).converting")
    guard mkdir(path.string, 0o755) == 0 else {
      throw ConversionError(output, .unwritable(Errno(rawValue: errno)))
    }
  }

  deinit {
    for name in names { unlink(path.appending(name).string) }
    rmdir(path.string)
  }

  /// Where the file that will be called `name` is made.
  func file(_ name: String) -> FilePath {
    names.append(name)
    return path.appending(name)
  }

  /// Gives every file its final name, the last file first: a model is looked for by its first part.
  func publish(replacing: Bool) throws(ConversionError) {
    let folder = output.removingLastComponent()
    for name in names where !replacing && FolderCheck.exists(folder.appending(name)) {
      throw ConversionError(folder.appending(name), .outputExists)
    }
    for name in names.reversed() {
      guard rename(path.appending(name).string, folder.appending(name).string) == 0 else {
        throw ConversionError(folder.appending(name), .unwritable(Errno(rawValue: errno)))
      }
    }
    names = []
    if let descriptor = try? FileDescriptor.open(folder.isEmpty ? "." : folder, .readOnly) {
      fsync(descriptor.rawValue)
      try? descriptor.close()
    }
  }
}
