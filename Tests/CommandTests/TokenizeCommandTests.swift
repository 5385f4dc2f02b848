import Foundation
import TestSupport
import Testing

@testable import nacre

@Suite("nacre tokenize")
struct TokenizeCommandTests {
  private static let model = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Models/pycode-7m-q8_0.gguf").path

  private static func output(_ arguments: String...) throws -> String {
    try TokenizeCommand.parse(["--model", model] + arguments).output()
  }

  @Test("Ids and pieces are written one per line")
  func lines() throws {
    #expect(
      try Self.output("--prompt", "def hello") == "1\t\"<s>\"\n436\t\"▁def\"\n2807\t\"▁hel\"\n312\t\"lo\"")
    #expect(try Self.output("--prompt", "def", "--no-special") == "436\t\"▁def\"")
    #expect(try Self.output("--prompt", "", "--no-special") == "")
  }

  @Test("Control tokens are read only with --parse-special")
  func parseSpecial() throws {
    #expect(try Self.output("--prompt", "</s>", "--parse-special", "--no-special") == "2\t\"</s>\"")
    #expect(try !Self.output("--prompt", "</s>", "--no-special").hasPrefix("2\t"))
  }

  @Test("JSON holds the same")
  func json() throws {
    #expect(
      try Self.output("--prompt", "def", "--json")
        == #"[{"id":1,"piece":"<s>"},{"id":436,"piece":"▁def"}]"#)
    #expect(try Self.output("--decode", "1 436", "--json") == #"{"text":"def"}"#)
  }

  @Test("Ids are decoded; commas may be between them")
  func decode() throws {
    #expect(try Self.output("--decode", "1,436 2807\n312") == "def hello")
    #expect(try Self.output("--decode", "1 436", "--parse-special") == "<s>def")
  }

  @Test("A prompt file is read byte for byte, and must be UTF-8")
  func promptFile() throws {
    let folder = try TemporaryDirectory()
    let good = try folder.write(Array("def\r\n".utf8), to: "good")
    let bad = try folder.write([0x61, 0xFF], to: "bad")
    let ids = try Self.output("--prompt-file", good.string, "--no-special").split(separator: "\n").map {
      String($0.prefix { $0 != "\t" })
    }
    #expect(try Self.output("--decode", ids.joined(separator: " ")) == "def\r\n")
    #expect(throws: (any Error).self) { try Self.output("--prompt-file", bad.string) }
    #expect(throws: (any Error).self) { try Self.output("--prompt-file", folder.file("none").string) }
  }

  @Test(
    "Ids outside the vocabulary and other words are refused",
    arguments: ["4096", "-1", "x", "99999999999999"])
  func badIDs(word: String) {
    #expect(throws: (any Error).self) { try Self.output("--decode=\(word)") }
  }

  @Test("Two sources of text are refused")
  func twoSources() {
    #expect(throws: (any Error).self) { try Self.output("--prompt", "a", "--decode", "1") }
  }
}
