import CKernelABI

/// A half scale, then codes: blocks of 32.
protocol SimpleSource: SourceFormat {}

extension SimpleSource {
  static var blockColumns: Int { @inline(__always) get { 32 } }
  @inline(__always) static func packHead(
    _ block: UnsafeRawPointer, into head: UnsafeMutableRawPointer, lane: Int
  ) {}

  @inline(__always)
  static func packScales(
    _ block: UnsafeRawPointer, part: Int, into scales: UnsafeMutableRawPointer, lane: Int
  ) {
    scales.storeBytes(of: half(block), toByteOffset: lane * 2, as: UInt16.self)
  }

  @inline(__always)
  static func weights(_ block: UnsafeRawPointer, part: Int) -> SubBlockScales {
    SubBlockScales(scale: float(half(block)), minimum: 0)
  }
}

/// A half scale, a half minimum, then codes: blocks of 32.
protocol SimpleAffineSource: SourceFormat {}

extension SimpleAffineSource {
  static var blockColumns: Int { @inline(__always) get { 32 } }
  @inline(__always) static func packHead(
    _ block: UnsafeRawPointer, into head: UnsafeMutableRawPointer, lane: Int
  ) {}
  @inline(__always) static func value(_ code: UInt8) -> Float { Float(code) }

  @inline(__always)
  static func packScales(
    _ block: UnsafeRawPointer, part: Int, into scales: UnsafeMutableRawPointer, lane: Int
  ) {
    scales.storeBytes(of: half(block), toByteOffset: lane * 2, as: UInt16.self)
    scales.storeBytes(of: half(block + 2), toByteOffset: 32 + lane * 2, as: UInt16.self)
  }

  @inline(__always)
  static func weights(_ block: UnsafeRawPointer, part: Int) -> SubBlockScales {
    SubBlockScales(scale: float(half(block)), minimum: float(half(block + 2)))
  }
}

enum SourceQ8_0: SimpleSource {
  static var blockBytes: Int { @inline(__always) get { 34 } }
  @inline(__always) static func value(_ code: UInt8) -> Float { Float(Int32(code) - 128) }
  @inline(__always)
  static func readCodes(_ block: UnsafeRawPointer, part: Int, into codes: UnsafeMutablePointer<UInt8>) {
    for index in 0..<32 { codes[index] = byte(block, 2 + index) ^ 0x80 }
  }
}

enum SourceQ4_0: SimpleSource {
  static var blockBytes: Int { @inline(__always) get { 18 } }
  @inline(__always) static func value(_ code: UInt8) -> Float { Float(Int32(code) - 8) }
  @inline(__always)
  static func readCodes(_ block: UnsafeRawPointer, part: Int, into codes: UnsafeMutablePointer<UInt8>) {
    readNibbles(block + 2, codes)
  }
}

enum SourceQ4_1: SimpleAffineSource {
  static var blockBytes: Int { @inline(__always) get { 20 } }
  @inline(__always)
  static func readCodes(_ block: UnsafeRawPointer, part: Int, into codes: UnsafeMutablePointer<UInt8>) {
    readNibbles(block + 4, codes)
  }
}

enum SourceQ5_0: SimpleSource {
  static var blockBytes: Int { @inline(__always) get { 22 } }
  @inline(__always) static func value(_ code: UInt8) -> Float { Float(Int32(code) - 16) }
  @inline(__always)
  static func readCodes(_ block: UnsafeRawPointer, part: Int, into codes: UnsafeMutablePointer<UInt8>) {
    readNibbles(block + 6, codes)
    addFifthBits((block + 2).loadUnaligned(as: UInt32.self), codes)
  }
}

enum SourceQ5_1: SimpleAffineSource {
  static var blockBytes: Int { @inline(__always) get { 24 } }
  @inline(__always)
  static func readCodes(_ block: UnsafeRawPointer, part: Int, into codes: UnsafeMutablePointer<UInt8>) {
    readNibbles(block + 8, codes)
    addFifthBits((block + 4).loadUnaligned(as: UInt32.self), codes)
  }
}

enum SourceIQ4_NL: SimpleSource {
  static var blockBytes: Int { @inline(__always) get { 18 } }
  @inline(__always) static func value(_ code: UInt8) -> Float { Float(nacre_nonlinear_value(code)) }
  @inline(__always)
  static func readCodes(_ block: UnsafeRawPointer, part: Int, into codes: UnsafeMutablePointer<UInt8>) {
    readNibbles(block + 2, codes)
  }
}

/// 16 bytes: low nibbles are columns 0–15, high ones 16–31.
@inline(__always)
func readNibbles(_ bytes: UnsafeRawPointer, _ codes: UnsafeMutablePointer<UInt8>) {
  for index in 0..<16 {
    codes[index] = byte(bytes, index) & 15
    codes[16 + index] = byte(bytes, index) >> 4
  }
}

@inline(__always)
private func addFifthBits(_ bits: UInt32, _ codes: UnsafeMutablePointer<UInt8>) {
  for index in 0..<32 { codes[index] |= UInt8(truncatingIfNeeded: (bits >> UInt32(index)) & 1) << 4 }
}

@inline(__always)
func byte(_ pointer: UnsafeRawPointer, _ offset: Int) -> UInt8 {
  pointer.load(fromByteOffset: offset, as: UInt8.self)
}

@inline(__always)
func half(_ pointer: UnsafeRawPointer) -> UInt16 { pointer.loadUnaligned(as: UInt16.self) }

@inline(__always)
func float(_ half: UInt16) -> Float { nacre_float_from_half(Halves(repeating: half))[0] }
