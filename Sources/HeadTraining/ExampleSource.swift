/// What examples were made from; examples made from the same have the same bits (on one kernel level).
public struct ExampleSource: Equatable, Sendable {
  /// How the draft's state at a candidate Y is had.
  public enum Candidates: Equatable, Sendable {
    /// After the target's own text X, as while drafting: Y is fed, its state read, and the cache rolled back. Exact, and
    /// every position gives an example. Each Y that is not X costs the draft one more pass.
    case branched
    /// As the paper does, in one pass over a mix: X with this probability (no example), else Y.
    case mixed(Double)
  }

  public var hiddenSize: Int
  public var vocabularyCount: Int
  /// Hashes of the models and of the prompts.
  public var target, draft, prompts: UInt64
  public var promptCount: Int
  public var samplesPerPrompt: Int
  public var tokensPerPrompt: Int
  public var temperature: Float
  public var seed: UInt64
  public var candidates: Candidates

  public init(
    hiddenSize: Int, vocabularyCount: Int, target: UInt64, draft: UInt64, prompts: UInt64, promptCount: Int,
    samplesPerPrompt: Int, tokensPerPrompt: Int, temperature: Float, seed: UInt64, candidates: Candidates
  ) {
    (self.hiddenSize, self.vocabularyCount) = (hiddenSize, vocabularyCount)
    (self.target, self.draft, self.prompts) = (target, draft, prompts)
    (self.promptCount, self.samplesPerPrompt) = (promptCount, samplesPerPrompt)
    (self.tokensPerPrompt, self.temperature) = (tokensPerPrompt, temperature)
    (self.seed, self.candidates) = (seed, candidates)
  }

  /// Texts of the target in all, each of which gives a sequence of examples.
  public var sequenceCount: Int { promptCount * samplesPerPrompt }

  /// The prompt of a sequence.
  public func prompt(of sequence: Int) -> Int { sequence / samplesPerPrompt }

  /// Name and value of everything, for the file's header and for what is said about a difference.
  var fields: [(name: String, value: UInt64)] {
    let mixing: UInt64 =
      switch candidates {
      case .branched: .max
      case .mixed(let probability): probability.bitPattern
      }
    return [
      ("draft (its width)", UInt64(hiddenSize)), ("vocabulary", UInt64(vocabularyCount)),
      ("target", target), ("draft", draft), ("text", prompts), ("number of prompts", UInt64(promptCount)),
      ("number of samples per prompt", UInt64(samplesPerPrompt)),
      ("number of tokens per prompt", UInt64(tokensPerPrompt)),
      ("temperature", UInt64(temperature.bitPattern)), ("seed", seed), ("way to mix candidates", mixing),
    ]
  }
}
