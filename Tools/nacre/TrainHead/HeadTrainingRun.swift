import AcceptanceHead
import ArgumentParser
import Foundation
import GGUF
import HeadTraining
import Inference
import Platform
import SystemPackage
import TensorTypes
import Tokenization
import Topology

/// From prompts to a head: makes examples, trains, evaluates, writes. Each part goes on where an earlier run stopped.
struct HeadTrainingRun {
  /// The user ended the run; what was done is kept.
  struct Interrupted: Error {}

  private let command: TrainHeadCommand
  private let target: TextModel
  private let draftPath: String
  private let draft: DraftIdentity
  private let prompts: HeadPrompts
  private let source: ExampleSource
  private let threadCount: Int

  init(_ command: TrainHeadCommand) throws {
    self.command = command
    threadCount = command.threads ?? CPUBudget.current().cpuCount
    // Before this thread is pinned; and what is missing is best said before the examples are made.
    try MatrixProducts.prepare(threadCount: threadCount)
    let usesOwnPair = command.model == nil && command.draft == nil
    guard usesOwnPair || command.model != nil && command.draft != nil else {
      throw ValidationError("Give both --model and --draft, or none.")
    }
    target = try TextModel(path: command.model ?? DefaultModels.target(), threads: threadCount)
    draftPath = try command.draft ?? DefaultModels.draft()
    let draftFile = try GGUFFile(path: FilePath(draftPath))
    draft = try DraftIdentity(draftFile)
    let tokens = command.examples.tokensPerPrompt
    let context = try [target.file, draftFile].map { try ModelConfiguration($0).trainedContextLength }.min()!
    guard tokens < context else {
      throw ValidationError("--tokens-per-prompt leaves no room in the models' context of \(context).")
    }
    prompts = try HeadPrompts(command, tokenizer: target.tokenizer).shortened(to: context - tokens)
    source = ExampleSource(
      hiddenSize: draft.hiddenSize, vocabularyCount: draft.vocabularyCount,
      target: try Self.hash(target.file), draft: try Self.hash(draftFile), prompts: Self.hash(prompts),
      promptCount: prompts.prompts.count, samplesPerPrompt: command.examples.samplesPerPrompt,
      tokensPerPrompt: tokens, temperature: command.examples.temperature, seed: command.examples.seed,
      candidates: command.examples.candidates == .branched ? .branched : .mixed(command.examples.mixing))
  }

  /// - Throws: `Interrupted` after Ctrl-C.
  func run() throws -> HeadReport {
    let start = ContinuousClock.now
    try makeExamples()
    let made = ContinuousClock.now
    let examples = try ExampleSet(path: examplesPath, source: source)
    let trainer = try train(on: examples)
    let evaluation = trainer.evaluate()
    let report = HeadReport(
      trainer, evaluation, examples: examples, output: command.output, exampleTime: made - start,
      trainingTime: ContinuousClock.now - made)
    try HeadFile(
      parameters: trainer.parameters, draft: draft, rejectionWeight: trainer.options.rejectionWeight
    ).write(to: FilePath(command.output), record: record(trainer, report))
    try? FileManager.default.removeItem(atPath: statePath.string)
    return report
  }

  private var examplesPath: FilePath { FilePath(command.output + ".examples") }
  private var statePath: FilePath { FilePath(command.output + ".state") }

  private func makeExamples() throws {
    let writer = try ExampleWriter(path: examplesPath, source: source)
    guard !writer.isComplete else { return }
    let longest = prompts.prompts.map(\.count).max()! + source.tokensPerPrompt
    let model = try target.load(windowLength: longest - 1)
    let draft = try target.loadReference(path: draftPath, windowLength: longest - 1)
    let maker = try ExampleMaker(
      target: model, draft: draft, source: source,
      endTokens: Set(target.tokenizer.vocabulary.endOfGenerationTokens))
    let progress = ProgressLine("making examples")
    defer { progress.finish() }
    // Of this run: the time left is not to count what an earlier one did.
    let first = writer.sequenceCount
    while !writer.isComplete {
      guard !Interruption.flag.isCancelled else { throw Interrupted() }
      let sequence = writer.sequenceCount
      try writer.append(maker.make(sequence, after: prompts.prompts[source.prompt(of: sequence)]))
      progress.show(
        Double(sequence + 1 - first) / Double(source.sequenceCount - first),
        detail: "text \(sequence + 1) of \(source.sequenceCount)")
    }
  }

  private func train(on examples: ExampleSet) throws -> HeadTrainer {
    let options = command.training.options(seed: command.examples.seed)
    let split =
      prompts.validationCount > 0
      ? ValidationSplit.last(prompts.validationCount) : .share(0.1, seed: command.examples.seed)
    let binding = "\(options) \(split) \(source) \(threadCount) threads"
    let trainer = try HeadTrainer(
      examples, options: options, split: split, from: TrainingState(path: statePath, binding: binding))
    let progress = ProgressLine("training")
    defer { progress.finish() }
    let first = trainer.state.losses.count
    var lastSaved = ContinuousClock.now
    while !trainer.isComplete {
      let endedEpoch = try trainer.step()
      let isCancelled = Interruption.flag.isCancelled
      if isCancelled || endedEpoch || ContinuousClock.now - lastSaved > .seconds(30), !trainer.isComplete {
        try trainer.state.write(to: statePath, binding: binding)
        lastSaved = .now
      }
      if isCancelled { throw Interrupted() }
      let count = trainer.state.losses.count
      progress.show(
        Double(count - first) / Double(trainer.stepCount - first),
        detail: String(
          format: "epoch %d of %d, loss %.4f", (count - 1) / trainer.batchCount + 1, options.epochCount,
          trainer.state.losses[count - 1]))
    }
    return trainer
  }

  /// For people who find the head later.
  private func record(_ trainer: HeadTrainer, _ report: HeadReport) -> [(String, MetadataValue)] {
    [
      ("target", .string(target.file.path.lastComponent?.string ?? "")),
      ("draft", .string(FilePath(draftPath).lastComponent?.string ?? "")),
      ("seed", .uint64(source.seed)), ("temperature", .float32(source.temperature)),
      ("candidates", .string(command.examples.candidates.rawValue)),
      ("epochs", .uint32(UInt32(trainer.options.epochCount))),
      ("learning_rate", .float32(Float(trainer.options.learningRate))),
      ("batch_size", .uint32(UInt32(trainer.options.batchSize))),
      ("example_count", .uint64(UInt64(report.examples.training))),
      ("validation.example_count", .uint64(UInt64(report.examples.validation))),
      ("validation.loss", .float32(Float(report.validation.loss))),
      ("validation.auc", .float32(Float(report.validation.auc ?? .nan))),
      ("validation.calibration_error", .float32(Float(report.validation.calibrationErrorUnweighted))),
    ]
  }

  /// Of a model file, in this very quantization.
  private static func hash(_ file: GGUFFile) throws -> UInt64 {
    var hash = Fingerprint64()
    hash.add("\(try DraftIdentity(file).fingerprint) \(file.byteCount)".utf8)
    return hash.value
  }

  private static func hash(_ prompts: HeadPrompts) -> UInt64 {
    var hash = Fingerprint64()
    for prompt in prompts.prompts { hash.add("\(prompt)".utf8) }
    return hash.value
  }
}
