import Decoding
import Sampling
import TensorTypes

/// Runs the same prompts through several modes in turn, so that a busy moment of the machine hits all of them.
final class ModesBenchmark {
  /// A mode, ready to run.
  private struct Contestant {
    let pair: ModelPair
    let generator: Scheduler
    var rounds: [ModesRound] = []
  }

  private var contestants: [Contestant] = []
  private let prompts: [[TokenID]]
  private let seed: UInt64
  private let generation: Generation

  /// - Parameter pairs: The first is what the others are compared with.
  init(
    _ pairs: [ModelPair], prompts: [String], sampling: SamplingParameters, verification: VerificationMethod,
    maximumTokenCount: Int
  ) throws {
    let tokens = try prompts.map { try pairs[0].encode($0) }
    self.prompts = tokens
    seed = sampling.seed
    generation = Generation(maximumTokenCount: maximumTokenCount)
    let positionCount = tokens.map(\.count).max()! + maximumTokenCount
    contestants = try pairs.map { pair in
      Contestant(
        pair: pair,
        generator: try pair.generator(
          sampling: sampling, verification: verification, positionCount: positionCount))
    }
  }

  /// - Parameter progress: Called before each turn with the fraction done, 0...1.
  /// - Returns: What each pair did in each round; nil if the program was interrupted.
  func measure(
    rounds: Int, progress: (Double) -> Void
  ) throws -> [(pair: ModelPair, rounds: [ModesRound])]? {
    for round in 0...rounds {
      for turn in contestants.indices {
        progress(Double(round * contestants.count + turn) / Double((rounds + 1) * contestants.count))
        // Another one begins each round: the first after a pause may find a cooler machine.
        let index = (turn + round) % contestants.count
        guard let measured = try runPrompts(contestants[index]) else { return nil }
        if round > 0 { contestants[index].rounds.append(measured) }
      }
    }
    for contestant in contestants { contestant.pair.remember(contestant.generator.experience) }
    return contestants.map { ($0.pair, $0.rounds) }
  }

  private func runPrompts(_ contestant: Contestant) throws -> ModesRound? {
    contestant.pair.pinLeader()
    var round = ModesRound()
    for prompt in prompts {
      let (result, report) = try generation.run(
        contestant.generator, of: contestant.pair, after: prompt, seed: seed)
      if result.stopReason == .cancelled { return nil }
      round.add(result.telemetry, text: report.text, tokens: report.tokens)
    }
    return round
  }
}

/// What one mode did with all prompts.
struct ModesRound {
  private(set) var texts: [String] = []
  private(set) var tokens: [[TokenID]] = []
  private(set) var seconds = 0.0
  private(set) var overlappedSeconds = 0.0
  private(set) var acceptedCount = 0
  private(set) var testedCount = 0
  private(set) var wastedCount = 0
  private(set) var targetPassCount = 0

  var tokenCount: Int { tokens.reduce(0) { $0 + $1.count } }
  var tokensPerSecond: Double { Double(tokenCount) / seconds }

  /// Where its texts are not those of `first`, one line each.
  func differences(from first: ModesRound, contestant: String) -> [String] {
    zip(tokens, first.tokens).enumerated().compactMap { index, texts in
      DifferentText(texts.0, insteadOf: texts.1, prompt: "prompt \(index + 1)", contestant: contestant)?
        .description
    }
  }

  mutating func add(_ telemetry: DecodingTelemetry, text: String, tokens: [TokenID]) {
    texts.append(text)
    self.tokens.append(tokens)
    seconds += telemetry.decode / .seconds(1)
    overlappedSeconds += telemetry.overlapped / .seconds(1)
    acceptedCount += telemetry.acceptedCount
    testedCount += telemetry.testedCount
    wastedCount += telemetry.wastedCount
    targetPassCount += telemetry.targetPassCount
  }
}
