import GGUF
import TensorTypes
import TestSupport
import Testing

@Suite struct ValidFileTests {
  @Test("Every metadata type is read with its value and its place")
  func everyType() throws {
    var bytes = GGUFBytes(metadataCount: 12)
    bytes.entry("u8", type: 0, UInt8.max)
    bytes.entry("i8", type: 1, Int8.min)
    bytes.entry("u16", type: 2, UInt16.max)
    bytes.entry("i16", type: 3, Int16.min)
    bytes.entry("u32", type: 4, UInt32.max)
    bytes.entry("i32", type: 5, Int32.min)
    bytes.entry("f32", type: 6, Float(1.5))
    bytes.entry("bool", type: 7, UInt8(1))
    bytes.entry("string", "naïve 🐚")
    bytes.entry("u64", type: 10, UInt64.max)
    bytes.entry("i64", type: 11, Int64.min)
    bytes.entry("f64", type: 12, -0.25)
    let values: [(String, MetadataValue)] = [
      ("u8", .uint8(.max)), ("i8", .int8(.min)), ("u16", .uint16(.max)), ("i16", .int16(.min)),
      ("u32", .uint32(.max)), ("i32", .int32(.min)), ("f32", .float32(1.5)), ("bool", .bool(true)),
      ("string", .string("naïve 🐚")), ("u64", .uint64(.max)), ("i64", .int64(.min)), ("f64", .float64(-0.25)),
    ]
    let metadata = try open(bytes.bytes).metadata
    #expect(metadata.keys == values.map(\.0))
    for (key, value) in values { #expect(metadata[key] == value) }
    #expect(metadata["missing"] == nil)
  }

  @Test("Arrays of every element type are read, empty ones too")
  func arrays() throws {
    var bytes = GGUFBytes(metadataCount: 4)
    bytes.array("bytes", elementType: 0, count: 3)
    bytes.raw([7, 8, 9])
    bytes.array("flags", elementType: 7, count: 2)
    bytes.raw([0, 1])
    bytes.array("words", elementType: 8, count: 2)
    bytes.string("")
    bytes.string("ab")
    bytes.array("none", elementType: 12, count: 0)
    let metadata = try open(bytes.bytes).metadata
    #expect(metadata["bytes"] == .array(.uint8([7, 8, 9])))
    #expect(metadata["flags"] == .array(.bool([false, true])))
    #expect(metadata["words"] == .array(.strings(["", "ab"])))
    #expect(metadata["none"] == .array(.float64([])))
  }

  @Test("An alignment of 1 is legal: data begins right behind the records")
  func alignmentOne() throws {
    var bytes = GGUFBytes(tensorCount: 2, metadataCount: 1)
    bytes.entry("general.alignment", type: 4, UInt32(1))
    bytes.tensor("a", [3], type: 24, offset: 0)
    bytes.tensor("b", [2], type: 24, offset: 3)
    bytes.data(5, alignment: 1)
    let file = try open(bytes.bytes)
    #expect(file.tensors.map { Array(file.bytes(of: $0)) } == [[0, 1, 2], [3, 4]])
  }

  @Test("Tensors are read with their forms and bytes, gaps and any order allowed, by any name")
  func tensors() throws {
    var bytes = GGUFBytes(tensorCount: 3)
    bytes.tensor("late", [32, 2], type: 8, offset: 64)
    bytes.tensor("", [], type: 0, offset: 32)
    bytes.tensor("früh", [2, 1, 3, 1], type: 1, offset: 0)
    bytes.data(64 + 68)
    let file = try open(bytes.bytes)
    let late = try #require(file.tensor(named: "late"))
    #expect(late.shape == Shape(32, 2))
    #expect(late.type == .q8_0)
    #expect(late.byteCount == 68)
    #expect(file.bytes(of: late).elementsEqual((64..<132).map { UInt8($0) }))
    #expect(file.tensor(named: "")?.shape == Shape())
    #expect(file.tensor(named: "")?.byteCount == 4)
    #expect(file.tensor(named: "früh")?.shape.dimensions == [2, 1, 3, 1])
    #expect(file.tensor(named: "frueh") == nil)
  }

  @Test("The data of a tensor begins at a multiple of the alignment in memory too")
  func alignedInMemory() throws {
    var bytes = GGUFBytes(tensorCount: 1)
    bytes.tensor("w", [8])
    bytes.data(32)
    let file = try open(bytes.bytes)
    let address = try #require(file.bytes(of: file.tensors[0]).baseAddress)
    #expect(UInt(bitPattern: address) % 32 == 0)
  }

  @Test("Every known type is read, whether it can be run or not", arguments: ElementType.allCases)
  func everyElementType(type: ElementType) throws {
    var bytes = GGUFBytes(tensorCount: 1)
    bytes.tensor("w", [256, 3], type: type.rawValue)
    let byteCount = 3 * 256 / type.blockElementCount * type.blockByteCount
    bytes.data(byteCount)
    let tensor = try open(bytes.bytes).tensors[0]
    #expect(tensor.type == type)
    #expect(tensor.byteCount == byteCount)
    #expect(ElementType(name: type.name.lowercased()) == type)
    #expect(ElementType.removedName(type.rawValue) == nil)
  }

  @Test("Bytes behind the last tensor do no harm")
  func trailingBytes() throws {
    var bytes = GGUFBytes(tensorCount: 1)
    bytes.tensor("w", [8])
    bytes.data(1000)
    #expect(try open(bytes.bytes).tensors.count == 1)
  }
}
