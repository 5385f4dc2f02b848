import CKernelABI

/// 16 rows × 32 columns of weights.
struct BlockWeights<Code: CodeLayout, Scale> {
  let words: CodeWords
  /// The block as it is stored, for levels that unpack a word at a time.
  let packed: UnsafeRawPointer
  let scales: Scale

  /// The integer dot products of columns 0–15, on top of `start`.
  @inline(__always)
  func dotLow(_ start: Ints, _ input: InputBlock) -> Ints {
    var dots = Code.dot(start, words.a, input.pointee.words.0)
    dots = Code.dot(dots, words.b, input.pointee.words.1)
    dots = Code.dot(dots, words.c, input.pointee.words.2)
    return Code.dot(dots, words.d, input.pointee.words.3)
  }

  /// The integer dot products of columns 16–31, on top of `start`.
  @inline(__always)
  func dotHigh(_ start: Ints, _ input: InputBlock) -> Ints {
    var dots = Code.dot(start, words.e, input.pointee.words.4)
    dots = Code.dot(dots, words.f, input.pointee.words.5)
    dots = Code.dot(dots, words.g, input.pointee.words.6)
    return Code.dot(dots, words.h, input.pointee.words.7)
  }
}

/// The integer dot products of a block: of all columns, or of columns 0–15 and 16–31.
struct BlockDots {
  private var lowColumns = RowDots()
  private var highColumns = RowDots()

  @inline(__always) init() {}

  /// Adds those of rows 8 · half … 8 · half + 7 and the columns of `group`.
  @inline(__always)
  mutating func add(_ rows: nacre_i32x8, group: Int, half: Int) {
    if group == 0 { lowColumns.add(rows, half: half) } else { highColumns.add(rows, half: half) }
  }

  @inline(__always) func low(start: Int32) -> Ints { lowColumns.joined(start: start) }
  @inline(__always) func high(start: Int32) -> Ints { highColumns.joined(start: start) }
}

/// Integers of 16 rows, 8 at a time.
private struct RowDots {
  private var first = nacre_i32x8(repeating: 0)
  private var last = nacre_i32x8(repeating: 0)

  @inline(__always) init() {}

  @inline(__always)
  mutating func add(_ rows: nacre_i32x8, half: Int) {
    if half == 0 { first = nacre_add_rows(first, rows) } else { last = nacre_add_rows(last, rows) }
  }

  @inline(__always) func joined(start: Int32) -> Ints { nacre_join_rows(first, last, start) }
}
