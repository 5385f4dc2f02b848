/// The values of a block with the weights of their errors, both scaled by powers of two so that single precision
/// suffices for sums of squares.
struct WeightedBlock {
  /// Largest number of elements of a block.
  static let capacity = 256

  let values: UnsafePointer<Float>
  let weights: UnsafePointer<Float>
  let count: Int
  /// What a scaled value times is the true one: a power of two.
  let unit: Double

  /// Lends a block; nil when a value is infinite or NaN.
  ///
  /// Errors of large values count more: models suffer most from them. The weight of value x is
  /// importance · √(evenness · mean square of the block + x²).
  /// - Parameters:
  ///   - importance: As many as values, finite and at least 0.
  ///   - evenness: The more, the less the value itself matters; above 0.
  static func with<Result>(
    _ values: UnsafeBufferPointer<Float>, importance: UnsafeBufferPointer<Float>, evenness: Float,
    _ body: (WeightedBlock) -> Result
  ) -> Result? {
    precondition(values.count <= capacity && values.count == importance.count)
    var (largest, largestImportance) = (Float(0), Float(0))
    for index in values.indices {
      guard values[index].isFinite else { return nil }
      largest = max(largest, abs(values[index]))
      largestImportance = max(largestImportance, importance[index])
    }
    // Half precision ends at 2^-24: what is far below may stay small.
    let exponent = max(largest == 0 ? 0 : Int(largest.exponent), -60)
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * capacity) { memory in
      let (scaled, weights) = (memory.baseAddress!, memory.baseAddress! + capacity)
      let unit = Double(sign: .plus, exponent: exponent, significand: 1)
      for index in values.indices { scaled[index] = Float(Double(values[index]) / unit) }
      var square: Float = 0
      for index in values.indices { square += scaled[index] * scaled[index] }
      let least = evenness * square / Float(values.count)
      for index in values.indices {
        weights[index] = (least + scaled[index] * scaled[index]).squareRoot()
      }
      if largestImportance > 0 {
        for index in values.indices {
          weights[index] *= Float(Double(importance[index]) / Double(largestImportance))
        }
      }
      raise(weights, count: values.count)
      return body(WeightedBlock(values: scaled, weights: weights, count: values.count, unit: unit))
    }
  }

  /// Raises weights far below the largest to 2^-30 of it, so that elements that count for nothing come out near.
  private static func raise(_ weights: UnsafeMutablePointer<Float>, count: Int) {
    var largest: Float = 0
    for index in 0..<count { largest = max(largest, weights[index]) }
    let least = largest * 0x1p-30
    for index in 0..<count { weights[index] = largest > 0 ? max(weights[index], least) : 1 }
  }
}
