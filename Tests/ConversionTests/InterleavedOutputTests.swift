import Conversion
import GGUF
import Inference
import KernelDispatch
import Platform
import SystemPackage
import TensorTypes
import TestSupport
import Testing

/// `ConversionOptions.layout` x16.
@Suite struct InterleavedOutputTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func convert(
    _ input: FilePath, _ target: TargetType, _ layout: TensorLayout
  ) throws -> (path: FilePath, report: ConversionReport) {
    var options = ConversionOptions(target: target)
    options.layout = layout
    let output = directory.file("\(target)-\(layout).gguf")
    let plan = try ConversionPlan(ConversionSource(path: input), options: options)
    let run = ConversionRun(plan, to: output, team: Fixture.team(), kernels: try KernelLibrary.best())
    return (output, try run())
  }

  @Test(
    "an interleaved output holds the same weights as the usual one",
    arguments: [TargetType.f16, .q8_0, .q5_1],
    ["tiny-spm", "tiny-bpe"])
  func sameWeights(target: TargetType, folder: String) throws {
    let usual = try convert(Fixture.path(folder), target, .rows)
    let interleaved = try convert(Fixture.path(folder), target, .x16)
    #expect(interleaved.report.types.map(\.error) == usual.report.types.map(\.error))
    let (a, b) = try (GGUFFile(path: usual.path), GGUFFile(path: interleaved.path))
    #expect(a.tensors.map(\.name) == b.tensors.map(\.name))
    #expect(a.tensors.map(\.type) == b.tensors.map(\.type))
    let isTied = a.tensor(named: "output.weight") == nil
    for tensor in b.tensors {
      let isMultiplied = tensor.shape.dimensions.count == 2 && (isTied || tensor.name != "token_embd.weight")
      #expect(tensor.layout == (isMultiplied ? .x16 : .rows))
      #expect(tensor.offset.isMultiple(of: 64))
    }
    let logits = try [usual.path, interleaved.path].map { path in
      let model = try loadModel(path.string)
      model.forward([1, 2, 3])
      return model.logits(row: 0).map(\.bitPattern)
    }
    #expect(logits[0] == logits[1])
  }

  @Test("an interleaved file is not converted again")
  func refusedAsSource() throws {
    let path = try convert(Fixture.path("tiny-spm"), .q8_0, .x16).path
    let error = #expect(throws: ConversionError.self) { try ConversionSource(path: path) }
    guard case .unsupportedType(_, let name) = error?.problem else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(name == "Q8_0 x16")
  }
}
