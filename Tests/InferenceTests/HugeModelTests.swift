import Foundation
import GGUF
import KernelDispatch
import SystemPackage
import TestSupport
import Testing

@testable import Inference

@Suite("Files that state huge sizes", .serialized)
struct HugeModelTests {
  @Test("products of sizes that each are legal do not overflow")
  func products() throws {
    var parts = Loading.parts
    for name in ["attention.head_count", "attention.head_count_kv", "attention.key_length"] {
      parts["llama.\(name)"] = .uint32(65536)
    }
    parts["llama.attention.value_length"] = .uint32(65536)
    parts["llama.rope.dimension_count"] = .uint32(65536)
    parts["llama.feed_forward_length"] = .uint32(1 << 24)
    parts["llama.block_count"] = .uint32(65536)
    parts["llama.context_length"] = .uint32(1 << 30)
    #expect(
      try Loading.problem(parts)
        == .wrongShape(tensor: "blk.0.attn_q.weight", found: [64, 64], expected: [64, 1 << 32]))
    parts["llama.embedding_length"] = .uint32(1 << 24)
    #expect(
      try Loading.problem(parts)
        == .wrongShape(tensor: "blk.0.attn_norm.weight", found: [64], expected: [1 << 24]))
    let directory = try TemporaryDirectory()
    let configuration = try ModelConfiguration(GGUFFile(path: parts.write(to: directory)))
    #expect(
      RunState.byteCount(
        configuration, cacheType: .f16, contextLength: 1 << 30, threadCount: 1024) == nil)
    #expect(
      RunState.byteCount(
        configuration, cacheType: .f16, contextLength: 1, threadCount: 1024) != nil)
  }

  @Test("a model with the longest legal context costs only the positions that are used")
  func longestContext() throws {
    var description = RandomModel()
    description.contextLength = 1 << 30
    let directory = try TemporaryDirectory()
    let before = try residentBytes()
    let model = try Loading.model(description.write(to: directory))
    #expect(model.contextLength == 1 << 30)
    #expect(model.cacheByteCount >= 1 << 38)
    model.forward([1, 2, 3])
    let logits = Array(model.logits(row: 0))
    #expect(try residentBytes() - before < 1 << 28)
    #expect(try logits == loadLogits(description, contextLength: 16))
  }

  private func loadLogits(_ description: RandomModel, contextLength: Int) throws -> [Float] {
    let directory = try TemporaryDirectory()
    let model = try Loading.model(description.write(to: directory), contextLength: contextLength)
    model.forward([1, 2, 3])
    return Array(model.logits(row: 0))
  }

  private func residentBytes() throws -> Int {
    let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[1]
    return Int(pages)! * Int(getpagesize())
  }

  @Test("a context for which there is no address space is refused with its size")
  func noAddressSpace() throws {
    var description = RandomModel()
    (description.embeddingLength, description.headCount, description.keyValueHeadCount) = (1, 64, 64)
    (description.headSize, description.rotaryLength, description.feedForwardLength) = (4096, 2, 1)
    (description.vocabularyCount, description.layerCount, description.contextLength) = (1, 1, 1 << 30)
    let directory = try TemporaryDirectory()
    let path = try description.write(to: directory)
    let configuration = try Loading.weights(path).configuration
    let byteCount = RunState.byteCount(
      configuration, cacheType: .f16, contextLength: 1 << 30, threadCount: 1)
    #expect(byteCount ?? 0 >= 1 << 50)
    #expect(
      throws: ModelError(
        path: path, .outOfMemory(for: "a context of \(1 << 30) tokens", byteCount: byteCount))
    ) { try Loading.model(path) }
    #expect(try Loading.model(path, contextLength: 64).contextLength == 64)
  }

  @Test("what a state reserves is foreseen, and not by too little", arguments: CacheType.allCases)
  func foreseen(cacheType: CacheType) throws {
    for context in [1, 15, 16, 17, 256] {
      let directory = try TemporaryDirectory()
      let model = try loadModel(
        RandomModel().write(to: directory).string, contextLength: context, cacheType: cacheType)
      let foreseen = RunState.byteCount(
        model.weights.configuration, cacheType: cacheType, contextLength: context, threadCount: 1)
      #expect(foreseen ?? 0 >= model.cacheByteCount)
      #expect(model.cacheByteCount == model.cacheBytesPerToken * ((context + 15) / 16 * 16))
    }
  }

  @Test("more rows than a token's number can name are refused")
  func hugeVocabulary() throws {
    var parts = Loading.parts
    let (width, rows) = (1, Int64(1) << 31 + 1)
    parts.tensors.removeAll { $0.name != "token_embd.weight" }
    parts.change("token_embd.weight") { ($0.dimensions, $0.type, $0.bytes) = ([Int64(width), rows], 1, []) }
    let directory = try TemporaryDirectory()
    let path = try parts.write(to: directory)
    // A hole in the file is as good as data, and takes no room on the disk.
    let file = try FileDescriptor.open(path, .readWrite)
    try file.closeAfter { try file.resize(to: Int64(parts.bytes.count) + rows * 2 + 64) }
    #expect(
      throws: ModelError(
        path: path,
        .invalidValue(key: "rows of token_embd.weight", value: "\(rows)", expected: "1...16777216"))
    ) { try Loading.weights(path) }
  }

  @Test("ten thousand layers load in linear time", .timeLimit(.minutes(1)))
  func manyLayers() throws {
    var description = RandomModel()
    (description.embeddingLength, description.headCount, description.keyValueHeadCount) = (2, 1, 1)
    (description.headSize, description.rotaryLength, description.feedForwardLength) = (2, 2, 1)
    (description.vocabularyCount, description.layerCount, description.contextLength) = (3, 10_000, 8)
    let directory = try TemporaryDirectory()
    let model = try Loading.model(ModelParts(description).write(to: directory))
    model.forward([1])
    #expect(model.logits(row: 0).count == 3)
  }
}
