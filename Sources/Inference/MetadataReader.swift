import GGUF

/// Reads metadata with ranges; every refusal names the key and the number.
struct MetadataReader {
  let file: GGUFFile

  func error(_ problem: ModelProblem) -> ModelError { ModelError(path: file.path, problem) }

  private func read<Value>(_ body: () throws(GGUFError) -> Value) throws(ModelError) -> Value {
    do { return try body() } catch { throw ModelError(path: error.path, .metadata(error.problem)) }
  }

  func string(_ key: String) throws(ModelError) -> String {
    guard let value = try read({ () throws(GGUFError) in try file.metadata.string(key) }) else {
      throw error(.missingKey(key))
    }
    return value
  }

  func count(_ key: String, in range: ClosedRange<Int>, default standard: Int? = nil) throws(ModelError)
    -> Int
  {
    guard let value = try read({ () throws(GGUFError) in try file.metadata.integer(key) }) ?? standard else {
      throw error(.missingKey(key))
    }
    return try checked(value, key, range)
  }

  /// A count that some files give once per layer: all layers must agree.
  func uniformCount(
    _ key: String, in range: ClosedRange<Int>, layerCount: Int, default standard: Int? = nil
  ) throws(ModelError) -> Int {
    guard case .array(let array) = file.metadata[key] else {
      return try count(key, in: range, default: standard)
    }
    guard array.count == layerCount else {
      throw error(
        .invalidValue(
          key: key, value: "an array of \(array.count)",
          expected: "one value for each of \(layerCount) layers"))
    }
    let values = try read({ () throws(GGUFError) in try file.metadata.integers(key) }) ?? []
    guard let first = values.first else { throw error(.missingKey(key)) }
    guard values.allSatisfy({ $0 == first }) else {
      throw error(.unsupportedFeature("\(key) that differs between layers"))
    }
    return try checked(first, key, range)
  }

  func checked(_ value: Int, _ key: String, _ range: ClosedRange<Int>) throws(ModelError) -> Int {
    guard range.contains(value) else {
      let expected = "\(range.lowerBound)...\(range.upperBound)"
      throw error(.invalidValue(key: key, value: "\(value)", expected: expected))
    }
    return value
  }

  func number(
    _ key: String, in range: ClosedRange<Double>, default standard: Double?
  ) throws(ModelError) -> Double {
    guard let value = try read({ () throws(GGUFError) in try file.metadata.double(key) }) ?? standard else {
      throw error(.missingKey(key))
    }
    guard range.contains(value) else {
      let expected = "\(range.lowerBound)...\(range.upperBound)"
      throw error(.invalidValue(key: key, value: "\(value)", expected: expected))
    }
    return value
  }
}
