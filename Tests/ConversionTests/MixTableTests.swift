import Foundation
import GGUF
import TensorTypes
import Testing

@testable import Conversion

/// Types per tensor for models of many shapes, compared with what llama.cpp's quantizer chooses for them; see
/// `Tools/fixtures/mix_types.py`.
@Suite struct MixTableTests {
  private struct Table: Decodable {
    let heads: Int
    let vocabulary: Int
    let models: [Model]
  }

  private struct Model: Decodable {
    let architecture: String
    let layers: Int
    let width: Int
    let hidden: Int
    let keyValueHeads: Int
    let tied: Bool
    /// By target, then by kind of matrix; "" stands for the kinds that are not named. Types of several layers are
    /// divided by spaces, and `Q4_K*3` is three times the same.
    let types: [String: [String: String]]
  }

  private func table() throws -> Table {
    let url = URL(filePath: try Fixture.path("mix-types.json").string)
    return try JSONDecoder().decode(Table.self, from: Data(contentsOf: url))
  }

  private func source(_ model: Model, _ table: Table) -> ConversionSource {
    let (width, hidden) = (model.width, model.hidden)
    let keyValue = width / table.heads * model.keyValueHeads
    var tensors = [tensor("token_embd.weight", width, table.vocabulary), tensor("output_norm.weight", width)]
    if !model.tied { tensors.append(tensor("output.weight", width, table.vocabulary)) }
    for layer in 0..<model.layers {
      let name = "blk.\(layer)."
      tensors += [
        tensor(name + "attn_norm.weight", width), tensor(name + "attn_q.weight", width, width),
        tensor(name + "attn_k.weight", width, keyValue), tensor(name + "attn_v.weight", width, keyValue),
        tensor(name + "attn_output.weight", width, width), tensor(name + "attn_v.bias", keyValue),
        tensor(name + "ffn_norm.weight", width), tensor(name + "ffn_gate.weight", width, hidden),
        tensor(name + "ffn_up.weight", width, hidden), tensor(name + "ffn_down.weight", hidden, width),
      ]
    }
    let architecture = model.architecture
    return ConversionSource(
      path: "model",
      metadata: [
        "general.architecture": .string(architecture),
        "\(architecture).block_count": .uint32(UInt32(model.layers)),
        "\(architecture).attention.head_count": .uint32(UInt32(table.heads)),
        "\(architecture).attention.head_count_kv": .uint32(UInt32(model.keyValueHeads)),
      ], tensors: tensors)
  }

  /// A plan looks at no data.
  private func tensor(_ name: String, _ dimensions: Int...) -> SourceTensor {
    SourceTensor(name: name, shape: Shape(checking: dimensions)!, type: .f32, storage: .generated([]))
  }

  /// The types of one kind of matrix, by layer.
  private func expand(_ runs: String, layers: Int) -> [String] {
    let types = runs.split(separator: " ").flatMap { run -> [String] in
      let fields = run.split(separator: "*")
      return Array(repeating: String(fields[0]), count: fields.count == 2 ? Int(fields[1])! : 1)
    }
    return types.count == 1 ? Array(repeating: types[0], count: layers) : types
  }

  @Test("Every tensor of every shape gets the type that llama.cpp gives it", arguments: TargetType.allCases)
  func asLlamaCpp(target: TargetType) throws {
    let table = try table()
    #expect(table.models.count == 68)
    for model in table.models {
      let types = try #require(model.types[target.rawValue])
      let plan = try ConversionPlan(source(model, table), options: ConversionOptions(target: target))
      for tensor in plan.tensors {
        let kind = tensor.name.split(separator: ".").dropLast().last.map(String.init) ?? ""
        let isVector = tensor.shape.dimensions.count == 1
        let runs = try #require(isVector ? "F32" : types[kind] ?? types[""])
        let expected = expand(runs, layers: model.layers)[TypeChoice.layer(of: tensor.name) ?? 0]
        #expect(
          tensor.type.name == expected, "\(model.architecture), \(model.layers) layers: \(tensor.name)")
      }
    }
  }
}
