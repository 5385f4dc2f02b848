import Inference
import KernelDispatch
import Quantization
import TensorTypes
import TestSupport
import Testing

@Suite struct OracleTests {
  /// Shapes that differ in one way each from a plain one.
  static let models: [(name: String, model: RandomModel)] = {
    func variant(
      _ name: String, _ architecture: ModelArchitecture = .llama, _ change: (inout RandomModel) -> Void
    ) -> (String, RandomModel) {
      var model = RandomModel(architecture)
      change(&model)
      return (name, model)
    }
    return [
      variant("plain") { _ in },
      variant("tied output") { $0.isTied = true },
      variant("one KV head") { $0.keyValueHeadCount = 1 },
      variant("no grouping") { $0.keyValueHeadCount = 4 },
      variant("Llama 3 rotary factors") { $0.hasRotaryFactors = true },
      variant("linear rotary scaling") { $0.linearScale = 2.5 },
      variant("partial rotation, other base") { ($0.rotaryLength, $0.rotaryBase) = (6, 500_000) },
      variant("heads wider than the stream") { ($0.headSize, $0.rotaryLength) = (40, 40) },
      variant("odd sizes") {
        ($0.embeddingLength, $0.headCount, $0.keyValueHeadCount, $0.headSize) = (30, 3, 3, 10)
        ($0.rotaryLength, $0.feedForwardLength, $0.vocabularyCount) = (10, 45, 33)
      },
      variant("half precision") { $0.type = .f16 },
      variant("bfloat") { $0.type = .bf16 },
      variant("every bias") {
        $0.biased = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"]
      },
      variant("only the bias of ffn_down") { $0.biased = ["ffn_down"] },
      variant("qwen2", .qwen2) { _ in },
      variant("qwen2, output of its own", .qwen2) { $0.isTied = false },
      variant("qwen2, heads of 80", .qwen2) { ($0.headSize, $0.rotaryLength) = (80, 80) },
      variant("qwen3", .qwen3) { _ in },
      variant("qwen3, partial rotation and biases", .qwen3) {
        ($0.rotaryLength, $0.biased) = (10, ["attn_q", "attn_v"])
      },
    ]
  }()

  @Test("logits agree with a plain implementation in double precision", arguments: 0..<Self.models.count)
  func agrees(index: Int) throws {
    let (name, description) = Self.models[index]
    let directory = try TemporaryDirectory()
    let model = try loadModel(description.write(to: directory).string, threadCount: 2)
    let tokens = (0..<20).map { TokenID(($0 * 37 + 5) % description.vocabularyCount) }
    model.forward(tokens, logitRowCount: tokens.count)
    for (row, expected) in OracleTransformer(description).logits(tokens).enumerated() {
      #expect(normalizedMeanSquareError(model.logits(row: row), expected) < 1e-7, "\(name), row \(row)")
    }
    for (row, expected) in OracleTransformer(description).hiddenStates(tokens).enumerated() {
      #expect(normalizedMeanSquareError(model.hiddenState(row: row), expected) < 1e-7, "\(name), row \(row)")
    }
  }

  @Test(
    "quantized models agree up to the rounding of activations", arguments: [ElementType.q8_0, .q4_0],
    ModelArchitecture.allCases)
  func agreesQuantized(type: ElementType, architecture: ModelArchitecture) throws {
    var description = RandomModel(architecture)
    (description.type, description.embeddingLength, description.headSize) = (type, 128, 32)
    description.rotaryLength = 32
    let directory = try TemporaryDirectory()
    let model = try loadModel(description.write(to: directory).string)
    let tokens = (0..<20).map { TokenID($0 * 3) }
    model.forward(tokens, logitRowCount: tokens.count)
    for (row, expected) in OracleTransformer(description).logits(tokens).enumerated() {
      #expect(normalizedMeanSquareError(model.logits(row: row), expected) < 2e-3)
    }
  }

  @Test("an int8 cache changes logits only by its rounding", arguments: [16, 20, 40])
  func agreesWithByteCache(headSize: Int) throws {
    var description = RandomModel()
    (description.headSize, description.rotaryLength) = (headSize, headSize)
    let directory = try TemporaryDirectory()
    let path = try description.write(to: directory).string
    let model = try loadModel(path, threadCount: 2, cacheType: .q8_0)
    let tokens = (0..<150).map { TokenID(($0 * 37 + 5) % description.vocabularyCount) }
    model.forward(tokens, logitRowCount: 128)
    for (row, expected) in OracleTransformer(description).logits(tokens).suffix(128).enumerated() {
      #expect(normalizedMeanSquareError(model.logits(row: row), expected) < 5e-3, "row \(row)")
    }
  }

  @Test(
    "logits and hidden states have the same bits however the tokens are cut into passes, for any number of threads",
    arguments: ModelArchitecture.allCases, CacheType.allCases)
  func isInvariant(architecture: ModelArchitecture, cacheType: CacheType) throws {
    var description = RandomModel(architecture)
    (description.type, description.contextLength) = (.q8_0, 400)
    // Tiles of queries cross rows with one architecture, and hold whole rows with the others.
    description.keyValueHeadCount = architecture == .llama ? description.headCount : 2
    let directory = try TemporaryDirectory()
    let path = try description.write(to: directory).string
    var numbers = SeededGenerator(seed: 5)
    let tokens = (0..<150).map { _ in TokenID.random(in: 0..<70, using: &numbers) }
    let single = try loadModel(path, cacheType: cacheType)
    let expected = tokens.map { token in
      single.forward([token])
      return bits(single, row: 0)
    }
    for threadCount in 1...3 {
      let model = try loadModel(path, threadCount: threadCount, cacheType: cacheType)
      for longest in [1, 7, 150] {
        model.rollBack(to: 0)
        var first = 0
        while first < tokens.count {
          let count = min(Int.random(in: 1...longest, using: &numbers), tokens.count - first)
          let logitRows = Int.random(in: 1...min(count, 128), using: &numbers)
          model.forward(Array(tokens[first..<first + count]), logitRowCount: logitRows)
          for row in 0..<logitRows {
            #expect(bits(model, row: row) == expected[first + count - logitRows + row])
          }
          first += count
        }
      }
    }
  }

  /// Logits and hidden state of a row.
  private func bits(_ model: TransformerModel, row: Int) -> [UInt32] {
    (Array(model.logits(row: row)) + model.hiddenState(row: row)).map(\.bitPattern)
  }

  @Test("after a rollback the discarded tokens leave no trace", arguments: CacheType.allCases)
  func rollback(cacheType: CacheType) throws {
    let directory = try TemporaryDirectory()
    let path = try RandomModel().write(to: directory).string
    let (model, fresh) = (
      try loadModel(path, cacheType: cacheType), try loadModel(path, cacheType: cacheType)
    )
    let common: [TokenID] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2]
    model.forward(common + [20, 30, 40, 50])
    model.rollBack(to: common.count)
    model.forward([60, 61])
    fresh.forward(common + [60, 61])
    #expect(Array(model.logits(row: 0)) == Array(fresh.logits(row: 0)))
    #expect(model.cachedCount == common.count + 2)
  }
}
