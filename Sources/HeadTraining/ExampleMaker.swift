import Inference
import Sampling
import TensorTypes

/// Makes examples with the pair itself (SpecDec++, arXiv 2405.19715): a text X is sampled from the target,
/// the draft is taken along it, and at each position a candidate Y is sampled from the draft; its label is
/// min(1, p(Y) / q(Y)).
///
/// While drafting, what stands before a candidate is text that the target would have written, as long as it matters: up
/// to the first rejection. So the state at Y is wanted after X, not after other candidates.
public final class ExampleMaker {
  private let target: TransformerModel
  private let draft: TransformerModel
  private let source: ExampleSource
  private let endTokens: Set<TokenID>
  private let chain: SamplingChain
  private let targetDistribution, draftDistribution: TokenDistribution
  private let random: CounterRandom
  private var prompt: [TokenID] = []

  /// - Parameters:
  ///   - endTokens: A text ends with the first of them.
  /// - Precondition: Both models have the source's vocabulary, and the draft its width.
  public init(
    target: TransformerModel, draft: TransformerModel, source: ExampleSource, endTokens: Set<TokenID>
  ) throws(SamplingParametersError) {
    precondition([target, draft].allSatisfy { $0.vocabularyCount == source.vocabularyCount })
    precondition(draft.weights.configuration.embeddingLength == source.hiddenSize)
    (self.target, self.draft, self.source, self.endTokens) = (target, draft, source, endTokens)
    let parameters = try SamplingParameters(temperature: source.temperature, topK: 0, topP: 1, minP: 0)
    chain = SamplingChain(parameters: parameters, vocabularyCount: source.vocabularyCount)
    targetDistribution = TokenDistribution(vocabularyCount: source.vocabularyCount)
    draftDistribution = TokenDistribution(vocabularyCount: source.vocabularyCount)
    random = CounterRandom(seed: source.seed)
  }

  /// Longest prompt that leaves room for the text.
  public var longestPrompt: Int { min(target.contextLength, draft.contextLength) - source.tokensPerPrompt }

  /// The examples of one text.
  /// - Parameters:
  ///   - sequence: The text's number in `0..<source.sequenceCount`; all its random numbers depend on it alone.
  ///   - prompt: What the text continues, `1...longestPrompt` tokens.
  public func make(_ sequence: Int, after prompt: [TokenID]) -> ExampleSequence {
    precondition((1...longestPrompt).contains(prompt.count))
    begin(prompt)
    switch source.candidates {
    case .branched: return branched(sequence)
    case .mixed(let probability): return mixed(sequence, probability)
    }
  }

  /// Takes both models to the last token of the prompt, which is not fed yet.
  private func begin(_ prompt: [TokenID]) {
    for model in [target, draft] {
      if self.prompt == prompt {
        model.rollBack(to: prompt.count - 1)
      } else {
        model.rollBack(to: 0)
        if prompt.count > 1 { feed(Array(prompt.dropLast()), to: model, rowCount: 0) }
      }
    }
    self.prompt = prompt
  }

  private func branched(_ sequence: Int) -> ExampleSequence {
    var result = ExampleSequence()
    var last = prompt[prompt.count - 1]
    var isDraftFed = false
    for position in 0..<source.tokensPerPrompt {
      feed([last], to: target)
      if !isDraftFed { feed([last], to: draft) }
      let (text, candidate, label) = sample(sequence, position)
      result.labels.append(label)
      feed([candidate], to: draft)
      result.states += draft.hiddenState(row: 0)
      isDraftFed = candidate == text
      if !isDraftFed { draft.rollBack(to: draft.cachedCount - 1) }
      last = text
      if endTokens.contains(text) { break }
    }
    return result
  }

  private func mixed(_ sequence: Int, _ probability: Double) -> ExampleSequence {
    var (mix, labels): ([TokenID], [Float?]) = ([], [])
    var last = prompt[prompt.count - 1]
    for position in 0..<source.tokensPerPrompt {
      feed([last], to: target)
      feed([last], to: draft)
      let (text, candidate, label) = sample(sequence, position)
      let isText =
        random.uniform(position: position, purpose: .acceptance, index: UInt64(sequence)) < probability
      mix.append(isText ? text : candidate)
      labels.append(isText ? nil : label)
      last = text
      if endTokens.contains(text) { break }
    }
    draft.rollBack(to: prompt.count)
    var result = ExampleSequence()
    for start in stride(from: 0, to: mix.count, by: 64) {
      let rows = start..<min(start + 64, mix.count)
      feed(Array(mix[rows]), to: draft, rowCount: rows.count)
      for row in rows {
        guard let label = labels[row] else { continue }
        result.labels.append(label)
        result.states += draft.hiddenState(row: row - start)
      }
    }
    return result
  }

  /// The target's and the draft's token after what both were fed, and the chance that the draft's is accepted.
  private func sample(_ sequence: Int, _ position: Int) -> (text: TokenID, candidate: TokenID, label: Float) {
    let nothing = UnsafeBufferPointer<TokenID>(start: nil, count: 0)
    chain.apply(to: target.logits(row: 0), history: nothing, into: targetDistribution)
    chain.apply(to: draft.logits(row: 0), history: nothing, into: draftDistribution)
    func token(_ distribution: TokenDistribution, _ purpose: CounterRandom.Purpose) -> TokenID {
      distribution.token(
        atQuantile: random.uniform(position: position, purpose: purpose, index: UInt64(sequence)))
    }
    let candidate = token(draftDistribution, .proposal)
    let ratio =
      targetDistribution.probability(of: candidate) / draftDistribution.probability(of: candidate)
    return (token(targetDistribution, .target), candidate, Float(min(1, ratio)))
  }

  private func feed(_ tokens: [TokenID], to model: TransformerModel, rowCount: Int = 1) {
    tokens.withUnsafeBufferPointer { model.forward($0, logitRowCount: rowCount) }
  }
}
