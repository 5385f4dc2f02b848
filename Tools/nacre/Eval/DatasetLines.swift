import SystemPackage

/// The lines of a file, read piece by piece: only as much of it as is asked for.
struct DatasetLines: ~Copyable {
  /// Longest line, in bytes. A prompt of that length is no prompt.
  static let longestLine = 1 << 20
  private static let pieceByteCount = 1 << 16

  private let path: String
  private let file: FileDescriptor
  /// Bytes that were read and not handed out.
  private var bytes: [UInt8] = []
  private var start = 0
  private var isAtEnd = false
  /// Number of the line that was handed out last.
  private(set) var number = 0

  init(path: String) throws(DatasetError) {
    self.path = path
    do {
      file = try FileDescriptor.open(FilePath(path), .readOnly)
    } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
  }

  deinit { try? file.close() }

  /// The next line without its end; nil after the last one.
  mutating func next() throws(DatasetError) -> [UInt8]? {
    var searched = start
    while true {
      if let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        return take(upTo: end, skipping: 1)
      }
      guard bytes.count - start <= Self.longestLine else {
        throw .lineTooLong(path: path, line: number + 1, limit: Self.longestLine)
      }
      searched = bytes.count - start
      try readMore()
      if isAtEnd { return start == bytes.count ? nil : take(upTo: bytes.count, skipping: 0) }
    }
  }

  private mutating func take(upTo end: Int, skipping count: Int) -> [UInt8] {
    let line = Array(bytes[start..<end])
    start = end + count
    number += 1
    return line
  }

  /// Reads one more piece behind what is left.
  private mutating func readMore() throws(DatasetError) {
    bytes.removeFirst(start)
    start = 0
    var piece = [UInt8](repeating: 0, count: Self.pieceByteCount)
    do {
      let count = try piece.withUnsafeMutableBytes { try file.read(into: $0) }
      bytes += piece.prefix(count)
      isAtEnd = count == 0
    } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
  }
}
