import CKernelABI

/// A number of query heads that share each load of values: 64 values of each head at a time.
protocol ValueTile {
  static var width: Int { get }

  /// - Parameter weights: One strip for each head, `stride` floats apart.
  init(weights: UnsafePointer<Float>, stride: Int)

  /// sums[head] += weight[head][position] · values.
  mutating func accumulate(_ values: FourVectors, position: Int)

  /// Writes scale[head] · sums as values `first..<first + 64` of each head; the scales are `stride` floats apart.
  func store(
    to output: UnsafeMutablePointer<Float>, first: Int, headSize: Int, scales: UnsafePointer<Float>,
    stride: Int)
}

/// 64 values of a head.
struct FourVectors {
  var a = Floats(repeating: 0)
  var b = Floats(repeating: 0)
  var c = Floats(repeating: 0)
  var d = Floats(repeating: 0)
}

struct OneMix: ValueTile {
  private let weights: UnsafePointer<Float>
  private var sums = FourVectors()

  static var width: Int { @inline(__always) get { 1 } }

  @inline(__always)
  init(weights: UnsafePointer<Float>, stride: Int) { self.weights = weights }

  @inline(__always)
  mutating func accumulate(_ values: FourVectors, position: Int) {
    let weight = Floats(repeating: weights[position])
    sums.a = nacre_multiply_add(sums.a, values.a, weight)
    sums.b = nacre_multiply_add(sums.b, values.b, weight)
    sums.c = nacre_multiply_add(sums.c, values.c, weight)
    sums.d = nacre_multiply_add(sums.d, values.d, weight)
  }

  @inline(__always)
  func store(
    to output: UnsafeMutablePointer<Float>, first: Int, headSize: Int, scales: UnsafePointer<Float>,
    stride: Int
  ) {
    let scale = scales[0]
    storeHead(sums.a * scale, first, headSize, output)
    storeHead(sums.b * scale, first + 16, headSize, output)
    storeHead(sums.c * scale, first + 32, headSize, output)
    storeHead(sums.d * scale, first + 48, headSize, output)
  }
}

struct MixPair<First: ValueTile, Second: ValueTile>: ValueTile {
  private var first: First
  private var second: Second

  static var width: Int { @inline(__always) get { First.width + Second.width } }

  @inline(__always)
  init(weights: UnsafePointer<Float>, stride: Int) {
    first = First(weights: weights, stride: stride)
    second = Second(weights: weights + First.width * stride, stride: stride)
  }

  @inline(__always)
  mutating func accumulate(_ values: FourVectors, position: Int) {
    first.accumulate(values, position: position)
    second.accumulate(values, position: position)
  }

  @inline(__always)
  func store(
    to output: UnsafeMutablePointer<Float>, first start: Int, headSize: Int, scales: UnsafePointer<Float>,
    stride: Int
  ) {
    first.store(to: output, first: start, headSize: headSize, scales: scales, stride: stride)
    second.store(
      to: output + First.width * headSize, first: start, headSize: headSize,
      scales: scales + First.width * stride, stride: stride)
  }
}

/// Stores the lanes that belong to the head; the next head's memory is another thread's.
@inline(__always)
private func storeHead(
  _ vector: Floats, _ first: Int, _ headSize: Int, _ output: UnsafeMutablePointer<Float>
) {
  if first + 16 <= headSize {
    storeVector(vector, to: output + first)
  } else if first < headSize {
    storePartial(vector, count: headSize - first, to: output + first)
  }
}
