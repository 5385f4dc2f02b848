import SystemPackage

/// The file name of one part of a split model: `PREFIX-00002-of-00003.gguf`.
struct SplitName: Equatable {
  private static let suffix = ".gguf"

  let folder: FilePath
  let prefix: String

  /// From 1.
  let number: Int
  let count: Int

  /// Nil when `path` is not named as a part.
  init?(_ path: FilePath) {
    guard let name = path.lastComponent?.string, name.hasSuffix(Self.suffix) else { return nil }
    let fields = name.dropLast(Self.suffix.count).split(separator: "-", omittingEmptySubsequences: false)
    guard fields.count >= 4, fields[fields.count - 2] == "of" else { return nil }
    guard let number = Self.number(fields[fields.count - 3]),
      let count = Self.number(fields[fields.count - 1])
    else { return nil }
    guard number >= 1, number <= count else { return nil }
    self.folder = path.removingLastComponent()
    self.prefix = fields.dropLast(3).joined(separator: "-")
    self.number = number
    self.count = count
  }

  /// Where part `number` of the same model is.
  func path(number: Int) -> FilePath {
    folder.appending("\(prefix)-\(Self.padded(number))-of-\(Self.padded(count))\(Self.suffix)")
  }

  static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  private static func number(_ digits: Substring) -> Int? {
    guard digits.utf8.count == 5, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(digits)
  }
}
