import CKernelABI

typealias InputBlock = UnsafePointer<nacre_activation_block>

/// One quantized input against 16 rows; how scales enter is the conforming type's.
protocol QuantizedTile: SteppedTile where Sums == Code.Sums, Dots == BlockDots {
  var sums: Floats { get }
  var blocks: InputBlock { get }
  init(blocks: InputBlock)
  /// Adds the scaled products of a block.
  /// - Parameters:
  ///   - low: Σ factor · value, or of codes that have a minimum Σ code · value, of columns 0–15 — of all columns where
  ///     they share a scale.
  ///   - high: The same of columns 16–31.
  mutating func add(low: Ints, high: Ints, _ scales: Scale, _ input: InputBlock)
}

extension QuantizedTile {
  static var width: Int { @inline(__always) get { 1 } }

  @inline(__always)
  init(input: UnsafeRawPointer, stride: Int, columnCount: Int) {
    self.init(blocks: input.assumingMemoryBound(to: nacre_activation_block.self))
  }

  @inline(__always)
  mutating func accumulate(_ weights: BlockWeights<Code, Scale>, block: Int) {
    let input = blocks + block
    if Self.columnGroups == 1 {
      let dots = weights.dotHigh(weights.dotLow(Code.start(input.pointee.start), input), input)
      add(low: dots, high: dots, weights.scales, input)
    } else {
      let low = weights.dotLow(Code.start(input.pointee.low_start), input)
      let high = weights.dotHigh(Code.start(input.pointee.start &- input.pointee.low_start), input)
      add(low: low, high: high, weights.scales, input)
    }
  }

  @inline(__always)
  func store(to output: UnsafeMutablePointer<Float>, stride: Int) { storeVector(sums, to: output) }

  static var noSums: Sums { @inline(__always) get { Sums() } }
  static var noDots: BlockDots { @inline(__always) get { BlockDots() } }

  @inline(__always)
  func add(_ parts: Code.Sums.Parts, word: Int, block: Int, to sums: inout Sums) {
    let words = UnsafeRawPointer(blocks + block)
    sums.add(parts, words.load(fromByteOffset: word * 4, as: Int32.self))
  }

  @inline(__always)
  func add(_ sums: Sums, group: Int, half: Int, to dots: inout BlockDots) {
    dots.add(sums.rows, group: group, half: half)
  }

  @inline(__always)
  mutating func finish(_ dots: BlockDots, _ weights: BlockWeights<Code, Scale>, block: Int) {
    let input = blocks + block
    let (start, lowStart) = (input.pointee.start, input.pointee.low_start)
    let low = dots.low(start: Code.correction(Self.columnGroups == 1 ? start : lowStart))
    let high = Self.columnGroups == 1 ? low : dots.high(start: Code.correction(start &- lowStart))
    add(low: low, high: high, weights.scales, input)
  }
}

/// sum += scale · inputScale · Σ factor · value.
struct ScaledInput<Code: CodeLayout>: QuantizedTile {
  typealias Weights = BlockWeights<Code, Scale>
  typealias Scale = BlockScale
  var sums = Floats(repeating: 0)
  let blocks: InputBlock
  static var columnGroups: Int { @inline(__always) get { 1 } }

  @inline(__always)
  init(blocks: InputBlock) { self.blocks = blocks }

  @inline(__always)
  mutating func add(low: Ints, high: Ints, _ scales: BlockScale, _ input: InputBlock) {
    let scale = scales.scale * input.pointee.scale
    sums = nacre_multiply_add(sums, nacre_float_from_int(low), scale)
  }
}

/// sum += scale · inputScale · Σ code · value + minimum · inputScale · Σ value.
struct AffineInput<Code: CodeLayout>: QuantizedTile {
  typealias Weights = BlockWeights<Code, Scale>
  typealias Scale = AffineScale
  var sums = Floats(repeating: 0)
  let blocks: InputBlock
  static var columnGroups: Int { @inline(__always) get { 1 } }

  @inline(__always)
  init(blocks: InputBlock) { self.blocks = blocks }

  @inline(__always)
  mutating func add(low: Ints, high: Ints, _ scales: AffineScale, _ input: InputBlock) {
    let scale = scales.scale * input.pointee.scale
    sums = nacre_multiply_add(sums, nacre_float_from_int(low), scale)
    sums = nacre_multiply_add(sums, scales.minimum, Floats(repeating: input.pointee.scaled_sum))
  }
}

/// sum += inputScale · (low scale · Σ factor · value over columns 0–15 + high scale · Σ … over columns 16–31).
struct HalvesInput<Code: CodeLayout>: QuantizedTile {
  typealias Weights = BlockWeights<Code, Scale>
  typealias Scale = HalfScales
  var sums = Floats(repeating: 0)
  let blocks: InputBlock
  static var columnGroups: Int { @inline(__always) get { 2 } }

  @inline(__always)
  init(blocks: InputBlock) { self.blocks = blocks }

  @inline(__always)
  mutating func add(low: Ints, high: Ints, _ scales: HalfScales, _ input: InputBlock) {
    let scaled = nacre_multiply_add(
      nacre_float_from_int(low) * scales.low, nacre_float_from_int(high), scales.high)
    sums = nacre_multiply_add(sums, scaled, Floats(repeating: input.pointee.scale))
  }
}

/// As `HalvesInput`, with a minimum for each half.
struct AffineHalvesInput<Code: CodeLayout>: QuantizedTile {
  typealias Weights = BlockWeights<Code, Scale>
  typealias Scale = AffineHalfScales
  var sums = Floats(repeating: 0)
  let blocks: InputBlock
  static var columnGroups: Int { @inline(__always) get { 2 } }

  @inline(__always)
  init(blocks: InputBlock) { self.blocks = blocks }

  @inline(__always)
  mutating func add(low: Ints, high: Ints, _ scales: AffineHalfScales, _ input: InputBlock) {
    let lowSum = -(input.pointee.low_start >> 7)
    let highSum = -((input.pointee.start &- input.pointee.low_start) >> 7)
    var scaled = nacre_float_from_int(low) * scales.low.scale
    scaled = nacre_multiply_add(scaled, nacre_float_from_int(high), scales.high.scale)
    scaled = nacre_multiply_add(scaled, scales.low.minimum, Floats(repeating: Float(lowSum)))
    scaled = nacre_multiply_add(scaled, scales.high.minimum, Floats(repeating: Float(highSum)))
    sums = nacre_multiply_add(sums, scaled, Floats(repeating: input.pointee.scale))
  }
}
