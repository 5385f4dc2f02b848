import TensorTypes

/// How one element type stores a block of consecutive elements: the readable definition that kernels are tested against.
///
/// A format takes one file and one line in `BlockFormats`. Formats never trap on the content of a block: every byte
/// pattern means some floats, though perhaps infinite ones or NaN.
public protocol BlockFormat: Sendable {
  static var elementType: ElementType { get }

  /// Computes the elements of one block.
  /// - Parameters:
  ///   - block: `elementType.blockByteCount` bytes, of any alignment.
  ///   - values: Shape `[elementType.blockElementCount]`, overwritten.
  static func decode(_ block: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>)

  /// Computes the elements of a row. The default decodes block by block.
  /// - Parameters:
  ///   - row: A whole number of blocks.
  ///   - values: As many elements as the row has, overwritten.
  static func dequantize(_ row: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>)

  /// The inner product of a row of weights and a row of int8 activations.
  ///
  /// The activations of every format come in blocks of 32 with a float scale, whatever the format's own block is.
  /// The default decodes the weights and adds in `Double`, rounding once. An `AffineBlockFormat` defines the exact
  /// single-precision result instead, in the order of the sub-blocks.
  /// - Parameters:
  ///   - row: Whole blocks.
  ///   - activations: As many elements as the row has.
  static func dot(_ row: UnsafeRawBufferPointer, _ activations: ActivationRow) -> Float
}

/// A block format that floats can be written in.
public protocol WritableBlockFormat: BlockFormat {
  /// Stores one block.
  /// - Parameters:
  ///   - values: Shape `[elementType.blockElementCount]`.
  ///   - block: `elementType.blockByteCount` bytes, overwritten, of any alignment.
  static func encode(_ values: UnsafeBufferPointer<Float>, into block: UnsafeMutableRawBufferPointer)
}
