import AcceptanceHead
import Foundation
import GGUF
import TestSupport
import Testing

@Suite struct HeadFileTests {
  private let directory: TemporaryDirectory
  private let example = HeadCase(hiddenSize: 5, blockCount: 2)

  init() throws { directory = try TemporaryDirectory() }

  @Test("a head is read as it was written, with its training record beside it", arguments: [0, 1, 3])
  func roundTrip(blockCount: Int) throws {
    let example = HeadCase(hiddenSize: 17, blockCount: blockCount)
    let path = directory.file("head.gguf")
    try example.file.write(to: path, record: [("validation.auc", .float32(0.75))])
    #expect(try HeadFile(path: path) == example.file)
    let metadata = try GGUFFile(path: path).metadata
    #expect(try metadata.double("nacre-acceptance-head.training.validation.auc") == 0.75)
  }

  @Test("a head is refused for another draft")
  func otherDraft() throws {
    let path = directory.file("head.gguf")
    try example.file.write(to: path, record: [])
    #expect(try AcceptanceHead(path: path, for: example.draft).hiddenSize == 5)
    for (fingerprint, width, tokens) in [
      ("0123456789abcdee", 5, 77), (example.draft.fingerprint, 6, 77), (example.draft.fingerprint, 5, 78),
    ] {
      let other = DraftIdentity(
        name: "other", fingerprint: fingerprint, hiddenSize: width, vocabularyCount: tokens)
      #expect(throws: HeadError(path: path, .otherDraft(trainedFor: example.draft, found: other))) {
        try AcceptanceHead(path: path, for: other)
      }
    }
  }

  @Test("a draft is known by its norms, whatever its type")
  func identity() throws {
    var model = RandomModel()
    model.headSize = 16
    let single = try GGUFFile(path: model.write(to: directory, "a.gguf"))
    model.type = .q8_0
    let quantized = try GGUFFile(path: model.write(to: directory, "b.gguf"))
    model.seed = 2
    let other = try GGUFFile(path: model.write(to: directory, "c.gguf"))
    let identity = try DraftIdentity(single)
    #expect((identity.hiddenSize, identity.vocabularyCount) == (64, 70))
    #expect(try identity.isSameModel(as: DraftIdentity(quantized)))
    #expect(try !identity.isSameModel(as: DraftIdentity(other)))
    let pair = try [PackagePaths.target, PackagePaths.draft].map {
      try DraftIdentity(GGUFFile(path: .init($0)))
    }
    #expect(pair.map(\.hiddenSize) == [256, 128])
    #expect(pair[0].fingerprint != pair[1].fingerprint)
  }

  @Test("a file without an embedding is no draft")
  func noDraft() throws {
    let path = directory.file("head.gguf")
    try example.file.write(to: path, record: [])
    #expect(throws: HeadError(path: path, .missingTensor("token_embd.weight"))) {
      try DraftIdentity(GGUFFile(path: path))
    }
  }

  /// A change to the metadata or the tensors of a good file, and what is then said.
  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let metadata: @Sendable (inout GGUFMetadata) -> Void
    let tensors: @Sendable (inout [(tensor: GGUFTensor, bytes: [UInt8])]) -> Void
    let problem: HeadProblem
  }

  static let changes: [Change] = {
    func key(_ name: String, _ value: MetadataValue, _ problem: HeadProblem) -> Change {
      Change(
        testDescription: "\(name) = \(value)", metadata: { $0.set(name, value) }, tensors: { _ in },
        problem: problem)
    }
    func tensor(
      _ name: String, _ problem: HeadProblem,
      _ change: @escaping @Sendable (inout [(tensor: GGUFTensor, bytes: [UInt8])]) -> Void
    ) -> Change {
      Change(testDescription: name, metadata: { _ in }, tensors: change, problem: problem)
    }
    let (width, blocks) = ("nacre-acceptance-head.embedding_length", "nacre-acceptance-head.block_count")
    let (tokens, weight) = ("nacre-acceptance-head.vocab_size", "nacre-acceptance-head.rejection_weight")
    let name = "nacre-acceptance-head.draft.name"
    return [
      key("general.architecture", .string("llama"), .notAHead(architecture: "llama")),
      key("general.architecture", .uint8(1), .notAHead(architecture: nil)),
      key(width, .uint32(0), .invalidValue(key: width, value: "0", expected: "1...65536")),
      key(width, .uint64(1 << 40), .invalidValue(key: width, value: "1099511627776", expected: "1...65536")),
      key(
        width, .string("5"), .file(.wrongType(key: width, expected: "integer", found: "string"))),
      key(blocks, .int32(-1), .invalidValue(key: blocks, value: "-1", expected: "0...64")),
      key(blocks, .uint32(65), .invalidValue(key: blocks, value: "65", expected: "0...64")),
      key(blocks, .uint32(3), .missingTensor("blk.2.weight")),
      key(
        width, .uint32(65536),
        .wrongTensor(name: "blk.0.weight", found: "F32 [5, 5]", expected: "F32 [65536, 65536]")),
      key(tokens, .uint32(0), .invalidValue(key: tokens, value: "0", expected: "1...2147483647")),
      key(
        weight, .float32(0), .invalidValue(key: weight, value: "0.0", expected: "finite and above 0")),
      key(
        weight, .float32(.infinity),
        .invalidValue(key: weight, value: "inf", expected: "finite and above 0")),
      key(name, .bool(true), .file(.wrongType(key: name, expected: "string", found: "bool"))),
      tensor("no bias", .missingTensor("blk.1.bias")) { $0.removeAll { $0.tensor.name == "blk.1.bias" } },
      tensor("half precision", .wrongTensor(name: "blk.0.bias", found: "F16 [5]", expected: "F32 [5]")) {
        $0[1] = (
          GGUFTensor(name: "blk.0.bias", dimensions: [5], type: .f16), [UInt8](repeating: 0, count: 10)
        )
      },
      tensor("a weight that is infinite", .notFinite(tensor: "output.weight", index: 2)) {
        $0[4].bytes.replaceSubrange(8..<12, with: [0, 0, 0x80, 0x7f])
      },
      tensor("a weight that is not a number", .notFinite(tensor: "output.bias", index: 1)) {
        $0[5].bytes.replaceSubrange(4..<8, with: [1, 0, 0xc0, 0xff])
      },
    ]
  }()

  @Test("what is wrong with a head is said by name", arguments: Self.changes)
  func refused(change: Change) throws {
    let good = directory.file("good.gguf")
    try example.file.write(to: good, record: [])
    let file = try GGUFFile(path: good)
    var metadata = file.metadata
    var tensors = file.tensors.map { tensor in
      (
        tensor: GGUFTensor(name: tensor.name, dimensions: tensor.shape.dimensions, type: tensor.type),
        bytes: Array(file.bytes(of: tensor))
      )
    }
    change.metadata(&metadata)
    change.tensors(&tensors)
    let path = try directory.writeGGUF("bad.gguf", metadata: metadata, tensors: tensors)
    #expect(throws: HeadError(path: path, change.problem)) { try HeadFile(path: path) }
  }

  @Test("a missing key is said by name")
  func missingKey() throws {
    let path = try directory.writeGGUF(
      "bare.gguf", metadata: ["general.architecture": .string("nacre-acceptance-head")])
    #expect(throws: HeadError(path: path, .missingKey("nacre-acceptance-head.embedding_length"))) {
      try HeadFile(path: path)
    }
  }

  @Test("damaged files are read or refused, never more")
  func damaged() throws {
    let good = directory.file("good.gguf")
    try example.file.write(to: good, record: [])
    let bytes = Array(try Data(contentsOf: URL(filePath: good.string)))
    var random = SeededGenerator(seed: 9)
    var (readCount, refusedCount) = (0, 0)
    for _ in 0..<400 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        damaged[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) { damaged.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
      let path = try directory.write(damaged, to: "damaged.gguf")
      do throws(HeadError) {
        _ = try AcceptanceHead(HeadFile(path: path).parameters, rejectionWeight: 1)
        readCount += 1
      } catch {
        #expect(error.path == path)
        refusedCount += 1
      }
    }
    #expect(readCount > 10 && refusedCount > 100)
  }
}
