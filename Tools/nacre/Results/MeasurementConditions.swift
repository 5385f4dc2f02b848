import Foundation
import GGUF
import KernelDispatch
import SystemPackage
import Topology

/// What must be the same for results to be compared, or taken from an earlier run.
struct MeasurementConditions: Codable, Equatable {
  struct Model: Codable, Equatable {
    let path: String
    let byteCount: Int
    /// Of parts of the file, in hexadecimal.
    let fingerprint: String
  }

  /// Changes when the processor or this process's share of it does.
  let machineIdentity: String
  let processorName: String?
  let kernelLevel: String
  let target: Model
  let draft: Model
  /// Of prompts and sampling, in hexadecimal.
  let textFingerprint: String
  let maximumTokenCount: Int
  let rounds: Int
  let kvType: String
}

extension MeasurementConditions {
  /// - Parameters:
  ///   - models: The files of target and draft.
  ///   - texts: The prompts, and whatever else results depend on.
  init(
    on topology: MachineTopology, models: (target: String, draft: String), texts: [String],
    sampling: SamplingOptions, maximumTokenCount: Int, rounds: Int, kvType: CacheType
  ) throws {
    var fingerprint = Fingerprint()
    for text in texts { fingerprint.add(text) }
    fingerprint.add(sampling.text)
    self.init(
      machineIdentity: topology.machineIdentity, processorName: topology.processorName,
      kernelLevel: try KernelLibrary.best().level.rawValue, target: try Model(path: models.target),
      draft: try Model(path: models.draft), textFingerprint: fingerprint.text,
      maximumTokenCount: maximumTokenCount, rounds: rounds, kvType: kvType.rawValue)
  }

  /// The models' files, without their folders.
  var modelNames: String {
    "\(fileName(target.path)), draft \(fileName(draft.path))"
  }

  var machineText: String { "\(processorName ?? "unknown processor"), kernels \(kernelLevel)" }

  /// Such as 2026-11-21.
  static var today: String { Date.now.formatted(.iso8601.year().month().day()) }
}

extension SamplingOptions {
  /// All that decides on a text.
  fileprivate var text: String {
    let numbers = [temperature, topP, minP, repetitionPenalty, frequencyPenalty, presencePenalty]
    return "\(numbers) \(topK) \(penaltyWindow) \(seed ?? 0) \(verifier)"
  }
}

extension MeasurementConditions.Model {
  /// Reads pieces from all over the model's files: quickly, and enough to tell two models apart.
  init(path: String) throws {
    let file = try GGUFFile(path: FilePath(path))
    var fingerprint = Fingerprint()
    for path in file.paths {
      let handle = try FileHandle(forReadingFrom: URL(filePath: path.string))
      defer { try? handle.close() }
      let byteCount = try handle.seekToEnd()
      fingerprint.add("\(byteCount)")
      for piece in 0..<16 as Range<UInt64> {
        try handle.seek(toOffset: byteCount / 16 * piece)
        fingerprint.add(try handle.read(upToCount: 1 << 14) ?? Data())
      }
    }
    self.init(path: path, byteCount: file.byteCount, fingerprint: fingerprint.text)
  }
}

extension MeasurementConditions {
  /// What keeps results under `other` from standing beside these; empty where nothing does.
  func differences(from other: Self) -> [String] {
    var differences: [String] = []
    func compare(_ name: String, _ one: String, _ two: String) {
      if one != two { differences.append("\(name) (\(one), now \(two))") }
    }
    compare("machine", machineIdentity, other.machineIdentity)
    compare("kernel level", kernelLevel, other.kernelLevel)
    compare("target", target.fingerprint, other.target.fingerprint)
    compare("draft", draft.fingerprint, other.draft.fingerprint)
    compare("prompts or sampling", textFingerprint, other.textFingerprint)
    compare("tokens per prompt", "\(maximumTokenCount)", "\(other.maximumTokenCount)")
    compare("rounds", "\(rounds)", "\(other.rounds)")
    compare("type of the cache", kvType, other.kvType)
    return differences
  }
}

/// A path without its folders.
func fileName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
