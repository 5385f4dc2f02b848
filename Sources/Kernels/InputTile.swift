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

typealias Tile2<T: InputTile> = Pair<T, T>
typealias Tile3<T: InputTile> = Pair<Tile2<T>, T>
typealias Tile4<T: InputTile> = Pair<Tile2<T>, Tile2<T>>
typealias Tile5<T: InputTile> = Pair<Tile4<T>, T>
typealias Tile6<T: InputTile> = Pair<Tile4<T>, Tile2<T>>
typealias Tile7<T: InputTile> = Pair<Tile4<T>, Tile3<T>>
typealias Tile8<T: InputTile> = Pair<Tile4<T>, Tile4<T>>
