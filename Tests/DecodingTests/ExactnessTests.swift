import Decoding
import GGUF
import Inference
import KernelDispatch
import Platform
import Sampling
import SystemPackage
import TensorTypes
import TestSupport
import Testing
import Tokenization

/// The promise: the text is the target's own, whatever the draft, the mode, the draft length and the threads.
@Suite("Exactness over many prompts", .serialized)
struct ExactnessTests {
  private static let prompts = [
    "", "x", "def quicksort(items):\n", "import os\nimport sys\n\n",
    "class Stack:\n    def __init__(self):\n",
    "for i in range(10):\n    print(", "# naïve café: 日本語 🙂\nx = 1", "if __name__ == \"__main__\":\n    ",
    "def test_", "    return self._", "try:\n    value = int(text)\nexcept ", "\n\n\n", "0x1f + 3.14e-9",
    "async def fetch(session, url):\n    async with ", "@property\ndef name(self):\n", "raise ValueError(",
    "lambda x: x", "with open(path) as f:\n    for line in f:\n", "assert result == [1, 2, 3", "\"\"\"Docs.",
  ]
  private static let tokenCount = 24

  private let tokens: [[TokenID]]
  private let directory: TemporaryDirectory
  private let uselessDraft: String

  init() throws {
    let tokenizer = try loadTokenizer(from: GGUFFile(path: FilePath(PackagePaths.target)))
    tokens = Self.prompts.map { tokenizer.encode($0, addSpecial: true, parseSpecial: false) }
    directory = try TemporaryDirectory()
    var random = RandomModel()
    (random.vocabularyCount, random.type) = (4096, .q8_0)
    uselessDraft = try random.write(to: directory, "useless.gguf").string
  }

  private func texts(
    _ mode: DecodingMode, draft: String, sampling: SamplingParameters, threadCount: Int, lane: LaneThread?,
    prompts: [Int], cacheType: CacheType = .f16
  ) throws -> [[TokenID]] {
    let isDrafting = mode != .autoregressive
    let scheduler = try Scheduler(
      target: loadModel(
        PackagePaths.target, threadCount: threadCount, contextLength: 128, cacheType: cacheType),
      draft: isDrafting
        ? loadModel(draft, threadCount: threadCount, contextLength: 128, cacheType: cacheType) : nil,
      mode: mode, sampling: sampling, lane: lane)
    return try prompts.map { prompt in
      var text: [TokenID] = []
      let limits = GenerationLimits(maximumTokenCount: Self.tokenCount, ignoresEndTokens: true)
      _ = try scheduler.generate(after: tokens[prompt], limits: limits) {
        text.append($0.id)
        return .continue
      }
      return text
    }
  }

  @Test(
    "every mode, draft length 1…16, one thread or two and a useless draft give the target's text",
    arguments: [0, 0.8] as [Float])
  func identical(temperature: Float) throws {
    let sampling = try SamplingParameters(temperature: temperature, seed: 11)
    let all = Array(tokens.indices)
    let expected = try texts(
      .autoregressive, draft: "", sampling: sampling, threadCount: 1, lane: nil, prompts: all)
    #expect(
      try texts(.autoregressive, draft: "", sampling: sampling, threadCount: 2, lane: nil, prompts: all)
        == expected)
    let lane = LaneThread(name: "draft", cpu: nil)
    for draftLength in 1...16 {
      for threadCount in 1...2 {
        for draft in [PackagePaths.draft, uselessDraft] {
          // Each combination takes other prompts; together they take all of them many times.
          let chosen = (0..<3).map { (draftLength * 7 + threadCount * 3 + $0 * 5) % all.count }
          for mode in [
            DecodingMode.speculative(draftLength: draftLength), .lockstepPEARL(draftLength: draftLength),
          ] {
            let found = try texts(
              mode, draft: draft, sampling: sampling, threadCount: threadCount, lane: lane, prompts: chosen)
            for (prompt, text) in zip(chosen, found) {
              #expect(text == expected[prompt], "\(mode), \(threadCount) threads, \(Self.prompts[prompt])")
            }
          }
        }
      }
    }
  }

  @Test("an int8 cache gives one text in every mode too")
  func identicalWithByteCache() throws {
    let sampling = try SamplingParameters(temperature: 0.8, seed: 12)
    let prompts = [2, 4, 13]
    let expected = try texts(
      .autoregressive, draft: "", sampling: sampling, threadCount: 1, lane: nil, prompts: prompts,
      cacheType: .q8_0)
    for threadCount in 1...2 {
      for mode in [
        DecodingMode.autoregressive, .speculative(draftLength: 5), .lockstepPEARL(draftLength: 3),
      ] {
        let found = try texts(
          mode, draft: PackagePaths.draft, sampling: sampling, threadCount: threadCount,
          lane: LaneThread(name: "draft", cpu: nil), prompts: prompts, cacheType: .q8_0)
        #expect(found == expected, "\(mode), \(threadCount) threads")
      }
    }
  }
}
