import GGUF
import Inference
import Synthesis
import TensorTypes
import TestSupport
import Testing
import Tokenization

@Suite("A padded vocabulary")
struct PaddedVocabularyTests {
  @Test(
    "new tokens are far below all others, whose logits stay the same",
    arguments: [
      ElementType.f32, .f16, .q8_0, .q6_k, .q4_k, .q4_0,
    ])
  func logits(type: ElementType) throws {
    let directory = try TemporaryDirectory()
    let (plain, padded) = (directory.file("plain"), directory.file("padded"))
    let small = try RandomModel().write(to: directory)
    try widen(small, "512,3,8,4,256,100", type: type, to: plain)
    try widen(small, "512,3,8,4,256,100", type: type, padsVocabulary: true, to: padded)
    let expected = try allLogits(plain, someTokens)
    let found = try allLogits(padded, someTokens)
    #expect(expected[0].count == 70 && found[0].count == 100)
    // Embeddings of types with fewer bits become Q8_0.
    let limit = [.q6_k, .q4_k, .q4_0].contains(type) ? 0.2 : 1e-9
    let difference = error(found.map { Array($0.prefix(70)) }, expected)
    #expect(difference < limit)
    let highest = found.flatMap { $0.suffix(30) }.max()!
    #expect(highest < -1000)
  }

  @Test("text becomes the same tokens")
  func tokens() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("padded")
    try widen(.init(PackagePaths.draft), "256,2,4,2,384,5000", type: .q8_0, padsVocabulary: true, to: path)
    let text = "def f(x):\n    return \"<unused_4500>\" + str(x) # é\n"
    let found = try loadTokenizer(from: GGUFFile(path: path))
    let expected = try loadTokenizer(from: GGUFFile(path: .init(PackagePaths.draft)))
    #expect(found.vocabulary.count == 5000)
    #expect(
      found.encode(text, addSpecial: true, parseSpecial: false)
        == expected.encode(text, addSpecial: true, parseSpecial: false))
  }

  @Test(
    "without a free block at the end of the width it is refused",
    arguments: [
      ("144,2,9,3,128,100", ElementType.f32, 16), ("256,2,4,2,256,100", .q4_k, 256),
    ])
  func noRoom(shape: String, type: ElementType, block: Int) throws {
    let directory = try TemporaryDirectory()
    var small = RandomModel()
    (small.embeddingLength, small.headSize) = (130, 16)
    let path = try small.write(to: directory)
    let expected = WideningProblem.noRoomForPadding(
      width: try #require(ModelShape(shape)).embeddingLength, sourceWidth: 130, block: block)
    #expect(throws: WideningError(path: path, problem: expected)) {
      try widen(path, shape, type: type, padsVocabulary: true, to: directory.file("padded"))
    }
  }
}
