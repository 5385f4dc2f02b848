import GGUF
import Testing

@Suite struct MetadataAccessTests {
  private func wrongType(_ key: String, _ expected: String, _ found: String) -> GGUFError {
    GGUFError(path: "", .wrongType(key: key, expected: expected, found: found))
  }

  @Test("A missing key is nil for every accessor")
  func missing() throws {
    let metadata: GGUFMetadata = [:]
    #expect(try metadata.string("k") == nil)
    #expect(try metadata.bool("k") == nil)
    #expect(try metadata.integer("k") == nil)
    #expect(try metadata.double("k") == nil)
    #expect(try metadata.strings("k") == nil)
    #expect(try metadata.integers("k") == nil)
    #expect(try metadata.floats("k") == nil)
  }

  @Test(
    "Any integer type reads as an integer and as a number",
    arguments: [.uint8(7), .int8(7), .uint16(7), .int16(7), .uint32(7), .int32(7), .uint64(7), .int64(7)]
      as [MetadataValue])
  func integers(value: MetadataValue) throws {
    let metadata: GGUFMetadata = ["k": value]
    #expect(try metadata.integer("k") == 7)
    #expect(try metadata.double("k") == 7)
  }

  @Test(
    "Any array of integers reads as integers and as floats",
    arguments: [
      .uint8([1, 2]), .int8([1, 2]), .uint16([1, 2]), .int16([1, 2]), .uint32([1, 2]), .int32([1, 2]),
      .uint64([1, 2]), .int64([1, 2]),
    ] as [MetadataArray])
  func arrays(array: MetadataArray) throws {
    let metadata: GGUFMetadata = ["k": .array(array)]
    #expect(try metadata.integers("k") == [1, 2])
    #expect(try metadata.floats("k") == [1, 2])
  }

  @Test("Floats of either width read as numbers, but not as integers")
  func floats() throws {
    let metadata: GGUFMetadata = ["s": .float32(0.5), "d": .float64(0.1), "a": .array(.float64([0.5]))]
    #expect(try metadata.double("s") == 0.5)
    #expect(try metadata.double("d") == 0.1)
    #expect(try metadata.floats("a") == [0.5])
    #expect(throws: wrongType("s", "integer", "float32")) { try metadata.integer("s") }
    #expect(throws: wrongType("a", "array of integer", "array of float64")) { try metadata.integers("a") }
  }

  @Test("A value of another type is refused with both types")
  func wrongTypes() throws {
    let metadata: GGUFMetadata = [
      "text": .string("x"), "number": .uint32(1), "texts": .array(.strings(["x"])), "flag": .bool(true),
    ]
    #expect(try metadata.string("text") == "x")
    #expect(try metadata.bool("flag") == true)
    #expect(try metadata.strings("texts") == ["x"])
    #expect(throws: wrongType("number", "string", "uint32")) { try metadata.string("number") }
    #expect(throws: wrongType("number", "bool", "uint32")) { try metadata.bool("number") }
    #expect(throws: wrongType("flag", "integer", "bool")) { try metadata.integer("flag") }
    #expect(throws: wrongType("text", "number", "string")) { try metadata.double("text") }
    #expect(throws: wrongType("text", "array of string", "string")) { try metadata.strings("text") }
    #expect(throws: wrongType("texts", "array of number", "array of string")) { try metadata.floats("texts") }
  }

  @Test("An unsigned number beyond Int is refused, alone and in an array")
  func tooLarge() throws {
    let metadata: GGUFMetadata = ["one": .uint64(1 << 63), "many": .array(.uint64([0, 1 << 63]))]
    let (one, many) = (
      GGUFProblem.integerTooLarge(key: "one", 1 << 63), GGUFProblem.integerTooLarge(key: "many", 1 << 63)
    )
    #expect(throws: GGUFError(path: "", one)) { try metadata.integer("one") }
    #expect(throws: GGUFError(path: "", many)) { try metadata.integers("many") }
    #expect(try metadata.double("one") == 0x1p63)
  }

  @Test("An empty array fits every element type")
  func emptyArray() throws {
    let metadata: GGUFMetadata = ["a": .array(.uint8([])), "s": .array(.strings([]))]
    #expect(try metadata.strings("a") == [])
    #expect(try metadata.integers("s") == [])
    #expect(try metadata.floats("s") == [])
  }

  @Test("Setting a key keeps its place; a new key goes to the end")
  func set() {
    var metadata: GGUFMetadata = ["a": .bool(true), "b": .bool(true)]
    metadata.set("a", .uint8(1))
    metadata.set("c", .uint8(2))
    #expect(metadata.keys == ["a", "b", "c"])
    #expect(metadata["a"] == .uint8(1))
    #expect(metadata.map(\.value) == [.uint8(1), .bool(true), .uint8(2)])
  }
}
