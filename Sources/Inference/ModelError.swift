import GGUF
import SystemPackage
import TensorTypes

/// Why a file cannot be run as a model, with the file's name.
public struct ModelError: Error, Equatable, CustomStringConvertible {
  public let path: FilePath
  public let problem: ModelProblem

  public init(path: FilePath, _ problem: ModelProblem) {
    self.path = path
    self.problem = problem
  }

  public var description: String { "\(path): \(problem)" }
}

/// What keeps a valid GGUF file from being run.
public enum ModelProblem: Error, Equatable, CustomStringConvertible {
  /// A metadata value has the wrong type; carries the reader's own error.
  case metadata(GGUFProblem)
  case missingKey(String)
  case unsupportedArchitecture(String, known: [String])
  /// A number outside its range, such as a head count of 0.
  case invalidValue(key: String, value: String, expected: String)
  case missingTensor(String)
  case wrongShape(tensor: String, found: [Int], expected: [Int])
  /// A tensor that should be a matrix is none.
  case notAMatrix(tensor: String, found: [Int])
  case unsupportedType(tensor: String, type: String, known: [String])
  /// A tensor or key that changes the result in a way that is not implemented.
  case unsupportedFeature(String)
  case contextTooLong(requested: Int, trained: Int)
  /// The system refuses that much memory; the number is nil when it does not even fit in `Int`.
  case outOfMemory(for: String, byteCount: Int?)

  public var description: String {
    switch self {
    case .metadata(let problem): "\(problem)"
    case .missingKey(let key): "metadata key '\(key)' is missing"
    case .unsupportedArchitecture(let name, let known):
      "architecture '\(name)' is not supported; supported: \(known.joined(separator: ", "))"
    case .invalidValue(let key, let value, let expected): "\(key) is \(value), expected \(expected)"
    case .missingTensor(let name): "tensor '\(name)' is missing"
    case .wrongShape(let tensor, let found, let expected):
      "tensor '\(tensor)' has shape \(found), expected \(expected)"
    case .notAMatrix(let tensor, let found):
      "tensor '\(tensor)' has shape \(found), expected two dimensions"
    case .unsupportedType(let tensor, let type, let known):
      "tensor '\(tensor)' has type \(type), which cannot be run yet; these can: \(known.joined(separator: ", "))"
    case .unsupportedFeature(let feature): "\(feature) is not supported"
    case .contextTooLong(let requested, let trained):
      "a context of \(requested) tokens was asked for, but the model is made for \(trained)"
    case .outOfMemory(let purpose, let byteCount):
      "no memory for \(purpose): \(byteCount.map { "\($0)" } ?? "more than 2^63") bytes"
    }
  }
}
