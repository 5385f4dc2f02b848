import CKernelABI

/// A tile that can take a block's weights word by word, each word for all inputs, 8 rows at a time.
///
/// Where registers are few, the codes of 16 rows do not stay in them from one input to the next; the sums of 8 rows and
/// all inputs do.
protocol SteppedTile: InputTile where Weights == BlockWeights<Code, Scale> {
  associatedtype Code: CodeLayout
  associatedtype Scale
  /// Sums of 8 rows' products.
  associatedtype Sums
  /// Dot products of 16 rows.
  associatedtype Dots
  static var noSums: Sums { get }
  static var noDots: Dots { get }
  /// 2 where columns 0–15 have scales of their own, else 1.
  static var columnGroups: Int { get }

  /// Adds the products of a word of 8 rows.
  func add(_ parts: Code.Sums.Parts, word: Int, block: Int, to sums: inout Sums)
  /// Adds the sums of rows 8 · half … 8 · half + 7.
  func add(_ sums: Sums, group: Int, half: Int, to dots: inout Dots)
  /// Scales a block's dot products and adds them to the results.
  mutating func finish(_ dots: Dots, _ weights: Weights, block: Int)
}

extension Pair: SteppedTile
where First: SteppedTile, Second: SteppedTile, First.Code == Second.Code, First.Scale == Second.Scale {
  typealias Code = First.Code
  typealias Scale = First.Scale
  typealias Sums = (First.Sums, Second.Sums)
  typealias Dots = (First.Dots, Second.Dots)

  static var noSums: Sums { @inline(__always) get { (First.noSums, Second.noSums) } }
  static var noDots: Dots { @inline(__always) get { (First.noDots, Second.noDots) } }
  static var columnGroups: Int { @inline(__always) get { First.columnGroups } }

  @inline(__always)
  func add(_ parts: Code.Sums.Parts, word: Int, block: Int, to sums: inout Sums) {
    first.add(parts, word: word, block: block, to: &sums.0)
    second.add(parts, word: word, block: block, to: &sums.1)
  }

  @inline(__always)
  func add(_ sums: Sums, group: Int, half: Int, to dots: inout Dots) {
    first.add(sums.0, group: group, half: half, to: &dots.0)
    second.add(sums.1, group: group, half: half, to: &dots.1)
  }

  @inline(__always)
  mutating func finish(_ dots: Dots, _ weights: Weights, block: Int) {
    first.finish(dots.0, weights, block: block)
    second.finish(dots.1, weights, block: block)
  }
}

/// The tile as its level multiplies it: in steps, or a whole block at once.
struct InSteps<Tile: SteppedTile>: InputTile {
  private var tile: Tile

  static var width: Int { @inline(__always) get { Tile.width } }

  @inline(__always)
  init(input: UnsafeRawPointer, stride: Int, columnCount: Int) {
    tile = Tile(input: input, stride: stride, columnCount: columnCount)
  }

  @inline(__always)
  mutating func accumulate(_ weights: Tile.Weights, block: Int) {
    if NACRE_MULTIPLIES_HALF_ROWS == 0 { return tile.accumulate(weights, block: block) }
    var dots = Tile.noDots
    addHalf(0, weights.packed, block, to: &dots)
    nacre_forget_codes()
    addHalf(1, weights.packed, block, to: &dots)
    tile.finish(dots, weights, block: block)
  }

  /// Written out, as is `addSum`: loops of constant bounds would stay loops. (Functions inside functions would be
  /// compiled once more by themselves.)
  @inline(__always)
  private func addHalf(_ half: Int, _ packed: UnsafeRawPointer, _ block: Int, to dots: inout Tile.Dots) {
    let wordCount = smaller(Tile.Code.wordsPerSum, 8 / Tile.columnGroups)
    addSum(0, wordCount, half, packed, block, to: &dots)
    if wordCount == 2 { addSum(2, wordCount, half, packed, block, to: &dots) }
    if wordCount <= 4 { addSum(4, wordCount, half, packed, block, to: &dots) }
    if wordCount == 2 { addSum(6, wordCount, half, packed, block, to: &dots) }
  }

  /// Adds the products of words first …< first + count.
  @inline(__always)
  private func addSum(
    _ first: Int, _ count: Int, _ half: Int, _ packed: UnsafeRawPointer, _ block: Int,
    to dots: inout Tile.Dots
  ) {
    var sums = Tile.noSums
    addWord(first, half, packed, block, to: &sums)
    addWord(first + 1, half, packed, block, to: &sums)
    if count > 2 {
      addWord(first + 2, half, packed, block, to: &sums)
      addWord(first + 3, half, packed, block, to: &sums)
    }
    if count > 4 {
      addWord(first + 4, half, packed, block, to: &sums)
      addWord(first + 5, half, packed, block, to: &sums)
      addWord(first + 6, half, packed, block, to: &sums)
      addWord(first + 7, half, packed, block, to: &sums)
    }
    tile.add(sums, group: first * Tile.columnGroups / 8, half: half, to: &dots)
  }

  @inline(__always)
  private func addWord(
    _ word: Int, _ half: Int, _ packed: UnsafeRawPointer, _ block: Int, to sums: inout Tile.Sums
  ) {
    let codes = nacre_half_of(Tile.Code.word(packed, word), Int32(half))
    tile.add(Tile.Code.Sums.parts(codes), word: word, block: block, to: &sums)
  }

  @inline(__always)
  func store(to output: UnsafeMutablePointer<Float>, stride: Int) { tile.store(to: output, stride: stride) }
}
