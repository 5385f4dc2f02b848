import GGUF
import SystemPackage
import TestSupport
import Testing

@Suite struct SplitTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func name(_ number: Int, of count: Int) -> String { "my-model-0000\(number)-of-0000\(count).gguf" }

  /// Writes one part with a tensor of four bytes, all equal to `number`.
  @discardableResult
  private func write(
    _ number: Int, of count: Int = 3, index: UInt16? = nil, claimedCount: UInt16? = nil,
    tensorCount: Int32 = 3,
    tensor: String? = nil, as fileName: String? = nil
  ) throws -> FilePath {
    var metadata: GGUFMetadata = ["split.no": .uint16(index ?? UInt16(number - 1))]
    metadata.set("split.count", .uint16(claimedCount ?? UInt16(count)))
    metadata.set("split.tensors.count", .int32(tensorCount))
    metadata.set("part", .uint8(UInt8(number)))
    let tensor = GGUFTensor(name: tensor ?? "t\(number)", dimensions: [4], type: .i8)
    return try directory.writeGGUF(
      fileName ?? name(number, of: count), metadata: metadata,
      tensors: [(tensor, [UInt8](repeating: UInt8(number), count: 4))])
  }

  private func expect(_ problem: GGUFProblem, in part: Int, opening opened: Int = 1) {
    let error = GGUFError(path: directory.file(name(part, of: 3)), problem)
    #expect(throws: error) { try GGUFFile(path: directory.file(name(opened, of: 3))) }
  }

  @Test("Opening any part opens the whole model", arguments: 1...3)
  func anyPart(number: Int) throws {
    for part in 1...3 { try write(part) }
    let file = try GGUFFile(path: directory.file(name(number, of: 3)))
    #expect(file.tensors.map(\.name) == ["t1", "t2", "t3"])
    #expect(file.tensors.map { file.bytes(of: $0)[0] } == [1, 2, 3])
    #expect(file.metadata["part"] == .uint8(1))
    #expect(file.paths == (1...3).map { directory.file(name($0, of: 3)) })
  }

  @Test("A missing part is named", arguments: 2...3)
  func missingPart(number: Int) throws {
    for part in 1...3 where part != number { try write(part) }
    expect(.missingPart(number: number, count: 3), in: number)
  }

  @Test("The first part may be the missing one")
  func missingFirst() throws {
    try write(2)
    expect(.missingPart(number: 1, count: 3), in: 1, opening: 2)
  }

  @Test("Parts that disagree on their number are refused")
  func wrongNumber() throws {
    for part in 1...3 { try write(part, index: part == 2 ? 2 : nil) }
    expect(.wrongPartNumber(expected: 1, found: 2), in: 2)
  }

  @Test("Parts that disagree on their count are refused")
  func wrongCount() throws {
    for part in 1...3 { try write(part, claimedCount: part == 3 ? 4 : nil) }
    expect(.wrongPartCount(expected: 3, found: 4), in: 3)
    expect(.wrongPartCount(expected: 3, found: 4), in: 3, opening: 3)
  }

  @Test("A part that is not marked as one is refused")
  func unmarkedPart() throws {
    for part in 1...2 { try write(part) }
    try directory.writeGGUF(name(3, of: 3), metadata: [:])
    expect(.wrongPartCount(expected: 3, found: nil), in: 3)
  }

  @Test("A wrong count of all tensors is refused")
  func wrongTensorCount() throws {
    for part in 1...3 { try write(part, tensorCount: 4) }
    expect(.wrongTensorCount(expected: 4, found: 3), in: 1)
  }

  @Test("A name used in two parts is refused")
  func duplicateAcrossParts() throws {
    for part in 1...3 { try write(part, tensor: part == 3 ? "t1" : nil) }
    expect(.duplicateTensor("t1"), in: 3)
  }

  @Test(
    "A part under another name is refused",
    arguments: ["model.gguf", "m-1-of-3.gguf", "m-00004-of-00003.gguf"])
  func renamedPart(fileName: String) throws {
    let path = try write(1, as: fileName)
    #expect(throws: GGUFError(path: path, .notNamedAsPart(count: 3))) { try GGUFFile(path: path) }
  }

  @Test("A corrupt part is refused with its own name and problem")
  func corruptPart() throws {
    for part in 1...2 { try write(part) }
    try directory.write(Array("GG".utf8), to: name(3, of: 3))
    expect(.truncated(.magic, needed: 4, available: 2), in: 3)
  }

  @Test("A whole file may be named as a part or say that it has one part")
  func wholeFile() throws {
    let named = try directory.writeGGUF(name(2, of: 3), metadata: [:])
    #expect(try GGUFFile(path: named).paths == [named])
    let counted = try directory.writeGGUF("one.gguf", metadata: ["split.count": .uint16(1)])
    #expect(try GGUFFile(path: counted).paths == [counted])
  }
}
