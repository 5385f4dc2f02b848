import Conversion
import Foundation
import GGUF
import SystemPackage
import TensorTypes
import TestSupport
import Testing

@Suite struct ImportanceMatrixTests {
  private let directory: TemporaryDirectory
  private let path: FilePath

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("imatrix.gguf")
  }

  private func entry(_ count: Int) -> ImportanceMatrix.Entry {
    .init(squareSums: (0..<count).map { Float($0) / 4 }, counts: [3])
  }

  /// The older form; its last fields may be left out.
  private func legacy(
    _ entries: [(String, calls: Int32, [Float])], count: Int32? = nil, tail: [UInt8] = []
  ) throws -> FilePath {
    func bytes(_ number: Int32) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }
    var file = bytes(count ?? Int32(entries.count))
    for (name, calls, values) in entries {
      file += bytes(Int32(name.utf8.count)) + Array(name.utf8) + bytes(calls) + bytes(Int32(values.count))
      file += values.withUnsafeBytes { Array($0) }
    }
    return try directory.write(file + tail, to: "imatrix.dat")
  }

  @Test("What is written is read back, and has llama.cpp's names")
  func roundTrip() throws {
    let matrix = ImportanceMatrix(
      entries: ["b.weight": entry(6), "a.weight": .init(squareSums: [1, 2, 3, 4], counts: [2, 0])],
      datasets: ["text"], chunkCount: 5, chunkSize: 255)
    try matrix.write(to: path)
    #expect(try ImportanceMatrix(path: path) == matrix)
    #expect(matrix.entries["a.weight"]?.meanSquares == [0.5, 1, 1, 1])
    let file = try GGUFFile(path: path)
    #expect(try file.metadata.string("general.type") == "imatrix")
    #expect(
      file.tensors.map { "\($0.name) \($0.shape)" } == [
        "a.weight.in_sum2 [2, 2]", "a.weight.counts [1, 2]", "b.weight.in_sum2 [6, 1]",
        "b.weight.counts [1, 1]",
      ])
  }

  @Test("The older form is read, with and without the text's name")
  func older() throws {
    let entries = [("a.weight", Int32(2), [1, 2] as [Float]), ("b.weight", 4, [8])]
    let matrix = try ImportanceMatrix(path: legacy(entries))
    #expect(matrix.entries["a.weight"]?.meanSquares == [0.5, 1])
    #expect(matrix.entries["b.weight"]?.meanSquares == [2])
    #expect(matrix.datasets.isEmpty && matrix.chunkCount == nil)
    let named = try ImportanceMatrix(
      path: legacy(entries, tail: [7, 0, 0, 0, 2, 0, 0, 0] + Array("ab".utf8)))
    #expect(named.datasets == ["ab"] && named.chunkCount == 7)
  }

  @Test("Any beginning of a file of the older form is refused, and nothing traps")
  func truncated() throws {
    let file = try legacy(
      [("a.weight", 2, [1, 2]), ("b.weight", 4, [8])], tail: [7, 0, 0, 0, 1, 0, 0, 0, 97])
    let bytes = Array(try Data(contentsOf: URL(filePath: file.string)))
    let complete = bytes.count - 9
    for count in 0..<bytes.count where count != complete {
      let part = try directory.write(Array(bytes[..<count]), to: "part.dat")
      #expect(throws: ConversionError.self, "\(count) bytes") { try ImportanceMatrix(path: part) }
    }
  }

  @Test("Absurd counts are refused without making room for them")
  func counts() throws {
    for count in [Int32.max, 0, -1] {
      let file = try legacy([("a.weight", 2, [1])], count: count)
      #expect(throws: ConversionError.self) { try ImportanceMatrix(path: file) }
    }
    let hugeName: [UInt8] = [1, 0, 0, 0, 255, 255, 255, 127]
    let file = try directory.write(hugeName, to: "huge.dat")
    #expect(
      throws: ConversionError(
        file, .invalidImportance("the name of entry 0: 2147483647 bytes needed, 0 left in the file"))
    ) { try ImportanceMatrix(path: file) }
  }

  @Test("Numbers that are no mean squares are refused by name", arguments: [-1, .nan, .infinity] as [Float])
  func numbers(number: Float) throws {
    let file = try legacy([("a.weight", 2, [1, number])])
    #expect(
      throws: ConversionError(
        file, .invalidImportance("a.weight: number 1 is \(number), expected at least 0"))
    ) { try ImportanceMatrix(path: file) }
  }

  @Test("Sums without counts, of other types, and of other shapes are refused by name")
  func tensors() throws {
    func write(_ tensors: [(String, [Int], ElementType)]) throws {
      let writer = try GGUFWriter(
        path: path, metadata: ["general.type": .string("imatrix")],
        tensors: tensors.map { GGUFTensor(name: $0, dimensions: $1, type: $2) })
      for (_, dimensions, type) in tensors {
        let count = try #require(type.byteCount(elementCount: dimensions.reduce(1, *)))
        try writer.append([UInt8](repeating: 0, count: count))
      }
      try writer.finish()
    }
    let sums = ("a.weight.in_sum2", [4, 2], ElementType.f32)
    for (tensors, problem) in [
      ([sums], .missingTensor("a.weight.counts")),
      ([sums, ("a.weight.counts", [1, 2], .f16)], .unsupportedType(tensor: "a.weight.counts", "F16")),
      (
        [sums, ("a.weight.counts", [1, 3], .f32)],
        .wrongShape(tensor: "a.weight.counts", expected: [1, 2], found: [1, 3])
      ),
      ([("other", [4], .f32)], .invalidImportance("it has no entry")),
    ] as [([(String, [Int], ElementType)], ConversionProblem)] {
      try write(tensors)
      #expect(throws: ConversionError(path, problem)) { try ImportanceMatrix(path: path) }
    }
  }

  @Test("A conversion says what it was made with, and refuses what does not fit")
  func conversion() throws {
    let name = "blk.0.attn_q.weight"
    func plan(_ entries: [String: ImportanceMatrix.Entry]) throws -> ConversionPlan {
      var options = ConversionOptions(target: .q4_0)
      options.importance = (ImportanceMatrix(entries: entries, datasets: ["text"], chunkCount: 9), path)
      return try ConversionPlan(ConversionSource(path: FilePath(PackagePaths.draft)), options: options)
    }
    #expect(
      throws: ConversionError(path, .wrongImportanceSize(tensor: name, expected: 128, found: 64))
    ) { try plan([name: entry(64)]) }
    #expect(throws: ConversionError(path, .importanceOfNothing(entryCount: 1))) {
      try plan(["blk.0.attn_norm.weight": entry(128)])
    }
    let output = directory.file("out.gguf")
    _ = try ConversionRun(plan([name: entry(128)]), to: output, team: Fixture.team())()
    let metadata = try GGUFFile(path: output).metadata
    #expect(try metadata.string("quantize.imatrix.file") == "imatrix.gguf")
    #expect(try metadata.string("quantize.imatrix.dataset") == "text")
    #expect(try metadata.integer("quantize.imatrix.entries_count") == 1)
    #expect(try metadata.integer("quantize.imatrix.chunks_count") == 9)
  }
}
