import TensorTypes

/// The type of each tensor of a mix, as users know the mixes from llama.cpp.
///
/// Tensors whose error costs most get more bits: the output matrix, and `attn_v` and `ffn_down` of some layers.
public struct TypeChoice: Sendable {
  let context: MixContext

  init(context: MixContext) { self.context = context }

  /// The choice for a model that is not read from anywhere.
  /// - Parameter isGrouped: Whether query heads share keys and values.
  public init(_ target: TargetType, architecture: String, layerCount: Int, hasOutput: Bool, isGrouped: Bool) {
    context = MixContext(
      target: target, architecture: architecture, layerCount: layerCount, hasOutput: hasOutput,
      isGrouped: isGrouped)
  }

  /// The type of a tensor of the model: of matrices by the mix, of everything else F32.
  public func type(of name: String, shape: Shape) -> ElementType {
    guard Self.isQuantizable(name, shape) else { return .f32 }
    guard context.target.isQuantized else { return context.target.elementType }
    return Self.fitting(mixType(name, columnCount: shape.columnCount), columnCount: shape.columnCount)
  }

  /// Vectors, norms and biases stay F32: they are small, and errors in them hurt.
  static func isQuantizable(_ name: String, _ shape: Shape) -> Bool {
    shape.dimensions.count >= 2 && name.hasSuffix("weight") && !name.hasSuffix("_norm.weight")
      && !name.hasSuffix("ffn_gate_inp.weight")
  }

  /// The type itself, or the nearest one whose blocks divide the row.
  static func fitting(_ type: ElementType, columnCount: Int) -> ElementType {
    guard !columnCount.isMultiple(of: type.blockElementCount) else { return type }
    let smaller: ElementType =
      switch type {
      case .q4_k: .q5_0
      case .q5_k: .q5_1
      case .q6_k: .q8_0
      default: .f16
      }
    return columnCount.isMultiple(of: smaller.blockElementCount) ? smaller : .f16
  }

  private func mixType(_ name: String, columnCount: Int) -> ElementType {
    let standard = context.target.elementType
    if name == "output.weight" || (name == "token_embd.weight" && !context.hasOutput) {
      guard columnCount.isMultiple(of: standard.blockElementCount), standard != .q8_0 else { return .q8_0 }
      return .q6_k
    }
    guard let layer = Self.layer(of: name) else { return standard }
    if name.hasSuffix(".attn_v.weight") { return valueType(layer: layer) }
    if name.hasSuffix(".ffn_down.weight") { return downType(layer: layer) }
    return standard
  }

  private func valueType(layer: Int) -> ElementType {
    let type: ElementType =
      switch context.target {
      case .q4_k_m, .q5_k_m: getsMoreBits(layer) ? .q6_k : context.target.elementType
      case .q4_k_s: layer < 4 ? .q5_k : .q4_k
      default: context.target.elementType
      }
    return type == .q4_k && context.is70B ? .q5_k : type
  }

  private func downType(layer: Int) -> ElementType {
    switch context.target {
    case .q4_k_m, .q5_k_m: getsMoreBits(layer) ? .q6_k : context.target.elementType
    case .q4_k_s: layer < context.layerCount / 8 ? .q5_k : .q4_k
    default: context.target.elementType
    }
  }

  /// The first and the last eighth of the layers, and every third between.
  private func getsMoreBits(_ layer: Int) -> Bool {
    let eighth = context.layerCount / 8
    return layer < eighth || layer >= 7 * context.layerCount / 8 || (layer - eighth) % 3 == 2
  }

  /// The layer that a name such as `blk.7.attn_v.weight` names.
  static func layer(of name: String) -> Int? {
    let fields = name.split(separator: ".", maxSplits: 2)
    guard fields.count == 3, fields[0] == "blk" else { return nil }
    return Int(fields[1])
  }
}
