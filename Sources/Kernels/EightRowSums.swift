import CKernelABI

/// Sums of 8 rows' products with one input, for levels that multiply bytes in pairs.
protocol EightRowSums {
  /// The codes of 8 rows × 4 columns as they are multiplied: made once for all inputs of a tile.
  associatedtype Parts
  static func parts(_ codes: nacre_u8x32) -> Parts
  init()
  mutating func add(_ parts: Parts, _ word: Int32)
  /// The sums of the 8 rows.
  var rows: nacre_i32x8 { get }
}

/// Codes whose products fit 16 bits, each sum holding two columns of four: 15 · 127 · 16 < 2¹⁵.
struct PairSums: EightRowSums {
  private var sums = nacre_i16x16(repeating: 0)

  @inline(__always) init() {}
  @inline(__always) static func parts(_ codes: nacre_u8x32) -> nacre_u8x32 { codes }
  @inline(__always) mutating func add(_ codes: nacre_u8x32, _ word: Int32) {
    sums = nacre_add_pairs(sums, codes, word)
  }
  var rows: nacre_i32x8 { @inline(__always) get { nacre_sum_pairs(sums) } }
}

/// Codes of 8 bits: magnitudes times inputs that were given the codes' signs, in 32 bits.
struct SignedSums: EightRowSums {
  typealias Parts = (values: nacre_i8x32, magnitudes: nacre_u8x32)
  private var sums = nacre_i32x8(repeating: 0)

  @inline(__always) init() {}
  @inline(__always) static func parts(_ codes: nacre_u8x32) -> Parts {
    let values = nacre_values32(codes)
    return (values, nacre_magnitudes32(values))
  }
  @inline(__always) mutating func add(_ parts: Parts, _ word: Int32) {
    sums = nacre_add_signed(sums, parts.values, parts.magnitudes, word)
  }
  var rows: nacre_i32x8 { @inline(__always) get { sums } }
}
