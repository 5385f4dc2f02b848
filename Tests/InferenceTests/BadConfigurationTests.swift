import GGUF
import Inference
import TestSupport
import Testing

@Suite("Metadata that no model can have")
struct BadConfigurationTests {
  @Test("the undamaged model loads")
  func undamaged() throws {
    #expect(try Loading.problem(Loading.parts) == nil)
  }

  @Test(
    "each required key must be there",
    arguments: [
      "general.architecture", "llama.context_length", "llama.embedding_length", "llama.block_count",
      "llama.feed_forward_length", "llama.attention.head_count",
      "llama.attention.layer_norm_rms_epsilon",
    ])
  func missing(key: String) throws {
    #expect(try Loading.problem(key, nil) == .missingKey(key))
  }

  @Test(
    "an architecture that is not known is refused with those that are", arguments: ["gptneox", "", "LLAMA"])
  func unknownArchitecture(name: String) throws {
    let problem = try Loading.problem("general.architecture", .string(name))
    #expect(problem == .unsupportedArchitecture(name, known: ["llama", "qwen2", "qwen3"]))
    #expect(problem?.description.contains("llama") == true)
  }

  @Test(
    "a number must have a type of numbers",
    arguments: [
      "context_length", "embedding_length", "block_count", "feed_forward_length", "attention.head_count",
      "attention.head_count_kv", "attention.value_length", "rope.dimension_count", "expert_count",
    ])
  func mistypedCount(name: String) throws {
    let key = "llama.\(name)"
    let wrong: [(MetadataValue, String)] = [
      (.string("2"), "string"), (.bool(true), "bool"), (.float32(2), "float32"), (.float64(.nan), "float64"),
    ]
    for (value, found) in wrong {
      #expect(
        try Loading.problem(key, value)
          == .metadata(.wrongType(key: key, expected: "integer", found: found)))
    }
    #expect(try Loading.problem(key, .uint64(.max)) == .metadata(.integerTooLarge(key: key, .max)))
  }

  @Test(
    "a fraction must have a type of numbers",
    arguments: [
      "attention.layer_norm_rms_epsilon", "attention.key_length", "rope.freq_base", "rope.scale_linear",
      "rope.scaling.factor",
    ])
  func mistypedNumber(name: String) throws {
    let key = "llama.\(name)"
    for (value, found) in [(MetadataValue.string("1"), "string"), (.bool(true), "bool")] {
      #expect(
        try Loading.problem(key, value) == .metadata(.wrongType(key: key, expected: "number", found: found)))
    }
  }

  @Test("a name must be a string", arguments: ["general.architecture", "llama.rope.scaling.type"])
  func mistypedName(key: String) throws {
    #expect(
      try Loading.problem(key, .uint32(1))
        == .metadata(.wrongType(key: key, expected: "string", found: "uint32")))
  }

  @Test("every integer type will do for a count")
  func integerTypes() throws {
    let values: [MetadataValue] = [
      .uint8(2), .int8(2), .uint16(2), .int16(2), .uint32(2), .int32(2), .uint64(2), .int64(2),
    ]
    for value in values { #expect(try Loading.problem("llama.block_count", value) == nil) }
  }

  /// Counts out of range, and the range that the error names.
  static let counts: [(name: String, values: [Int64], expected: String)] = [
    ("context_length", [0, -1, .min, 1 << 30 + 1, 1 << 40, .max], "1...1073741824"),
    ("embedding_length", [0, -64, 1 << 24 + 1, .max], "1...16777216"),
    ("block_count", [0, -2, 65537, 1 << 31, 1 << 32 + 2, .max], "1...65536"),
    ("feed_forward_length", [0, -96, 1 << 24 + 1, .max], "1...16777216"),
    ("attention.head_count", [0, -4, 65537, .max], "1...65536"),
    ("attention.head_count_kv", [0, -2, 65537, .min], "1...65536"),
    ("attention.key_length", [0], "1...65536"),
    ("attention.value_length", [0, -16, 65537], "1...65536"),
    ("rope.dimension_count", [-2, 17, 18, 1 << 31, .max], "0...16"),
    ("expert_count", [-1, 65537], "0...65536"),
  ]

  @Test("a count out of range is refused with the range", arguments: 0..<Self.counts.count)
  func countOutOfRange(index: Int) throws {
    let (name, values, expected) = Self.counts[index]
    for value in values {
      #expect(
        try Loading.problem("llama.\(name)", .int64(value))
          == .invalidValue(key: "llama.\(name)", value: "\(value)", expected: expected))
    }
  }

  /// Fractions out of range, and the range that the error names.
  static let numbers: [(name: String, values: [Double], expected: String)] = [
    (
      "attention.layer_norm_rms_epsilon", [.nan, .infinity, 0, -0.0, -1e-5, 1e-300, 1.5],
      "1e-20...1.0"
    ),
    ("rope.freq_base", [.nan, .infinity, -.infinity, 0, -10000, 1e-300, 1e300], "0.001...1000000000000.0"),
    ("rope.scaling.factor", [.nan, .infinity, 0, -4, 1e-300, 1e300], "1e-06...1000000.0"),
    ("rope.scale_linear", [.nan, .infinity, 0, -4, 1e-300, 1e300], "1e-06...1000000.0"),
    ("attention.key_length", [-16, 65537, 1e300, .nan], "0.0...65536.0"),
  ]

  @Test("a fraction out of range is refused with the range", arguments: 0..<Self.numbers.count)
  func numberOutOfRange(index: Int) throws {
    let (name, values, expected) = Self.numbers[index]
    for value in values {
      #expect(
        try Loading.problem("llama.\(name)", .float64(value))
          == .invalidValue(key: "llama.\(name)", value: "\(value)", expected: expected))
    }
  }

  @Test("a rotary dimension must be even")
  func oddRotaryDimension() throws {
    let key = "llama.rope.dimension_count"
    #expect(
      try Loading.problem(key, .uint32(15))
        == .invalidValue(key: key, value: "15", expected: "an even number"))
    #expect(try Loading.problem(key, .uint32(14)) == nil)
    #expect(try Loading.problem(key, .uint32(0)) == nil)
  }

  @Test("heads must divide the width, and KV heads the heads")
  func indivisibleHeads() throws {
    let (heads, keyHeads) = ("llama.attention.head_count", "llama.attention.head_count_kv")
    #expect(
      try Loading.problem(heads, .uint32(6))
        == .invalidValue(key: heads, value: "6", expected: "a divisor of embedding_length 64"))
    #expect(
      try Loading.problem(heads, .uint32(128))
        == .invalidValue(key: heads, value: "128", expected: "a divisor of embedding_length 64"))
    for count in [3, 8] as [UInt32] {
      #expect(
        try Loading.problem(keyHeads, .uint32(count))
          == .invalidValue(key: keyHeads, value: "\(count)", expected: "a divisor of head_count 4"))
    }
  }

  @Test("keys and values of different widths are refused")
  func differentValueLength() throws {
    #expect(
      try Loading.problem("llama.attention.value_length", .uint32(8))
        == .unsupportedFeature("llama.attention.value_length other than key_length"))
  }

  @Test(
    "a kind of rotary scaling that is not known is refused", arguments: ["longrope", "dynamic", ""])
  func unknownScaling(type: String) throws {
    #expect(
      try Loading.problem("llama.rope.scaling.type", .string(type))
        == .unsupportedFeature("llama.rope.scaling.type '\(type)'"))
  }

  @Test(
    "what YaRN cannot be is refused",
    arguments: [
      ("factor", MetadataValue.float32(0.5), "1.0...1000000.0"),
      ("original_context_length", .uint32(0), "1...1073741824"),
      ("yarn_beta_fast", .float32(0), "0.001...1000000.0"),
    ])
  func yarn(name: String, value: MetadataValue, expected: String) throws {
    let key = "llama.rope.scaling.\(name)"
    var parts = Loading.parts
    (parts["llama.rope.scaling.type"], parts[key]) = (.string("yarn"), value)
    guard case .invalidValue(key, _, expected) = try Loading.problem(parts) else {
      Issue.record("\(key) was not refused")
      return
    }
  }

  @Test(
    "YaRN with factors of its own is refused",
    arguments: ["yarn_ext_factor", "yarn_attn_factor", "attn_factor"])
  func yarnFactors(name: String) throws {
    let key = "llama.rope.scaling.\(name)"
    var parts = Loading.parts
    (parts["llama.rope.scaling.type"], parts[key]) = (.string("yarn"), .float32(1))
    #expect(try Loading.problem(parts) == nil)
    parts[key] = .float32(1.25)
    #expect(try Loading.problem(parts) == .unsupportedFeature("\(key) 1.25"))
  }

  @Test("a mixture of experts is refused; none at all is not")
  func experts() throws {
    #expect(
      try Loading.problem("llama.expert_count", .uint32(8))
        == .unsupportedFeature("a mixture of experts (llama.expert_count)"))
    #expect(try Loading.problem("llama.expert_count", .uint32(0)) == nil)
  }
}
