/// Reads little-endian values from front to back; every read is checked against the bytes that are left.
///
/// Safe because `offset <= bytes.count` always, and `take`, which checks, is the only way to the bytes. Whoever makes a
/// reader keeps the bytes alive while it reads.
@safe struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    unsafe self.bytes = bytes
  }

  var remaining: Int { unsafe bytes.count - offset }

  /// Takes the next `byteCount` bytes.
  mutating func take(
    _ byteCount: UInt64, _ field: @autoclosure () -> GGUFField
  ) throws(GGUFProblem) -> UnsafeRawBufferPointer {
    guard byteCount <= UInt64(remaining) else {
      throw .truncated(field(), needed: byteCount, available: remaining)
    }
    let start = offset
    offset += Int(byteCount)
    return unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
  }

  /// Reads one number. `Number` is an integer or floating-point type without padding.
  mutating func number<Number: BitwiseCopyable>(
    _ field: @autoclosure () -> GGUFField, as _: Number.Type = Number.self
  ) throws(GGUFProblem) -> Number {
    try unsafe take(UInt64(MemoryLayout<Number>.size), field()).loadUnaligned(as: Number.self)
  }

  /// Reads `count` numbers. Allocates only once the file is known to hold them all.
  mutating func numbers<Number: BitwiseCopyable>(
    _ field: @autoclosure () -> GGUFField, count: UInt64, as _: Number.Type = Number.self
  ) throws(GGUFProblem) -> [Number] {
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: UInt64(MemoryLayout<Number>.size))
    guard !overflow else { throw .countTooLarge(field(), count: count, available: remaining) }
    let source = try unsafe take(byteCount, field())
    return unsafe [Number](unsafeUninitializedCapacity: Int(count)) { target, initializedCount in
      unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
      initializedCount = Int(count)
    }
  }

  /// Reads a string: a 64-bit length, then UTF-8.
  mutating func string(_ field: @autoclosure () -> GGUFField) throws(GGUFProblem) -> String {
    let byteCount = try number(field(), as: UInt64.self)
    let utf8 = try unsafe take(byteCount, field())
    guard let string = unsafe String(validating: utf8, as: UTF8.self) else { throw .notUTF8(field()) }
    return string
  }

  /// Throws unless `count` items of at least `minimumBytes` each can be left in the file.
  func check(_ count: UInt64, minimumBytes: Int, _ field: GGUFField) throws(GGUFProblem) {
    guard count <= UInt64(remaining / minimumBytes) else {
      throw .countTooLarge(field, count: count, available: remaining)
    }
  }
}
