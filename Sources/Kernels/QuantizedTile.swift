import CKernelABI

/// The codes of 16 rows × 32 columns, as eight vectors of 16 rows × 4 columns, and the rows' scales.
protocol CodeBlock {
  var scales: Floats { get }
  func group(_ index: Int) -> Codes
  static func start(activationSum: Int32) -> Ints
  static func dot(_ accumulator: Ints, _ codes: Codes, _ word: Int32) -> Ints
}

/// One quantized input against 16 rows: per block eight integer dot products, then one multiply-add in float.
struct QuantizedInput<Block: CodeBlock>: InputTile {
  var sums = Floats(repeating: 0)
  /// Four int8 values each.
  let words: UnsafePointer<Int32>
  let scales: UnsafePointer<Float>
  let blockSums: UnsafePointer<Int32>

  static var width: Int { @inline(__always) get { 1 } }

  @inline(__always)
  init(input: UnsafeRawPointer, stride: Int, columnCount: Int) {
    let count = Int64(columnCount)
    words = input.assumingMemoryBound(to: Int32.self)
    scales = (input + Int(nacre_activation_scale_offset(count))).assumingMemoryBound(to: Float.self)
    blockSums = (input + Int(nacre_activation_sum_offset(count))).assumingMemoryBound(to: Int32.self)
  }

  @inline(__always)
  mutating func accumulate(_ weights: Block, block: Int) {
    let word = words + block * 8
    var dots = Block.start(activationSum: blockSums[block])
    dots = Block.dot(dots, weights.group(0), word[0])
    dots = Block.dot(dots, weights.group(1), word[1])
    dots = Block.dot(dots, weights.group(2), word[2])
    dots = Block.dot(dots, weights.group(3), word[3])
    dots = Block.dot(dots, weights.group(4), word[4])
    dots = Block.dot(dots, weights.group(5), word[5])
    dots = Block.dot(dots, weights.group(6), word[6])
    dots = Block.dot(dots, weights.group(7), word[7])
    let scale = weights.scales * scales[block]
    sums = nacre_multiply_add(sums, nacre_float_from_int(dots), scale)
  }

  @inline(__always)
  func store(to output: UnsafeMutablePointer<Float>, stride: Int) { storeVector(sums, to: output) }
}

/// Distance at which code bytes are prefetched: far enough to hide memory behind eight inputs' arithmetic.
let prefetchDistance = 4096

/// Reads ahead the next `lineCount` cache lines of codes.
@inline(__always)
func prefetch(_ codes: UnsafeRawPointer, lineCount: Int) {
  for line in 0..<lineCount { nacre_prefetch(codes + prefetchDistance + line * 64) }
}
