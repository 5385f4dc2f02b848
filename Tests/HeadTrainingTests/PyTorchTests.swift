import AcceptanceHead
import Foundation
import TestSupport
import Testing

@testable import HeadTraining

/// What PyTorch computes for a small head (`Tools/fixtures/acceptance_head.py`).
struct PyTorchHead: Decodable {
  let width, blocks, stepCount: Int
  let rejectionWeight: Float
  let learningRate, warmUpShare, loss, trainedLoss: Double
  let parameters, states, labels, trained: [Float]
  let gradient, probabilities, probabilitiesWithoutBlocks: [Double]

  static func read() throws -> PyTorchHead {
    let url = Bundle.module.url(forResource: "Fixtures/acceptance_head", withExtension: "json")!
    return try JSONDecoder().decode(PyTorchHead.self, from: Data(contentsOf: url))
  }

  var shape: HeadShape { HeadShape(hiddenSize: width, blockCount: blocks) }
  var sequence: ExampleSequence { ExampleSequence(labels: labels, states: states) }
}

@Suite struct PyTorchTests {
  private let fixture: PyTorchHead
  private let examples: ExampleSet
  private let directory: TemporaryDirectory

  init() throws {
    try MatrixProducts.prepare(threadCount: 1)
    fixture = try PyTorchHead.read()
    directory = try TemporaryDirectory()
    // One prompt to train on, one to validate with.
    let source = ExampleSource.invented(hiddenSize: fixture.width, promptCount: 2)
    examples = try directory.examples(source, [fixture.sequence, fixture.sequence])
  }

  @Test("the head predicts what PyTorch's does, with blocks and without")
  func inference() throws {
    let output = fixture.parameters[fixture.shape.outputWeight.lowerBound...]
    let bare = HeadParameters(
      shape: HeadShape(hiddenSize: fixture.width, blockCount: 0), values: Array(output))
    let full = HeadParameters(shape: fixture.shape, values: fixture.parameters)
    for (parameters, expected) in [
      (full, fixture.probabilities), (bare, fixture.probabilitiesWithoutBlocks),
    ] {
      let head = AcceptanceHead(parameters, rejectionWeight: 6)
      for (row, expected) in expected.enumerated() {
        let state = fixture.states[row * fixture.width..<(row + 1) * fixture.width]
        let found = state.withUnsafeBufferPointer { head.probability(of: $0) }
        #expect(abs(Double(found) - expected) < 1e-6)
      }
    }
  }

  @Test("loss and gradient are PyTorch's, in slices of any size", arguments: [1, 7, 24, 1024])
  func gradient(rowCapacity: Int) {
    let batch = batchGradient(rowCapacity: rowCapacity)
    #expect(abs(batch.compute([0], at: fixture.parameters) - fixture.loss) < 1e-6)
    for (found, expected) in zip(batch.gradient, fixture.gradient) {
      #expect(abs(Double(found) - expected) < 1e-6)
    }
  }

  @Test("the gradient is the slope of the loss")
  func finiteDifferences() {
    let batch = batchGradient(rowCapacity: 1024)
    _ = batch.compute([0], at: fixture.parameters)
    let gradient = batch.gradient
    var checked = 0
    // Every 37th parameter, and all of the output's biases.
    for index in fixture.parameters.indices where index % 37 == 0 || index >= fixture.parameters.count - 2 {
      var (above, below) = (fixture.parameters, fixture.parameters)
      above[index] += 0.01
      below[index] -= 0.01
      let slope = (batch.compute([0], at: above) - batch.compute([0], at: below)) / 0.02
      #expect(abs(Double(gradient[index]) - slope) < 2e-4, "parameter \(index)")
      checked += 1
    }
    #expect(checked > 30)
  }

  @Test("ten steps of Adam with clipping, warm-up and cosine end where PyTorch's do")
  func training() throws {
    var options = HeadTrainingOptions()
    (options.epochCount, options.learningRate) = (fixture.stepCount, fixture.learningRate)
    (options.warmUpShare, options.rejectionWeight) = (fixture.warmUpShare, fixture.rejectionWeight)
    let trainer = try HeadTrainer(
      examples, options: options, split: .last(1), from: TrainingState(parameters: fixture.parameters))
    while !trainer.isComplete { #expect(try trainer.step()) }
    #expect(abs(trainer.evaluate().loss - fixture.trainedLoss) < 1e-4)
    for (found, expected) in zip(trainer.parameters.values, fixture.trained) {
      #expect(abs(found - expected) < 1e-3)
    }
  }

  private func batchGradient(rowCapacity: Int) -> BatchGradient {
    BatchGradient(
      examples, network: HeadNetwork(shape: fixture.shape, rowCapacity: rowCapacity),
      loss: AcceptanceLoss(rejectionWeight: fixture.rejectionWeight))
  }
}
