import TestSupport
import Testing

@testable import nacre

@Suite("Files of prompts")
struct PromptRecordTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("prompts.jsonl").string
  }

  private func read(_ text: String, limit: Int? = nil) throws -> [PromptRecord] {
    try read(Array(text.utf8), limit: limit)
  }

  private func read(_ bytes: [UInt8], limit: Int? = nil) throws -> [PromptRecord] {
    try directory.write(bytes, to: "prompts.jsonl")
    return try PromptRecord.read(path, limit: limit)
  }

  @Test("each set's fields are understood, also in one file")
  func shapes() throws {
    let records = try read(
      """
      {"task_id": "Code/7", "prompt": "def f():\\n    ", "test": "assert f()", "entry_point": "f"}
      {"question": "Two ducks \\u2013 how many legs?", "answer": "#### 4"}
      {"question_id": 81, "category": "writing", "turns": ["Write a poem.", "Now shorter."], "reference": []}
      {"question_id": 3, "question": "兩隻鴨子", "category": "chinese", "answer": "4"}
      {"prompt": "plain"}
      """)
    #expect(
      records == [
        PromptRecord(text: "def f():\n    ", line: 1, name: "Code/7", category: nil),
        PromptRecord(text: "Two ducks – how many legs?", line: 2, name: "line 2", category: nil),
        PromptRecord(text: "Write a poem.", line: 3, name: "81", category: "writing"),
        PromptRecord(text: "兩隻鴨子", line: 4, name: "3", category: "chinese"),
        PromptRecord(text: "plain", line: 5, name: "line 5", category: nil),
      ])
    #expect(records.map(\.place) == ["line 1 (Code/7)", "line 2", "line 3 (81)", "line 4 (3)", "line 5"])
  }

  @Test(
    "line ends, empty lines and a byte order mark do not matter; lines keep their numbers",
    arguments: [
      "{\"prompt\":\"a\"}\n\n{\"prompt\":\"b\"}", "{\"prompt\":\"a\"}\r\n \t\r\n{\"prompt\":\"b\"}\r\n",
    ])
  func lineEnds(text: String) throws {
    for bytes in [Array(text.utf8), [0xEF, 0xBB, 0xBF] + text.utf8] {
      let records = try read(bytes)
      #expect(records.map(\.text) == ["a", "b"])
      #expect(records.map(\.line) == [1, 3])
    }
  }

  @Test("a limit reads no further: what comes after it may be anything", arguments: [1, 2, 3])
  func limit(limit: Int) throws {
    let lines = (0..<limit).map { "{\"prompt\":\"\($0)\"}\n" }.joined()
    #expect(try read(Array(lines.utf8) + [0xFF, 0x0A], limit: limit).count == limit)
    #expect(throws: DatasetError.notUTF8(path: path, line: limit + 1)) {
      try read(Array(lines.utf8) + [0xFF, 0x0A], limit: limit + 1)
    }
  }

  @Test("lines may lie across the pieces that are read, and be long", arguments: [65_500, 65_536, 200_000])
  func longLines(length: Int) throws {
    let texts = [String(repeating: "x", count: length), "b", String(repeating: "é", count: length)]
    let records = try read(texts.map { "{\"prompt\":\"\($0)\"}\n" }.joined())
    #expect(records.map(\.text) == texts)
  }

  @Test("bad lines are refused with file, line and field")
  func refused() throws {
    let good = "{\"prompt\":\"a\"}\n"
    let cases: [(String, DatasetError)] = [
      (good + "[1, 2]", .notAnObject(path: path, line: 2)),
      (good + "null", .notAnObject(path: path, line: 2)),
      ("{\"answer\": \"b\"}", .noPrompt(path: path, line: 1)),
      (
        "{\"prompt\": 3}",
        .wrongType(path: path, line: 1, field: "prompt", expected: "a string")
      ),
      (
        "{\"question\": null}",
        .wrongType(path: path, line: 1, field: "question", expected: "a string")
      ),
      (
        good + "\n{\"turns\": \"a\"}",
        .wrongType(path: path, line: 3, field: "turns", expected: "an array of strings")
      ),
      (
        "{\"turns\": []}",
        .wrongType(path: path, line: 1, field: "turns", expected: "an array of strings")
      ),
      (
        "{\"turns\": [7]}",
        .wrongType(path: path, line: 1, field: "turns", expected: "an array of strings")
      ),
      ("{\"prompt\": \"\"}", .emptyPrompt(path: path, line: 1, field: "prompt")),
      ("", .empty(path: path)), ("\n \n", .empty(path: path)),
    ]
    for (text, error) in cases { #expect(throws: error) { try read(text) } }
  }

  @Test(
    "what is not JSON is refused with its line, however deep it nests",
    arguments: [
      "{\"prompt\": \"a\"", "{\"prompt\": \"a\\", "prompt", "{\"prompt\" \"a\"}", "{\"prompt\": \"a\"} {}",
      "{\"prompt\": \"\u{1}\"}", String(repeating: "[", count: 100_000),
      String(repeating: "{\"a\":", count: 100_000),
    ])
  func notJSON(line: String) throws {
    let error = #expect(throws: DatasetError.self) { try read("{\"prompt\":\"a\"}\n" + line) }
    guard case .notJSON(let where_, 2, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(where_ == path)
  }

  @Test("bytes that are no text, and lines without an end, are refused before they are kept")
  func bytes() throws {
    #expect(throws: DatasetError.notUTF8(path: path, line: 2)) {
      try read(Array("{\"prompt\":\"a\"}\n{\"prompt\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8))
    }
    let huge = [UInt8](repeating: UInt8(ascii: "x"), count: DatasetLines.longestLine + 70_000)
    #expect(
      throws: DatasetError.lineTooLong(path: path, line: 2, limit: DatasetLines.longestLine)
    ) {
      try read(Array("{\"prompt\":\"a\"}\n".utf8) + huge)
    }
    #expect(throws: DatasetError.self) { try PromptRecord.read(path + ".absent", limit: nil) }
    #expect(throws: DatasetError.self) { try PromptRecord.read(directory.path.string, limit: nil) }
  }
}
