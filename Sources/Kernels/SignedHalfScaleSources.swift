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
