import AcceptanceHead

/// What a head predicts for some sequences, and how good that is.
public struct HeadEvaluation: Sendable {
  /// Numbers of the sequences, and for each the predictions and the labels of its positions.
  public let sequences: [Int]
  public let probabilities: [[Float]]
  public let labels: [[Float]]
  /// The mean of the training's loss.
  public let loss: Double

  init(
    _ examples: ExampleSet, sequences: [Int], parameters: [Float], network: HeadNetwork, loss: AcceptanceLoss
  ) {
    var (probabilities, labels): ([[Float]], [[Float]]) = ([], [])
    var (sum, weight) = (0.0, 0.0)
    var deltas = [Float](repeating: 0, count: 2 * network.rowCapacity)
    for sequence in sequences {
      let all = Array(examples.labels(sequence))
      var predicted: [Float] = []
      for start in stride(from: 0, to: all.count, by: network.rowCapacity) {
        let rows = start..<min(start + network.rowCapacity, all.count)
        let width = network.shape.hiddenSize
        network.states.update(
          from: examples.states(sequence).baseAddress! + start * width, count: rows.count * width)
        let logits = network.forward(parameters, rowCount: rows.count)
        sum += loss.sum(logits, labels: all[rows], totalWeight: 1, deltas: &deltas)
        for row in 0..<rows.count {
          let margin = Double(logits[2 * row + 1]) - Double(logits[2 * row])
          predicted.append(Float(AcceptanceLoss.probability(margin: margin)))
        }
      }
      weight += all.reduce(0) { $0 + loss.weight($1) }
      probabilities.append(predicted)
      labels.append(all)
    }
    (self.sequences, self.probabilities, self.labels) = (sequences, probabilities, labels)
    self.loss = weight > 0 ? sum / weight : 0
  }

  public var exampleCount: Int { labels.reduce(0) { $0 + $1.count } }

  /// Mean of the labels: the share of candidates that is accepted.
  public var acceptance: Double {
    labels.joined().reduce(0) { $0 + Double($1) } / Double(max(1, exampleCount))
  }

  /// See `RankStatistic`; nil where everything is accepted, or nothing.
  public var area: Double? {
    RankStatistic.area(scores: Array(probabilities.joined()), labels: Array(labels.joined()))
  }

  /// The area of the labels themselves: no score can reach more.
  public var largestArea: Double? {
    let labels = Array(labels.joined())
    return RankStatistic.area(scores: labels, labels: labels)
  }

  /// - Parameter transform: What is done with each prediction before.
  public func calibration(_ transform: (Float) -> Float = { $0 }) -> Calibration {
    Calibration(probabilities: probabilities.joined().map(transform), labels: Array(labels.joined()))
  }
}
