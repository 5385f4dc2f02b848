import ArgumentParser
import Decoding
import Foundation

extension EvalCommand {
  func run() throws {
    let files = output.map { ResultFiles($0) }
    if !resume { try files?.checkAbsent() }
    let records = try PromptRecord.read(dataset, limit: limit)
    let texts = EvalTexts(
      sampling: try sampling.parameters(), verification: sampling.verification, maximumTokenCount: maxTokens,
      stopThreshold: stopThreshold, candidateCount: candidates)
    let conditions = try MeasurementConditions(
      on: .current(), models: (try model ?? DefaultModels.target(), try draft ?? DefaultModels.draft()),
      texts: [], sampling: sampling, maximumTokenCount: maxTokens, rounds: repeats, kvType: kvType)
    let earlier: EvalResults? = resume ? try files?.load(conditions) : nil
    let run = try PromptSetRun(try contestants, prompts: records, texts: texts) {
      try options($0, earlierLayout: earlier?.layouts[$0.rawValue])
    }
    guard !run.prompts.isEmpty else {
      throw ValidationError("none of the \(records.count) prompts fits the models' context")
    }
    var results = try startingResults(run, earlier, conditions)
    Interruption.install()
    let isComplete = try measure(run, into: &results, files)
    run.remember()
    if !results.prompts.isEmpty {
      let summary = EvalSummary(results)
      try files?.write(summary)
      print(json ? try jsonText(EvalReport(summary: summary)) : summary.table)
    }
    guard !isComplete else { return }
    let kept = output == nil || results.prompts.isEmpty ? "" : "; --resume measures the others"
    FileHandle.standardError.write(
      Data("nacre: \(results.prompts.count) of \(run.prompts.count) prompts are measured\(kept)\n".utf8))
    throw ExitCode(130)
  }

  /// What an earlier run measured, or nothing yet.
  private func startingResults(
    _ run: PromptSetRun, _ earlier: EvalResults?, _ conditions: MeasurementConditions
  ) throws -> EvalResults {
    let fresh = EvalResults(
      conditions: conditions, date: MeasurementConditions.today, dataset: dataset,
      contestants: try contestants, stopThreshold: stopThreshold, candidateCount: candidates,
      layouts: run.layouts, leftOut: run.leftOut)
    guard let earlier else { return fresh }
    try earlier.checkContinues(to: fresh, fingerprints: run.prompts.map(\.fingerprint))
    return earlier
  }

  /// - Returns: False if the program was interrupted.
  private func measure(_ run: PromptSetRun, into results: inout EvalResults, _ files: ResultFiles?) throws
    -> Bool
  {
    let first = results.prompts.count
    let count = run.prompts.count - first
    guard count > 0 else { return true }
    let progress = ProgressLine("measuring")
    defer { progress.finish() }
    guard try run.warmUp() else { return false }
    if results.passes.isEmpty { results.passes = run.passCosts() }
    var lastWritten = ContinuousClock.now
    for index in first..<run.prompts.count {
      let measured = try run.measure(promptAt: index, repetitions: repeats) { fraction in
        progress.show(
          (Double(index - first) + fraction) / Double(count),
          detail: "prompt \(index + 1) of \(run.prompts.count)")
      }
      guard let measured else { return false }
      results.prompts.append(measured)
      guard ContinuousClock.now - lastWritten > .seconds(10) else { continue }
      try files?.write(EvalSummary(results))
      lastWritten = .now
    }
    return true
  }

  /// What other commands would be told.
  /// - Parameter earlierLayout: Of what is continued; what became known since may speak for another one.
  private func options(_ mode: ModeName, earlierLayout: String?) throws -> ModelOptions {
    var arguments = ["--mode", mode.rawValue, "--kv-type", kvType.rawValue]
    if let model { arguments += ["--model", model] }
    if let draft { arguments += ["--draft", draft] }
    if let head { arguments += ["--head", head] }
    let isFree = try cores.request()?.isAutomatic ?? true
    let layout = isFree ? earlierLayout ?? cores.layout : cores.layout
    if let layout { arguments += ["--layout", layout] }
    if cores.forgetsLayouts { arguments.append("--no-layout-cache") }
    return try ModelOptions.parse(arguments)
  }
}

extension ResultFiles {
  fileprivate func write(_ summary: EvalSummary) throws {
    try write(json: jsonText(EvalReport(summary: summary)), csv: summary.csv, svg: EvalChart.svg(summary))
  }
}
