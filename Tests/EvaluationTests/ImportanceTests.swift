import Conversion
import Evaluation
import Foundation
import GGUF
import Inference
import Platform
import SystemPackage
import TensorTypes
import TestSupport
import Testing
import Tokenization

@Suite struct ImportanceTests {
  private let directory: TemporaryDirectory
  /// The draft of the default pair in single precision.
  private let source: FilePath

  init() throws {
    directory = try TemporaryDirectory()
    source = directory.file("f32.gguf")
    try Self.convert(FilePath(PackagePaths.draft), to: source, ConversionOptions(target: .f32))
  }

  private static func convert(_ input: FilePath, to output: FilePath, _ options: ConversionOptions) throws {
    let team = ThreadTeam(name: "convert", cpus: [nil, nil], spin: .none)
    let plan = try ConversionPlan(ConversionSource(path: input), options: options)
    _ = try ConversionRun(plan, to: output, team: team)()
  }

  /// What `Tools/fixtures/importance_sums.py` computed.
  private struct Expected: Decodable {
    struct Input: Decodable {
      let first: [Double]
      let all: Double
      let columnCount: Int
    }
    let tokens: [TokenID]
    let inputs: [String: Input]
  }

  @Test("Sums of squares are those that numpy computes for the same weights")
  func sums() throws {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/importance.json", withExtension: nil))
    let expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: url))
    let text = TextWindows(expected.tokens, beginning: 1, length: expected.tokens.count)
    let model = try loadModel(source.string, threadCount: 2, contextLength: expected.tokens.count + 1)
    let matrix = ImportanceMatrix(of: text, by: model, dataset: "numbers")
    #expect(Set(matrix.entries.keys) == Set(expected.inputs.keys))
    for (name, input) in expected.inputs {
      let entry = try #require(matrix.entries[name])
      #expect(entry.counts == [Float(expected.tokens.count)] && entry.columnCount == input.columnCount)
      let sum = entry.squareSums.reduce(0.0) { $0 + Double($1) }
      // Keys and values are cached in half precision.
      #expect(abs(sum - input.all) < 1e-3 * input.all, "\(name)")
      for (ours, theirs) in zip(entry.squareSums, input.first) {
        #expect(abs(Double(ours) - theirs) < 2e-3 * theirs, "\(name)")
      }
    }
    #expect(model.inputObserver == nil)
    #expect(matrix.chunkCount == 1 && matrix.datasets == ["numbers"])
  }

  /// Python code of this repository: like what the model was trained on, unlike the rest of what is here.
  private func code(_ paths: [String]) throws -> String {
    try paths.map { try String(contentsOf: PackagePaths.root.appending(path: $0), encoding: .utf8) }.joined()
  }

  @Test(
    "Quantized with importance from other text, predictions are nearer",
    arguments: [TargetType.q4_0, .q4_k_m])
  func divergence(target: TargetType) throws {
    let tokenizer = try loadTokenizer(from: GGUFFile(path: source))
    let windows = { (text: String) in
      TextWindows(
        tokenizer.encode(text, addSpecial: false, parseSpecial: false), beginning: tokenizer.vocabulary.bos,
        length: 200)
    }
    let calibration = try code(["Tools/fixtures/checkpoint_folders.py", "Tools/fixtures/gguf_files.py"])
    let heldOut = try code(["Tools/fixtures/quantization_rows.py", "Benchmarks/peer/compare.py"])
    let reference = try loadModel(source.string, threadCount: 2, contextLength: 201)
    let matrix = ImportanceMatrix(of: windows(calibration), by: reference, dataset: "code")
    // The writers search harder with a matrix: one that says nothing shows what that alone is worth.
    var even = matrix
    even.entries = matrix.entries.mapValues {
      .init(squareSums: $0.squareSums.map { _ in 1 }, counts: [1])
    }
    let divergences = try [nil, even, matrix].enumerated().map { index, matrix in
      var options = ConversionOptions(target: target)
      options.importance = try matrix.map { matrix in
        let file = directory.file("imatrix-\(index).gguf")
        try matrix.write(to: file)
        return (try ImportanceMatrix(path: file), file)
      }
      let output = directory.file("\(index).gguf")
      try Self.convert(source, to: output, options)
      let model = try loadModel(output.string, threadCount: 2, contextLength: 201)
      return try PredictionComparison(of: windows(heldOut), by: model, reference: reference).meanDivergence
    }
    #expect(divergences[2] < 0.99 * divergences[1], "\(divergences)")
    #expect(divergences[2] < 0.99 * divergences[0], "\(divergences)")
  }
}
