import Decoding
import Foundation
import Platform
import TensorTypes

/// What `nacre generate` says about a generation: JSON for machines, a few lines for people.
struct GenerationReport: Encodable {
  let text: String
  let tokens: [TokenID]
  let stopReason: String
  let mode: String
  /// Tokens proposed per step; 0 without a draft, and where the mode chooses.
  let draftLength: Int
  let promptTokenCount: Int
  let tokenCount: Int
  /// From the end of the prompt to the last token.
  let seconds: Double
  /// 0 when nothing was generated.
  let tokensPerSecond: Double
  let prefillSeconds: Double
  /// 0 when the prompt is one token, which the first pass reads.
  let prefillTokensPerSecond: Double
  let proposed: Int
  let accepted: Int
  /// Drafted and thrown away.
  let wasted: Int
  /// Accepted of those that the target judged.
  let acceptanceRate: Double?
  let targetPasses: Int
  let tokensPerTargetPass: Double?
  let targetBusySeconds: Double
  let draftBusySeconds: Double
  /// Time in which both models computed.
  let overlappedSeconds: Double
  let threads: Int
  let draftThreads: Int
  /// The CPUs of the threads, as `--layout` takes them.
  let layout: String
  /// How the layout was found, if it was measured.
  let layoutReason: String?
  let kernelLevel: String
  let kvType: String
  let seed: UInt64
  let peakResidentBytes: Int?
  let telemetry: TelemetrySection
  /// Where threads and memory are; nil when nobody looked.
  var placement: PlacementSection?

  init(
    result: GenerationResult, output: GenerationOutput, pair: ModelPair, promptTokenCount: Int, seed: UInt64,
    choices: [ChoiceLog.Choice] = []
  ) {
    let telemetry = result.telemetry
    let mode = pair.options.effectiveMode
    text = output.text
    tokens = output.tokens
    stopReason = output.stopString == nil ? result.stopReason.name : "stopString"
    self.mode = mode.rawValue
    draftLength = pair.options.decodingMode.draftLength ?? 0
    self.promptTokenCount = promptTokenCount
    tokenCount = output.tokens.count
    seconds = telemetry.decode / .seconds(1)
    tokensPerSecond = telemetry.tokensPerSecond ?? 0
    prefillSeconds = telemetry.prefill / .seconds(1)
    prefillTokensPerSecond = prefillSeconds > 0 ? Double(promptTokenCount - 1) / prefillSeconds : 0
    proposed = telemetry.proposedCount
    accepted = telemetry.acceptedCount
    wasted = telemetry.wastedCount
    acceptanceRate = telemetry.acceptanceRate
    targetPasses = telemetry.targetPassCount
    tokensPerTargetPass = telemetry.tokensPerTargetPass
    targetBusySeconds = telemetry.targetBusy / .seconds(1)
    draftBusySeconds = telemetry.draftBusy / .seconds(1)
    overlappedSeconds = telemetry.overlapped / .seconds(1)
    threads = pair.plan.targetCPUs.count
    draftThreads = pair.plan.draftCPUs.count
    layout = pair.plan.layoutText
    layoutReason = pair.layoutReason
    kernelLevel = pair.kernels.level.rawValue
    kvType = pair.options.kvType.rawValue
    self.seed = seed
    self.telemetry = TelemetrySection(result, choices: choices)
    peakResidentBytes = ProcessMemory.peakResidentBytes
  }

  /// Statistics for standard error.
  var summary: String {
    let format = { (value: Double?, digits: Int) in value.map { String(format: "%.\(digits)f", $0) } ?? "–" }
    var lines = [
      "\(mode)\(draftLength > 0 ? " (draft length \(draftLength))" : ""): \(tokenCount) tokens in "
        + "\(format(seconds, 3)) s, \(format(tokensPerSecond, 1)) tokens/s; "
        + "prompt \(promptTokenCount) tokens, \(format(prefillTokensPerSecond, 0)) tokens/s; \(stopReason)"
    ]
    if proposed > 0 {
      lines.append(
        "draft: \(accepted) of \(proposed) accepted (\(format(acceptanceRate.map { $0 * 100 }, 0)) % of those judged), "
          + "\(wasted) wasted; \(format(tokensPerTargetPass, 2)) tokens per target pass")
    }
    let peak = peakResidentBytes.map { ", peak \($0 >> 20) MiB" } ?? ""
    lines.append(
      "time: target \(share(targetBusySeconds)), draft \(share(draftBusySeconds)), both \(share(overlappedSeconds)); "
        + "layout \(layout), kernels \(kernelLevel)\(peak)")
    return "\n" + lines.map { $0 + "\n" }.joined()
  }

  private func share(_ part: Double) -> String {
    seconds > 0 ? String(format: "%.0f %%", part / seconds * 100) : "–"
  }
}

extension StopReason {
  fileprivate var name: String {
    switch self {
    case .endToken: "endToken"
    case .stoppedByReceiver: "stopped"
    case .maximumTokenCount: "maxTokens"
    case .contextFull: "contextFull"
    case .cancelled: "cancelled"
    }
  }
}
