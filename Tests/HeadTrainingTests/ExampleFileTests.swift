import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import HeadTraining

@Suite struct ExampleFileTests {
  private let directory: TemporaryDirectory
  private let source = ExampleSource.invented()
  private let sequences: [ExampleSequence]

  init() throws {
    directory = try TemporaryDirectory()
    var numbers = SeededGenerator(seed: 1)
    // Of different lengths, one empty.
    sequences = [5, 0, 100, 3].map { .learnable($0, hiddenSize: 3, &numbers) }
  }

  private func bytes(_ path: FilePath) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path.string)))
  }

  @Test("examples are read as they were written")
  func roundTrip() throws {
    let examples = try directory.examples(source, sequences)
    #expect(examples.sequenceCount == 4 && examples.exampleCount == 108)
    for (index, sequence) in sequences.enumerated() {
      #expect(Array(examples.labels(index)) == sequence.labels)
      #expect(Array(examples.states(index)) == sequence.states)
    }
  }

  @Test("wherever a writer was killed, the next one goes on and ends with the same file")
  func killed() throws {
    _ = try directory.examples(source, sequences, "whole")
    let whole = try bytes(directory.file("whole"))
    for count in Array(stride(from: 0, to: whole.count, by: 7)) + [111, 112, 113, whole.count - 1] {
      let path = try directory.write(Array(whole[..<count]), to: "cut")
      let writer = try ExampleWriter(path: path, source: source)
      for sequence in sequences[writer.sequenceCount...] { try writer.append(sequence) }
      #expect(writer.isComplete)
      #expect(try bytes(path) == whole, "cut after \(count) bytes")
    }
  }

  @Test("damage costs what comes after it, and is made good")
  func damaged() throws {
    _ = try directory.examples(source, sequences, "whole")
    let whole = try bytes(directory.file("whole"))
    var random = SeededGenerator(seed: 4)
    for _ in 0..<100 {
      var damaged = whole
      let place = Int.random(in: 112..<whole.count, using: &random)
      damaged[place] ^= UInt8.random(in: 1...255, using: &random)
      let path = try directory.write(damaged, to: "damaged")
      let examples = try ExampleSet(path: path, source: source)
      #expect(examples.sequenceCount < 4 && examples.intactByteCount <= place)
      let writer = try ExampleWriter(path: path, source: source)
      for sequence in sequences[writer.sequenceCount...] { try writer.append(sequence) }
      #expect(try bytes(path) == whole)
    }
  }

  @Test("impossible values count as damage, though their checksum is right")
  func impossible() throws {
    for (labels, states) in [([1.5], [0, 0, 0]), ([-0.1], [0, 0, 0]), ([.nan], [0, 0, 0])]
      + [([0.5], [0, Float.infinity, 0]), ([0.5], [.nan, 0, 0])] as [([Float], [Float])]
    {
      try? directory.remove("odd")
      let odd = ExampleSequence(labels: labels, states: states)
      #expect(try directory.examples(source, [odd], "odd").sequenceCount == 0)
    }
  }

  @Test("examples of something else are refused by name and left as they are")
  func other() throws {
    _ = try directory.examples(source, sequences)
    let path = directory.file("head.examples")
    let before = try bytes(path)
    let changes: [(String, (inout ExampleSource) -> Void)] = [
      ("target", { $0.target = 9 }), ("draft", { $0.draft = 9 }), ("text", { $0.prompts = 9 }),
      ("seed", { $0.seed = 9 }), ("temperature", { $0.temperature = 0 }),
      ("number of tokens per prompt", { $0.tokensPerPrompt = 200 }),
      ("way to mix candidates", { $0.candidates = .mixed(0.15) }),
    ]
    for (what, change) in changes {
      var other = source
      change(&other)
      #expect(throws: HeadTrainingError.otherExamples(path: path, what: what)) {
        try ExampleWriter(path: path, source: other)
      }
    }
    #expect(try bytes(path) == before)
  }

  @Test("any other file is refused and left as it is", arguments: [1, 50, 500])
  func notExamples(byteCount: Int) throws {
    let content = [UInt8](repeating: 65, count: byteCount)
    let path = try directory.write(content, to: "notes.txt")
    #expect(throws: HeadTrainingError.notExamples(path: path)) {
      try ExampleWriter(path: path, source: source)
    }
    #expect(try bytes(path) == content)
  }

  @Test("two writers do not write to one file")
  func inUse() throws {
    let path = directory.file("head.examples")
    let first = try ExampleWriter(path: path, source: source)
    #expect(throws: HeadTrainingError.inUse(path: path)) { try ExampleWriter(path: path, source: source) }
    try first.append(sequences[0])
  }
}
