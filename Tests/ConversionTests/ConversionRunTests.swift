import Conversion
import Foundation
import GGUF
import Quantization
import Synchronization
import SystemPackage
import TensorTypes
import TestSupport
import Testing

@Suite struct ConversionRunTests {
  private let directory: TemporaryDirectory
  private let output: FilePath

  init() throws {
    directory = try TemporaryDirectory()
    output = directory.file("out.gguf")
  }

  private func bytes(_ path: FilePath) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path.string)))
  }

  @Test("A GGUF file is requantized: each row is the scalar writer's, its own type is copied")
  func requantized() throws {
    let input = FilePath(PackagePaths.target)
    var options = ConversionOptions(target: .q8_0)
    options.rules = try ["attn_k=q4_k", "attn_v=q6_k", "blk.0.attn_q=q5_k"].map { try TensorRule($0) }
    let report = try Fixture.convert(input, to: output, options)
    let (old, new) = try (GGUFFile(path: input), GGUFFile(path: output))
    #expect(new.metadata["general.file_type"] == .uint32(7))
    #expect(new.metadata["tokenizer.ggml.tokens"] == old.metadata["tokenizer.ggml.tokens"])
    for (name, type) in [
      ("blk.3.attn_k", ElementType.q4_k), ("blk.0.attn_v", .q6_k), ("blk.0.attn_q", .q5_k),
    ] {
      let (source, result) = try (tensor(old, name), tensor(new, name))
      #expect(result.type == type)
      let format = try #require(BlockFormats.writableFormat(for: type))
      let row = Q8_0.dequantize(Array(old.bytes(of: source).prefix(272)))
      #expect(Array(new.bytes(of: result).prefix(type.byteCount(elementCount: 256)!)) == format.quantize(row))
    }
    let (copied, original) = try (tensor(new, "blk.2.ffn_up"), tensor(old, "blk.2.ffn_up"))
    #expect(Array(new.bytes(of: copied)) == Array(old.bytes(of: original)))
    let errors = Dictionary(uniqueKeysWithValues: report.types.map { ($0.type, $0.error) })
    #expect(errors[.q8_0]?.relative == 0 && errors[.f32]?.relative == 0)
    let error = try #require(errors[.q4_k])
    #expect((0.04...0.09).contains(error.relative))
    #expect(error.largest > 0 && error.overflowCount == 0)
  }

  private func tensor(_ file: GGUFFile, _ name: String) throws -> TensorInfo {
    try #require(file.tensor(named: "\(name).weight"))
  }

  @Test("Every type can be written and the file be opened", arguments: TargetType.allCases)
  func everyType(target: TargetType) throws {
    let plan = try ConversionPlan(
      ConversionSource(path: Fixture.path("tiny-spm")), options: ConversionOptions(target: target))
    let report = try ConversionRun(plan, to: output, team: Fixture.team())()
    let file = try GGUFFile(path: output)
    #expect(file.tensors.map(\.type) == plan.tensors.map(\.type))
    #expect(file.tensors.reduce(0) { $0 + $1.byteCount } == plan.byteCount)
    #expect(report.types.allSatisfy { $0.error.relative < 0.1 && $0.error.nonFiniteCount == 0 })
    #expect(report.types.first { $0.type == .f32 }?.error.relative == 0)
  }

  @Test("The bytes do not depend on the number of threads; the digest is that of the file")
  func deterministic() throws {
    let input = try Fixture.path("tiny-bpe")
    let other = directory.file("other.gguf")
    let one = try Fixture.convert(input, to: output, ConversionOptions(target: .q4_0), threadCount: 1)
    let five = try Fixture.convert(input, to: other, ConversionOptions(target: .q4_0), threadCount: 5)
    #expect(try bytes(output) == bytes(other))
    #expect(one.files[0].sha256 == five.files[0].sha256)
    #expect(one.types == five.types)
  }

  @Test("A split output is one model, in parts no larger than asked for")
  func split() throws {
    var options = ConversionOptions(target: .f16)
    options.largestPart = 30000
    let report = try Fixture.convert(Fixture.path("tiny-spm"), to: output, options)
    let names = (1...report.files.count).map { "out-0000\($0)-of-0000\(report.files.count).gguf" }
    #expect(report.files.count > 1)
    #expect(try directory.fileNames == names)
    let (whole, parts) = try (
      GGUFFile(path: Fixture.path("tiny-spm-f16.gguf")), GGUFFile(path: directory.file(names[0]))
    )
    #expect(parts.tensors.count == whole.tensors.count)
    for tensor in parts.tensors {
      let same = try #require(whole.tensor(named: tensor.name))
      #expect(Array(parts.bytes(of: tensor)) == Array(whole.bytes(of: same)))
    }
    let again = directory.file("whole.gguf")
    try Fixture.convert(directory.file(names[0]), to: again, ConversionOptions(target: .f16))
    #expect(try GGUFFile(path: again).metadata["split.count"] == nil)
  }

  @Test("What is there already stays, unless it may be replaced")
  func existing() throws {
    try directory.write([1, 2, 3], to: "out.gguf")
    let input = try Fixture.path("tiny-spm")
    #expect(throws: ConversionError(output, .outputExists)) {
      try Fixture.convert(input, to: output, ConversionOptions(target: .q8_0))
    }
    #expect(try bytes(output) == [1, 2, 3])
    try Fixture.convert(input, to: output, ConversionOptions(target: .q8_0), replacing: true)
    #expect(throws: ConversionError(output, .outputIsInput)) {
      try Fixture.convert(output, to: output, ConversionOptions(target: .q4_0), replacing: true)
    }
    #expect(try directory.fileNames == ["out.gguf"])
  }

  @Test("A device, a folder or a link that leads nowhere is never replaced")
  func special() throws {
    let plan = try ConversionPlan(
      ConversionSource(path: Fixture.path("tiny-spm")), options: ConversionOptions(target: .q8_0))
    let link = directory.file("link.gguf")
    try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: "nowhere")
    for path in ["/dev/null", directory.path, link] {
      #expect(throws: ConversionError(path, .outputIsNoFile)) {
        try ConversionRun.check(plan, output: path, replacing: true)
      }
    }
  }

  @Test("What a killed conversion had left is removed and named")
  func abandoned() throws {
    let left = try directory.write([1, 2], to: ".out.gguf.a1.partial")
    let report = try Fixture.convert(
      Fixture.path("tiny-spm"), to: output, ConversionOptions(target: .q8_0))
    #expect(report.abandoned.map(\.path) == [left] && report.abandoned[0].byteCount == 2)
    #expect(try directory.fileNames == ["out.gguf"])
  }

  @Test("A file that appears meanwhile stays, and the parts that had got their names go again")
  func lateFile() throws {
    var options = ConversionOptions(target: .f16)
    options.largestPart = 30000
    let plan = try ConversionPlan(ConversionSource(path: Fixture.path("tiny-spm")), options: options)
    let first = try #require(ConversionRun.outputPaths(plan, output: output).first)
    let write = { [directory] (progress: ConversionProgress) in
      if progress.phase == .hashing { _ = try? directory.write([7], to: first.lastComponent!.string) }
    }
    let run = ConversionRun(plan, to: output, team: Fixture.team(), progress: write)
    #expect(throws: ConversionError(first, .outputExists)) { try run() }
    #expect(try directory.fileNames == [first.lastComponent!.string])
    #expect(try bytes(first) == [7])
  }

  @Test("An interrupted conversion leaves nothing, whenever it comes", arguments: [0, 1, 7, 25])
  func cancelled(after count: Int) throws {
    let plan = try ConversionPlan(
      ConversionSource(path: Fixture.path("tiny-spm")), options: ConversionOptions(target: .q8_0))
    var asked = 0
    let run = ConversionRun(
      plan, to: output, team: Fixture.team(),
      isCancelled: {
        asked += 1
        return asked > count
      })
    do {
      _ = try run()
      Issue.record("not cancelled")
    } catch { #expect(error.problem == .cancelled) }
    #expect(try directory.fileNames.isEmpty)
  }

  @Test("An output in a folder that is not there is an error")
  func missingFolder() throws {
    let path = directory.path.appending("no").appending("out.gguf")
    #expect(throws: ConversionError(directory.path.appending("no"), .missingFolder)) {
      try Fixture.convert(Fixture.path("tiny-spm"), to: path, ConversionOptions(target: .q8_0))
    }
  }
}
