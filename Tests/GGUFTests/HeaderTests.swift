import GGUF
import TestSupport
import Testing

@Suite struct HeaderTests {
  @Test("A file that does not begin with GGUF is refused with the bytes it begins with")
  func wrongMagic() throws {
    #expect(try problem(GGUFBytes(magic: "GGML")) == .wrongMagic(Array("GGML".utf8)))
    #expect(try problem(GGUFBytes(magic: "PK\u{3}\u{4}")) == .wrongMagic([0x50, 0x4b, 3, 4]))
    #expect(GGUFProblem.wrongMagic([0x50, 0x4b, 3, 0xff]).description.hasSuffix(#""PK\x03\xff""#))
  }

  @Test("Every file shorter than a header is refused with the field that is cut", arguments: 0..<24)
  func shorterThanHeader(count: Int) throws {
    let (field, start, size): (GGUFField, Int, UInt64) =
      switch count {
      case 0..<4: (.magic, 0, 4)
      case 4..<8: (.version, 4, 4)
      case 8..<16: (.tensorCount, 8, 8)
      default: (.metadataCount, 16, 8)
      }
    let bytes = Array(GGUFBytes().bytes.prefix(count))
    #expect(try problem(bytes) == .truncated(field, needed: size, available: count - start))
  }

  @Test(
    "Versions other than 2 and 3 are refused", arguments: [0, 1, 4, 0x7fff_ffff, 0xffff_ffff] as [UInt32])
  func unsupportedVersion(version: UInt32) throws {
    #expect(try problem(GGUFBytes(version: version)) == .unsupportedVersion(version))
  }

  @Test("A big-endian file is refused as such", arguments: [1, 2, 3] as [UInt32])
  func byteSwapped(version: UInt32) throws {
    #expect(try problem(GGUFBytes(version: version.byteSwapped)) == .byteSwapped(version: version))
  }

  @Test("Versions 2 and 3 with neither metadata nor tensors are valid", arguments: [2, 3] as [UInt32])
  func emptyFile(version: UInt32) throws {
    let file = try open(GGUFBytes(version: version).bytes)
    #expect(file.version == version)
    #expect(file.tensors.isEmpty)
    #expect(file.metadata.keys.isEmpty)
  }

  @Test("Counts beyond what the file can hold are refused", arguments: [.max, 1 << 62, 1] as [UInt64])
  func countTooLarge(count: UInt64) throws {
    let tensors = GGUFBytes(tensorCount: count)
    #expect(try problem(tensors) == .countTooLarge(.tensorCount, count: count, available: 0))
    let keys = GGUFBytes(metadataCount: count)
    #expect(try problem(keys) == .countTooLarge(.metadataCount, count: count, available: 0))
  }

  @Test("A missing file, a folder and a device are refused, each by its reason")
  func notAFile() throws {
    let directory = try TemporaryDirectory()
    let missing = directory.file("missing.gguf")
    #expect(throws: GGUFError(path: missing, .unreadable(.cannotOpen(path: missing, .noSuchFileOrDirectory))))
    {
      try GGUFFile(path: missing)
    }
    #expect(throws: GGUFError(path: directory.path, .unreadable(.notARegularFile(path: directory.path)))) {
      try GGUFFile(path: directory.path)
    }
    #expect(throws: GGUFError(path: "/dev/zero", .unreadable(.notARegularFile(path: "/dev/zero")))) {
      try GGUFFile(path: "/dev/zero")
    }
  }
}
