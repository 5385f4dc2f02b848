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

  @Test("a small model is placed inside a shape, and both are reported")
  func from() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("wide.gguf").string
    let process = try NacreProcess(
      "synthesize", "--from", PackagePaths.draft, "--shape", "256,3,4,2,512,5000", "--pad-vocabulary",
      "--noise", "0.5", "--output", path)
    #expect(process.exitCode == 0)
    let rows = process.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows[1].dropFirst().prefix(7) == ["128", "2", "2/1", "of", "64", "384", "4096"])
    #expect(rows[2].dropFirst().prefix(7) == ["256", "3", "4/2", "of", "64", "512", "5000"])
    #expect(process.output.contains("noise of 0.5"))
    let configuration = try loadModel(path).weights.configuration
    #expect(configuration.layerCount == 3 && configuration.vocabularyCount == 5000)
  }

  @Test(
    "options that contradict each other are refused",
    arguments: [
      ["--output", "x"], ["--shape", "68m", "--noise", "1", "--output", "x"],
      ["--shape", "68m", "--pad-vocabulary", "--output", "x"],
      ["--from", "a", "--pad-vocabulary", "--output", "x"],
      ["--from", "a", "--context-length", "9", "--output", "x"],
      ["--from", "a", "--noise", "nan", "--output", "x"],
    ])
  func contradictions(arguments: [String]) {
    #expect(throws: (any Error).self) { try SynthesizeCommand.parse(arguments) }
  }
}
