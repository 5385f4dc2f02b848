import ArgumentParser
import Evaluation
import Foundation
import GGUF
import Inference
import KernelDispatch
import Platform
import SystemPackage
import TensorTypes
import Tokenization
import Topology

/// A model to be run over a text: its file, its tokenizer and the threads that it runs on.
struct TextModel {
  let file: GGUFFile
  let tokenizer: any Tokenizer
  let team: ThreadTeam

  /// - Parameter threads: Number of threads; nil: all CPUs.
  init(path: String, threads: Int?) throws {
    let budget = CPUBudget.current()
    let threadCount = threads ?? budget.cpuCount
    guard (1...1024).contains(threadCount) else { throw ValidationError("--threads is out of range") }
    file = try GGUFFile(path: FilePath(path))
    tokenizer = try loadTokenizer(from: file)
    // Threads that share a CPU would only make each other slower.
    let cpus = Array(budget.allowedCPUs.prefix(threadCount))
    team = ThreadTeam(
      name: "nacre", cpus: cpus, spin: SpinBudget(threadCount: cpus.count, cpuCount: budget.cpuCount))
    team.pinLeader()
  }

  /// The text of a file, in windows.
  /// - Parameter length: Tokens of the text in a window.
  func windows(ofTextAt path: String, length: Int) throws -> TextWindows {
    guard length >= 2 else { throw ValidationError("--window is out of range") }
    let tokens = tokenizer.encode(try promptText(nil, file: path), addSpecial: false, parseSpecial: false)
    guard tokens.count >= length else {
      throw ValidationError("the text has \(tokens.count) tokens, fewer than one window of \(length)")
    }
    return TextWindows(tokens, beginning: tokenizer.vocabulary.bos, length: length)
  }

  /// The model, with room for a window and its beginning-of-text token.
  func load(windowLength: Int, cacheType: CacheType = .f16) throws -> TransformerModel {
    try Self.load(file, windowLength, team, cacheType)
  }

  /// A second model that predicts the same text with the same threads.
  /// - Throws: Also where its vocabulary is another one.
  func loadReference(path: String, windowLength: Int) throws -> TransformerModel {
    let other = try GGUFFile(path: FilePath(path))
    if let difference = try tokenizer.vocabulary.firstDifference(from: loadTokenizer(from: other).vocabulary)
    {
      throw ValidationError(
        """
        \(file.path) and \(other.path) have different vocabularies: \(difference). \
        Only models with the same vocabulary can run over the same text.
        """)
    }
    return try Self.load(other, windowLength, team, .f16)
  }

  private static func load(
    _ file: GGUFFile, _ windowLength: Int, _ team: ThreadTeam, _ cacheType: CacheType
  ) throws -> TransformerModel {
    let weights = try ModelWeights(file, kernels: KernelLibrary.best(), team: team)
    let trained = weights.configuration.trainedContextLength
    guard windowLength < trained else {
      throw ModelError(path: file.path, .contextTooLong(requested: windowLength + 1, trained: trained))
    }
    return try TransformerModel(weights, team: team, contextLength: windowLength + 1, cacheType: cacheType)
  }
}
