import CKernelABI

/// Sums of products of 8 rows in 16 bits: each holds two columns of four, so that one instruction adds two products.
protocol PairSums {
  /// The codes of 8 rows × 4 columns as they are multiplied: made once for all inputs of a tile.
  associatedtype Parts
  static func parts(_ codes: nacre_u8x32) -> Parts
  /// From how many inputs on they are faster than dot products of four columns.
  static var leastInputs: Int { get }
  init()
  mutating func add(_ parts: Parts, _ word: Int32)
  /// The sums of the 8 rows.
  var rows: nacre_i32x8 { get }
}

/// Codes whose products fit: 15 · 127 · 16 < 2¹⁵.
struct SmallPairSums: PairSums {
  private var sums = nacre_i16x16(repeating: 0)
  static var leastInputs: Int { @inline(__always) get { 1 } }

  @inline(__always) init() {}
  @inline(__always) static func parts(_ codes: nacre_u8x32) -> nacre_u8x32 { codes }
  @inline(__always) mutating func add(_ codes: nacre_u8x32, _ word: Int32) {
    sums = nacre_add_pairs(sums, codes, word)
  }
  var rows: nacre_i32x8 { @inline(__always) get { nacre_sum_pairs(sums, 1) } }
}

/// Codes of 8 bits, as two of 4.
struct LargePairSums: PairSums {
  private var low = nacre_i16x16(repeating: 0)
  private var high = nacre_i16x16(repeating: 0)
  static var leastInputs: Int { @inline(__always) get { 3 } }

  @inline(__always) init() {}
  @inline(__always) static func parts(_ codes: nacre_u8x32) -> (low: nacre_u8x32, high: nacre_u8x32) {
    (nacre_low_nibbles32(codes), nacre_high_nibbles32(codes))
  }
  @inline(__always) mutating func add(_ parts: (low: nacre_u8x32, high: nacre_u8x32), _ word: Int32) {
    low = nacre_add_pairs(low, parts.low, word)
    high = nacre_add_pairs(high, parts.high, word)
  }
  var rows: nacre_i32x8 {
    @inline(__always) get { nacre_add_rows(nacre_sum_pairs(low, 1), nacre_sum_pairs(high, 16)) }
  }
}
