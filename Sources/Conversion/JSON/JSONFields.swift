import Platform
import SystemPackage

/// An object of a JSON file, for typed reads: errors name the file and the field.
struct JSONFields {
  let path: FilePath
  let object: JSONObject
  /// What stands before a key in errors: empty, or the outer key with a dot.
  let prefix: String

  /// Reads a file that is one object.
  static func read(_ path: FilePath) throws(ConversionError) -> JSONFields {
    let file: MappedFile
    do throws(MappedFileError) { file = try MappedFile(path: path) } catch {
      throw ConversionError(path, .unreadable(error))
    }
    return try JSONFields(path: path, parsing: file.bytes)
  }

  init(path: FilePath, object: JSONObject, prefix: String = "") {
    self.path = path
    self.object = object
    self.prefix = prefix
  }

  /// Reads bytes that are one object.
  init(path: FilePath, parsing bytes: UnsafeRawBufferPointer) throws(ConversionError) {
    let value: JSONValue
    do throws(JSONProblem) { value = try JSONParser.parse(bytes) } catch {
      throw ConversionError(path, .json(error))
    }
    guard case .object(let object) = value else {
      throw ConversionError(path, .wrongFieldType("the file", expected: "object", found: value.kind))
    }
    self.init(path: path, object: object)
  }

  /// Reads a file that need not be there.
  static func readIfPresent(_ path: FilePath) throws(ConversionError) -> JSONFields? {
    do throws(ConversionError) { return try read(path) } catch {
      if case .unreadable(.cannotOpen(_, .noSuchFileOrDirectory)) = error.problem { return nil }
      throw error
    }
  }

  func error(_ problem: ConversionProblem) -> ConversionError { ConversionError(path, problem) }

  /// A value other than null.
  private func value(_ key: String) -> JSONValue? {
    guard let value = object[key], value != .null else { return nil }
    return value
  }

  private func wrongType(_ key: String, _ expected: String, _ value: JSONValue) -> ConversionError {
    error(.wrongFieldType(prefix + key, expected: expected, found: value.kind))
  }

  // Each returns nil where the field is missing or null.

  func string(_ key: String) throws(ConversionError) -> String? {
    guard let value = value(key) else { return nil }
    guard case .string(let string) = value else { throw wrongType(key, "string", value) }
    return string
  }

  func bool(_ key: String) throws(ConversionError) -> Bool? {
    guard let value = value(key) else { return nil }
    guard case .bool(let bool) = value else { throw wrongType(key, "bool", value) }
    return bool
  }

  func array(_ key: String) throws(ConversionError) -> [JSONValue]? {
    guard let value = value(key) else { return nil }
    guard case .array(let array) = value else { throw wrongType(key, "array", value) }
    return array
  }

  func fields(_ key: String) throws(ConversionError) -> JSONFields? {
    guard let value = value(key) else { return nil }
    guard case .object(let object) = value else { throw wrongType(key, "object", value) }
    return JSONFields(path: path, object: object, prefix: prefix + key + ".")
  }

  /// The objects of an array; none where it is missing.
  func objects(_ key: String) throws(ConversionError) -> [JSONFields] {
    var objects: [JSONFields] = []
    for (index, value) in (try array(key) ?? []).enumerated() {
      let name = "\(key)[\(index)]"
      guard case .object(let object) = value else { throw wrongType(name, "object", value) }
      objects.append(JSONFields(path: path, object: object, prefix: "\(prefix)\(name)."))
    }
    return objects
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(ConversionError) -> Int? {
    guard let value = value(key) else { return nil }
    guard case .number(let number) = value else { throw wrongType(key, "integer", value) }
    guard let integer = number.integer, range.contains(integer) else {
      let expected = "an integer in \(range.lowerBound)...\(range.upperBound)"
      throw error(.invalidField(prefix + key, value: number.text, expected: expected))
    }
    return integer
  }

  func number(_ key: String, in range: ClosedRange<Double>) throws(ConversionError) -> Double? {
    guard let value = value(key) else { return nil }
    guard case .number(let number) = value else { throw wrongType(key, "number", value) }
    guard range.contains(number.double) else {
      let expected = "\(range.lowerBound)...\(range.upperBound)"
      throw error(.invalidField(prefix + key, value: number.text, expected: expected))
    }
    return number.double
  }

  /// What an optional read must have found.
  func required<Value>(_ key: String, _ value: Value?) throws(ConversionError) -> Value {
    guard let value else { throw error(.missingField(prefix + key)) }
    return value
  }
}
