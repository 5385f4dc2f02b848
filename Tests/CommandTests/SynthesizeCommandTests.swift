import Inference
import Synthesis
import TestSupport
import Testing

@testable import nacre

@Suite("nacre synthesize")
struct SynthesizeCommandTests {
  @Test("a model of every family can be made and run", arguments: ModelArchitecture.allCases)
  func families(architecture: ModelArchitecture) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("model.gguf").string
    let command = try SynthesizeCommand.parse([
      "--shape", "64,2,4,2,96,500", "--architecture", architecture.rawValue, "--tokenizer",
      PackagePaths.target, "--output", path,
    ])
    try command.run()
    let model = try loadModel(path)
    #expect(model.weights.configuration.architecture == architecture)
    #expect(model.weights.configuration.headSize == 16)
    model.forward([1, 2, 3])
    let areFinite = model.logits(row: 0).allSatisfy { $0.isFinite }
    #expect(areFinite)
  }

  @Test("named shapes of the Qwen families have what these families have")
  func namedShapes() throws {
    let qwen2 = try #require(ModelShape("qwen2.5-0.5b"))
    let qwen3 = try #require(ModelShape("qwen3-0.6b"))
    #expect(qwen2.architecture == .qwen2 && qwen2.headSize == 64 && qwen2.tiesEmbeddings)
    #expect(qwen3.architecture == .qwen3 && qwen3.headSize == 128 && qwen3.tiesEmbeddings)
  }
}
