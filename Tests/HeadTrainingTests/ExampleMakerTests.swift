import AcceptanceHead
import Foundation
import GGUF
import Inference
import TensorTypes
import TestSupport
import Testing
import Tokenization

@testable import HeadTraining

@Suite struct ExampleMakerTests {
  private let directory: TemporaryDirectory
  private let target, draft: String
  private let prompt: [TokenID] = [1, 5, 9, 2]

  init() throws {
    directory = try TemporaryDirectory()
    var model = RandomModel()
    target = try model.write(to: directory, "target.gguf").string
    (model.seed, model.layerCount, model.embeddingLength) = (2, 1, 32)
    (model.headCount, model.keyValueHeadCount) = (2, 1)
    draft = try model.write(to: directory, "draft.gguf").string
  }

  private func source(temperature: Float, _ candidates: ExampleSource.Candidates, tokens: Int)
    -> ExampleSource
  {
    ExampleSource(
      hiddenSize: 32, vocabularyCount: 70, target: 1, draft: 2, prompts: 3, promptCount: 100_000,
      samplesPerPrompt: 1, tokensPerPrompt: tokens, temperature: temperature, seed: 11, candidates: candidates
    )
  }

  private func maker(
    _ temperature: Float, _ candidates: ExampleSource.Candidates, tokens: Int = 20,
    endTokens: Set<TokenID> = []
  ) throws -> ExampleMaker {
    try ExampleMaker(
      target: loadModel(target), draft: loadModel(draft),
      source: source(temperature: temperature, candidates, tokens: tokens), endTokens: endTokens)
  }

  /// The most likely token after a text.
  private func best(_ model: TransformerModel, _ text: [TokenID]) -> TokenID {
    model.rollBack(to: 0)
    return model.greedy(after: text, count: 1)[0]
  }

  @Test("greedy examples are the draft's best tokens after the target's own text, judged by the target")
  func greedy() throws {
    let (target, draft) = (try loadModel(target), try loadModel(draft))
    let text = target.greedy(after: prompt, count: 20)
    let maker = try maker(0, .branched)
    // Twice: the second time the prompt is in the cache already.
    for _ in 0..<2 {
      let examples = maker.make(0, after: prompt)
      #expect(examples.labels.count == 20)
      for position in 0..<20 {
        let before = prompt + text[..<position]
        let candidate = best(draft, before)
        draft.rollBack(to: 0)
        draft.forward(before + [candidate])
        #expect(examples.labels[position] == (candidate == text[position] ? 1 : 0))
        #expect(
          Array(examples.states[position * 32..<(position + 1) * 32]) == Array(draft.hiddenState(row: 0)))
      }
    }
  }

  @Test("mixed examples are one pass over candidates and the target's tokens, which give no example")
  func mixed() throws {
    let (target, draft) = (try loadModel(target), try loadModel(draft))
    let text = target.greedy(after: prompt, count: 80)
    let candidates = text.indices.map { best(draft, prompt + text[..<$0]) }
    let examples = try maker(0, .mixed(0), tokens: 80).make(0, after: prompt)
    draft.rollBack(to: 0)
    draft.forward(prompt + candidates, logitRowCount: 80)
    #expect(examples.labels == zip(candidates, text).map { $0 == $1 ? 1 : 0 })
    #expect(examples.states == (0..<80).flatMap { Array(draft.hiddenState(row: $0)) })
    let sparse = try maker(0, .mixed(0.5), tokens: 80).make(0, after: prompt)
    #expect((20...60).contains(sparse.labels.count) && sparse.states.count == 32 * sparse.labels.count)
  }

  @Test(
    "labels are the chance that the rejection rule accepts: their mean is the overlap of both distributions")
  func overlap() throws {
    let maker = try maker(1, .branched, tokens: 1)
    let (target, draft) = (try loadModel(target), try loadModel(draft))
    func probabilities(_ model: TransformerModel) -> [Double] {
      model.forward(prompt)
      let weights = model.logits(row: 0).map { exp(Double($0)) }
      return weights.map { $0 / weights.reduce(0, +) }
    }
    let (p, q) = (probabilities(target), probabilities(draft))
    let possible = zip(p, q).map { Float(min(1, $0 / $1)) }
    var sum = 0.0
    for sequence in 0..<1000 {
      let label = maker.make(sequence, after: prompt).labels[0]
      #expect(possible.contains { abs($0 - label) < 1e-4 })
      sum += Double(label)
    }
    let overlap = zip(p, q).reduce(0) { $0 + min($1.0, $1.1) }
    #expect(abs(sum / 1000 - overlap) < 0.04)
  }

  @Test("a text depends on the seed and its number only, not on what was made before")
  func reproducible() throws {
    let first = try maker(1, .branched)
    let examples = (0..<3).map { first.make($0, after: prompt) }
    let second = try maker(1, .branched)
    _ = second.make(9, after: [3])
    for sequence in (0..<3).reversed() {
      #expect(second.make(sequence, after: prompt) == examples[sequence])
    }
    #expect(examples[0] != examples[1])
  }

  @Test(
    "the heads in Models tell tokens that the target accepts from others",
    arguments: [("pycode-1m-head", 1), ("pycode-1m-head-greedy", 0)] as [(String, Float)])
  func shippedHead(name: String, temperature: Float) throws {
    let draft = try DraftIdentity(GGUFFile(path: .init(PackagePaths.draft)))
    let head = try AcceptanceHead(path: .init(PackagePaths.model("\(name).gguf")), for: draft)
    var source = source(temperature: temperature, .branched, tokens: 80)
    (source.hiddenSize, source.vocabularyCount) = (draft.hiddenSize, draft.vocabularyCount)
    let maker = try ExampleMaker(
      target: loadModel(PackagePaths.target, contextLength: 128),
      draft: loadModel(PackagePaths.draft, contextLength: 128), source: source, endTokens: [])
    var (scores, labels): ([Float], [Float]) = ([], [])
    let tokenizer = try loadTokenizer(from: GGUFFile(path: .init(PackagePaths.draft)))
    let beginnings = [
      "def quicksort(items):\n", "import os\n\nclass Folder:\n    def __init__(self, path):\n",
      "for index, line in enumerate(lines):\n", "def test_empty(self):\n    \"\"\"An empty list",
    ]
    for (sequence, beginning) in beginnings.enumerated() {
      let prompt = tokenizer.encode(beginning, addSpecial: true, parseSpecial: false)
      let examples = maker.make(sequence, after: prompt)
      labels += examples.labels
      scores += examples.labels.indices.map { index in
        examples.states[index * draft.hiddenSize..<(index + 1) * draft.hiddenSize]
          .withUnsafeBufferPointer { head.probability(of: $0) }
      }
    }
    #expect(try #require(RankStatistic.area(scores: scores, labels: labels)) > 0.65)
  }

  @Test("a text ends with the first end token, which is judged too")
  func ends() throws {
    let text = try loadModel(target).greedy(after: prompt, count: 20)
    let first = text.firstIndex(of: text[4])!
    let examples = try maker(0, .branched, endTokens: [text[4]]).make(0, after: prompt)
    #expect(examples.labels.count == first + 1)
  }
}
