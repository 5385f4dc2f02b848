import GGUF
import Inference
import Synthesis
import TensorTypes
import TestSupport
import Testing

@Suite("A small model inside a bigger shape")
struct WidenedModelTests {
  /// Of 64,2,4,2,96,70 with heads of 16: wider groups, no groups, other heads, odd sizes, only deeper, the same.
  static let shapes: [String?] = [
    "192,5,12,3,160,70", "128,4,8,8,128,70", "256,3,4,2,128,70", "80,2,5,5,97,70", "64,6,4,2,96,70", nil,
  ]

  @Test("the logits stay the same", arguments: shapes, ModelArchitecture.allCases)
  func logits(shape: String?, architecture: ModelArchitecture) throws {
    var small = RandomModel(architecture)
    // What a family may have besides.
    if architecture == .llama {
      small.hasRotaryFactors = true
      small.biased = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"]
    }
    if architecture == .qwen3 { (small.headSize, small.rotaryLength) = (16, 16) }
    let directory = try TemporaryDirectory()
    let path = try small.write(to: directory)
    try widen(path, shape, to: directory.file("wide.gguf"))
    let found = try allLogits(directory.file("wide.gguf"), someTokens)
    let difference = error(found, try allLogits(path, someTokens))
    // Norms of heads share the ε that is changed for the others.
    #expect(difference < (architecture == .qwen3 ? 1e-7 : 1e-11))
  }

  @Test("a group of heads that is larger than the shape's is spread over several KV heads")
  func spreadGroups() throws {
    var small = RandomModel()
    (small.headCount, small.keyValueHeadCount) = (4, 1)
    let directory = try TemporaryDirectory()
    let path = try small.write(to: directory)
    // Groups of 3: heads 0–2 and 3.
    try widen(path, "96,2,6,2,96,70", to: directory.file("wide.gguf"))
    let found = try allLogits(directory.file("wide.gguf"), someTokens)
    let difference = error(found, try allLogits(path, someTokens))
    #expect(difference < 1e-11)
  }

  @Test("quantized models write the same text", arguments: [ElementType.q8_0, .f16, .f32])
  func text(type: ElementType) throws {
    let directory = try TemporaryDirectory()
    let wide = directory.file("wide.gguf")
    try widen(.init(PackagePaths.draft), "256,4,4,2,512,4096", type: type, to: wide)
    let prompt: [TokenID] = [1, 822, 263, 29918, 300].map { $0 % 4096 }
    let small = try loadModel(PackagePaths.draft).greedy(after: prompt, count: 24)
    let big = try loadModel(wide.string).greedy(after: prompt, count: 24)
    #expect(big == small)
  }

  @Test("blocks that the source has in the same type are copied")
  func copiedBlocks() throws {
    let directory = try TemporaryDirectory()
    try widen(.init(PackagePaths.draft), "256,3,4,2,512,4096", type: .q8_0, to: directory.file("wide.gguf"))
    let (small, wide) = (
      try GGUFFile(path: .init(PackagePaths.draft)), try GGUFFile(path: directory.file("wide.gguf"))
    )
    for tensor in small.tensors where tensor.shape.dimensions.count == 2 {
      let big = try #require(wide.tensor(named: tensor.name))
      let rowBytes = tensor.byteCount / tensor.shape.rowCount
      let areSame = small.bytes(of: tensor).prefix(rowBytes).elementsEqual(
        wide.bytes(of: big).prefix(rowBytes))
      #expect(areSame, "\(tensor.name)")
    }
  }

  @Test("new weights are random where they meet zeros, and the same seed makes the same file")
  func newWeights() throws {
    let directory = try TemporaryDirectory()
    let path = try RandomModel().write(to: directory)
    for (name, seed) in [("one", 1), ("again", 1), ("two", 2)] as [(String, UInt64)] {
      try widen(path, "128,3,8,4,192,70", type: .q8_0, seed: seed, to: directory.file(name))
    }
    let files = try ["one", "again", "two"].map { try GGUFFile(path: directory.file($0)) }
    var zeroCount = 0
    var count = 0
    for tensor in files[0].tensors where tensor.shape.dimensions.count == 2 {
      let bytes = files.map { Array($0.bytes(of: $0.tensor(named: tensor.name)!)) }
      #expect(bytes[0] == bytes[1])
      let isFixed = ["token_embd.weight", "blk.2.attn_v.weight", "blk.2.ffn_up.weight"].contains(tensor.name)
      #expect((bytes[0] == bytes[2]) == isFixed, "\(tensor.name)")
      zeroCount += bytes[0].filter { $0 == 0 }.count
      count += bytes[0].count
    }
    #expect(zeroCount < count / 2)
  }

  @Test("the metadata says what the file is")
  func metadata() throws {
    let directory = try TemporaryDirectory()
    try widen(.init(PackagePaths.draft), "128,2,2,1,384,4096", noise: 0.5, to: directory.file("wide.gguf"))
    let metadata = try GGUFFile(path: directory.file("wide.gguf")).metadata
    let small = try #require(try GGUFFile(path: .init(PackagePaths.draft)).metadata.string("general.name"))
    let name = try metadata.string("general.name")
    #expect(name == "\(small) inside 2 layers of width 128, with noise of 0.5")
    #expect(try metadata.string("general.description")?.contains("weights that cannot matter") == true)
    #expect(try metadata.integer("llama.block_count") == 2)
  }
}
