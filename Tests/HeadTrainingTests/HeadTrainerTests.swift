import AcceptanceHead
import Foundation
import TestSupport
import Testing

@testable import HeadTraining

@Suite struct HeadTrainerTests {
  private let directory: TemporaryDirectory
  private let examples: ExampleSet
  private var options = HeadTrainingOptions()

  init() throws {
    try MatrixProducts.prepare(threadCount: 1)
    directory = try TemporaryDirectory()
    examples = try directory.learnableExamples()
    (options.epochCount, options.learningRate, options.batchSize) = (30, 0.02, 4)
  }

  private func trainer(from state: TrainingState? = nil) throws -> HeadTrainer {
    try HeadTrainer(examples, options: options, split: .share(0.2, seed: 1), from: state)
  }

  @Test("a head learns what can be learned")
  func learns() throws {
    let trainer = try trainer()
    let before = trainer.evaluate()
    while !trainer.isComplete { _ = try trainer.step() }
    let after = trainer.evaluate()
    #expect(after.loss < before.loss / 2)
    // The labels are 0.1 and 0.95, so no head is right about every drawn token.
    let (area, largest) = (try #require(after.area), try #require(after.largestArea))
    #expect(area > 0.9 && area <= largest && largest < 0.96)
    let weight = options.rejectionWeight
    let unweighted = after.calibration { weight * $0 / (1 - $0 + weight * $0) }.expectedError
    #expect(unweighted < 0.12 && unweighted < after.calibration().expectedError)
    #expect(trainer.state.epochs.count == 30 && trainer.state.losses.count == trainer.stepCount)
  }

  @Test("the same seed gives the same bits, another seed others")
  func deterministic() throws {
    var heads: [HeadParameters] = []
    for seed: UInt64 in [7, 7, 8] {
      var options = options
      (options.seed, options.epochCount) = (seed, 3)
      let trainer = try HeadTrainer(examples, options: options, split: .share(0.2, seed: 1))
      while !trainer.isComplete { _ = try trainer.step() }
      heads.append(trainer.parameters)
    }
    #expect(heads[0] == heads[1])
    #expect(heads[0] != heads[2])
  }

  @Test("training that was ended after any step goes on to the same bits", arguments: [1, 3, 4, 7])
  func resumes(stepCount: Int) throws {
    var options = options
    options.epochCount = 2
    func make(_ state: TrainingState?) throws -> HeadTrainer {
      try HeadTrainer(examples, options: options, split: .share(0.2, seed: 1), from: state)
    }
    let whole = try make(nil)
    while !whole.isComplete { _ = try whole.step() }
    let first = try make(nil)
    for _ in 0..<stepCount { _ = try first.step() }
    let path = directory.file("head.state")
    try first.state.write(to: path, binding: "this")
    let saved = try #require(TrainingState(path: path, binding: "this") as TrainingState?)
    let second = try make(saved)
    #expect(second.state.losses.count == stepCount)
    while !second.isComplete { _ = try second.step() }
    #expect(second.state == whole.state)
    #expect(TrainingState(path: path, binding: "that") == nil)
  }

  @Test("a state that does not fit is not gone on from")
  func unfitting() throws {
    let path = directory.file("head.state")
    let small = TrainingState(parameters: [1, 2, 3])
    try small.write(to: path, binding: "")
    #expect(try trainer(from: TrainingState(path: path, binding: "")).state == trainer().state)
    var odd = try trainer().state
    odd.descend(loss: 1, gradient: [Float](repeating: 0, count: odd.parameters.count), learningRate: 0)
    odd.epochs.append(.init(loss: 1, area: 1))
    #expect(try trainer(from: odd).state == trainer().state)
    for bytes in [[], Array("GGUF".utf8), [UInt8](repeating: 0, count: 99)] {
      #expect(TrainingState(path: try directory.write(bytes, to: "damaged"), binding: "") == nil)
    }
  }

  @Test("no prompt is on both sides", arguments: [0.05, 0.3, 0.99])
  func split(share: Double) throws {
    let trainer = try HeadTrainer(examples, options: options, split: .share(share, seed: 3))
    let (training, validation) = (trainer.trainingSequences, trainer.validationSequences)
    #expect((training + validation).sorted() == Array(0..<20))
    #expect(
      Set(training.map(examples.source.prompt)).isDisjoint(with: validation.map(examples.source.prompt)))
    #expect(validation.count == 2 * min(9, max(1, Int((share * 10).rounded()))))
    let last = try HeadTrainer(examples, options: options, split: .last(3))
    #expect(last.validationSequences == Array(14..<20))
  }

  @Test("where one side has no text, training is refused")
  func tooFew() throws {
    #expect(throws: HeadTrainingError.tooFew(what: "texts to train on", found: 0, needed: 1)) {
      try HeadTrainer(examples, options: options, split: .last(10))
    }
    #expect(throws: HeadTrainingError.tooFew(what: "texts to validate with", found: 0, needed: 1)) {
      try HeadTrainer(examples, options: options, split: .last(0))
    }
  }

  @Test("a loss that is no number any more ends training")
  func diverges() throws {
    var options = options
    (options.learningRate, options.warmUpShare) = (1e30, 0)
    let trainer = try HeadTrainer(examples, options: options, split: .share(0.2, seed: 1))
    #expect(throws: HeadTrainingError.diverged(step: 1)) {
      while !trainer.isComplete { _ = try trainer.step() }
    }
  }
}
