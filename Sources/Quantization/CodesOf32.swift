/// Where a block of 32 elements keeps its codes of four or five bits: the low four bits in 16 bytes — element i in the
/// low half of byte i, element i + 16 in the high half — and the fifth bits, where there are any, as the bits of four
/// bytes.
struct CodesOf32 {
  /// Offset of the 16 bytes in the block.
  let lowBits: Int
  /// Offset of the four bytes; nil for codes of four bits.
  var fifthBits: Int?

  /// The code of element `index`.
  func read(_ block: UnsafeRawBufferPointer, _ index: Int) -> Int {
    let low = Int(block[lowBits + index % 16]) >> (index / 16 * 4) & 15
    guard let fifthBits else { return low }
    return low | (Int(block[fifthBits + index / 8]) >> (index % 8) & 1) << 4
  }

  /// Overwrites all the codes.
  /// - Parameter codes: Below 16, or below 32 where there are fifth bits.
  func write(_ codes: InlineArray<32, UInt8>, into block: UnsafeMutableRawBufferPointer) {
    for index in 0..<16 { block[lowBits + index] = codes[index] & 15 | codes[index + 16] << 4 }
    guard let fifthBits else { return }
    for byte in 0..<4 {
      block[fifthBits + byte] = (0..<8).reduce(0) { $0 | (codes[8 * byte + $1] >> 4) << UInt8($1) }
    }
  }
}
