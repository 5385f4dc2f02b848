import CKernelABI

/// A number of inputs that share each load of weights: 16 rows × `width` results kept in registers.
///
/// Wider tiles are made of narrower ones by `Pair`; the compiler flattens them into straight code. One result is
/// always accumulated in the same order, whatever tile it is part of: that makes the kernels batch-invariant.
protocol InputTile {
  /// What one step multiplies: the weights of 16 rows for one block of columns.
  associatedtype Weights
  static var width: Int { get }

  /// Starts at the input at `input`; the next ones are `stride` bytes apart.
  init(input: UnsafeRawPointer, stride: Int, columnCount: Int)
  mutating func accumulate(_ weights: Weights, block: Int)

  /// Writes 16 results for each input, `stride` floats apart.
  func store(to output: UnsafeMutablePointer<Float>, stride: Int)
}

/// Two tiles side by side.
struct Pair<First: InputTile, Second: InputTile>: InputTile where First.Weights == Second.Weights {
  var first: First
  var second: Second

  static var width: Int { @inline(__always) get { First.width + Second.width } }

  @inline(__always)
  init(input: UnsafeRawPointer, stride: Int, columnCount: Int) {
    first = First(input: input, stride: stride, columnCount: columnCount)
    second = Second(input: input + stride * First.width, stride: stride, columnCount: columnCount)
  }

  @inline(__always)
  mutating func accumulate(_ weights: First.Weights, block: Int) {
    first.accumulate(weights, block: block)
    second.accumulate(weights, block: block)
  }

  @inline(__always)
  func store(to output: UnsafeMutablePointer<Float>, stride: Int) {
    first.store(to: output, stride: stride)
    second.store(to: output + stride * First.width, stride: stride)
  }
}

/// The tiles of one to eight inputs.
protocol TileFamily {
  associatedtype Weights
  associatedtype One: InputTile where One.Weights == Weights
  associatedtype Two: InputTile where Two.Weights == Weights
  associatedtype Three: InputTile where Three.Weights == Weights
  associatedtype Four: InputTile where Four.Weights == Weights
  associatedtype Five: InputTile where Five.Weights == Weights
  associatedtype Six: InputTile where Six.Weights == Weights
  associatedtype Seven: InputTile where Seven.Weights == Weights
  associatedtype Eight: InputTile where Eight.Weights == Weights
}

/// Tiles that take a block's weights at once.
enum PlainTiles<One: InputTile>: TileFamily {
  typealias Weights = One.Weights
  typealias Two = Pair<One, One>
  typealias Three = Pair<Two, One>
  typealias Four = Pair<Two, Two>
  typealias Five = Pair<Four, One>
  typealias Six = Pair<Four, Two>
  typealias Seven = Pair<Four, Three>
  typealias Eight = Pair<Four, Four>
}

/// Tiles that may take them in steps.
enum SteppedTiles<Tile: SteppedTile>: TileFamily {
  typealias Weights = Tile.Weights
  typealias Plain = PlainTiles<Tile>
  typealias One = InSteps<Tile>
  typealias Two = InSteps<Plain.Two>
  typealias Three = InSteps<Plain.Three>
  typealias Four = InSteps<Plain.Four>
  typealias Five = InSteps<Plain.Five>
  typealias Six = InSteps<Plain.Six>
  typealias Seven = InSteps<Plain.Seven>
  typealias Eight = InSteps<Plain.Eight>
}
