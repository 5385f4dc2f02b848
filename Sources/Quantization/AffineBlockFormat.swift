import TensorTypes

/// A block format whose elements are, within each sub-block, `scale · level + minimum` for an integer level.
///
/// A format states where its levels, scales and minimums are; decoding and the inner product follow from that. Every
/// `scale` is the product of at most 11 bits and 8 bits and so exact in single precision.
public protocol AffineBlockFormat: BlockFormat {
  /// Number of consecutive elements with one scale: 16 or 32, a divisor of the block.
  static var subBlockElementCount: Int { get }

  /// The integer that element `index` of a block has, in `-128...127`.
  static func level(_ block: UnsafeRawBufferPointer, _ index: Int) -> Int

  /// The scale of sub-block `index`.
  static func scale(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float

  /// What level 0 of sub-block `index` means; nil where that is always 0.
  static func minimum(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float?
}

extension AffineBlockFormat {
  public static var subBlockElementCount: Int { 32 }

  public static func minimum(_ block: UnsafeRawBufferPointer, _ index: Int) -> Float? { nil }

  /// Multiplies, then adds the minimum, each rounded to single precision.
  public static func decode(_ block: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
    let count = subBlockElementCount
    for subBlock in 0..<elementType.blockElementCount / count {
      let scale = scale(block, subBlock)
      let minimum = minimum(block, subBlock)
      for index in subBlock * count..<(subBlock + 1) * count {
        let product = scale * Float(level(block, index))
        values[index] = if let minimum { product + minimum } else { product }
      }
    }
  }

  /// Sub-block by sub-block, in single precision, with t the scale of the block of 32 activations that the sub-block
  /// lies in: sum ← fma(Σ level · activation code, scale · t, sum), and where there is a minimum then also
  /// sum ← fma(Σ activation code, minimum · t, sum). Both sums of integers are exact.
  ///
  /// A sub-block of 16 takes half of a block of activations: the two halves have the same t.
  public static func dot(_ row: UnsafeRawBufferPointer, _ activations: ActivationRow) -> Float {
    let (elements, bytes) = (elementType.blockElementCount, elementType.blockByteCount)
    precondition(elementType.byteCount(elementCount: activations.elementCount) == row.count, "wrong row size")
    let count = subBlockElementCount
    var sum: Float = 0
    for start in stride(from: 0, to: activations.elementCount, by: count) {
      let number = start / elements
      let block = UnsafeRawBufferPointer(rebasing: row[number * bytes..<(number + 1) * bytes])
      let (first, subBlock) = (start % elements, start % elements / count)
      let activationScale = activations.scales[start / ActivationRow.blockElementCount]
      let product = (0..<count).reduce(0) {
        $0 + level(block, first + $1) * Int(activations.codes[start + $1])
      }
      sum = sum.addingProduct(Float(product), scale(block, subBlock) * activationScale)
      if let minimum = minimum(block, subBlock) {
        let codeSum = activations.codes[start..<start + count].reduce(0) { $0 + Int($1) }
        sum = sum.addingProduct(Float(codeSum), minimum * activationScale)
      }
    }
    return sum
  }

  /// The half-precision number at byte `offset` of a block.
  static func half(_ block: UnsafeRawBufferPointer, at offset: Int) -> Float {
    Float(block.loadUnaligned(fromByteOffset: offset, as: Float16.self))
  }
}
