/// Q4_K and Q5_K begin alike: half d, half dmin, 12 bytes with eight 6-bit scales and eight 6-bit minimums.
protocol SixBitScaleSource: SuperBlockSource {}

extension SixBitScaleSource {
  @inline(__always) static func value(_ code: UInt8) -> Float { Float(code) }

  @inline(__always)
  static func scaleAndMinimum(_ block: UnsafeRawPointer, _ part: Int) -> (scale: UInt8, minimum: UInt8) {
    let bytes = block + 4
    if part < 4 { return (byte(bytes, part) & 63, byte(bytes, part + 4) & 63) }
    return (
      (byte(bytes, part + 4) & 15) | (byte(bytes, part - 4) >> 6) << 4,
      (byte(bytes, part + 4) >> 4) | (byte(bytes, part) >> 6) << 4
    )
  }

  @inline(__always)
  static func packHead(_ block: UnsafeRawPointer, into head: UnsafeMutableRawPointer, lane: Int) {
    head.storeBytes(of: half(block), toByteOffset: lane * 2, as: UInt16.self)
    head.storeBytes(of: half(block + 2), toByteOffset: 32 + lane * 2, as: UInt16.self)
  }

  @inline(__always)
  static func packScales(
    _ block: UnsafeRawPointer, part: Int, into scales: UnsafeMutableRawPointer, lane: Int
  ) {
    let (scale, minimum) = scaleAndMinimum(block, part)
    scales.storeBytes(of: scale, toByteOffset: lane, as: UInt8.self)
    scales.storeBytes(of: minimum, toByteOffset: 16 + lane, as: UInt8.self)
  }

  @inline(__always)
  static func weights(_ block: UnsafeRawPointer, part: Int) -> SubBlockScales {
    let (scale, minimum) = scaleAndMinimum(block, part)
    return SubBlockScales(
      scale: float(half(block)) * Float(scale), minimum: -(float(half(block + 2)) * Float(minimum)))
  }
}

/// Nibbles of 64 columns lie in 32 bytes: sub-block 2j low, 2j + 1 high.
enum SourceQ4_K: SixBitScaleSource {
  static var blockBytes: Int { @inline(__always) get { 144 } }
  @inline(__always)
  static func readCodes(_ block: UnsafeRawPointer, part: Int, into codes: UnsafeMutablePointer<UInt8>) {
    let bytes = block + 16 + part / 2 * 32
    for index in 0..<32 { codes[index] = (byte(bytes, index) >> UInt8(part % 2 * 4)) & 15 }
  }
}

/// As Q4_K, with the fifth bit of sub-block p at bit p of 32 bytes.
enum SourceQ5_K: SixBitScaleSource {
  static var blockBytes: Int { @inline(__always) get { 176 } }
  @inline(__always)
  static func readCodes(_ block: UnsafeRawPointer, part: Int, into codes: UnsafeMutablePointer<UInt8>) {
    let (bits, bytes) = (block + 16, block + 48 + part / 2 * 32)
    for index in 0..<32 {
      let fifth = (byte(bits, index) >> UInt8(part)) & 1
      codes[index] = (byte(bytes, index) >> UInt8(part % 2 * 4)) & 15 | fifth << 4
    }
  }
}
