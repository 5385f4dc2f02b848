import SystemPackage

/// The metadata of a GGUF file: keys in the file's order, each with one value.
public struct GGUFMetadata: Sendable {
  /// The file that errors name.
  public let path: FilePath

  /// Keys in the order of the file, all different.
  public private(set) var keys: [String] = []

  private var values: [MetadataValue] = []
  private var indices: [String: Int] = [:]

  /// Makes empty metadata for a file.
  public init(path: FilePath) {
    self.path = path
  }

  /// The value of `key`, or nil. O(1).
  public subscript(key: String) -> MetadataValue? {
    indices[key].map { values[$0] }
  }

  /// Sets the value of `key`: in its place when the key is there already, else at the end. O(1).
  public mutating func set(_ key: String, _ value: MetadataValue) {
    guard let index = indices[key] else {
      _ = append(key, value)
      return
    }
    values[index] = value
  }

  /// Appends a key; returns false, and changes nothing, when it is there already. O(1).
  mutating func append(_ key: String, _ value: MetadataValue) -> Bool {
    guard indices[key] == nil else { return false }
    indices[key] = keys.count
    keys.append(key)
    values.append(value)
    return true
  }

  mutating func reserveCapacity(_ count: Int) {
    keys.reserveCapacity(count)
    values.reserveCapacity(count)
    indices.reserveCapacity(count)
  }
}

extension GGUFMetadata: Sequence {
  /// Iterates over keys and values in the order of the file.
  public func makeIterator() -> some IteratorProtocol<(key: String, value: MetadataValue)> {
    zip(keys, values).lazy.map { (key: $0, value: $1) }.makeIterator()
  }
}

extension GGUFMetadata: ExpressibleByDictionaryLiteral {
  /// Makes metadata that is in no file yet.
  /// - Precondition: No key is given twice.
  public init(dictionaryLiteral elements: (String, MetadataValue)...) {
    self.init(path: "")
    for (key, value) in elements {
      precondition(append(key, value), "duplicate key \(key)")
    }
  }
}
