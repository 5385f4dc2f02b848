import Foundation
import GGUF
import SystemPackage
import TensorTypes
import TestSupport
import Testing

@Suite struct WriterTests {
  private let directory: TemporaryDirectory
  private let tensor = GGUFTensor(name: "w", dimensions: [8], type: .f32)

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test("What is written is read back, with the alignment asked for", arguments: [1, 32, 4096] as [UInt32])
  func roundTrip(alignment: UInt32) throws {
    let metadata: GGUFMetadata = [
      "general.architecture": .string("llama"), "general.alignment": .uint32(alignment), "i": .int64(-1),
      "b": .bool(true), "words": .array(.strings(["", "ö"])), "floats": .array(.float32([1, -2.5])),
      "flags": .array(.bool([true, false])), "none": .array(.uint16([])),
    ]
    let tensors: [(tensor: GGUFTensor, bytes: [UInt8])] = [
      (GGUFTensor(name: "a", dimensions: [32, 3], type: .q8_0), (0..<102).map { UInt8($0) }),
      (GGUFTensor(name: "b", dimensions: [5], type: .i8), [1, 2, 3, 4, 5]),
    ]
    let path = try directory.writeGGUF(metadata: metadata, tensors: tensors)
    let file = try GGUFFile(path: path)
    #expect(file.version == 3)
    #expect(file.metadata.keys == metadata.keys)
    #expect(file.metadata.map(\.value) == metadata.map(\.value))
    #expect(file.tensors.map(\.name) == ["a", "b"])
    #expect(file.tensors.map { Array(file.bytes(of: $0)) } == tensors.map(\.bytes))
    #expect(file.tensors.allSatisfy { $0.offset.isMultiple(of: Int(alignment)) })
    #expect(file.byteCount.isMultiple(of: Int(alignment)))
  }

  @Test("A matrix in the x16 layout is written under a number of its own and read back")
  func interleaved() throws {
    let tensors: [(tensor: GGUFTensor, bytes: [UInt8])] = [
      (
        GGUFTensor(name: "a", dimensions: [32, 17], type: .q8_0, layout: .x16),
        [UInt8](repeating: 7, count: 1088)
      ),
      (
        GGUFTensor(name: "b", dimensions: [5, 3], type: .f16, layout: .x16), [UInt8](repeating: 9, count: 256)
      ),
    ]
    let path = try directory.writeGGUF(metadata: [:], tensors: tensors)
    let file = try GGUFFile(path: path)
    #expect(file.tensors.map(\.layout) == [.x16, .x16])
    #expect(file.tensors.map(\.type) == [.q8_0, .f16])
    #expect(file.tensors.map(\.typeName) == ["Q8_0 x16", "F16 x16"])
    #expect(file.tensors.map { Array(file.bytes(of: $0)) } == tensors.map(\.bytes))
    let stored = Array(try Data(contentsOf: URL(filePath: path.string)))
    let number = withUnsafeBytes(of: UInt32(0x1_0008).littleEndian) { Array($0) }
    #expect(stored.indices.dropLast(4).contains { Array(stored[$0..<$0 + 4]) == number })
  }

  @Test("Data may come in pieces")
  func pieces() throws {
    let path = directory.file("m.gguf")
    let writer = try GGUFWriter(path: path, metadata: [:], tensors: [tensor])
    for byte in 0..<32 { try writer.append([UInt8(byte)]) }
    try writer.finish()
    let file = try GGUFFile(path: path)
    #expect(file.bytes(of: file.tensors[0]).elementsEqual(0..<32))
  }

  @Test("Without finish, nothing is left behind and an old file stays")
  func abandoned() throws {
    try directory.write([1, 2, 3], to: "m.gguf")
    do {
      let writer = try GGUFWriter(path: directory.file("m.gguf"), metadata: [:], tensors: [tensor])
      try writer.append([UInt8](repeating: 0, count: 31))
      #expect(try Data(contentsOf: URL(filePath: writer.readablePath.string)).count >= 31)
      #expect(throws: GGUFError(path: writer.path, .wrongTensorDataCount(expected: 1, found: 0))) {
        try writer.finish()
      }
    }
    #expect(try directory.fileNames == ["m.gguf"])
    #expect(FileManager.default.contents(atPath: directory.file("m.gguf").string) == Data([1, 2, 3]))
  }

  @Test("More data than the tensors hold is refused")
  func tooMuch() throws {
    let path = directory.file("m.gguf")
    let writer = try GGUFWriter(path: path, metadata: [:], tensors: [tensor])
    #expect(throws: GGUFError(path: path, .wrongTensorBytes(tensor: "w", expected: 32, found: 33))) {
      try writer.append([UInt8](repeating: 0, count: 33))
    }
    try writer.append([UInt8](repeating: 0, count: 32))
    #expect(throws: GGUFError(path: path, .wrongTensorDataCount(expected: 1, found: 2))) {
      try writer.append([0])
    }
    try writer.append([])
    try writer.finish()
  }

  @Test(
    "What a reader would refuse is not written",
    arguments: [
      ([("w", [8], .f32), ("w", [8], .f32)], .duplicateTensor("w")),
      ([("w", [8, 0], .f32)], .invalidDimension(tensor: "w", index: 1, size: 0)),
      ([("w", [1, 1, 1, 1, 1], .f32)], .tooManyDimensions(tensor: "w", count: 5)),
      ([("w", [33], .q8_0)], .partialBlock(tensor: "w", columnCount: 33, blockElementCount: 32)),
      ([("w", [1 << 62], .f32)], .byteCountOverflow(tensor: "w", dimensions: [1 << 62])),
      ([(String(repeating: "x", count: 64), [8], .f32)], .tensorNameTooLong(index: 0, byteCount: 64)),
    ] as [([(String, [Int], ElementType)], GGUFProblem)])
  func refused(tensors: [(String, [Int], ElementType)], problem: GGUFProblem) throws {
    let path = directory.file("m.gguf")
    let tensors = tensors.map { GGUFTensor(name: $0.0, dimensions: $0.1, type: $0.2) }
    #expect(throws: GGUFError(path: path, problem)) {
      try GGUFWriter(path: path, metadata: [:], tensors: tensors)
    }
    #expect(try directory.fileNames.isEmpty)
  }

  @Test(
    "An alignment that is no power of two, or wasteful, is not written",
    arguments: [0, 13, 1 << 17] as [UInt32])
  func badAlignment(alignment: UInt32) {
    let path = directory.file("m.gguf")
    #expect(throws: GGUFError(path: path, .invalidAlignment(alignment))) {
      try GGUFWriter(path: path, metadata: ["general.alignment": .uint32(alignment)], tensors: [])
    }
  }

  @Test("A folder that is not there is an error, not a trap")
  func missingFolder() {
    let path = directory.file("missing").appending("m.gguf")
    #expect(throws: GGUFError(path: path, .unwritable(.noSuchFileOrDirectory))) {
      try GGUFWriter(path: path, metadata: [:], tensors: [])
    }
  }
}
