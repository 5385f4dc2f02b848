import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file mapped read-only into memory for the life of this object.
///
/// The bytes are valid up to the size that the file had when it was opened; check every offset against `byteCount`.
/// Whoever truncates a file in place while it is mapped takes its pages away: replace files by renaming instead.
///
/// - Invariant: `bytes` is set once, never written through, and unmapped only by `deinit`; so sharing is safe.
public final class MappedFile: @unchecked Sendable {
  public let path: FilePath

  /// The content; empty (and nil-based) for an empty file.
  public let bytes: UnsafeRawBufferPointer

  public var byteCount: Int { bytes.count }

  /// Opens and maps the file at `path`.
  /// - Throws: `MappedFileError` when it cannot be opened or mapped, or is a folder, pipe or device.
  public init(path: FilePath) throws(MappedFileError) {
    self.path = path
    do {
      // Opening a pipe to read would wait for a writer without `.nonBlocking`.
      let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
      defer { try? file.close() }
      self.bytes = try Self.map(file, path: path)
    } catch let error as MappedFileError {
      throw error
    } catch let error as Errno {
      throw .cannotOpen(path: path, error)
    } catch {
      throw .cannotOpen(path: path, .ioError)
    }
  }

  deinit {
    if let base = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: base), bytes.count)
    }
  }

  private static func map(
    _ file: FileDescriptor, path: FilePath
  ) throws(MappedFileError) -> UnsafeRawBufferPointer {
    var status = stat()
    guard fstat(file.rawValue, &status) == 0 else { throw .cannotOpen(path: path, Errno(rawValue: errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile(path: path) }
    guard let count = Int(exactly: status.st_size), count > 0 else {
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, file.rawValue, 0)
    guard let address, address != MAP_FAILED else {
      throw .cannotMap(path: path, byteCount: count, Errno(rawValue: errno))
    }
    return UnsafeRawBufferPointer(start: address, count: count)
  }
}

/// Why a file could not be mapped.
public enum MappedFileError: Error, Equatable {
  case cannotOpen(path: FilePath, Errno)
  case notARegularFile(path: FilePath)
  case cannotMap(path: FilePath, byteCount: Int, Errno)
}

extension MappedFileError: CustomStringConvertible {
  public var description: String { "\(path): \(reason)" }

  public var path: FilePath {
    switch self {
    case .cannotOpen(let path, _), .notARegularFile(let path), .cannotMap(let path, _, _): path
    }
  }

  /// What went wrong, without the path.
  public var reason: String {
    switch self {
    case .cannotOpen(_, let error): "cannot open: \(error)"
    case .notARegularFile: "not a regular file"
    case .cannotMap(_, let byteCount, let error): "cannot map \(byteCount) bytes: \(error)"
    }
  }
}
