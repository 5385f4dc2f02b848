import Foundation

/// A prompt of a set of prompts.
struct PromptRecord: Equatable {
  let text: String
  /// Line in the file, from 1.
  let line: Int
  /// As the set calls it, such as `HumanEval/0`; else the line.
  let name: String
  /// As the set has it; nil where it has none.
  let category: String?

  /// For people who look for it in the file.
  var place: String { name == Self.name(ofLine: line) ? name : "line \(line) (\(name))" }

  private static func name(ofLine line: Int) -> String { "line \(line)" }
}

extension PromptRecord {
  /// Fields that hold prompts; the first that is there counts: HumanEval and plain lines, GSM8K and MGSM, MT-bench.
  static let promptFields = ["prompt", "question", "turns"]
  private static let nameFields = ["task_id", "question_id", "id"]

  /// The prompts of a file with a JSON object on each line; empty lines are passed over.
  /// - Parameter limit: How many prompts are wanted; what comes after them is not read.
  static func read(_ path: String, limit: Int?) throws(DatasetError) -> [PromptRecord] {
    var lines = try DatasetLines(path: path)
    var records: [PromptRecord] = []
    while records.count < limit ?? .max, let line = try lines.next() {
      guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) else { continue }
      records.append(try PromptRecord(line, path: path, number: lines.number))
    }
    guard !records.isEmpty else { throw .empty(path: path) }
    return records
  }

  /// - Parameter bytes: Of one line.
  init(_ bytes: [UInt8], path: String, number: Int) throws(DatasetError) {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8(path: path, line: number) }
    let json: Any
    do {
      json = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    } catch {
      let reason = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
      throw .notJSON(path: path, line: number, reason: reason ?? error.localizedDescription)
    }
    guard let object = json as? [String: Any] else { throw .notAnObject(path: path, line: number) }
    let field = Self.promptFields.first { object[$0] != nil }
    guard let field, let value = object[field] else { throw .noPrompt(path: path, line: number) }
    let isConversation = field == "turns"
    // Of a conversation, what begins it: later turns answer a text that is not there.
    guard let text = (isConversation ? (value as? [Any])?.first : .some(value)) as? String else {
      throw .wrongType(
        path: path, line: number, field: field, expected: isConversation ? "an array of strings" : "a string")
    }
    guard !text.isEmpty else { throw .emptyPrompt(path: path, line: number, field: field) }
    self.text = text
    line = number
    let names = Self.nameFields.lazy.compactMap { object[$0] }
    name =
      names.compactMap { $0 as? String ?? ($0 as? NSNumber)?.stringValue }.first ?? Self.name(ofLine: number)
    category = object["category"] as? String
  }
}
