import Decoding
import TensorTypes

/// Lets contestants continue prompts: for each prompt one after the other, so that what the machine does meanwhile hits
/// all of them.
final class PromptSetRun {
  /// A prompt as the models read it.
  struct Prompt {
    let record: PromptRecord
    let tokens: [TokenID]

    var fingerprint: String {
      var fingerprint = Fingerprint()
      fingerprint.add(record.text)
      return fingerprint.text
    }
  }

  private let contestants: [Contestant]
  private let lanes: [EvalLane]
  private let texts: EvalTexts
  let prompts: [Prompt]
  /// Places of prompts that do not fit the models' context.
  let leftOut: [String]

  /// Loads the models and makes all threads.
  /// - Parameters:
  ///   - contestants: The first is the target alone.
  ///   - options: Of a contestant, its draft length aside.
  init(
    _ contestants: [Contestant], prompts records: [PromptRecord], texts: EvalTexts,
    options: (ModeName) throws -> ModelOptions
  ) throws {
    self.contestants = contestants
    self.texts = texts
    let modes = contestants.map(\.mode)
    let distinct = modes.withoutRepetitions
    let pairs = try ModelPair.all(distinct.map(options))
    let all = try records.map { Prompt(record: $0, tokens: try pairs[0].encode($0.text)) }
    let positionCount = (all.map(\.tokens.count).max() ?? 0) + texts.maximumTokenCount
    let lanes = try pairs.map { try EvalLane($0, positionCount: positionCount) }
    self.lanes = modes.map { mode in lanes[distinct.firstIndex(of: mode)!] }
    let longest = lanes[0].longestPrompt
    prompts = all.filter { $0.tokens.count <= longest }
    leftOut = all.filter { $0.tokens.count > longest }.map(\.record.place)
  }

  /// CPUs by mode.
  var layouts: [String: String] {
    Dictionary(zip(contestants.map(\.mode.rawValue), lanes.map(\.pair.plan.layoutText))) { first, _ in first }
  }

  /// Remembers for other programs what was learnt.
  func remember() {
    for lane in lanes { lane.remember() }
  }

  /// Times the models' passes in the middle of a typical text.
  func passCosts() -> [String: PassCosts] {
    let lengths = prompts.map { Double($0.tokens.count) }
    let context = Int(median(lengths)) + texts.maximumTokenCount / 2
    var costs: [String: PassCosts] = [:]
    for (index, contestant) in contestants.enumerated() where costs[contestant.mode.rawValue] == nil {
      let rowCounts = contestants.filter { $0.mode == contestant.mode }.flatMap {
        SpeedModel.rowCounts($0.decoding)
      }
      costs[contestant.mode.rawValue] = lanes[index].passCosts(rowCounts: rowCounts, context: context)
    }
    return costs
  }

  /// Lets each contestant write a few tokens.
  /// - Returns: False if the program was interrupted.
  func warmUp() throws -> Bool {
    for (contestant, lane) in zip(contestants, lanes) {
      let (result, _) = try lane.run(
        contestant, after: prompts[0].tokens, texts: texts,
        maximumTokenCount: min(16, texts.maximumTokenCount))
      if result.stopReason == .cancelled { return false }
    }
    return true
  }

  /// What all contestants made of a prompt.
  /// - Parameter progress: Called before each text with the fraction of them that is done.
  /// - Returns: Nil if the program was interrupted.
  /// - Throws: `DifferentText`.
  func measure(
    promptAt index: Int, repetitions: Int, progress: (Double) -> Void
  ) throws -> EvalResults.Prompt? {
    let prompt = prompts[index]
    let count = contestants.count
    var runs = [[EvalResults.Run]](repeating: [], count: count)
    var written = [[[TokenID]]](repeating: [], count: count)
    for turn in 0..<repetitions * count {
      progress(Double(turn) / Double(repetitions * count))
      // Another one begins each time: the first may find a cooler machine.
      let contestant = (index * repetitions + turn / count + turn) % count
      let (result, report) = try lanes[contestant].run(
        contestants[contestant], after: prompt.tokens, texts: texts,
        maximumTokenCount: texts.maximumTokenCount)
      if result.stopReason == .cancelled { return nil }
      runs[contestant].append(EvalResults.Run(result.telemetry, report))
      written[contestant].append(report.tokens)
    }
    if texts.verification == .coupled { try check(written, of: prompt.record) }
    return EvalResults.Prompt(
      name: prompt.record.name, category: prompt.record.category, fingerprint: prompt.fingerprint,
      tokenCount: prompt.tokens.count, runs: runs)
  }

  private func check(_ written: [[[TokenID]]], of record: PromptRecord) throws(DifferentText) {
    let expected = written[0][0]
    for (contestant, texts) in zip(contestants, written) {
      for text in texts {
        let difference = DifferentText(
          text, insteadOf: expected, prompt: record.place,
          contestant: contestant.text)
        if let difference { throw difference }
      }
    }
  }
}

extension EvalResults.Run {
  fileprivate init(_ telemetry: DecodingTelemetry, _ report: GenerationReport) {
    let passes = zip(telemetry.passCountByRows, telemetry.passTimeByRows).enumerated()
      .filter { $1.0 > 0 }
      .map { ($0, EvalResults.TimedPasses(count: $1.0, seconds: $1.1 / .seconds(1))) }
    self.init(
      tokenCount: report.tokenCount, seconds: report.seconds, prefillSeconds: report.prefillSeconds,
      drafted: telemetry.acceptedCount + telemetry.wastedCount, tested: telemetry.testedCount,
      accepted: telemetry.acceptedCount,
      targetPasses: telemetry.targetPassCount, overlappedSeconds: report.overlappedSeconds,
      passesByRows: Dictionary(uniqueKeysWithValues: passes),
      draftPasses: .init(count: telemetry.draftPassCount, seconds: telemetry.draftBusy / .seconds(1)),
      stopReason: report.stopReason)
  }
}
