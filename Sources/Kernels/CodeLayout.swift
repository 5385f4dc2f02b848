import CKernelABI

/// How the codes of 16 rows × 32 columns are stored, what they stand for, and how they are multiplied.
protocol CodeLayout {
  /// Bytes of one block of 32 columns of 16 rows.
  static var blockBytes: Int { get }
  /// Unpacks one block: once for all inputs of a tile.
  static func unpack(_ block: UnsafeRawPointer) -> CodeWords
  /// First value of an accumulator: takes back what codes are larger than the factors they stand for.
  static func start(sum: Int32) -> Ints
  static func dot(_ accumulator: Ints, _ codes: Codes, _ word: Int32) -> Ints
}

/// Eight words: word k holds columns 4k…4k+3 of 16 rows.
struct CodeWords {
  let a, b, c, d, e, f, g, h: Codes
}

/// A number that codes are larger by than the factors they stand for.
protocol CodeOffset {
  static var value: Int32 { get }
}
enum Offset0: CodeOffset { static var value: Int32 { @inline(__always) get { 0 } } }
enum Offset4: CodeOffset { static var value: Int32 { @inline(__always) get { 4 } } }
enum Offset8: CodeOffset { static var value: Int32 { @inline(__always) get { 8 } } }
enum Offset16: CodeOffset { static var value: Int32 { @inline(__always) get { 16 } } }
enum Offset32: CodeOffset { static var value: Int32 { @inline(__always) get { 32 } } }

/// Codes of at most 7 bits.
protocol SmallCodes: CodeLayout {
  associatedtype Offset: CodeOffset
}

extension SmallCodes {
  @inline(__always) static func start(sum: Int32) -> Ints { Ints(repeating: -Offset.value &* sum) }
  @inline(__always) static func dot(_ accumulator: Ints, _ codes: Codes, _ word: Int32) -> Ints {
    nacre_dot_small(accumulator, codes, word)
  }
}

/// 8-bit codes, value + 128.
protocol LargeCodes: CodeLayout {}

extension LargeCodes {
  @inline(__always) static func start(sum: Int32) -> Ints { nacre_dot_start_128(sum) }
  @inline(__always) static func dot(_ accumulator: Ints, _ codes: Codes, _ word: Int32) -> Ints {
    nacre_dot_128(accumulator, codes, word)
  }
}

/// Word `index` of a plane.
@inline(__always)
func codeWord(_ plane: UnsafeRawPointer, _ index: Int) -> Codes {
  loadVector(plane + index * 64, as: Codes.self)
}
