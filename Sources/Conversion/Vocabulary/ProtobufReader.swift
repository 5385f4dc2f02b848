import SystemPackage

/// Reads the fields of one protobuf message from front to back; every length is checked against the bytes left.
struct ProtobufReader {
  enum Value {
    case varint(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    case bytes(Range<Int>)
  }

  private let bytes: UnsafeRawBufferPointer
  private let end: Int
  private(set) var offset: Int

  /// - Parameters:
  ///   - bytes: A whole file, alive while this reads.
  ///   - range: Where the message is in it.
  init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "range outside the file")
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The next field's number and value; nil at the end.
  mutating func next() throws(ConversionProblem) -> (number: Int, value: Value)? {
    guard offset < end else { return nil }
    let start = offset
    let key = try varint()
    guard let number = Int(exactly: key >> 3), number > 0 else { throw problem(start, "field \(key >> 3)") }
    switch key & 7 {
    case 0: return (number, .varint(try varint()))
    case 1: return (number, .fixed64(bytes.loadUnaligned(fromByteOffset: try take(8), as: UInt64.self)))
    case 2:
      let length = try varint()
      let first = try take(length)
      return (number, .bytes(first..<offset))
    case 5: return (number, .fixed32(bytes.loadUnaligned(fromByteOffset: try take(4), as: UInt32.self)))
    default: throw problem(start, "wire type \(key & 7)")
    }
  }

  func problem(_ offset: Int, _ reason: String) -> ConversionProblem {
    .protobuf(field: "protobuf", offset: offset, reason: reason)
  }

  /// Moves over `count` bytes; returns where they begin.
  private mutating func take(_ count: UInt64) throws(ConversionProblem) -> Int {
    guard count <= UInt64(end - offset) else {
      throw problem(offset, "\(count) bytes needed, \(end - offset) left")
    }
    let start = offset
    offset += Int(count)
    return start
  }

  private mutating func varint() throws(ConversionProblem) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      let byte = bytes[try take(1)]
      if shift == 63, byte > 1 { break }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    throw problem(start, "a number of more than 64 bits")
  }
}
