import CKernelABI

// Blocks of 256 columns ("super-blocks") with small scales per 32 or 16 columns: the K formats and IQ4_XS.

protocol SuperBlockSource: SourceFormat {}

extension SuperBlockSource {
  static var blockColumns: Int { @inline(__always) get { 256 } }
}

/// 16 bytes of 4-bit scales and minimums, 64 bytes of bit pairs, half d, half dmin.
enum SourceQ2_K: SuperBlockSource {
  static var blockBytes: Int { @inline(__always) get { 84 } }
  @inline(__always) static func value(_ code: UInt8) -> Float { Float(code) }

  @inline(__always)
  static func readCodes(_ block: UnsafeRawPointer, part: Int, into codes: UnsafeMutablePointer<UInt8>) {
    let pairs = block + 16 + part / 4 * 32
    for index in 0..<32 { codes[index] = (byte(pairs, index) >> UInt8(part % 4 * 2)) & 3 }
  }

  @inline(__always)
  static func packHead(_ block: UnsafeRawPointer, into head: UnsafeMutableRawPointer, lane: Int) {
    head.storeBytes(of: half(block + 80), toByteOffset: lane * 2, as: UInt16.self)
    head.storeBytes(of: half(block + 82), toByteOffset: 32 + lane * 2, as: UInt16.self)
  }

  @inline(__always)
  static func packScales(
    _ block: UnsafeRawPointer, part: Int, into scales: UnsafeMutableRawPointer, lane: Int
  ) {
    scales.storeBytes(of: byte(block, 2 * part), toByteOffset: lane, as: UInt8.self)
    scales.storeBytes(of: byte(block, 2 * part + 1), toByteOffset: 16 + lane, as: UInt8.self)
  }

  @inline(__always)
  static func weights(_ block: UnsafeRawPointer, part: Int) -> SubBlockScales {
    let (d, minimum) = (float(half(block + 80)), float(half(block + 82)))
    @inline(__always) func scales(_ packed: UInt8) -> (Float, Float) {
      (d * Float(packed & 15), -(minimum * Float(packed >> 4)))
    }
    return SubBlockScales(low: scales(byte(block, 2 * part)), high: scales(byte(block, 2 * part + 1)))
  }
}

/// Half d, eight 6-bit scales (value + 32) in 2 + 4 bytes, nibbles that name uneven values.
enum SourceIQ4_XS: SuperBlockSource {
  static var blockBytes: Int { @inline(__always) get { 136 } }
  @inline(__always) static func value(_ code: UInt8) -> Float { Float(nacre_nonlinear_value(code)) }

  @inline(__always)
  static func readCodes(_ block: UnsafeRawPointer, part: Int, into codes: UnsafeMutablePointer<UInt8>) {
    readNibbles(block + 8 + part * 16, codes)
  }

  @inline(__always) static func scale(_ block: UnsafeRawPointer, _ part: Int) -> Int8 {
    let low = (byte(block, 4 + part / 2) >> UInt8(part % 2 * 4)) & 15
    let high = UInt8(truncatingIfNeeded: half(block + 2) >> UInt16(2 * part)) & 3
    return Int8(bitPattern: low | high << 4) - 32
  }

  @inline(__always)
  static func packHead(_ block: UnsafeRawPointer, into head: UnsafeMutableRawPointer, lane: Int) {
    head.storeBytes(of: half(block), toByteOffset: lane * 2, as: UInt16.self)
  }

  @inline(__always)
  static func packScales(
    _ block: UnsafeRawPointer, part: Int, into scales: UnsafeMutableRawPointer, lane: Int
  ) {
    scales.storeBytes(of: scale(block, part), toByteOffset: lane, as: Int8.self)
  }

  @inline(__always)
  static func weights(_ block: UnsafeRawPointer, part: Int) -> SubBlockScales {
    SubBlockScales(scale: float(half(block)) * Float(scale(block, part)), minimum: 0)
  }
}
