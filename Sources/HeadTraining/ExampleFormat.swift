import Platform

/// The bytes of a file of examples; all numbers are little-endian.
///
/// Header of 112 bytes: magic, format version, the source's fields, a checksum of all before it; each 8 bytes. Then the
/// records, one for each sequence, in order: a head of 16 bytes (sequence and count, 4 bytes each, and the checksum of
/// these and of the payload, 8 bytes), then the payload: labels, then states, as 32-bit floats.
///
/// A file may end anywhere, since a writer may be killed: what is intact from its beginning on counts.
enum ExampleFormat {
  static let magic: UInt64 = 0x3130_706d_7865_636e  // "ncexmp01"
  static let version: UInt64 = 1
  static let recordHeadBytes = 16

  static func header(_ source: ExampleSource) -> [UInt8] {
    var bytes: [UInt8] = []
    for value in [magic, version] + source.fields.map(\.value) { append(value, to: &bytes) }
    append(bytes.withUnsafeBytes { checksum($0) }, to: &bytes)
    return bytes
  }

  static func record(_ sequence: Int, _ examples: ExampleSequence) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(recordHeadBytes + 4 * (examples.labels.count + examples.states.count))
    let (number, count) = (UInt32(sequence), UInt32(examples.labels.count))
    append(UInt64(number) | UInt64(count) << 32, to: &bytes)
    append(UInt64(0), to: &bytes)
    for values in [examples.labels, examples.states] {
      for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
    }
    let sum = bytes.withUnsafeBytes { recordChecksum($0) }
    withUnsafeBytes(of: sum.littleEndian) { bytes.replaceSubrange(8..<16, with: $0) }
    return bytes
  }

  /// Why a file's header is not that of `source`; nil where it is.
  static func difference(_ bytes: UnsafeRawBufferPointer, from source: ExampleSource) -> HeaderProblem? {
    let expected = header(source)
    guard bytes.count >= expected.count, number(bytes, at: 0) == magic, number(bytes, at: 8) == version else {
      return .notExamples
    }
    for (index, field) in source.fields.enumerated() where number(bytes, at: 16 + 8 * index) != field.value {
      return .other(field.name)
    }
    return zip(bytes, expected).allSatisfy(==) ? nil : .notExamples
  }

  enum HeaderProblem: Equatable {
    case notExamples
    case other(String)
  }

  /// Where the examples of a sequence lie in a file.
  struct Record: Equatable {
    let count: Int
    let labels: Int
    let states: Int
    let end: Int
  }

  /// The record of `sequence` at `offset`; nil unless all of it is there, intact and possible.
  static func record(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, sequence: Int, _ source: ExampleSource
  ) -> Record? {
    guard bytes.count - offset >= recordHeadBytes else { return nil }
    let head = number(bytes, at: offset)
    let count = Int(head >> 32)
    guard head & 0xffff_ffff == UInt64(sequence), count <= source.tokensPerPrompt else { return nil }
    // Both factors are limited by the source, which the caller chose: no overflow.
    let byteCount = recordHeadBytes + 4 * count * (1 + source.hiddenSize)
    guard bytes.count - offset >= byteCount else { return nil }
    let record = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + byteCount])
    guard recordChecksum(record) == number(bytes, at: offset + 8) else { return nil }
    let values = UnsafeRawBufferPointer(rebasing: record[recordHeadBytes...]).assumingMemoryBound(
      to: Float.self)
    guard values[..<count].allSatisfy({ $0 >= 0 && $0 <= 1 }), values[count...].allSatisfy(\.isFinite) else {
      return nil
    }
    let labels = offset + recordHeadBytes
    return Record(count: count, labels: labels, states: labels + 4 * count, end: offset + byteCount)
  }

  private static func recordChecksum(_ record: UnsafeRawBufferPointer) -> UInt64 {
    checksum(UnsafeRawBufferPointer(rebasing: record[..<8]))
      ^ checksum(UnsafeRawBufferPointer(rebasing: record[recordHeadBytes...]))
  }

  /// FNV-1a over words of 4 bytes: finds damage, no more. The byte count is a multiple of 4.
  private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var sum: UInt64 = 0xcbf2_9ce4_8422_2325
    for offset in stride(from: 0, to: bytes.count, by: 4) {
      let word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      sum = (sum ^ UInt64(word)) &* 0x100_0000_01b3
    }
    return sum
  }

  private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }
}
