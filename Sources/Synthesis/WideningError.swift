import Inference
import SystemPackage

/// Why a model cannot be placed inside a bigger shape, with the model's file.
public struct WideningError: Error, Equatable, CustomStringConvertible {
  public let path: FilePath
  public let problem: WideningProblem

  public init(path: FilePath, problem: WideningProblem) {
    self.path = path
    self.problem = problem
  }

  public var description: String { "\(path): \(problem)" }
}

/// What keeps a model from being placed inside a shape.
public enum WideningProblem: Error, Equatable, CustomStringConvertible {
  /// The source cannot be run.
  case model(ModelProblem)
  /// Its weights cannot be read.
  case unreadableType(tensor: String, type: String)
  /// The shape has less of something, such as layers, than the source.
  case sourceIsLarger(measure: String, source: Int, shape: Int)
  /// Heads of the source with their keys and values do not fit into the shape's groups.
  case tooFewKeyValueHeads(needed: Int, shape: Int, groupSize: Int)
  /// Padding the vocabulary takes a block of the residual stream that the source does not use.
  case noRoomForPadding(width: Int, sourceWidth: Int, block: Int)
  /// The result cannot be written.
  case result(SyntheticModel.Problem)

  public var description: String {
    switch self {
    case .model(let problem): "\(problem)"
    case .unreadableType(let tensor, let type): "tensor '\(tensor)' has type \(type), which cannot be read"
    case .sourceIsLarger(let measure, let source, let shape):
      "its \(measure) is \(source), more than the shape's \(shape)"
    case .tooFewKeyValueHeads(let needed, let shape, let groupSize):
      "its heads need \(needed) KV heads with \(groupSize) query heads each; the shape has \(shape)"
    case .noRoomForPadding(let width, let sourceWidth, let block):
      "a padded vocabulary needs \(block) unused columns at the end of the width; the shape's is \(width), "
        + "the source's \(sourceWidth)"
    case .result(let problem): "\(problem)"
    }
  }
}
