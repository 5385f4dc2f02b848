/// A place in the bytes of a JSON text, which may lie.
///
/// Whoever makes a cursor keeps the bytes alive while it reads. `offset <= bytes.count` always, and `peek` is the only
/// way to a byte.
struct JSONCursor {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes.assumingMemoryBound(to: UInt8.self) }

  /// The next byte; nil at the end.
  func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// Goes past the next byte, unless at the end.
  mutating func advance() { if offset < bytes.count { offset += 1 } }

  /// Goes past the next byte if it is `byte`.
  mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    offset += 1
    return true
  }

  mutating func skipWhitespace() {
    while let byte = peek(), byte == 0x20 || (0x09...0x0a).contains(byte) || byte == 0x0d { offset += 1 }
  }

  /// Goes past decimal digits and counts them.
  mutating func skipDigits() -> Int {
    let start = offset
    while let byte = peek(), (0x30...0x39).contains(byte) { offset += 1 }
    return offset - start
  }

  /// The bytes from `start`, which the cursor has passed, to here.
  func bytes(from start: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start..<offset]))
  }

  func unexpected(_ expected: String) -> JSONProblem {
    .unexpected(offset: offset, found: peek(), expected: expected)
  }
}
