import CKernelABI

// Blocks of 256 columns ("super-blocks") with small scales per 32 or 16 columns: the K formats and IQ4_XS.

protocol SuperBlockSource: SourceFormat {}

extension SuperBlockSource {
  static var blockColumns: Int { @inline(__always) get { 256 } }
}

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

/// Q6_K and Q3_K: half d, a signed scale per 16 columns.
protocol SignedHalfScaleSource: SuperBlockSource {
  static func multiplier(_ block: UnsafeRawPointer) -> UInt16
  /// - Parameter index: Of 16 columns, `0..<16`.
  static func scale(_ block: UnsafeRawPointer, _ index: Int) -> Int8
}

extension SignedHalfScaleSource {
  @inline(__always)
  static func packHead(_ block: UnsafeRawPointer, into head: UnsafeMutableRawPointer, lane: Int) {
    head.storeBytes(of: multiplier(block), toByteOffset: lane * 2, as: UInt16.self)
  }

  @inline(__always)
  static func packScales(
    _ block: UnsafeRawPointer, part: Int, into scales: UnsafeMutableRawPointer, lane: Int
  ) {
    scales.storeBytes(of: scale(block, 2 * part), toByteOffset: lane, as: Int8.self)
    scales.storeBytes(of: scale(block, 2 * part + 1), toByteOffset: 16 + lane, as: Int8.self)
  }

  @inline(__always)
  static func weights(_ block: UnsafeRawPointer, part: Int) -> SubBlockScales {
    let d = float(multiplier(block))
    return SubBlockScales(
      low: (d * Float(scale(block, 2 * part)), 0), high: (d * Float(scale(block, 2 * part + 1)), 0))
  }
}

/// 128 bytes of low nibbles, 64 of upper bit pairs, 16 signed scales, half d.
enum SourceQ6_K: SignedHalfScaleSource {
  static var blockBytes: Int { @inline(__always) get { 210 } }
  @inline(__always) static func value(_ code: UInt8) -> Float { Float(Int32(code) - 32) }
  @inline(__always) static func multiplier(_ block: UnsafeRawPointer) -> UInt16 { half(block + 208) }
  @inline(__always) static func scale(_ block: UnsafeRawPointer, _ index: Int) -> Int8 {
    Int8(bitPattern: byte(block, 192 + index))
  }

  /// Of 128 columns, those of sub-blocks 0 and 1 are the low nibbles of 64 bytes, those of 2 and 3 the high ones.
  @inline(__always)
  static func readCodes(_ block: UnsafeRawPointer, part: Int, into codes: UnsafeMutablePointer<UInt8>) {
    let (side, quarter) = (part / 4, part % 4)
    let nibbles = block + side * 64 + quarter % 2 * 32
    let pairs = block + 128 + side * 32
    for index in 0..<32 {
      let low = (byte(nibbles, index) >> UInt8(quarter / 2 * 4)) & 15
      codes[index] = low | ((byte(pairs, index) >> UInt8(quarter * 2)) & 3) << 4
    }
  }
}

/// 32 bytes of third bits, 64 of low bit pairs, 12 bytes with sixteen 6-bit scales (value + 32), half d.
enum SourceQ3_K: SignedHalfScaleSource {
  static var blockBytes: Int { @inline(__always) get { 110 } }
  @inline(__always) static func value(_ code: UInt8) -> Float { Float(Int32(code) - 4) }
  @inline(__always) static func multiplier(_ block: UnsafeRawPointer) -> UInt16 { half(block + 108) }
  @inline(__always) static func scale(_ block: UnsafeRawPointer, _ index: Int) -> Int8 {
    let bytes = block + 96
    let low = index < 8 ? byte(bytes, index) & 15 : byte(bytes, index - 8) >> 4
    let high = (byte(bytes, 8 + index % 4) >> UInt8(index / 4 * 2)) & 3
    return Int8(bitPattern: low | high << 4) - 32
  }

  @inline(__always)
  static func readCodes(_ block: UnsafeRawPointer, part: Int, into codes: UnsafeMutablePointer<UInt8>) {
    let pairs = block + 32 + part / 4 * 32
    for index in 0..<32 {
      let low = (byte(pairs, index) >> UInt8(part % 4 * 2)) & 3
      codes[index] = low | ((byte(block, index) >> UInt8(part)) & 1) << 2
    }
  }
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
