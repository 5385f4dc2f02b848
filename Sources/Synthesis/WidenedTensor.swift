import GGUF
import TensorTypes

/// A tensor of the big model, and what it is made of.
struct WidenedTensor {
  let tensor: GGUFTensor
  let role: TensorRole
  /// Nil in new layers.
  let source: TensorInfo?
}

extension WidenedShape {
  /// All tensors, in the usual order; new layers have the parts of the source's last layer.
  func tensors(
    of file: GGUFFile, _ type: (_ name: String, _ shape: Shape) -> ElementType
  ) -> [WidenedTensor] {
    var tensors: [WidenedTensor] = []
    func add(_ name: String, _ role: TensorRole, _ source: TensorInfo?) {
      let columns = placement(role.columns).count
      guard let rows = role.rows.map({ placement($0).count }) else {
        let vector = GGUFTensor(name: name, dimensions: [columns], type: .f32)
        return tensors.append(WidenedTensor(tensor: vector, role: role, source: source))
      }
      var type = type(name, Shape(columns, rows))
      // Fewer bits would lose the constant of the padding channel.
      if paddingCount > 0, name == "token_embd.weight", type.blockElementCount > 1 { type = .q8_0 }
      let matrix = GGUFTensor(name: name, dimensions: [columns, rows], type: type)
      tensors.append(WidenedTensor(tensor: matrix, role: role, source: source))
    }
    let embedding = file.tensor(named: "token_embd.weight")
    add("token_embd.weight", .tokenEmbedding, embedding)
    if let factors = file.tensor(named: "rope_freqs.weight") {
      add("rope_freqs.weight", .rotaryFactors(factors.shape.columnCount), factors)
    }
    for layer in 0..<layerCount {
      let sourceLayer = min(layer, source.layerCount - 1)
      for (part, role) in TensorRole.layerParts(headSize: source.headSize) {
        guard let found = file.tensor(named: "blk.\(sourceLayer).\(part)") else { continue }
        add("blk.\(layer).\(part)", role, layer == sourceLayer ? found : nil)
      }
    }
    add("output_norm.weight", .outputNorm, file.tensor(named: "output_norm.weight"))
    if hasOutput { add("output.weight", .output, file.tensor(named: "output.weight") ?? embedding) }
    return tensors
  }
}
