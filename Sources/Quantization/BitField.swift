/// Some bits of one byte of a block.
struct BitField {
  let byte: Int
  /// Position of the lowest bit, 0...7.
  let shift: Int
  /// Number of bits, at least 1; `shift + width` is at most 8.
  let width: Int

  func read(_ block: UnsafeRawBufferPointer) -> Int {
    Int(block[byte]) >> shift & (1 << width - 1)
  }

  /// Sets the bits, which must be 0.
  func write(_ value: Int, into block: UnsafeMutableRawBufferPointer) {
    block[byte] |= UInt8((value & (1 << width - 1)) << shift)
  }
}

/// An unsigned code whose low bits are in one byte and whose high bits are in another.
struct SplitBitField {
  let low: BitField
  let high: BitField

  func read(_ block: UnsafeRawBufferPointer) -> Int {
    low.read(block) | high.read(block) << low.width
  }

  /// Sets the bits, which must be 0.
  func write(_ value: Int, into block: UnsafeMutableRawBufferPointer) {
    low.write(value, into: block)
    high.write(value >> low.width, into: block)
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Makes every byte 0.
  func clear() { initializeMemory(as: UInt8.self, repeating: 0) }
}
