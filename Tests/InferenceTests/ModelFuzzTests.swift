import Foundation
import GGUF
import Inference
import TensorTypes
import TestSupport
import Testing

/// Model files with seeded changes: whatever they are, loading throws one of our errors, or the model runs.
@Suite struct ModelFuzzTests {
  /// Inputs in one run; `NACRE_FUZZ_COUNT` sets another number.
  static let inputCount =
    ProcessInfo.processInfo.environment["NACRE_FUZZ_COUNT"].flatMap { Int($0) } ?? 4000

  static let lanes = 4

  @Test("a changed model file is refused with an error, or runs", arguments: 0..<lanes)
  func changes(lane: Int) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("model.gguf")
    var mutator = ModelMutator(seed: UInt64(lane))
    var (ranCount, refusals) = (0, Set<String>())
    for input in 0..<Self.inputCount / Self.lanes {
      try mutator.next().write(to: directory)
      do {
        let model = try Loading.model(path)
        model.forward([TokenID(input % model.vocabularyCount)])
        #expect(model.logits(row: 0).count == model.vocabularyCount)
        ranCount += 1
      } catch let error as GGUFError {
        #expect(error.path == path && !error.description.isEmpty, "lane \(lane), input \(input)")
      } catch let error as ModelError {
        #expect(error.path == path && !error.description.isEmpty, "lane \(lane), input \(input)")
        refusals.insert("\(error.problem)".prefix { $0 != " " && $0 != "'" }.description)
      }
    }
    // Changes that are never fatal, or always, would test nothing.
    #expect(ranCount > Self.inputCount / Self.lanes / 5)
    #expect(ranCount < Self.inputCount / Self.lanes * 4 / 5)
    #expect(refusals.count > 5, "\(refusals)")
  }
}
