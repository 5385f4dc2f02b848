import Foundation
import GGUF
import SystemPackage
import TensorTypes
import Testing

/// A file made by another implementation; see `Tools/fixtures/gguf_files.py`.
@Suite struct PythonFixtureTests {
  private let file: GGUFFile

  init() throws {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/python", withExtension: "gguf"))
    file = try GGUFFile(path: FilePath(url.path))
  }

  @Test("Metadata of every type is read as the Python package wrote it")
  func metadata() {
    let values: [String: MetadataValue] = [
      "general.architecture": .string("llama"), "general.alignment": .uint32(64),
      "test.uint8": .uint8(200), "test.int8": .int8(-100), "test.uint16": .uint16(60000),
      "test.int16": .int16(-30000), "test.uint32": .uint32(4_000_000_000),
      "test.int32": .int32(-2_000_000_000),
      "test.uint64": .uint64(1 << 63), "test.int64": .int64(-1 << 62), "test.float32": .float32(0.1),
      "test.float64": .float64(0.1), "test.bool": .bool(true), "test.string": .string("nacre – 螺鈿 🐚"),
      "test.strings": .array(.strings(["a", "", "ß"])), "test.integers": .array(.int32([1, -2, 3])),
      "test.floats": .array(.float32([0.5, -1.5])),
    ]
    #expect(Set(file.metadata.keys) == Set(values.keys))
    for (key, value) in values { #expect(file.metadata[key] == value) }
  }

  @Test("Tensors have the forms and the data that the Python package wrote")
  func tensors() throws {
    #expect(file.tensors.map(\.name) == ["f32", "f16", "q8_0", "q4_0"].map { "matrix.\($0)" })
    #expect(file.tensors.map(\.type) == [.f32, .f16, .q8_0, .q4_0])
    #expect(file.tensors.allSatisfy { $0.shape == Shape(32, 3) && $0.offset.isMultiple(of: 64) })
    let values = (0..<96).map { (Float($0) - 48) / 7 }
    let floats = file.bytes(of: file.tensors[0])
    #expect((0..<96).map { floats.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) } == values)
    let halves = file.bytes(of: file.tensors[1])
    #expect(
      (0..<96).map { halves.loadUnaligned(fromByteOffset: 2 * $0, as: Float16.self) }
        == values.map { Float16($0) })
  }
}
