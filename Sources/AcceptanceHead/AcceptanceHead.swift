import Glibc

/// Predicts from the draft's hidden state at a drafted token whether the target will accept that token.
///
/// The state is the draft's after its final norm, once the token itself was fed: the newest drafted token has none yet.
/// A call allocates nothing. Used by one thread at a time.
public final class AcceptanceHead {
  public let hiddenSize: Int

  /// How many times as much a rejection counted as an acceptance while the head was trained.
  public let rejectionWeight: Float

  /// 16 outputs of a block side by side.
  private typealias Lanes = SIMD16<Float>

  private let blockCount: Int
  private let groupCount: Int
  // Owned, allocated by `init` and freed by `deinit`; padding outputs are zero and never change that.
  /// [block][group of 16 outputs][input].
  private let weights: UnsafeMutablePointer<Lanes>
  /// [block][group].
  private let biases: UnsafeMutablePointer<Lanes>
  /// "Accepted" minus "rejected", [group]: a softmax of two is a sigmoid of the difference.
  private let outputWeights: UnsafeMutablePointer<Lanes>
  private let outputBias: Float
  private let state: UnsafeMutablePointer<Lanes>
  private let update: UnsafeMutablePointer<Lanes>

  public init(_ parameters: HeadParameters, rejectionWeight: Float) {
    let shape = parameters.shape
    hiddenSize = shape.hiddenSize
    self.rejectionWeight = rejectionWeight
    blockCount = shape.blockCount
    groupCount = (hiddenSize + 15) / 16
    weights = Self.zeros(blockCount * groupCount * hiddenSize)
    biases = Self.zeros(blockCount * groupCount)
    outputWeights = Self.zeros(groupCount)
    state = Self.zeros(groupCount)
    update = Self.zeros(groupCount)
    let output = parameters.values[shape.outputBias]
    outputBias = output.last! - output.first!
    for block in 0..<blockCount { pack(parameters, block: block) }
    let rows = parameters.values[shape.outputWeight]
    for input in 0..<hiddenSize {
      outputWeights[input / 16][input % 16] =
        rows[rows.startIndex + hiddenSize + input] - rows[rows.startIndex + input]
    }
  }

  deinit {
    for memory in [weights, biases, outputWeights, state, update] { memory.deallocate() }
  }

  /// The probability that the target accepts the token, in 0...1, as the training weighted it: a head that counted
  /// rejections more says less than the share that is accepted, see `unweighted`.
  /// - Parameter hiddenState: Shape `[hiddenSize]`, such as `TransformerModel.hiddenState(row:)`.
  /// - Returns: 0 where the state or the result is not a number.
  /// - Complexity: O(blocks × `hiddenSize`²); allocates nothing.
  public func probability(of hiddenState: UnsafeBufferPointer<Float>) -> Float {
    precondition(hiddenState.count == hiddenSize, "\(hiddenState.count) values, not \(hiddenSize)")
    // Padding that an earlier state made NaN would spread.
    state[groupCount - 1] = .zero
    let values = UnsafeMutableRawPointer(state).assumingMemoryBound(to: Float.self)
    values.update(from: hiddenState.baseAddress!, count: hiddenSize)
    for block in 0..<blockCount {
      multiply(block)
      for group in 0..<groupCount { state[group] += silu(update[group]) }
    }
    var sum = Lanes.zero
    for group in 0..<groupCount { sum += state[group] * outputWeights[group] }
    let probability = 1 / (1 + exp(-(sum.sum() + outputBias)))
    return probability.isNaN ? 0 : probability
  }

  /// The share of such tokens that is accepted: `probability` with the weight of rejections taken out again.
  public func unweighted(_ probability: Float) -> Float {
    // Where a share a is accepted, the weighted loss is least at a / (a + w·(1 − a)).
    let odds = rejectionWeight * probability
    return odds / (1 - probability + odds)
  }

  /// `update` = W · `state` + b.
  private func multiply(_ block: Int) {
    let inputs = UnsafeRawPointer(state).assumingMemoryBound(to: Float.self)
    for group in 0..<groupCount {
      let columns = weights + (block * groupCount + group) * hiddenSize
      // Two sums: additions of one wait for each other.
      var (even, odd) = (biases[block * groupCount + group], Lanes.zero)
      var input = 0
      while input + 1 < hiddenSize {
        even += columns[input] * Lanes(repeating: inputs[input])
        odd += columns[input + 1] * Lanes(repeating: inputs[input + 1])
        input += 2
      }
      if input < hiddenSize { even += columns[input] * Lanes(repeating: inputs[input]) }
      update[group] = even + odd
    }
  }

  private func silu(_ x: Lanes) -> Lanes {
    var result = Lanes.zero
    for lane in 0..<16 { result[lane] = x[lane] / (1 + exp(-x[lane])) }
    return result
  }

  private func pack(_ parameters: HeadParameters, block: Int) {
    let matrix = parameters.shape.blockWeight(block).lowerBound
    let bias = parameters.shape.blockBias(block).lowerBound
    for output in 0..<hiddenSize {
      let group = block * groupCount + output / 16
      biases[group][output % 16] = parameters.values[bias + output]
      let columns = weights + group * hiddenSize
      for input in 0..<hiddenSize {
        columns[input][output % 16] = parameters.values[matrix + output * hiddenSize + input]
      }
    }
  }

  private static func zeros(_ count: Int) -> UnsafeMutablePointer<Lanes> {
    let memory = UnsafeMutablePointer<Lanes>.allocate(capacity: count)
    memory.initialize(repeating: .zero, count: count)
    return memory
  }
}
