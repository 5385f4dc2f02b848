import ArgumentParser
import Decoding
import Sampling

/// Measures many layouts and modes of one pair of models, layout by layout.
///
/// The cases of a layout take turns in every round with the target alone, which all ratios are over: what the machine
/// does meanwhile hits both.
final class LayoutSweep {
  /// What the prompts become; the same for all cases.
  struct Texts {
    let prompts: [String]
    let sampling: SamplingParameters
    let verification: VerificationMethod
    let maximumTokenCount: Int
  }

  /// One layout's cases that are not measured yet.
  private struct Block {
    let layout: String
    var cases: [(key: LayoutCase, pair: ModelPair)]
  }

  private let baseline: ModelPair
  private var blocks: [Block] = []
  private let texts: Texts

  /// Makes all threads and loads the models.
  /// - Parameters:
  ///   - options: Of a case.
  ///   - cases: At least one; those of a layout follow one another.
  init(
    baseline: LayoutCase, cases: [LayoutCase], texts: Texts, options: (LayoutCase) throws -> ModelOptions
  ) throws {
    self.texts = texts
    let pairs = try ModelPair.all(try ([baseline] + cases).map(options))
    self.baseline = pairs[0]
    for (key, pair) in zip(cases, pairs.dropFirst()) {
      if blocks.last?.layout != key.layout { blocks.append(Block(layout: key.layout, cases: [])) }
      blocks[blocks.count - 1].cases.append((key, pair))
    }
  }

  /// Measures all cases.
  /// - Parameters:
  ///   - results: Gets those of one layout at a time.
  ///   - save: Called after each layout.
  /// - Returns: False if the program was interrupted.
  /// - Throws: `DifferentTexts`, or what `save` throws.
  func run(
    rounds: Int, into results: inout LayoutResults, progress: ProgressLine,
    save: (LayoutResults) throws -> Void
  ) throws -> Bool {
    // The baseline runs in every block.
    let weights = blocks.map { Double($0.cases.count + 1) }
    var done = 0.0
    for (block, weight) in zip(blocks, weights) {
      // A pair that drafts, if the layout has one.
      let probe = try LaneProbe(block.cases[block.cases.count - 1].pair)
      let benchmark = try ModesBenchmark(
        [baseline] + block.cases.map(\.pair), prompts: texts.prompts, sampling: texts.sampling,
        verification: texts.verification, maximumTokenCount: texts.maximumTokenCount)
      let total = weights.reduce(0, +)
      results.lanes[block.layout] = probe.measure()
      let measured = try benchmark.measure(rounds: rounds) { fraction in
        progress.show((done + fraction * weight) / total, detail: block.layout)
      }
      guard let measured else { return false }
      done += weight
      try add(measured.map(\.rounds), of: block, to: &results)
      try save(results)
    }
    return true
  }

  private func add(
    _ rounds: [[ModesRound]], of block: Block, to results: inout LayoutResults
  ) throws {
    let baseline = rounds[0]
    guard baseline[0].tokenCount > 0 else {
      throw ValidationError("the model ends every text at once: there is nothing to measure")
    }
    for (key, rounds) in zip(block.cases.map(\.key), rounds.dropFirst()) {
      let isSame = rounds.allSatisfy { $0.tokens == baseline[0].tokens && $0.texts == baseline[0].texts }
      if texts.verification == .coupled, !isSame { throw DifferentTexts(key: key) }
      results.cases.append(LayoutCaseResult(key, rounds, baseline: baseline))
    }
  }
}

/// A mode wrote another text than the target alone.
struct DifferentTexts: Error, CustomStringConvertible {
  let key: LayoutCase
  var description: String { "\(key.modeText) on \(key.layout) wrote another text than the target alone" }
}

extension LayoutCaseResult {
  /// - Parameter baseline: The target alone in the same rounds.
  fileprivate init(_ key: LayoutCase, _ rounds: [ModesRound], baseline: [ModesRound]) {
    let first = rounds[0]
    self.init(
      case: key, tokensPerSecond: Spread(rounds.map(\.tokensPerSecond)),
      ratio: Spread(zip(rounds, baseline).map { $0.tokensPerSecond / $1.tokensPerSecond }),
      acceptanceRate: first.testedCount > 0 ? Double(first.acceptedCount) / Double(first.testedCount) : nil,
      tokensPerTargetPass: Double(first.tokenCount) / Double(first.targetPassCount),
      wastedCount: first.wastedCount,
      overlapShare: median(rounds.map { $0.overlappedSeconds / $0.seconds }))
  }
}
