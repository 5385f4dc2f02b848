/// A row of activations in int8: blocks of 32 codes, each block with a float scale.
///
/// For a block x of 32 floats, in single precision: scale = max|x| / 127, code = x · (127 / max|x|) rounded to the
/// nearest integer, ties to even, in `-127...127`. A block whose maximum is so small that 127 / max|x| overflows
/// (below 2^-121) has scale 0 and codes 0. A block with an infinity or NaN has scale NaN and codes 0: what is computed
/// from it is NaN too, never a number that looks right.
public struct ActivationRow: Equatable, Sendable {
  public static let blockElementCount = 32

  /// Number of elements; the last block may be partial.
  public let elementCount: Int

  /// Shape `[scales.count * 32]`; zeros behind the last element.
  public private(set) var codes: [Int8]

  /// One scale a block.
  public private(set) var scales: [Float]

  /// Quantizes a row of any length.
  public init(_ values: [Float]) {
    let blockCount = (values.count + Self.blockElementCount - 1) / Self.blockElementCount
    elementCount = values.count
    codes = [Int8](repeating: 0, count: blockCount * Self.blockElementCount)
    scales = [Float](repeating: 0, count: blockCount)
    for block in 0..<blockCount {
      let start = block * Self.blockElementCount
      quantize(values[start..<min(start + Self.blockElementCount, values.count)], block: block)
    }
  }

  private mutating func quantize(_ values: ArraySlice<Float>, block: Int) {
    guard values.allSatisfy(\.isFinite) else {
      scales[block] = .nan
      return
    }
    let largest = values.reduce(0) { max($0, abs($1)) }
    let inverse = 127 / largest
    guard inverse.isFinite else { return }
    scales[block] = largest / 127
    for (index, value) in zip(values.indices, values) {
      codes[index] = Int8((value * inverse).rounded(.toNearestOrEven))
    }
  }

  /// The values that the codes stand for, `[elementCount]`.
  public var values: [Float] {
    (0..<elementCount).map { Float(codes[$0]) * scales[$0 / Self.blockElementCount] }
  }
}
