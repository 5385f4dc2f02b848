/// What can be wrong with a file of prompts. Lines count from 1.
enum DatasetError: Error, Equatable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case lineTooLong(path: String, line: Int, limit: Int)
  case notUTF8(path: String, line: Int)
  case notJSON(path: String, line: Int, reason: String)
  /// JSON, but another value than an object.
  case notAnObject(path: String, line: Int)
  /// A field holds something else than it should.
  case wrongType(path: String, line: Int, field: String, expected: String)
  /// None of the fields that hold prompts.
  case noPrompt(path: String, line: Int)
  /// The prompt is there, and has no text.
  case emptyPrompt(path: String, line: Int, field: String)
  /// The file has no line with a prompt.
  case empty(path: String)

  var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .lineTooLong(let path, let line, let limit):
      "\(path), line \(line): longer than \(limit) bytes"
    case .notUTF8(let path, let line): "\(path), line \(line): not UTF-8"
    case .notJSON(let path, let line, let reason): "\(path), line \(line): not JSON: \(reason)"
    case .notAnObject(let path, let line): "\(path), line \(line): not a JSON object"
    case .wrongType(let path, let line, let field, let expected):
      "\(path), line \(line): \"\(field)\" is not \(expected)"
    case .noPrompt(let path, let line):
      "\(path), line \(line): no field \(PromptRecord.promptFields.joined(separator: ", ")) to take a prompt from"
    case .emptyPrompt(let path, let line, let field): "\(path), line \(line): \"\(field)\" has no text"
    case .empty(let path): "\(path) has no prompts"
    }
  }
}
