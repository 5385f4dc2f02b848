import CKernelABI
import GGUF
import Inference
import KernelDispatch
import Platform
import SystemPackage
import TensorTypes
import TestSupport
import Testing

/// Files whose matrices lie in the x16 layout.
@Suite struct InterleavedFileTests {
  /// The model's file with its matrices interleaved: those that are multiplied, and so the embedding if it is tied.
  private func writeInterleaved(_ model: RandomModel, to directory: TemporaryDirectory) throws -> FilePath {
    let kernels = try KernelLibrary.best()
    let tensors = model.tensors().map { tensor, bytes, _ in
      guard tensor.dimensions.count == 2, model.isTied || tensor.name != "token_embd.weight" else {
        return (tensor, bytes)
      }
      let element = KernelElement(tensor.type)!
      let (columns, rows) = (tensor.dimensions[0], tensor.dimensions[1])
      let groups = (rows + 15) / 16
      var packed = [UInt8](repeating: 0, count: groups * element.groupBytes(columnCount: columns))
      kernels.pack(element)(bytes, Int64(rows), Int64(columns), 0, Int64(groups), &packed)
      return (
        GGUFTensor(name: tensor.name, dimensions: tensor.dimensions, type: tensor.type, layout: .x16), packed
      )
    }
    return try directory.writeGGUF("x16.gguf", metadata: model.metadata, tensors: tensors)
  }

  @Test(
    "a file in the x16 layout gives the bits of the plain one, and is run where it is mapped",
    arguments: [ElementType.f32, .bf16, .q8_0, .q4_1, .q5_0, .q4_k, .q6_k, .q2_k, .q3_k, .iq4_xs],
    [false, true])
  func sameBits(type: ElementType, isTied: Bool) throws {
    var model = RandomModel()
    model.type = type
    model.isTied = isTied
    if type.blockElementCount == 256 {
      (model.embeddingLength, model.headSize, model.rotaryLength, model.feedForwardLength) = (
        256, 64, 64, 512
      )
    }
    let directory = try TemporaryDirectory()
    let plain = try Loading.model(model.write(to: directory))
    let path = try writeInterleaved(model, to: directory)
    let interleaved = try Loading.model(path)
    for model in [plain, interleaved] { model.forward([1, 69, 16, 0, 31], logitRowCount: 5) }
    for row in 0..<5 {
      #expect(plain.logits(row: row).map(\.bitPattern) == interleaved.logits(row: row).map(\.bitPattern))
    }
    #expect(try Loading.weights(path).byteCount < 16384, "nothing is copied")
  }

  @Test("matrices in the x16 layout are copied to the nodes that are asked for, unless told not to")
  func copies() throws {
    let directory = try TemporaryDirectory()
    var model = RandomModel()
    model.type = .q8_0
    let path = try writeInterleaved(model, to: directory)
    let mapped = try Loading.model(path)
    mapped.forward([1, 69, 16], logitRowCount: 3)
    let team = ThreadTeam(name: "copy", cpus: [nil, nil], nodes: [0, 1], spin: .none)
    for nodes in [[0], [0, 1]] {
      let weights = try Loading.weights(path, team: team, placement: LanePlacement(nodes: nodes))
      #expect(weights.byteCount > mapped.weights.bytesPerPass)
      #expect(weights.bufferPlacements("copy").map(\.name) == nodes.map { _ in "copy weights" })
      let copied = try TransformerModel(weights, team: team, contextLength: 8)
      copied.forward([1, 69, 16], logitRowCount: 3)
      for row in 0..<3 {
        #expect(copied.logits(row: row).map(\.bitPattern) == mapped.logits(row: row).map(\.bitPattern))
      }
      let left = try Loading.weights(
        path, team: team, placement: LanePlacement(nodes: nodes, copiesMappedTensors: false))
      #expect(left.byteCount == 0)
      #expect(left.bufferPlacements("left").map(\.name) == ["left weights, mapped"])
    }
  }
}
