import TensorTypes

extension BlockFormat {
  public static func dequantize(
    _ row: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>
  ) {
    let (elements, bytes) = (elementType.blockElementCount, elementType.blockByteCount)
    precondition(elementType.byteCount(elementCount: values.count) == row.count, "wrong row size")
    for block in 0..<values.count / elements {
      decode(
        UnsafeRawBufferPointer(rebasing: row[block * bytes..<(block + 1) * bytes]),
        into: UnsafeMutableBufferPointer(rebasing: values[block * elements..<(block + 1) * elements]))
    }
  }

  /// The elements of a row.
  /// - Precondition: `row` is a whole number of blocks.
  public static func dequantize(_ row: [UInt8]) -> [Float] {
    let count = row.count / elementType.blockByteCount * elementType.blockElementCount
    return [Float](unsafeUninitializedCapacity: count) { values, initializedCount in
      row.withUnsafeBytes { dequantize($0, into: UnsafeMutableBufferPointer(rebasing: values[..<count])) }
      initializedCount = count
    }
  }

  public static func dot(_ row: UnsafeRawBufferPointer, _ activations: ActivationRow) -> Float {
    let weights = dequantize(Array(row))
    precondition(weights.count == activations.elementCount, "rows of different lengths")
    let block = ActivationRow.blockElementCount
    var sum = 0.0
    for (start, scale) in zip(stride(from: 0, to: weights.count, by: block), activations.scales) {
      var blockSum = 0.0
      for index in start..<min(start + block, weights.count) {
        blockSum += Double(weights[index]) * Double(activations.codes[index])
      }
      sum += blockSum * Double(scale)
    }
    return Float(sum)
  }

  /// The inner product of a row of weights and a row of floats, in `Double`: what approximations are measured against.
  public static func dot(_ row: [UInt8], floats: [Float]) -> Double {
    let weights = dequantize(row)
    precondition(weights.count == floats.count, "rows of different lengths")
    return zip(weights, floats).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}

extension WritableBlockFormat {
  /// Stores a row.
  /// - Parameters:
  ///   - values: A whole number of blocks.
  ///   - row: As many bytes as those blocks take, overwritten.
  public static func quantize(_ values: UnsafeBufferPointer<Float>, into row: UnsafeMutableRawBufferPointer) {
    let (elements, bytes) = (elementType.blockElementCount, elementType.blockByteCount)
    precondition(elementType.byteCount(elementCount: values.count) == row.count, "wrong row size")
    for block in 0..<values.count / elements {
      encode(
        UnsafeBufferPointer(rebasing: values[block * elements..<(block + 1) * elements]),
        into: UnsafeMutableRawBufferPointer(rebasing: row[block * bytes..<(block + 1) * bytes]))
    }
  }

  /// The bytes of a row.
  /// - Precondition: `values` is a whole number of blocks.
  public static func quantize(_ values: [Float]) -> [UInt8] {
    guard let count = elementType.byteCount(elementCount: values.count) else {
      preconditionFailure("\(values.count) is not a whole number of blocks of \(elementType)")
    }
    return [UInt8](unsafeUninitializedCapacity: count) { row, initializedCount in
      let bytes = UnsafeMutableRawBufferPointer(start: row.baseAddress, count: count)
      values.withUnsafeBufferPointer { quantize($0, into: bytes) }
      initializedCount = count
    }
  }
}
