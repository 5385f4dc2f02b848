import ArgumentParser
import Conversion
import GGUF
import Synthesis
import SystemPackage
import TensorTypes

/// `nacre synthesize`: a model file of any shape with random weights.
struct SynthesizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthesize",
    abstract: "Writes a GGUF file of a given shape with random weights, to measure what it costs to run.",
    discussion: """
      Shapes: \(ModelShape.named.map(\.name).joined(separator: ", ")), or six numbers D,L,H,KV,FF,V (width, layers, \
      heads, KV heads, feed-forward width, vocabulary). The text that such a model writes means nothing.
      """)

  @Option(help: "A named shape, or D,L,H,KV,FF,V.")
  var shape: String

  @Option(help: "The family of models (default: that of the named shape, else llama).")
  var architecture: ModelShape.Architecture?

  @Option(help: "The type of the matrices, such as q8_0, or a mix, such as q4_k_m.")
  var type = "q8_0"

  @Option(help: "Seed of the random weights.")
  var seed: UInt64 = 1

  @Option(help: "The context length that the file states.")
  var contextLength = 4096

  @Option(help: "A GGUF file whose vocabulary is used, padded or cut to size (default: the default model).")
  var tokenizer: String?

  @Option(name: .shortAndLong, help: "The file to write.")
  var output: String

  func run() throws {
    guard var modelShape = ModelShape(shape) else { throw ValidationError("\(shape) is not a shape") }
    modelShape.architecture = architecture ?? modelShape.architecture
    let choice = try typeChoice(modelShape)
    guard (1...1 << 24).contains(contextLength) else {
      throw ValidationError("--context-length is out of range")
    }
    let vocabulary = try GGUFFile(path: FilePath(tokenizer ?? DefaultModels.target()))
    let model = try SyntheticModel(
      shape: modelShape, type: choice, tokenizer: vocabulary, contextLength: contextLength, seed: seed)
    let progress = ProgressLine("writing \(output)")
    try model.write(to: FilePath(output)) { progress.show($0) }
    progress.finish()
  }

  /// One type for all matrices, or a mix's for each.
  private func typeChoice(_ shape: ModelShape) throws -> (String, Shape) -> ElementType {
    if let type = ElementType(name: type) { return { _, _ in type } }
    guard let target = TargetType(name: type) else { throw ValidationError("\(type) is not a type") }
    let choice = TypeChoice(
      target, architecture: shape.architecture.rawValue, layerCount: shape.layerCount,
      hasOutput: !shape.tiesEmbeddings, isGrouped: shape.headCount != shape.keyValueHeadCount)
    return { choice.type(of: $0, shape: $1) }
  }
}

extension ModelShape.Architecture: ExpressibleByArgument {}
