import CKernelABI

/// Reads every byte once with plain vector loads: the measure that decoding is compared with.
func readAll(_ start: UnsafeRawPointer, _ byteCount: Int) -> UInt64 {
  var (a, b) = (SIMD8<UInt64>(repeating: 0), SIMD8<UInt64>(repeating: 0))
  var (c, d) = (a, b)
  var offset = 0
  while offset < byteCount {
    let line = start + offset
    a ^= loadVector(line, as: SIMD8<UInt64>.self) ^ loadVector(line + 64, as: SIMD8<UInt64>.self)
    b ^= loadVector(line + 128, as: SIMD8<UInt64>.self) ^ loadVector(line + 192, as: SIMD8<UInt64>.self)
    c ^= loadVector(line + 256, as: SIMD8<UInt64>.self) ^ loadVector(line + 320, as: SIMD8<UInt64>.self)
    d ^= loadVector(line + 384, as: SIMD8<UInt64>.self) ^ loadVector(line + 448, as: SIMD8<UInt64>.self)
    offset += 512
  }
  let all = (a ^ b) ^ (c ^ d)
  return all[0] ^ all[1] ^ all[2] ^ all[3] ^ all[4] ^ all[5] ^ all[6] ^ all[7]
}
