import AcceptanceHead

/// The mean loss of a batch of sequences and its gradient, slice by slice, so that memory does not grow with the batch.
final class BatchGradient {
  /// The derivative of the last batch's loss by every parameter.
  private(set) var gradient: [Float]
  private let examples: ExampleSet
  private let network: HeadNetwork
  private let loss: AcceptanceLoss
  /// Labels of the rows that wait in the network.
  private var labels: [Float] = []
  private var deltas: [Float]

  init(_ examples: ExampleSet, network: HeadNetwork, loss: AcceptanceLoss) {
    (self.examples, self.network, self.loss) = (examples, network, loss)
    gradient = [Float](repeating: 0, count: network.shape.parameterCount)
    deltas = [Float](repeating: 0, count: 2 * network.rowCapacity)
  }

  /// Puts the gradient of the sequences' mean loss into `gradient`; returns that loss.
  /// - Parameter sequences: Sequences of the examples that have some.
  func compute(_ sequences: [Int], at parameters: [Float]) -> Double {
    for index in gradient.indices { gradient[index] = 0 }
    let total = sequences.reduce(0) { sum, sequence in
      examples.labels(sequence).reduce(sum) { $0 + loss.weight($1) }
    }
    let width = network.shape.hiddenSize
    var sum = 0.0
    for sequence in sequences {
      let states = examples.states(sequence).baseAddress!
      for (index, label) in examples.labels(sequence).enumerated() {
        (network.states + labels.count * width).update(from: states + index * width, count: width)
        labels.append(label)
        if labels.count == network.rowCapacity { sum += addRows(parameters, totalWeight: total) }
      }
    }
    if !labels.isEmpty { sum += addRows(parameters, totalWeight: total) }
    return sum / total
  }

  /// Takes the rows that were gathered through the network and back.
  private func addRows(_ parameters: [Float], totalWeight: Double) -> Double {
    let logits = network.forward(parameters, rowCount: labels.count)
    let sum = loss.sum(logits, labels: labels[...], totalWeight: totalWeight, deltas: &deltas)
    network.backward(parameters, rowCount: labels.count, logitDeltas: deltas, gradient: &gradient)
    labels.removeAll(keepingCapacity: true)
    return sum
  }
}
