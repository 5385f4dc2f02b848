/// Why a text is not JSON that is read here. Offsets are in bytes from its start.
public enum JSONProblem: Error, Equatable, Sendable {
  case tooLarge(byteCount: Int, limit: Int)
  /// `found` is nil at the end of the text.
  case unexpected(offset: Int, found: UInt8?, expected: String)
  case tooDeep(offset: Int, limit: Int)
  case tooManyValues(offset: Int, limit: Int)
  case invalidNumber(offset: Int)
  case invalidEscape(offset: Int)
  case controlCharacter(offset: Int, UInt8)
  case notUTF8(offset: Int)
  case duplicateKey(offset: Int, String)
}

extension JSONProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooLarge(let count, let limit): "JSON of \(count) bytes (at most \(limit) are read)"
    case .unexpected(let offset, nil, let expected): "JSON ends at byte \(offset), expected \(expected)"
    case .unexpected(let offset, let found?, let expected):
      "byte \(offset) of the JSON is \(found), expected \(expected)"
    case .tooDeep(let offset, let limit): "JSON nests deeper than \(limit) levels at byte \(offset)"
    case .tooManyValues(let offset, let limit): "JSON has more than \(limit) values at byte \(offset)"
    case .invalidNumber(let offset): "invalid number at byte \(offset) of the JSON"
    case .invalidEscape(let offset): "invalid escape at byte \(offset) of the JSON"
    case .controlCharacter(let offset, let byte): "control character \(byte) at byte \(offset) of the JSON"
    case .notUTF8(let offset): "the string at byte \(offset) of the JSON is not UTF-8"
    case .duplicateKey(let offset, let key):
      "key \(key.debugDescription) at byte \(offset) of the JSON is there twice"
    }
  }
}
