import CKernelABI

typealias InputBlock = UnsafePointer<nacre_activation_block>

/// One quantized input against 16 rows; how scales enter is the conforming type's.
protocol QuantizedTile: InputTile {
  var sums: Floats { get }
  init(blocks: InputBlock)
}

extension QuantizedTile {
  static var width: Int { @inline(__always) get { 1 } }

  @inline(__always)
  init(input: UnsafeRawPointer, stride: Int, columnCount: Int) {
    self.init(blocks: input.assumingMemoryBound(to: nacre_activation_block.self))
  }

  @inline(__always)
  func store(to output: UnsafeMutablePointer<Float>, stride: Int) { storeVector(sums, to: output) }
}

/// 16 rows × 32 columns of weights.
struct BlockWeights<Code: CodeLayout, Scale> {
  let words: CodeWords
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

/// sum += scale · inputScale · Σ code · value.
struct ScaledInput<Code: CodeLayout>: QuantizedTile {
  var sums = Floats(repeating: 0)
  let blocks: InputBlock

  @inline(__always)
  init(blocks: InputBlock) { self.blocks = blocks }

  @inline(__always)
  mutating func accumulate(_ weights: BlockWeights<Code, BlockScale>, block: Int) {
    let input = blocks + block
    let dots = weights.dotHigh(weights.dotLow(Code.start(input.pointee.start), input), input)
    let scale = weights.scales.scale * input.pointee.scale
    sums = nacre_multiply_add(sums, nacre_float_from_int(dots), scale)
  }
}

/// sum += scale · inputScale · Σ code · value + minimum · inputScale · Σ value.
struct AffineInput<Code: CodeLayout>: QuantizedTile {
  var sums = Floats(repeating: 0)
  let blocks: InputBlock

  @inline(__always)
  init(blocks: InputBlock) { self.blocks = blocks }

  @inline(__always)
  mutating func accumulate(_ weights: BlockWeights<Code, AffineScale>, block: Int) {
    let input = blocks + block
    let dots = weights.dotHigh(weights.dotLow(Ints(repeating: 0), input), input)
    let scale = weights.scales.scale * input.pointee.scale
    sums = nacre_multiply_add(sums, nacre_float_from_int(dots), scale)
    sums = nacre_multiply_add(sums, weights.scales.minimum, Floats(repeating: input.pointee.scaled_sum))
  }
}

/// sum += inputScale · (low scale · Σ code · value over columns 0–15 + high scale · Σ … over columns 16–31).
struct HalvesInput<Code: CodeLayout>: QuantizedTile {
  var sums = Floats(repeating: 0)
  let blocks: InputBlock

  @inline(__always)
  init(blocks: InputBlock) { self.blocks = blocks }

  @inline(__always)
  mutating func accumulate(_ weights: BlockWeights<Code, HalfScales>, block: Int) {
    let input = blocks + block
    let low = weights.dotLow(Code.start(input.pointee.low_start), input)
    let high = weights.dotHigh(Code.start(input.pointee.start &- input.pointee.low_start), input)
    let scaled = nacre_multiply_add(
      nacre_float_from_int(low) * weights.scales.low, nacre_float_from_int(high), weights.scales.high)
    sums = nacre_multiply_add(sums, scaled, Floats(repeating: input.pointee.scale))
  }
}

/// As `HalvesInput`, with a minimum for each half.
struct AffineHalvesInput<Code: CodeLayout>: QuantizedTile {
  var sums = Floats(repeating: 0)
  let blocks: InputBlock

  @inline(__always)
  init(blocks: InputBlock) { self.blocks = blocks }

  @inline(__always)
  mutating func accumulate(_ weights: BlockWeights<Code, AffineHalfScales>, block: Int) {
    let input = blocks + block
    let (low, high) = (weights.scales.low, weights.scales.high)
    let zero = Ints(repeating: 0)
    let lowSum = -(input.pointee.low_start >> 7)
    let highSum = -((input.pointee.start &- input.pointee.low_start) >> 7)
    var scaled = nacre_float_from_int(weights.dotLow(zero, input)) * low.scale
    scaled = nacre_multiply_add(scaled, nacre_float_from_int(weights.dotHigh(zero, input)), high.scale)
    scaled = nacre_multiply_add(scaled, low.minimum, Floats(repeating: Float(lowSum)))
    scaled = nacre_multiply_add(
      scaled, high.minimum, Floats(repeating: Float(highSum)))
    sums = nacre_multiply_add(sums, scaled, Floats(repeating: input.pointee.scale))
  }
}
