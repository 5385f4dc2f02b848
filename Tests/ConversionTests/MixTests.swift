import Conversion
import Foundation
import SystemPackage
import TensorTypes
import TestSupport
import Testing

/// Types per tensor, compared with files that llama.cpp's quantizer made of the same models.
@Suite struct MixTests {
  private func types(_ plan: ConversionPlan) -> [String: String] {
    Dictionary(uniqueKeysWithValues: plan.tensors.map { ($0.name, $0.type.name) })
  }

  @Test(
    "Every tensor gets the type that llama.cpp gives it",
    arguments: ["pycode-7m", "pycode-1m"], [TargetType.q4_k_m, .q6_k, .q4_0, .q8_0])
  func asLlamaCpp(model: String, target: TargetType) throws {
    let list = try Fixture.path("types-\(model)-\(target.rawValue).txt")
    let lines = try String(contentsOf: URL(filePath: list.string), encoding: .utf8).split(separator: "\n")
    let expected = Dictionary(
      uniqueKeysWithValues: lines.map { line in
        let fields = line.split(separator: " ")
        return (String(fields[0]), String(fields[1]))
      })
    let source = try ConversionSource(path: FilePath(PackagePaths.model("\(model)-q8_0.gguf")))
    #expect(try types(ConversionPlan(source, options: ConversionOptions(target: target))) == expected)
  }

  @Test("The first rule that matches wins over the mix; vectors stay F32")
  func rules() throws {
    var options = ConversionOptions(target: .q4_k_m)
    options.rules = try [TensorRule("attn_v=q8_0"), TensorRule(#"^blk\.[01]\.=q5_0"#)]
    options.outputType = .f16
    let source = try ConversionSource(path: FilePath(PackagePaths.target))
    let types = try types(ConversionPlan(source, options: options))
    #expect(types["blk.0.attn_v.weight"] == "Q8_0")
    #expect(types["blk.1.attn_k.weight"] == "Q5_0")
    #expect(types["blk.0.attn_norm.weight"] == "F32")
    #expect(types["blk.2.attn_k.weight"] == "Q4_K")
    #expect(types["token_embd.weight"] == "F16")
  }

  @Test(
    "A rule that cannot be followed is refused",
    arguments: [
      ("attn_v", "expected REGEX=TYPE"), ("=q8_0", "expected REGEX=TYPE"), ("a=q9", "q9 is not a type"),
      ("a=q8_1", "type Q8_1 cannot be written"), ("(=q8_0", "( is not a regular expression"),
    ])
  func invalidRules(text: String, reason: String) {
    #expect(throws: ConversionError("", .invalidRule(text, reason: reason))) { try TensorRule(text) }
  }

  @Test("A rule that decides about nothing, or whose blocks do not fit, is refused")
  func unusableRules() throws {
    let source = try ConversionSource(path: FilePath(PackagePaths.draft))
    var options = ConversionOptions(target: .q8_0)
    options.rules = [try TensorRule("attn_x=q8_0")]
    #expect(
      throws: ConversionError(
        source.path, .invalidRule("attn_x=Q8_0", reason: "it decides about no tensor"))
    ) { try ConversionPlan(source, options: options) }
    options.rules = [try TensorRule("ffn_up=q4_k")]
    let reason = "a row of blk.0.ffn_up.weight has 128 elements, a block 256"
    #expect(throws: ConversionError("", .invalidRule("ffn_up=Q4_K", reason: reason))) {
      try ConversionPlan(source, options: options)
    }
  }
}
