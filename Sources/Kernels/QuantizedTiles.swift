import CKernelABI

/// Where one quantized input's planes begin (activation_layout.h).
struct QuantizedInputPlanes {
  /// Four int8 values each.
  let words: UnsafePointer<Int32>
  let scales: UnsafePointer<Float>
  let sums: UnsafePointer<Int32>
  let scaledSums: UnsafePointer<Float>
  let halfSums: UnsafePointer<Int32>

  @inline(__always)
  init(_ input: UnsafeRawPointer, columnCount: Int) {
    let count = Int64(columnCount)
    words = input.assumingMemoryBound(to: Int32.self)
    scales = (input + Int(nacre_activation_scale_offset(count))).assumingMemoryBound(to: Float.self)
    sums = (input + Int(nacre_activation_sum_offset(count))).assumingMemoryBound(to: Int32.self)
    scaledSums = (input + Int(nacre_activation_scaled_sum_offset(count))).assumingMemoryBound(to: Float.self)
    halfSums = (input + Int(nacre_activation_half_sum_offset(count))).assumingMemoryBound(to: Int32.self)
  }
}

/// One quantized input against 16 rows; how scales enter is the conforming type's.
protocol QuantizedTile: InputTile {
  var sums: Floats { get }
}

extension QuantizedTile {
  static var width: Int { @inline(__always) get { 1 } }

  @inline(__always)
  func store(to output: UnsafeMutablePointer<Float>, stride: Int) { storeVector(sums, to: output) }
}

/// 16 rows × 32 columns of weights.
struct BlockWeights<Code: CodeLayout, Scale> {
  let words: CodeWords
  let scales: Scale

  /// The integer dot products of columns 0–15, on top of `start`.
  @inline(__always)
  func dotLow(_ start: Ints, _ input: UnsafePointer<Int32>) -> Ints {
    var dots = Code.dot(start, words.a, input[0])
    dots = Code.dot(dots, words.b, input[1])
    dots = Code.dot(dots, words.c, input[2])
    return Code.dot(dots, words.d, input[3])
  }

  /// The integer dot products of columns 16–31, on top of `start`.
  @inline(__always)
  func dotHigh(_ start: Ints, _ input: UnsafePointer<Int32>) -> Ints {
    var dots = Code.dot(start, words.e, input[4])
    dots = Code.dot(dots, words.f, input[5])
    dots = Code.dot(dots, words.g, input[6])
    return Code.dot(dots, words.h, input[7])
  }
}

/// sum += scale · inputScale · Σ code · value.
struct ScaledInput<Code: CodeLayout>: QuantizedTile {
  var sums = Floats(repeating: 0)
  let planes: QuantizedInputPlanes

  @inline(__always)
  init(input: UnsafeRawPointer, stride: Int, columnCount: Int) {
    planes = QuantizedInputPlanes(input, columnCount: columnCount)
  }

  @inline(__always)
  mutating func accumulate(_ weights: BlockWeights<Code, BlockScale>, block: Int) {
    let words = planes.words + block * 8
    let dots = weights.dotHigh(weights.dotLow(Code.start(sum: planes.sums[block]), words), words)
    let scale = weights.scales.scale * planes.scales[block]
    sums = nacre_multiply_add(sums, nacre_float_from_int(dots), scale)
  }
}

/// sum += scale · inputScale · Σ code · value + minimum · inputScale · Σ value.
struct AffineInput<Code: CodeLayout>: QuantizedTile {
  var sums = Floats(repeating: 0)
  let planes: QuantizedInputPlanes

  @inline(__always)
  init(input: UnsafeRawPointer, stride: Int, columnCount: Int) {
    planes = QuantizedInputPlanes(input, columnCount: columnCount)
  }

  @inline(__always)
  mutating func accumulate(_ weights: BlockWeights<Code, AffineScale>, block: Int) {
    let words = planes.words + block * 8
    let dots = weights.dotHigh(weights.dotLow(Ints(repeating: 0), words), words)
    let scale = weights.scales.scale * planes.scales[block]
    sums = nacre_multiply_add(sums, nacre_float_from_int(dots), scale)
    sums = nacre_multiply_add(sums, weights.scales.minimum, Floats(repeating: planes.scaledSums[block]))
  }
}

/// sum += inputScale · (low scale · Σ code · value over columns 0–15 + high scale · Σ … over columns 16–31).
struct HalvesInput<Code: CodeLayout>: QuantizedTile {
  var sums = Floats(repeating: 0)
  let planes: QuantizedInputPlanes

  @inline(__always)
  init(input: UnsafeRawPointer, stride: Int, columnCount: Int) {
    planes = QuantizedInputPlanes(input, columnCount: columnCount)
  }

  @inline(__always)
  mutating func accumulate(_ weights: BlockWeights<Code, HalfScales>, block: Int) {
    let words = planes.words + block * 8
    let low = weights.dotLow(Code.start(sum: planes.halfSums[2 * block]), words)
    let high = weights.dotHigh(Code.start(sum: planes.halfSums[2 * block + 1]), words)
    let scaled = nacre_multiply_add(
      nacre_float_from_int(low) * weights.scales.low, nacre_float_from_int(high), weights.scales.high)
    sums = nacre_multiply_add(sums, scaled, Floats(repeating: planes.scales[block]))
  }
}

/// As `HalvesInput`, with a minimum for each half.
struct AffineHalvesInput<Code: CodeLayout>: QuantizedTile {
  var sums = Floats(repeating: 0)
  let planes: QuantizedInputPlanes

  @inline(__always)
  init(input: UnsafeRawPointer, stride: Int, columnCount: Int) {
    planes = QuantizedInputPlanes(input, columnCount: columnCount)
  }

  @inline(__always)
  mutating func accumulate(_ weights: BlockWeights<Code, AffineHalfScales>, block: Int) {
    let words = planes.words + block * 8
    let (low, high) = (weights.scales.low, weights.scales.high)
    let zero = Ints(repeating: 0)
    var scaled = nacre_float_from_int(weights.dotLow(zero, words)) * low.scale
    scaled = nacre_multiply_add(scaled, nacre_float_from_int(weights.dotHigh(zero, words)), high.scale)
    scaled = nacre_multiply_add(scaled, low.minimum, Floats(repeating: Float(planes.halfSums[2 * block])))
    scaled = nacre_multiply_add(
      scaled, high.minimum, Floats(repeating: Float(planes.halfSums[2 * block + 1])))
    sums = nacre_multiply_add(sums, scaled, Floats(repeating: planes.scales[block]))
  }
}
