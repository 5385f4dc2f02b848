import TensorTypes

/// A block format whose writer searches for the bytes with the smallest Σ weight · (decoded value - value)², where
/// errors of larger values weigh more (see `WeightedBlock`). Without weights, a format may store by a simpler rule.
///
/// A block with an infinity or NaN is stored with a scale of NaN: every element of it reads back as NaN, never as a
/// number that looks right. Scales beyond half precision are cut to its largest number.
public protocol WeightedBlockFormat: WritableBlockFormat {
  /// Stores one block.
  /// - Parameters:
  ///   - values: Shape `[elementType.blockElementCount]`.
  ///   - weights: As many, finite and at least 0: how much the error of each element counts, such as the mean square
  ///     of the activations that it meets.
  ///   - block: `elementType.blockByteCount` bytes, overwritten, of any alignment.
  static func encode(
    _ values: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>,
    into block: UnsafeMutableRawBufferPointer)
}

extension WeightedBlockFormat {
  /// Stores one block, every element counting the same.
  public static func encode(_ values: UnsafeBufferPointer<Float>, into block: UnsafeMutableRawBufferPointer) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: values.count) { weights in
      weights.initialize(repeating: 1)
      encode(values, weights: UnsafeBufferPointer(weights), into: block)
    }
  }

  /// Stores a row.
  /// - Parameters:
  ///   - values: A whole number of blocks.
  ///   - weights: As many, finite and at least 0.
  ///   - row: As many bytes as those blocks take, overwritten.
  public static func quantize(
    _ values: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>,
    into row: UnsafeMutableRawBufferPointer
  ) {
    let (elements, bytes) = (elementType.blockElementCount, elementType.blockByteCount)
    precondition(values.count == weights.count, "\(values.count) values, \(weights.count) weights")
    precondition(elementType.byteCount(elementCount: values.count) == row.count, "wrong row size")
    for block in 0..<values.count / elements {
      let range = block * elements..<(block + 1) * elements
      encode(
        UnsafeBufferPointer(rebasing: values[range]), weights: UnsafeBufferPointer(rebasing: weights[range]),
        into: UnsafeMutableRawBufferPointer(rebasing: row[block * bytes..<(block + 1) * bytes]))
    }
  }

  /// The bytes of a row.
  /// - Parameters:
  ///   - values: A whole number of blocks.
  ///   - weights: As many, finite and at least 0.
  public static func quantize(_ values: [Float], weights: [Float]) -> [UInt8] {
    guard let count = elementType.byteCount(elementCount: values.count) else {
      preconditionFailure("\(values.count) is not a whole number of blocks of \(elementType)")
    }
    var row = [UInt8](repeating: 0, count: count)
    values.withUnsafeBufferPointer { values in
      weights.withUnsafeBufferPointer { weights in
        row.withUnsafeMutableBytes { quantize(values, weights: weights, into: $0) }
      }
    }
    return row
  }
}
