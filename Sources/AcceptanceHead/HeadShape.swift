/// The sizes of an acceptance head, and where each part lies in the flat list of its parameters.
///
/// A head is `blockCount` residual blocks x + SiLU(W·x + b) and a linear layer to two classes: rejected, accepted
/// (SpecDec++, arXiv 2405.19715).
public struct HeadShape: Equatable, Sendable {
  /// Sizes that files and callers may ask for.
  public static let hiddenSizes = 1...65536
  public static let blockCounts = 0...64

  /// Width of the draft's hidden state.
  public let hiddenSize: Int
  public let blockCount: Int

  /// - Precondition: Both are in the ranges above.
  public init(hiddenSize: Int, blockCount: Int) {
    precondition(Self.hiddenSizes.contains(hiddenSize) && Self.blockCounts.contains(blockCount))
    self.hiddenSize = hiddenSize
    self.blockCount = blockCount
  }

  private var blockParameterCount: Int { (hiddenSize + 1) * hiddenSize }

  /// Number of parameters of the whole head.
  public var parameterCount: Int { blockCount * blockParameterCount + 2 * hiddenSize + 2 }

  /// W of a block, shape `[hiddenSize outputs, hiddenSize inputs]`, row by row.
  public func blockWeight(_ block: Int) -> Range<Int> {
    let start = block * blockParameterCount
    return start..<start + hiddenSize * hiddenSize
  }

  /// b of a block, shape `[hiddenSize]`.
  public func blockBias(_ block: Int) -> Range<Int> {
    let start = blockWeight(block).upperBound
    return start..<start + hiddenSize
  }

  /// The last layer's weights: a row for "rejected", then one for "accepted".
  public var outputWeight: Range<Int> {
    let start = blockCount * blockParameterCount
    return start..<start + 2 * hiddenSize
  }

  /// The last layer's two biases.
  public var outputBias: Range<Int> { outputWeight.upperBound..<parameterCount }
}

/// The parameters of an acceptance head.
public struct HeadParameters: Equatable, Sendable {
  public let shape: HeadShape
  /// All parameters, in the order of `HeadShape`.
  public var values: [Float]

  /// - Precondition: There are as many values as the shape has parameters.
  public init(shape: HeadShape, values: [Float]) {
    precondition(values.count == shape.parameterCount, "\(values.count) values for \(shape)")
    self.shape = shape
    self.values = values
  }
}
