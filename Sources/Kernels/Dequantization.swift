import CKernelABI

/// Decodes a row of Q8_0 blocks.
func dequantizeQ8_0(_ row: UnsafeRawPointer, _ count: Int, _ output: UnsafeMutablePointer<Float>) {
  for block in 0..<count / 32 {
    let source = row + block * 34
    let scale = singleHalf(source)
    for index in 0..<32 {
      output[block * 32 + index] = scale * Float(source.load(fromByteOffset: 2 + index, as: Int8.self))
    }
  }
}

/// Decodes a row of Q4_0 blocks.
func dequantizeQ4_0(_ row: UnsafeRawPointer, _ count: Int, _ output: UnsafeMutablePointer<Float>) {
  for block in 0..<count / 32 {
    let source = row + block * 18
    let scale = singleHalf(source)
    for index in 0..<16 {
      let byte = source.load(fromByteOffset: 2 + index, as: UInt8.self)
      output[block * 32 + index] = scale * Float(Int32(byte & 15) - 8)
      output[block * 32 + 16 + index] = scale * Float(Int32(byte >> 4) - 8)
    }
  }
}

/// Decodes a row of floats.
@inline(__always)
func dequantizeFloats<Element: FloatElement>(
  _ type: Element.Type, _ row: UnsafeRawPointer, _ count: Int, _ output: UnsafeMutablePointer<Float>
) {
  var index = 0
  while index + 16 <= count {
    storeVector(Element.load(row + index * Element.byteCount), to: output + index)
    index += 16
  }
  while index < count {
    let bits: UInt32 =
      Element.byteCount == 4
      ? (row + index * 4).loadUnaligned(as: UInt32.self)
      : UInt32((row + index * 2).loadUnaligned(as: UInt16.self))
    output[index] = withUnsafeBytes(
      of: SIMD16<UInt32>(repeating: bits | (Element.byteCount == 4 ? 0 : bits << 16))
    ) {
      Element.load($0.baseAddress!)[0]
    }
    index += 1
  }
}

@inline(__always)
private func singleHalf(_ pointer: UnsafeRawPointer) -> Float {
  nacre_float_from_half(Halves(repeating: pointer.loadUnaligned(as: UInt16.self)))[0]
}
