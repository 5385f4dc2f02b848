import AcceptanceHead
import Decoding
import GGUF
import Inference
import Platform
import Sampling
import SystemPackage

extension ModelPair {
  /// Makes what generates: models with caches, lanes and the mode's schedule.
  /// - Parameter positionCount: Positions that will be needed; caches are cut to the models' own limits.
  /// - Parameter log: Hears of the choices of `auto`.
  func generator(
    sampling: SamplingParameters, verification: VerificationMethod, positionCount: Int, log: ChoiceLog? = nil
  ) throws -> Scheduler {
    let models = try models(positionCount: positionCount)
    let scheduler = try generator(
      over: models, mode: options.decodingMode, guessers: options.drafting.drafter.guessers,
      candidateCount: options.drafting.candidates, stopRule: options.drafting.stopRule, sampling: sampling,
      verification: verification, agreement: agreement, log: log)
    pinLeader()
    return scheduler
  }

  /// The same over models of this pair that another generator used before; that one must not run any more.
  func generator(
    over models: (target: TransformerModel, draft: TransformerModel?), mode: DecodingMode,
    guessers: [GuesserMethod], candidateCount: Int, stopRule: StopRuleMethod?,
    sampling: SamplingParameters, verification: VerificationMethod, agreement: PairAgreement? = nil,
    log: ChoiceLog? = nil, experience: Experience? = nil
  ) throws -> Scheduler {
    let costs = costs?.model ?? CostModel()
    let scheduler = try Scheduler(
      target: models.target, draft: models.draft,
      means: DraftingMeans(
        guessers: guessers.map(\.guesser), acceptance: try acceptance(models.draft),
        candidateCount: candidateCount),
      mode: mode, verification: verification, stopRule: stopRule, sampling: sampling, costs: costs,
      agreement: agreement, log: log, experience: experience, lane: lanes.draftLane)
    running = models
    return scheduler
  }

  /// Remembers for other programs what a generator of this pair learnt.
  func remember(_ experience: Experience?) {
    guard let agreement = experience?.agreement, let key = try? options.pairKey() else { return }
    options.memory?.agreements.remember(agreement, for: key)
  }

  /// What an acceptance head says about the last token that the draft has read; nil without a head.
  private func acceptance(_ draft: TransformerModel?) throws -> (() -> Float)? {
    guard let path = options.drafting.head, let draft, let draftPath = try options.draftPath else {
      return nil
    }
    let identity = try DraftIdentity(GGUFFile(path: FilePath(draftPath)))
    let head = try AcceptanceHead(path: FilePath(path), for: identity)
    return { head.unweighted(head.probability(of: draft.hiddenState(row: 0))) }
  }

  /// New models over the pair's weights, each with a cache of its own.
  func models(positionCount: Int) throws -> (target: TransformerModel, draft: TransformerModel?) {
    let model = { [options] (weights: ModelWeights, team: ThreadTeam, memory: LanePlacement) in
      let trained = weights.configuration.trainedContextLength
      return try TransformerModel(
        weights, team: team, contextLength: min(max(positionCount, 1), trained), cacheType: options.kvType,
        placement: memory)
    }
    return (
      try model(weights.target, lanes.target, placement.target.memory),
      try weights.draft.map { try model($0, lanes.draft, placement.draft.memory) }
    )
  }
}
