import Testing

@testable import Conversion

@Suite struct JSONTests {
  private func parse(_ text: String) throws(JSONProblem) -> JSONValue { try parse(Array(text.utf8)) }

  private func parse(_ bytes: [UInt8]) throws(JSONProblem) -> JSONValue {
    let result: Result<JSONValue, JSONProblem> = bytes.withUnsafeBytes { bytes in
      do throws(JSONProblem) { return .success(try JSONParser.parse(bytes)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  @Test(
    "Values are read",
    arguments: [
      ("null", .null), (" true ", .bool(true)), ("false", .bool(false)), ("[]", .array([])),
      ("-0.5e+3", .number(JSONNumber(text: "-0.5e+3"))), (#""a\n\"\\\/""#, .string("a\n\"\\/")),
      (#""\u00e9\ud83d\udc1a""#, .string("é🐚")), ("[1, [2]]", .array([one, .array([two])])),
    ] as [(String, JSONValue)])
  func values(text: String, value: JSONValue) throws {
    #expect(try parse(text) == value)
  }

  private static let one = JSONValue.number(JSONNumber(text: "1"))
  private static let two = JSONValue.number(JSONNumber(text: "2"))

  @Test("Keys keep their order and are told apart by their bytes")
  func objects() throws {
    guard case .object(let object) = try parse("{\"b\":1,\"a\":2,\"\u{e9}\":3,\"e\u{301}\":4}") else {
      Issue.record("no object")
      return
    }
    #expect(object.keys.count == 4 && object.keys.prefix(2) == ["b", "a"])
    #expect(object["a"] == Self.two)
    #expect(object["c"] == nil)
  }

  @Test(
    "What is not JSON is refused with the place",
    arguments: [
      ("", .unexpected(offset: 0, found: nil, expected: "a value")),
      ("tru", .unexpected(offset: 3, found: nil, expected: "true")),
      ("1 2", .unexpected(offset: 2, found: 50, expected: "the end")),
      ("[1,]", .unexpected(offset: 3, found: 93, expected: "a value")),
      ("[1 2]", .unexpected(offset: 3, found: 50, expected: "',' or ']'")),
      ("{1:2}", .unexpected(offset: 1, found: 49, expected: "a key")),
      (#"{"a" 1}"#, .unexpected(offset: 5, found: 49, expected: "':'")),
      (#"{"a":1,"a":2}"#, .duplicateKey(offset: 7, "a")), ("01", .invalidNumber(offset: 0)),
      ("1.", .invalidNumber(offset: 0)), ("1e", .invalidNumber(offset: 0)), ("-", .invalidNumber(offset: 0)),
      (#""\x""#, .invalidEscape(offset: 1)), (#""\ud800""#, .invalidEscape(offset: 1)),
      (#""\udc00\ud800""#, .invalidEscape(offset: 1)), (#""\u12g4""#, .invalidEscape(offset: 1)),
      ("\"a\nb\"", .controlCharacter(offset: 2, 10)),
      ("\"abc", .unexpected(offset: 4, found: nil, expected: "the end of a string")),
    ] as [(String, JSONProblem)])
  func refused(text: String, problem: JSONProblem) {
    #expect(throws: problem) { try parse(text) }
  }

  @Test("Bytes that are not UTF-8 are refused")
  func encoding() {
    #expect(throws: JSONProblem.notUTF8(offset: 0)) { try parse([34, 0xff, 34]) }
    #expect(throws: JSONProblem.notUTF8(offset: 0)) { try parse([34, 0xff, 92, 110, 34]) }
  }
}
