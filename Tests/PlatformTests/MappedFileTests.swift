import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct MappedFileTests {
  @Test(
    "The bytes of a file are mapped, over pages and page ends", arguments: [1, 4095, 4096, 4097, 100_000])
  func content(count: Int) throws {
    let directory = try TemporaryDirectory()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 31) }
    let file = try MappedFile(path: directory.write(bytes, to: "file"))
    #expect(file.byteCount == count)
    #expect(file.bytes.elementsEqual(bytes))
  }

  @Test("An empty file is mapped as no bytes")
  func empty() throws {
    let directory = try TemporaryDirectory()
    let file = try MappedFile(path: directory.write([], to: "file"))
    #expect(file.byteCount == 0)
    #expect(file.advise(.willNeed, 0..<0))
  }

  @Test("The bytes stay when the file is deleted or replaced")
  func replaced() throws {
    let directory = try TemporaryDirectory()
    let file = try MappedFile(path: directory.write([1, 2, 3], to: "file"))
    try directory.remove("file")
    try directory.write([4], to: "file")
    #expect(file.bytes.elementsEqual([1, 2, 3]))
  }

  @Test("A missing file, a folder and a pipe are errors that name the path")
  func errors() throws {
    let directory = try TemporaryDirectory()
    let missing = directory.file("missing")
    #expect(throws: MappedFileError.cannotOpen(path: missing, .noSuchFileOrDirectory)) {
      try MappedFile(path: missing)
    }
    #expect(throws: MappedFileError.notARegularFile(path: directory.path)) {
      try MappedFile(path: directory.path)
    }
    let pipe = try directory.makePipe("pipe")
    #expect(throws: MappedFileError.notARegularFile(path: pipe)) { try MappedFile(path: pipe) }
    let error = MappedFileError.notARegularFile(path: pipe)
    #expect(error.description == "\(pipe): not a regular file")
  }

  @Test("Advice on any range is taken and changes no byte")
  func advice() throws {
    let directory = try TemporaryDirectory()
    let bytes = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 * 31) }
    let file = try MappedFile(path: directory.write(bytes, to: "file"))
    for range in [0..<20_000, 0..<0, 20_000..<20_000, 1..<2, 4096..<8192, 5000..<19_999, 100..<20_000] {
      for advice in [.sequential, .willNeed, .dontNeed] as [MappedFile.Advice] {
        #expect(file.advise(advice, range))
      }
    }
    #expect(file.bytes.elementsEqual(bytes))
  }
}
