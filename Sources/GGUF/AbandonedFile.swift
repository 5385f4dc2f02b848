import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A part of a file that a writer had begun before it was killed.
public struct AbandonedFile: Equatable, Sendable {
  public let path: FilePath
  public let byteCount: Int

  /// Removes what killed writers of `path` left beside it. Files of writers that live stay.
  /// - Returns: What was removed.
  public static func remove(beside path: FilePath) -> [AbandonedFile] {
    let folder = path.removingLastComponent()
    guard let name = path.lastComponent?.string else { return [] }
    return names(in: folder.isEmpty ? "." : folder).sorted().compactMap { found in
      guard found.hasPrefix(".\(name)."), found.hasSuffix(".partial") else { return nil }
      let number = found.dropFirst(name.utf8.count + 2).dropLast(".partial".count)
      guard !number.isEmpty, number.allSatisfy(\.isHexDigit) else { return nil }
      return remove(folder.appending(found))
    }
  }

  private static func remove(_ path: FilePath) -> AbandonedFile? {
    guard let file = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking]) else {
      return nil
    }
    defer { try? file.close() }
    var status = stat()
    guard HiddenName.lock(file), unsafe fstat(file.rawValue, &status) == 0,
      status.st_mode & S_IFMT == S_IFREG, unsafe unlink(path.string) == 0
    else { return nil }
    return AbandonedFile(path: path, byteCount: Int(status.st_size))
  }

  private static func names(in folder: FilePath) -> [String] {
    guard let stream = unsafe opendir(folder.string) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names
  }
}
