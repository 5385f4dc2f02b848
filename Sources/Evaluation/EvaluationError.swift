/// Why a model cannot be evaluated.
public enum EvaluationError: Error, Equatable, CustomStringConvertible {
  /// Two models to compare have different numbers of tokens.
  case vocabularyMismatch(model: Int, reference: Int)

  public var description: String {
    switch self {
    case .vocabularyMismatch(let model, let reference):
      "the model's vocabulary has \(model) tokens, the reference's \(reference); they must be the same"
    }
  }
}
