import TensorTypes

/// Normally distributed noise on weights, in proportion to the root mean square of each row.
///
/// It is keyed by the source's tensor and row: wherever a row is copied to, it gets the same noise.
struct WeightNoise {
  /// Standard deviation over the row's root mean square; 0: none.
  let amount: Float
  let seed: UInt64

  static let none = WeightNoise(amount: 0, seed: 0)

  func add(to values: inout [Float], tensor: String, row: Int) {
    guard amount > 0, !values.isEmpty else { return }
    let meanSquare = values.reduce(Float(0)) { $0 + $1 * $1 } / Float(values.count)
    let deviation = amount * meanSquare.squareRoot()
    // FNV-1a (Fowler, Noll, Vo) of the name.
    let name = tensor.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    var key = SplitMix(seed: seed ^ name)
    var random = SplitMix(seed: key.next() &+ UInt64(row) &* 0xd1b5_4a32_d192_ed03)
    for index in stride(from: 0, to: values.count, by: 2) {
      let (first, second) = random.normals()
      values[index] += deviation * first
      if index + 1 < values.count { values[index + 1] += deviation * second }
    }
  }
}
