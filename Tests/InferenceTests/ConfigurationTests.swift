import GGUF
import Inference
import TensorTypes
import TestSupport
import Testing

@Suite("Metadata that may be written in several ways")
struct ConfigurationTests {
  static let perLayerKeys = ["attention.head_count", "attention.head_count_kv", "feed_forward_length"]
  private static let standard: [String: Int] = [
    "attention.head_count": 4, "attention.head_count_kv": 2, "feed_forward_length": 96,
  ]

  @Test("a count may be given once per layer, as any integer type", arguments: perLayerKeys)
  func uniform(name: String) throws {
    let count = Self.standard[name]!
    let arrays: [MetadataArray] = [
      .uint8([UInt8(count), UInt8(count)]), .int32([Int32(count), Int32(count)]),
      .uint32([UInt32(count), UInt32(count)]), .int64([Int64(count), Int64(count)]),
    ]
    let expected = try Loading.configuration { _ in }
    for array in arrays {
      #expect(try Loading.configuration { $0["llama.\(name)"] = .array(array) } == expected)
      #expect(try Loading.problem("llama.\(name)", .array(array)) == nil)
    }
  }

  @Test("counts that differ between layers are refused", arguments: perLayerKeys)
  func differing(name: String) throws {
    let count = Int32(Self.standard[name]!)
    #expect(
      try Loading.problem("llama.\(name)", .array(.int32([count, count / 2])))
        == .unsupportedFeature("llama.\(name) that differs between layers"))
  }

  @Test("there must be one for each layer, in range, and integers", arguments: perLayerKeys)
  func wrongArrays(name: String) throws {
    let (key, count) = ("llama.\(name)", Int32(Self.standard[name]!))
    for length in [0, 1, 3, 1000] {
      #expect(
        try Loading.problem(key, .array(.int32(.init(repeating: count, count: length))))
          == .invalidValue(
            key: key, value: "an array of \(length)", expected: "one value for each of 2 layers"))
    }
    for value in [0, -1, .min, .max] as [Int32] {
      guard case .invalidValue(key, "\(value)", _) = try Loading.problem(key, .array(.int32([value, value])))
      else {
        Issue.record("\(value) in every layer was not refused")
        continue
      }
    }
    #expect(
      try Loading.problem(key, .array(.strings(["4", "4"])))
        == .metadata(.wrongType(key: key, expected: "array of integer", found: "array of string")))
    #expect(
      try Loading.problem(key, .array(.uint64([1 << 63, 1 << 63])))
        == .metadata(.integerTooLarge(key: key, 1 << 63)))
  }

  @Test("a scaling factor is linear when no kind is named, and void when the kind is 'none'")
  func scalingKinds() throws {
    let (type, factor, old) = (
      "llama.rope.scaling.type", "llama.rope.scaling.factor", "llama.rope.scale_linear"
    )
    let scale = { (changes: (inout ModelParts) -> Void) in try Loading.configuration(changes).rotaryScale }
    #expect(try scale { _ in } == 1)
    #expect(try scale { $0[type] = .string("linear") } == 1)
    for key in [factor, old] {
      #expect(try scale { $0[key] = .float32(4) } == 4)
      #expect(try scale { ($0[type], $0[key]) = (.string("linear"), .float32(4)) } == 4)
      #expect(try scale { ($0[type], $0[key]) = (.string("none"), .float32(4)) } == 1)
    }
    #expect(try scale { ($0[factor], $0[old]) = (.float32(4), .float32(2)) } == 4)
  }

  @Test("YaRN has the standard values of its paper where a file names none")
  func yarn() throws {
    func yarn(_ changes: (inout ModelParts) -> Void = { _ in }) throws -> YarnScaling? {
      try Loading.configuration {
        $0["llama.rope.scaling.type"] = .string("yarn")
        changes(&$0)
      }.yarn
    }
    #expect(
      try yarn() == YarnScaling(originalContextLength: 256, fastRotations: 32, slowRotations: 1))
    #expect(
      try yarn {
        $0["llama.rope.scaling.original_context_length"] = .uint32(64)
        $0["llama.rope.scaling.yarn_beta_fast"] = .float32(16)
        $0["llama.rope.scaling.yarn_beta_slow"] = .float32(2)
      } == YarnScaling(originalContextLength: 64, fastRotations: 16, slowRotations: 2))
    #expect(try Loading.configuration { _ in }.yarn == nil)
  }

  @Test("what is optional has its standard value")
  func defaults() throws {
    let configuration = try Loading.configuration {
      for key in ["attention.head_count_kv", "rope.dimension_count", "rope.freq_base"] {
        $0["llama.\(key)"] = nil
      }
    }
    #expect(configuration.keyValueHeadCount == 4)
    #expect(configuration.rotaryLength == 16)
    #expect(configuration.rotaryBase == 10000)
  }

  @Test("weights may lie at any address", arguments: [ElementType.f32, .f16, .q8_0, .q4_0])
  func unaligned(type: ElementType) throws {
    var description = RandomModel()
    (description.type, description.hasRotaryFactors) = (type, true)
    description.feedForwardLength = 128
    var parts = ModelParts(description)
    let directory = try TemporaryDirectory()
    let aligned = try Loading.model(parts.write(to: directory, "aligned.gguf"))
    parts.alignment = 1
    parts["general.alignment"] = .uint32(1)
    // All tensors have even sizes: with an odd header, all lie at odd addresses.
    parts["general.name"] = .string(parts.bytes.count.isMultiple(of: 2) ? "x" : "xy")
    #expect(!parts.bytes.count.isMultiple(of: 2))
    let unaligned = try Loading.model(parts.write(to: directory, "unaligned.gguf"))
    for model in [aligned, unaligned] { model.forward([1, 2, 3], logitRowCount: 3) }
    for row in 0..<3 {
      #expect(aligned.logits(row: row).map(\.bitPattern) == unaligned.logits(row: row).map(\.bitPattern))
    }
  }
}
