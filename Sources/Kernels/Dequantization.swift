import CKernelABI

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
