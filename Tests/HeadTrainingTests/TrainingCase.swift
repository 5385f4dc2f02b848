import AcceptanceHead
import Foundation
import SystemPackage
import TestSupport

@testable import HeadTraining

/// A source of examples that no model made.
extension ExampleSource {
  static func invented(
    hiddenSize: Int = 3, promptCount: Int = 4, samplesPerPrompt: Int = 1, tokensPerPrompt: Int = 100
  ) -> ExampleSource {
    ExampleSource(
      hiddenSize: hiddenSize, vocabularyCount: 70, target: 1, draft: 2, prompts: 3, promptCount: promptCount,
      samplesPerPrompt: samplesPerPrompt, tokensPerPrompt: tokensPerPrompt, temperature: 1, seed: 5,
      candidates: .branched)
  }
}

extension ExampleSequence {
  init(labels: [Float], states: [Float]) {
    self.init()
    (self.labels, self.states) = (labels, states)
  }

  /// States at random, whose first value says whether the token is accepted.
  static func learnable(_ count: Int, hiddenSize: Int, _ numbers: inout SeededGenerator) -> ExampleSequence {
    var result = ExampleSequence()
    for _ in 0..<count {
      let state = numbers.floats(hiddenSize)
      result.labels.append(state[0] > 0 ? 0.95 : 0.1)
      result.states += state
    }
    return result
  }
}

extension TemporaryDirectory {
  /// Writes sequences to a file and reads them.
  func examples(
    _ source: ExampleSource, _ sequences: [ExampleSequence], _ name: String = "head.examples"
  ) throws -> ExampleSet {
    let path = file(name)
    let writer = try ExampleWriter(path: path, source: source)
    for sequence in sequences { try writer.append(sequence) }
    return try ExampleSet(path: path, source: source)
  }

  /// Examples from which something can be learned: two texts for each of some prompts.
  func learnableExamples(promptCount: Int = 10, hiddenSize: Int = 8) throws -> ExampleSet {
    var numbers = SeededGenerator(seed: 3)
    let source = ExampleSource.invented(
      hiddenSize: hiddenSize, promptCount: promptCount, samplesPerPrompt: 2)
    return try examples(
      source,
      (0..<2 * promptCount).map { _ in .learnable(60, hiddenSize: hiddenSize, &numbers) })
  }
}
