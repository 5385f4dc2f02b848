import GGUF
import TensorTypes
import TestSupport

/// Makes model files that are nearly right: small models of random legal sizes, then 0–3 changes that know what a
/// model is made of.
struct ModelMutator {
  private var generator: SeededGenerator
  /// Valid models: making random weights takes longer than all else.
  private var models: [ModelParts] = []

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    for _ in 0..<64 { models.append(ModelParts(randomModel())) }
  }

  mutating func next() -> ModelParts {
    var parts = pick(models)
    for _ in 0..<Int.random(in: 0...3, using: &generator) { change(&parts) }
    return parts
  }

  private mutating func pick<Value>(_ values: [Value]) -> Value { values.randomElement(using: &generator)! }

  private mutating func randomModel() -> RandomModel {
    var model = RandomModel()
    model.keyValueHeadCount = pick([1, 2])
    model.headCount = model.keyValueHeadCount * pick([1, 2, 3])
    model.headSize = pick([1, 2, 3, 8, 16, 17])
    model.embeddingLength = pick([model.headCount * model.headSize, 5, 32])
    model.rotaryLength = pick([0, 2, model.headSize / 2 * 2].filter { $0 <= model.headSize })
    model.feedForwardLength = pick([1, 7, 32])
    model.vocabularyCount = pick([1, 2, 17])
    model.layerCount = pick([1, 2])
    model.contextLength = pick([1, 16, 1 << 20])
    model.isTied = Bool.random(using: &generator)
    model.hasRotaryFactors = model.rotaryLength > 0 && Bool.random(using: &generator)
    model.linearScale = pick([nil, 4])
    let sizes = [model.embeddingLength, model.headCount * model.headSize, model.feedForwardLength]
    model.type = pick(
      sizes.allSatisfy { $0.isMultiple(of: 32) } ? [.q8_0, .q4_0, .f16] : [.f32, .f16, .bf16])
    model.seed = generator.next()
    return model
  }

  private mutating func change(_ parts: inout ModelParts) {
    switch Int.random(in: 0..<8, using: &generator) {
    case 0...2: changeValue(&parts)
    case 3: changeKey(&parts)
    case 4: addKey(&parts)
    case 5: changeTensor(&parts)
    case 6: changeTensorList(&parts)
    default: changeWeights(&parts)
    }
  }

  // MARK: Metadata

  private static let integers: [Int64] = [
    0, 1, 2, 3, 4, 5, 7, 8, 16, 31, 32, 33, 255, 256, 65535, 65536, 1 << 24, 1 << 30, 1 << 31, 1 << 32,
    1 << 40,
    1 << 62, -1, -2, -16, .min, .max,
  ]
  private static let fractions: [Double] = [
    0, -0.0, 1e-5, 1, 2.5, 16, 1e4, 1e38, 1e39, 1e300, 1e-300, -1, .infinity, -.infinity, .nan,
  ]
  private static let texts = ["", "llama", "linear", "none", "yarn", "16", "\u{1b}[31m"]

  /// A number in any type that holds its low bits, a fraction, a text, or an array.
  private mutating func randomValue() -> MetadataValue {
    let number = pick(Self.integers)
    switch Int.random(in: 0..<14, using: &generator) {
    case 0: return .uint8(UInt8(truncatingIfNeeded: number))
    case 1: return .int8(Int8(truncatingIfNeeded: number))
    case 2: return .uint16(UInt16(truncatingIfNeeded: number))
    case 3, 4, 5: return .uint32(UInt32(truncatingIfNeeded: number))
    case 6: return .int32(Int32(truncatingIfNeeded: number))
    case 7: return .uint64(UInt64(bitPattern: number))
    case 8: return .int64(number)
    case 9: return .float32(Float(pick(Self.fractions)))
    case 10: return .float64(pick(Self.fractions))
    case 11: return .bool(Bool.random(using: &generator))
    case 12: return .string(pick(Self.texts))
    default:
      let count = pick([0, 1, 2, 3, 100])
      return .array(.int32(.init(repeating: Int32(truncatingIfNeeded: number), count: count)))
    }
  }

  private mutating func changeValue(_ parts: inout ModelParts) {
    guard let index = parts.metadata.indices.randomElement(using: &generator) else { return }
    // A neighbour of a right value gets further than a random one.
    if case .uint32(let number) = parts.metadata[index].value, Bool.random(using: &generator) {
      let near = [number &+ 1, number &- 1, number &* 2, number / 2, number]
      parts.metadata[index].value = pick(near.map { .uint32($0) } + near.map { .int64(Int64($0)) })
    } else {
      parts.metadata[index].value = randomValue()
    }
  }

  private mutating func changeKey(_ parts: inout ModelParts) {
    guard let index = parts.metadata.indices.randomElement(using: &generator) else { return }
    switch Int.random(in: 0..<3, using: &generator) {
    case 0: parts.metadata.remove(at: index)
    case 1: parts.metadata.append(parts.metadata[index])
    default: parts.metadata[index].key += "x"
    }
  }

  private static let optionalKeys = [
    "attention.key_length", "attention.value_length", "rope.dimension_count", "rope.scaling.type",
    "rope.scaling.factor", "rope.scale_linear", "rope.freq_base", "expert_count", "attention.head_count_kv",
    "attention.layer_norm_rms_epsilon", "vocab_size",
  ]

  private mutating func addKey(_ parts: inout ModelParts) {
    let key = pick(Self.optionalKeys.map { "llama.\($0)" } + ["general.alignment"])
    parts[key] = key.hasSuffix("type") ? .string(pick(Self.texts)) : randomValue()
  }

  // MARK: Tensors

  private mutating func changeTensor(_ parts: inout ModelParts) {
    guard let index = parts.tensors.indices.randomElement(using: &generator) else { return }
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: parts.tensors[index].dimensions.reverse()
    case 1: parts.tensors[index].dimensions.append(pick([0, 1, 2, -1, 1 << 40]))
    case 2: parts.tensors[index].dimensions.removeLast()
    case 3:
      let place = Int.random(in: 0..<parts.tensors[index].dimensions.count, using: &generator)
      parts.tensors[index].dimensions[place] = pick(Self.integers)
    case 4: parts.tensors[index].type = pick(ElementType.allCases).rawValue
    default: parts.tensors[index].type = UInt32.random(in: 0...50, using: &generator)
    }
    // Half of the time there is data for what is stated, so that the file itself is right.
    guard Bool.random(using: &generator), let type = ElementType(rawValue: parts.tensors[index].type),
      let shape = Shape(checking: parts.tensors[index].dimensions.map(Int.init)), shape.elementCount < 10_000,
      let rowBytes = type.byteCount(elementCount: shape.columnCount)
    else { return }
    parts.tensors[index].bytes = (0..<rowBytes * shape.rowCount).map { _ in
      UInt8.random(in: 0...255, using: &generator)
    }
  }

  private mutating func changeTensorList(_ parts: inout ModelParts) {
    guard let index = parts.tensors.indices.randomElement(using: &generator) else { return }
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: parts.tensors.remove(at: index)
    case 1: parts.tensors.append(parts.tensors[index])
    case 2: parts.tensors[index].name += pick([".bias", "x", String(repeating: "y", count: 60)])
    default: parts.tensors.shuffle(using: &generator)
    }
  }

  /// Any bytes are weights: NaN, infinities and numbers of any size among them.
  private mutating func changeWeights(_ parts: inout ModelParts) {
    guard let index = parts.tensors.indices.randomElement(using: &generator) else { return }
    let fill = pick([0, 0x7c, 0x7f, 0xff])
    parts.tensors[index].bytes = parts.tensors[index].bytes.map { _ in
      fill == 0 ? UInt8.random(in: 0...255, using: &generator) : UInt8(fill)
    }
  }
}
