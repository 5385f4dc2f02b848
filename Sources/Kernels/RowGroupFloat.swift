import CKernelABI

/// How a float element of 16 rows is loaded.
protocol FloatElement {
  static var byteCount: Int { get }
  static func load(_ pointer: UnsafeRawPointer) -> Floats
}

enum ElementF32: FloatElement {
  static var byteCount: Int { @inline(__always) get { 4 } }
  @inline(__always) static func load(_ pointer: UnsafeRawPointer) -> Floats {
    loadVector(pointer, as: Floats.self)
  }
}

enum ElementF16: FloatElement {
  static var byteCount: Int { @inline(__always) get { 2 } }
  @inline(__always) static func load(_ pointer: UnsafeRawPointer) -> Floats {
    nacre_float_from_half(loadVector(pointer, as: Halves.self))
  }
}

enum ElementBF16: FloatElement {
  static var byteCount: Int { @inline(__always) get { 2 } }
  @inline(__always) static func load(_ pointer: UnsafeRawPointer) -> Floats {
    nacre_float_from_bfloat(loadVector(pointer, as: Halves.self))
  }
}

/// The weights of 16 rows and four columns; columns past the end are zero.
struct FourColumns {
  let a, b, c, d: Floats
}

/// One float input against 16 rows: running sums of the even and of the odd columns, added at the end.
struct FloatInput: InputTile {
  var even = Floats(repeating: 0)
  var odd = Floats(repeating: 0)
  let values: UnsafePointer<Float>

  static var width: Int { @inline(__always) get { 1 } }

  @inline(__always)
  init(input: UnsafeRawPointer, stride: Int, columnCount: Int) {
    values = input.assumingMemoryBound(to: Float.self)
  }

  @inline(__always)
  mutating func accumulate(_ weights: FourColumns, block: Int) {
    let x = values + block * 4
    even = nacre_multiply_add(even, weights.a, Floats(repeating: x[0]))
    odd = nacre_multiply_add(odd, weights.b, Floats(repeating: x[1]))
    even = nacre_multiply_add(even, weights.c, Floats(repeating: x[2]))
    odd = nacre_multiply_add(odd, weights.d, Floats(repeating: x[3]))
  }

  @inline(__always)
  func store(to output: UnsafeMutablePointer<Float>, stride: Int) {
    storeVector(even + odd, to: output)
  }
}

/// Float rows, 16 interleaved.
///
/// Rows are padded with zeros to a multiple of 4 columns; inputs must be readable that far, and finite.
struct RowGroupFloat<Element: FloatElement>: RowGroup {
  let start: UnsafeRawPointer
  typealias Tiles = PlainTiles<FloatInput>

  static var maximumTileWidth: Int { @inline(__always) get { Int(NACRE_FLOAT_TILE_WIDTH) } }

  @inline(__always) static func byteCount(columnCount: Int) -> Int {
    unitCount(columnCount: columnCount) * 4 * 16 * Element.byteCount
  }

  @inline(__always) static func unitCount(columnCount: Int) -> Int { (columnCount + 3) / 4 }
  static var blocksPerUnit: Int { @inline(__always) get { 1 } }

  @inline(__always) init(start: UnsafeRawPointer) { self.start = start }

  @inline(__always) func head(unit: Int) {}

  @inline(__always) func weights(_ head: Void, unit: Int, part: Int, tileWidth: Int) -> FourColumns {
    let step = 16 * Element.byteCount
    let first = start + unit * 4 * step
    prefetch(first, byteCount: 4 * step, operationCount: 4, tileWidth: tileWidth)
    return FourColumns(
      a: Element.load(first), b: Element.load(first + step), c: Element.load(first + 2 * step),
      d: Element.load(first + 3 * step))
  }
}
