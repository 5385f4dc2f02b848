import GGUF
import Inference
import Synthesis
import TensorTypes
import TestSupport
import Testing

@Suite("Shapes that a model does not fit into")
struct WideningErrorTests {
  @Test(
    "a shape that has less of something is refused",
    arguments: [
      ("32,2,2,2,96,70", WideningProblem.sourceIsLarger(measure: "width", source: 64, shape: 32)),
      ("64,1,4,2,96,70", .sourceIsLarger(measure: "number of layers", source: 2, shape: 1)),
      ("64,2,4,2,95,70", .sourceIsLarger(measure: "feed-forward width", source: 96, shape: 95)),
      ("64,2,4,2,96,69", .sourceIsLarger(measure: "vocabulary", source: 70, shape: 69)),
      ("64,2,4,1,96,70", .tooFewKeyValueHeads(needed: 2, shape: 1, groupSize: 4)),
    ])
  func smaller(shape: String, problem: WideningProblem) throws {
    let directory = try TemporaryDirectory()
    let path = try RandomModel().write(to: directory)
    #expect(throws: WideningError(path: path, problem: problem)) {
      try widen(path, shape, padsVocabulary: true, to: directory.file("wide"))
    }
    #expect(try directory.fileNames == ["model.gguf"])
  }

  @Test("columns that are no whole blocks are refused")
  func blocks() throws {
    let directory = try TemporaryDirectory()
    let path = try RandomModel().write(to: directory)
    let problem = SyntheticModel.Problem.columnsNotDivisible(
      tensor: "token_embd.weight", columns: 80, block: 32)
    #expect(throws: WideningError(path: path, problem: .result(problem))) {
      try widen(path, "80,2,5,5,96,70", type: .q8_0, to: directory.file("wide"))
    }
  }

  @Test("a file that is no complete model is refused")
  func incomplete() throws {
    let directory = try TemporaryDirectory()
    var parts = ModelParts(RandomModel())
    parts.tensors.removeAll { $0.name == "blk.1.ffn_up.weight" }
    let path = try parts.write(to: directory)
    let problem = WideningProblem.model(.missingTensor("blk.1.ffn_up.weight"))
    #expect(throws: WideningError(path: path, problem: problem)) {
      try widen(path, "128,2,4,2,96,70", to: directory.file("wide"))
    }
  }
}
