import Decoding
import Inference
import Platform
import Sampling
import TensorTypes

/// The models of a pair on the threads of one mode, with caches that all contestants of that mode use in turn.
final class EvalLane {
  let pair: ModelPair
  private let models: (target: TransformerModel, draft: TransformerModel?)
  private let lane: LaneThread?
  /// By contestant: a text is written with what was learnt from those before, as by a program that goes on running.
  private var experiences: [Contestant: Experience] = [:]

  init(_ pair: ModelPair, positionCount: Int) throws {
    self.pair = pair
    models = try pair.models(positionCount: positionCount)
    lane = pair.lanes.draftLane
  }

  /// Most tokens of a prompt that leave room for one more.
  var longestPrompt: Int { models.target.contextLength - 1 }

  /// One text by one contestant.
  func run(
    _ contestant: Contestant, after prompt: [TokenID], texts: EvalTexts, maximumTokenCount: Int
  ) throws -> (result: GenerationResult, report: GenerationReport) {
    pair.pinLeader()
    let generator = try pair.generator(
      over: models, mode: contestant.decoding, guessers: contestant.guessers,
      candidateCount: contestant.hasBranches ? texts.candidateCount : 1,
      stopRule: contestant.stopRule(threshold: texts.stopThreshold), sampling: texts.sampling,
      verification: texts.verification,
      agreement: contestant.isPlain ? pair.agreement : nil, experience: experiences[contestant])
    let outcome = try Generation(maximumTokenCount: maximumTokenCount).run(
      generator, of: pair, after: prompt, seed: texts.sampling.seed)
    experiences[contestant] = generator.experience
    return outcome
  }

  /// Remembers for other programs what was learnt.
  func remember() {
    for (contestant, experience) in experiences where contestant.isPlain { pair.remember(experience) }
  }

  /// Times passes of both models, alone and, where they have lanes, beside each other.
  /// - Parameters:
  ///   - rowCounts: Numbers of rows of target passes; those that do not fit the context are left out.
  ///   - context: Tokens in the caches before each pass, as far as they fit.
  func passCosts(rowCounts: [Int], context: Int) -> PassCosts {
    pair.pinLeader()
    let rowCounts = Set(rowCounts).filter { $0 < models.target.contextLength }.sorted()
    guard let mostRows = rowCounts.last else { return PassCosts() }
    let room = min(models.target.contextLength - mostRows, (models.draft?.contextLength ?? .max) - 1)
    let loop = {
      PassLoop(
        $0, context: max(1, min(context, room)), passCount: 15, shortest: .milliseconds(60),
        longest: .milliseconds(500))
    }
    let target = loop(models.target)
    let draft = models.draft.map(loop)
    var costs = PassCosts(draft: draft?.measure(on: lane))
    var besides: [Double] = []
    for rowCount in rowCounts {
      target.rowCount = rowCount
      costs.target[rowCount] = target.measure()
      guard let draft, let lane else { continue }
      let pass = target.measure(beside: draft, on: lane)
      costs.targetBesideDraft[rowCount] = pass.target
      besides.append(pass.draft)
    }
    if !besides.isEmpty { costs.draftBesideTarget = median(besides) }
    return costs
  }
}

/// What prompts become; the same for all contestants.
struct EvalTexts {
  let sampling: SamplingParameters
  let verification: VerificationMethod
  let maximumTokenCount: Int
  /// Of contestants whose policy has one; nil: the policy's own.
  var stopThreshold: Double?
  /// Of contestants that continue several first tokens.
  var candidateCount = 1
}
