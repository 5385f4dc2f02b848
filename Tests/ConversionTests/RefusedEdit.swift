import Conversion
import SystemPackage
import TestSupport
import Testing

/// A change to a fixture's folder after which it must be refused.
struct RefusedEdit: Sendable, CustomTestStringConvertible {
  var folder = "tiny-bpe"
  var file = "tokenizer.json"
  let old: String
  let new: String
  let problem: ConversionProblem
  var testDescription: String { "\(problem)" }

  /// A copy of the folder with the change.
  func folder(in directory: TemporaryDirectory) throws -> FilePath {
    let copy = try Fixture.copy(folder, to: directory)
    try Fixture.edit(copy.appending(file), old, new)
    return copy
  }
}
