/// Builds the bytes of a GGUF file field by field, with no check at all: right files and wrong ones.
///
/// It shares no code with the reader or the writer of the library.
public struct GGUFBytes: Sendable {
  public private(set) var bytes: [UInt8] = []

  /// Where each number was written (lengths, counts, types, sizes, offsets): what a mutation should aim at.
  public private(set) var numberRanges: [Range<Int>] = []

  /// Begins with a header.
  public init(
    magic: String = "GGUF", version: UInt32 = 3, tensorCount: UInt64 = 0, metadataCount: UInt64 = 0
  ) {
    bytes = Array(magic.utf8)
    number(version)
    number(tensorCount)
    number(metadataCount)
  }

  /// Appends an integer or a floating-point number, little-endian.
  public mutating func number<Number: BitwiseCopyable>(_ number: Number) {
    let start = bytes.count
    withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
    numberRanges.append(start..<bytes.count)
  }

  /// Appends a length and text; `length` may lie.
  public mutating func string(_ text: String, length: UInt64? = nil) {
    number(length ?? UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// Appends a metadata key and the number of its value's type; the value follows.
  public mutating func key(_ key: String, type: UInt32) {
    string(key)
    number(type)
  }

  /// Appends a key with a value of one number.
  public mutating func entry<Number: BitwiseCopyable>(_ key: String, type: UInt32, _ value: Number) {
    self.key(key, type: type)
    number(value)
  }

  /// Appends a key with a string.
  public mutating func entry(_ key: String, _ value: String) {
    self.key(key, type: 8)
    string(value)
  }

  /// Appends a key and the head of an array; the elements follow. `count` may lie.
  public mutating func array(_ key: String, elementType: UInt32, count: UInt64) {
    self.key(key, type: 9)
    number(elementType)
    number(count)
  }

  /// Appends the record of a tensor. `dimensionCount` may lie.
  public mutating func tensor(
    _ name: String, _ dimensions: [Int64], type: UInt32 = 0, offset: UInt64 = 0, dimensionCount: UInt32? = nil
  ) {
    string(name)
    number(dimensionCount ?? UInt32(dimensions.count))
    for dimension in dimensions { number(dimension) }
    number(type)
    number(offset)
  }

  /// Appends bytes as they are.
  public mutating func raw(_ bytes: some Sequence<UInt8>) {
    self.bytes.append(contentsOf: bytes)
  }

  /// Appends zeros up to a multiple of `alignment`, then `byteCount` bytes of data: 0, 1, 2, …
  public mutating func data(_ byteCount: Int, alignment: Int = 32) {
    while !bytes.count.isMultiple(of: alignment) { bytes.append(0) }
    bytes.append(contentsOf: (0..<byteCount).map { UInt8(truncatingIfNeeded: $0) })
  }
}
