import Platform
import SystemPackage
import TensorTypes
import TestSupport
import Testing

@testable import Conversion

/// What a conversion proves about its output.
@Suite struct ProofTests {
  @Test(
    "SHA-256 gives the digests of FIPS 180-4, whatever the pieces, with and without the processor's help",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        String(repeating: "a", count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ])
  func digest(text: String, expected: String) {
    for (step, usesProcessor) in [(1000, true), (64, true), (13, true), (1000, false), (13, false)] {
      var hash = SHA256(usesProcessor: usesProcessor)
      let bytes = Array(text.utf8)
      for start in stride(from: 0, to: bytes.count, by: step) {
        bytes[start..<min(start + step, bytes.count)].withUnsafeBytes { hash.update($0) }
      }
      #expect(hash.hexDigest() == expected)
    }
  }

  @Test("A tensor that does not read back as it was written is named")
  func damaged() throws {
    let directory = try TemporaryDirectory()
    let output = directory.file("out.gguf")
    let plan = try ConversionPlan(
      ConversionSource(path: Fixture.path("tiny-spm")), options: ConversionOptions(target: .q8_0))
    _ = try ConversionRun(plan, to: output, team: Fixture.team())()
    let verification = Verification(
      plan, checksums: .init(repeating: WordChecksum(), count: plan.tensors.count), team: Fixture.team(),
      kernels: nil, isCancelled: { false }, progress: { _ in })
    #expect(throws: ConversionError(output, .notAsWritten(tensor: plan.tensors[0].name))) {
      try verification.run([output], names: [output])
    }
  }

  @Test("A model that does not fit on the disk is refused before anything is written")
  func noSpace() throws {
    let directory = try TemporaryDirectory()
    let tensor = SourceTensor(
      name: "output.weight", shape: Shape(1 << 20, 1 << 38), type: .f16, storage: .generated([]))
    let source = ConversionSource(path: "model", metadata: [:], tensors: [tensor])
    let plan = try ConversionPlan(source, options: ConversionOptions(target: .f16))
    do {
      try ConversionRun.check(plan, output: directory.file("out.gguf"), replacing: false)
      Issue.record("2^59 bytes have room")
    } catch {
      guard case .noSpace(1 << 59, let available) = error.problem else { throw error }
      #expect(error.path == directory.path && available > 0)
    }
  }

  @Test("A slab's rows come from whole heads where rows are rotated")
  func slabRows() {
    let order = RowOrder.pairedHalves(headSize: 6)
    #expect(order.sources(of: 7..<12) == 6..<12)
    #expect(order.sources(of: 0..<7) == 0..<12)
    #expect(RowOrder.same.sources(of: 3..<7) == 3..<7)
  }

  @Test("Errors are measured over finite values; infinite ones and overflows are counted")
  func errors() {
    var error = RoundingError()
    for (value, stored) in [(3, 3), (4, 5), (.infinity, 1), (70000, .infinity), (.nan, 0)] as [(Float, Float)]
    {
      error.add(value, stored: stored)
    }
    #expect(error.relative == 0.2 && error.largest == 1)
    #expect(error.nonFiniteCount == 2 && error.overflowCount == 1)
  }

  @Test("Rows of rotated matrices come from both halves of their head")
  func rowOrder() {
    let order = RowOrder.pairedHalves(headSize: 6)
    #expect((0..<12).map(order.source) == [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11])
    #expect((0..<3).map(RowOrder.same.source) == [0, 1, 2])
  }

  @Test(
    "The name of a folder gives title, base name and size",
    arguments: [
      ("pycode-7m", 7_344_384, "Pycode 7m", "pycode", "7M"),
      ("TinyLlama-1.1B-Chat-v1.0", 1_100_048_384, "TinyLlama 1.1B Chat v1.0", "TinyLlama", "1.1B"),
      ("model", 361_821_120, "Model", nil, "362M"), ("model-32k", 1_235_814_400, "Model 32k", nil, "1.2B"),
    ] as [(String, Int, String, String?, String)])
  func names(folder: String, count: Int, title: String, basename: String?, size: String) {
    let name = ModelName(FilePath("/a/\(folder)/"), parameterCount: count)
    #expect(name.title == title)
    #expect(name.basename == basename)
    #expect(name.sizeLabel == size)
  }
}
