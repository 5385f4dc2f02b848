import CKernelABI

/// How the codes of 16 rows × 32 columns are stored, what they stand for, and how they are multiplied.
protocol CodeLayout {
  /// Bytes of one block of 32 columns of 16 rows.
  static var blockBytes: Int { get }
  /// Unpacks word `index` of a block: columns 4 · index … 4 · index + 3 of 16 rows.
  static func word(_ block: UnsafeRawPointer, _ index: Int) -> Codes
  /// First value of an accumulator: takes back what codes are larger than the factors they stand for.
  /// - Parameter start: That for codes larger by 128 (activation_layout.h).
  static func start(_ start: Int32) -> Ints
  static func dot(_ accumulator: Ints, _ codes: Codes, _ word: Int32) -> Ints
  /// The factor that an unpacked code stands for.
  static func value(_ code: UInt8) -> Float

  /// Sums of the code's products, for levels that multiply half the rows at a time.
  associatedtype Sums: EightRowSums
  /// How many words' products fit such a sum.
  static var wordsPerSum: Int { get }
  /// What codes, being larger than the factors they stand for, add too much to such sums.
  /// - Parameter start: That for codes larger by 128 (activation_layout.h).
  static func correction(_ start: Int32) -> Int32
}

extension CodeLayout {
  static var wordsPerSum: Int { @inline(__always) get { 8 } }

  /// Unpacks one block: once for all inputs of a tile.
  @inline(__always) static func unpack(_ block: UnsafeRawPointer) -> CodeWords {
    CodeWords(
      a: word(block, 0), b: word(block, 1), c: word(block, 2), d: word(block, 3),
      e: word(block, 4), f: word(block, 5), g: word(block, 6), h: word(block, 7))
  }
}

/// Eight words: word k holds columns 4k…4k+3 of 16 rows.
struct CodeWords {
  let a, b, c, d, e, f, g, h: Codes
}

/// A number that codes are larger by than the factors they stand for: 128 shifted right, or 0.
protocol CodeOffset {
  static func start(_ start: Int32) -> Int32
}
enum Offset0: CodeOffset { @inline(__always) static func start(_ start: Int32) -> Int32 { 0 } }
enum Offset4: CodeOffset { @inline(__always) static func start(_ start: Int32) -> Int32 { start >> 5 } }
enum Offset8: CodeOffset { @inline(__always) static func start(_ start: Int32) -> Int32 { start >> 4 } }
enum Offset16: CodeOffset { @inline(__always) static func start(_ start: Int32) -> Int32 { start >> 3 } }
enum Offset32: CodeOffset { @inline(__always) static func start(_ start: Int32) -> Int32 { start >> 2 } }

/// Codes of at most 7 bits.
protocol SmallCodes: CodeLayout where Sums == PairSums {
  associatedtype Offset: CodeOffset
}

extension SmallCodes {
  @inline(__always) static func correction(_ start: Int32) -> Int32 { Offset.start(start) }
  @inline(__always) static func start(_ start: Int32) -> Ints { Ints(repeating: correction(start)) }
  @inline(__always) static func dot(_ accumulator: Ints, _ codes: Codes, _ word: Int32) -> Ints {
    nacre_dot_small(accumulator, codes, word)
  }
  @inline(__always) static func value(_ code: UInt8) -> Float { Float(Int32(code) + Offset.start(-128)) }
}

/// 8-bit codes, value + 128.
protocol LargeCodes: CodeLayout where Sums == SignedSums {}

extension LargeCodes {
  @inline(__always) static func correction(_ start: Int32) -> Int32 { 0 }
  @inline(__always) static func start(_ start: Int32) -> Ints { nacre_dot_start_128(start) }
  @inline(__always) static func dot(_ accumulator: Ints, _ codes: Codes, _ word: Int32) -> Ints {
    nacre_dot_128(accumulator, codes, word)
  }
  @inline(__always) static func value(_ code: UInt8) -> Float { Float(Int32(code) - 128) }
}

/// Word `index` of a plane.
@inline(__always)
func codeWord(_ plane: UnsafeRawPointer, _ index: Int) -> Codes {
  loadVector(plane + index * 64, as: Codes.self)
}
