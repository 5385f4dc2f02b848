import ArgumentParser
import Conversion
import GGUF
import Synthesis
import SystemPackage
import TensorTypes

/// `nacre synthesize`: a model file of any shape with random weights, perhaps with a small model among them.
struct SynthesizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthesize",
    abstract: "Writes a GGUF file of a given shape, to measure what it costs to run.",
    discussion: """
      Shapes: \(ModelShape.named.map(\.name).joined(separator: ", ")), or six numbers D,L,H,KV,FF,V (width, layers, \
      heads, KV heads, feed-forward width, vocabulary). The weights are random, and the text means nothing, unless \
      --from gives a small model to place among them; then --noise makes a draft that agrees with it more or less.
      """)

  @Option(help: "A named shape, or D,L,H,KV,FF,V.")
  var shape: String?

  @Option(help: "The family of models (default: that of the named shape, else llama).")
  var architecture: ModelShape.Architecture?

  @Option(help: "The type of the matrices, such as q8_0, or a mix, such as q4_k_m.")
  var type = "q8_0"

  @Option(help: "Seed of the random weights and of the noise.")
  var seed: UInt64 = 1

  @Option(help: "The context length that the file states (default: 4096).")
  var contextLength: Int?

  @Option(help: "A GGUF file whose vocabulary is used, padded or cut to size (default: the default model).")
  var tokenizer: String?

  @Option(
    name: .customLong("from"),
    help: """
      A small GGUF model to place inside the shape: the text is that of the small model, the cost that of the shape. \
      Without --shape it keeps its own.
      """)
  var small: String?

  @Option(
    help: """
      With --from: noise on the small model's weights, as a share of each row's root mean square. 0.1 is a little, 1 \
      drowns the model.
      """)
  var noise: Float = 0

  @Flag(help: "With --from: as many tokens as the shape has, of which the new ones are never chosen.")
  var padVocabulary = false

  @Option(name: .shortAndLong, help: "The file to write.")
  var output: String

  func validate() throws {
    if small == nil {
      guard shape != nil else { throw ValidationError("--shape or --from is needed.") }
      guard noise == 0, !padVocabulary else {
        throw ValidationError("--noise and --pad-vocabulary need --from.")
      }
    } else {
      guard tokenizer == nil, architecture == nil, contextLength == nil else {
        throw ValidationError("--tokenizer, --architecture and --context-length are the small model's.")
      }
      guard shape != nil || !padVocabulary else { throw ValidationError("--pad-vocabulary needs --shape.") }
    }
    guard (0...1000).contains(noise) else { throw ValidationError("--noise is not in 0...1000.") }
    guard (1...1 << 24).contains(contextLength ?? 1) else {
      throw ValidationError("--context-length is out of range.")
    }
  }

  func run() throws {
    var modelShape = try shape.map { text in
      guard let shape = ModelShape(text) else { throw ValidationError("\(text) is not a shape") }
      return shape
    }
    let progress = ProgressLine("writing \(output)")
    if let small {
      let model = try widenedModel(GGUFFile(path: FilePath(small)), in: modelShape)
      try model.write(to: FilePath(output)) { progress.show($0) }
    } else if modelShape != nil {
      modelShape!.architecture = architecture ?? modelShape!.architecture
      try randomModel(modelShape!).write(to: FilePath(output)) { progress.show($0) }
    }
    progress.finish()
  }

  private func randomModel(_ shape: ModelShape) throws -> SyntheticModel {
    try SyntheticModel(
      shape: shape,
      type: typeChoice(
        architecture: shape.architecture.rawValue, layerCount: shape.layerCount,
        hasOutput: !shape.tiesEmbeddings, isGrouped: shape.headCount != shape.keyValueHeadCount),
      tokenizer: GGUFFile(path: FilePath(tokenizer ?? DefaultModels.target())),
      contextLength: contextLength ?? 4096, seed: seed)
  }

  /// The small model inside the shape, after a report of both.
  private func widenedModel(_ file: GGUFFile, in shape: ModelShape?) throws -> WidenedModel {
    let wide = try WidenedShape(of: file, in: shape, padsVocabulary: padVocabulary)
    let type = try typeChoice(
      architecture: wide.source.architecture.rawValue, layerCount: wide.layerCount,
      hasOutput: wide.hasOutput, isGrouped: wide.isGrouped)
    let model = try WidenedModel(file, in: wide, type: type, noise: noise, seed: seed)
    print(WideningReport(file, wide, model, path: output, noise: noise).text)
    return model
  }

  /// One type for all matrices, or a mix's for each.
  private func typeChoice(
    architecture: String, layerCount: Int, hasOutput: Bool, isGrouped: Bool
  ) throws -> (String, Shape) -> ElementType {
    if let type = ElementType(name: type) { return { _, _ in type } }
    guard let target = TargetType(name: type) else { throw ValidationError("\(type) is not a type") }
    let choice = TypeChoice(
      target, architecture: architecture, layerCount: layerCount, hasOutput: hasOutput, isGrouped: isGrouped)
    return { choice.type(of: $0, shape: $1) }
  }
}

extension ModelShape.Architecture: ExpressibleByArgument {}
