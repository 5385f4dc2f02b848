import Foundation
import Inference
import KernelDispatch
import TensorTypes
import TestSupport
import Testing

/// Logits and greedy text of the reference implementation (PyTorch, F32 arithmetic).
struct Reference: Decodable {
  struct Case: Decodable {
    let prompt: String
    let ids: [TokenID]
    let greedy: [TokenID]
    let gap: [Double]
    let last_logits: [Double]
  }
  struct Model: Decodable {
    let cases: [Case]
    let perplexity: [String: Double]
  }
  let target: Model
  let draft: Model

  static let shared: Reference = {
    let url = Bundle.module.url(forResource: "reference", withExtension: "json", subdirectory: "Fixtures")!
    return try! JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
  }()
}

/// Σ(a − b)² / Σb².
func normalizedMeanSquareError(_ found: some Sequence<Float>, _ expected: [Double]) -> Double {
  var (error, power) = (0.0, 0.0)
  for (a, b) in zip(found, expected) {
    error += (Double(a) - b) * (Double(a) - b)
    power += b * b
  }
  return error / power
}

func fixture(_ name: String) -> String { Bundle.module.resourcePath! + "/Fixtures/" + name }

@Suite struct ReferenceTests {
  static let models: [(path: String, reference: Reference.Model, limit: Double)] = [
    (PackagePaths.target, Reference.shared.target, 1e-3),
    (PackagePaths.draft, Reference.shared.draft, 1e-3),
    (fixture("pycode-1m-f16.gguf"), Reference.shared.draft, 1e-6),
  ]

  @Test("logits agree with the reference at every kernel level", arguments: 0..<3, KernelLevel.supported)
  func logits(index: Int, level: KernelLevel) throws {
    let (path, reference, limit) = Self.models[index]
    let model = try loadModel(path, level: level)
    for example in reference.cases {
      model.rollBack(to: 0)
      model.forward(example.ids)
      let error = normalizedMeanSquareError(model.logits(row: 0), example.last_logits)
      #expect(error <= limit, "\(path) \(example.prompt.debugDescription)")
    }
  }

  @Test(
    "the most likely token after every prefix of a reference text is the reference's, up to near ties",
    arguments: 0..<3)
  func greedySteps(index: Int) throws {
    let (path, reference, limit) = Self.models[index]
    let model = try loadModel(path, threadCount: 2)
    for example in reference.cases {
      model.rollBack(to: 0)
      let count = example.greedy.count
      model.forward(example.ids + example.greedy.dropLast(), logitRowCount: count)
      for step in 0..<count {
        let row = model.logits(row: step)
        let best = TokenID(row.indices.max { row[$0] < row[$1] }!)
        // Quantized weights may decide otherwise only where the reference's first two logits are almost equal.
        if best != example.greedy[step] { #expect(example.gap[step] < (limit > 1e-6 ? 0.15 : 0.001)) }
      }
    }
  }

  @Test("the half-precision file writes the reference's greedy texts token for token")
  func greedyText() throws {
    let model = try loadModel(fixture("pycode-1m-f16.gguf"))
    for example in Reference.shared.draft.cases {
      model.rollBack(to: 0)
      #expect(model.greedy(after: example.ids, count: example.greedy.count) == example.greedy)
    }
  }

  /// A folder with the pair in other types, such as pycode-7m-f16.gguf: too large to be kept here.
  static let otherFiles = ProcessInfo.processInfo.environment["NACRE_REFERENCE_MODELS"]

  @Test(
    "the target in half precision agrees with the reference",
    .enabled(if: otherFiles != nil, "NACRE_REFERENCE_MODELS names no folder"))
  func halfPrecisionTarget() throws {
    let model = try loadModel(Self.otherFiles! + "/pycode-7m-f16.gguf")
    for example in Reference.shared.target.cases {
      model.rollBack(to: 0)
      model.forward(example.ids)
      #expect(normalizedMeanSquareError(model.logits(row: 0), example.last_logits) <= 1e-6)
      model.rollBack(to: 0)
      let found = model.greedy(after: example.ids, count: example.greedy.count)
      let difference = found.indices.first { found[$0] != example.greedy[$0] }
      if let difference { #expect(example.gap[difference] < 0.001, "\(example.prompt) at \(difference)") }
    }
  }
}
