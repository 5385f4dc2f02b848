import GGUF
import SystemPackage

/// Why a file is no acceptance head, or not one for this draft, with the file's name.
public struct HeadError: Error, Equatable, CustomStringConvertible {
  public let path: FilePath
  public let problem: HeadProblem

  public init(path: FilePath, _ problem: HeadProblem) {
    self.path = path
    self.problem = problem
  }

  public var description: String { "\(path): \(problem)" }
}

/// What is wrong with an acceptance head.
public enum HeadProblem: Error, Equatable, CustomStringConvertible {
  /// Not a usable GGUF file; carries the reader's own error.
  case file(GGUFProblem)
  case notAHead(architecture: String?)
  case missingKey(String)
  /// A number outside its range.
  case invalidValue(key: String, value: String, expected: String)
  case missingTensor(String)
  case wrongTensor(name: String, found: String, expected: String)
  case notFinite(tensor: String, index: Int)
  /// A head for another draft.
  case otherDraft(trainedFor: DraftIdentity, found: DraftIdentity)
  /// A draft whose embedding is no matrix of a possible width.
  case unusableEmbedding([Int])

  public var description: String {
    switch self {
    case .file(let problem): "\(problem)"
    case .notAHead(let architecture):
      "not an acceptance head: general.architecture is \(architecture.map { "'\($0)'" } ?? "missing")"
    case .missingKey(let key): "metadata key '\(key)' is missing"
    case .invalidValue(let key, let value, let expected): "\(key) is \(value), expected \(expected)"
    case .missingTensor(let name): "tensor '\(name)' is missing"
    case .wrongTensor(let name, let found, let expected): "tensor '\(name)' is \(found), expected \(expected)"
    case .notFinite(let tensor, let index): "value \(index) of tensor '\(tensor)' is not finite"
    case .otherDraft(let head, let draft):
      """
      the head was trained for '\(head.name)' (width \(head.hiddenSize), \(head.vocabularyCount) tokens, \
      \(head.fingerprint)), not for '\(draft.name)' (width \(draft.hiddenSize), \(draft.vocabularyCount) tokens, \
      \(draft.fingerprint))
      """
    case .unusableEmbedding(let dimensions):
      "no draft for an acceptance head: token_embd.weight has the dimensions \(dimensions)"
    }
  }
}
