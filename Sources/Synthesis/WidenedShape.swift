import GGUF
import Inference

/// The sizes that a model gets when it is placed inside a bigger shape.
///
/// The family, the size of heads and the rotary embedding stay those of the model: its results depend on them. Where
/// heads of the shape have another size, their number changes, so that all together are as wide.
public struct WidenedShape: Sendable {
  /// The model to place.
  public let source: ModelConfiguration
  public let embeddingLength: Int
  public let layerCount: Int
  public let headCount: Int
  public let keyValueHeadCount: Int
  public let feedForwardLength: Int
  /// Tokens, the padding included.
  public let vocabularyCount: Int
  /// Whether the output matrix is one of its own rather than the token embedding.
  public let hasOutput: Bool
  /// Where the result is not what the shape says, for the user.
  public let notes: [String]

  let heads: HeadPlacement

  /// Tokens that the source does not have.
  var paddingCount: Int { vocabularyCount - source.vocabularyCount }

  public var isGrouped: Bool { headCount != keyValueHeadCount }

  /// - Parameters:
  ///   - shape: At least as large as the model in everything; nil: the model's own.
  ///   - padsVocabulary: Whether the vocabulary gets the shape's size, with tokens that are never chosen, rather than
  ///     the model's.
  public init(
    of file: GGUFFile, in shape: ModelShape?, padsVocabulary: Bool = false
  ) throws(WideningError) {
    do throws(ModelError) { source = try ModelConfiguration(checkingTensorsOf: file) } catch {
      throw WideningError(path: error.path, problem: .model(error.problem))
    }
    let isTied = file.tensor(named: "output.weight") == nil
    let headSize = source.headSize
    // Wide enough for the shape's heads.
    let rescaled = { (count: Int) in shape.map { (count * $0.headSize + headSize - 1) / headSize } }
    keyValueHeadCount = rescaled(shape?.keyValueHeadCount ?? 0) ?? source.keyValueHeadCount
    let wanted = rescaled(shape?.headCount ?? 0) ?? source.headCount
    headCount = (wanted + keyValueHeadCount - 1) / keyValueHeadCount * keyValueHeadCount
    embeddingLength = shape?.embeddingLength ?? source.embeddingLength
    layerCount = shape?.layerCount ?? source.layerCount
    feedForwardLength = shape?.feedForwardLength ?? source.feedForwardLength
    let padded = padsVocabulary ? shape?.vocabularyCount : nil
    vocabularyCount = padded ?? source.vocabularyCount
    // Rows of padding must differ in the two.
    hasOutput = !isTied || vocabularyCount > source.vocabularyCount || !(shape?.tiesEmbeddings ?? true)
    let groupSize = headCount / keyValueHeadCount
    do throws(WideningProblem) {
      for (measure, source, shape) in [
        ("width", source.embeddingLength, embeddingLength),
        ("number of layers", source.layerCount, layerCount),
        ("feed-forward width", source.feedForwardLength, feedForwardLength),
        ("vocabulary", source.vocabularyCount, vocabularyCount),
      ] where source > shape {
        throw .sourceIsLarger(measure: measure, source: source, shape: shape)
      }
      let needed = HeadPlacement.neededCount(
        headCount: source.headCount, keyValueHeadCount: source.keyValueHeadCount, groupSize: groupSize)
      guard needed <= keyValueHeadCount else {
        throw .tooFewKeyValueHeads(needed: needed, shape: keyValueHeadCount, groupSize: groupSize)
      }
    } catch {
      throw WideningError(path: file.path, problem: error)
    }
    heads = HeadPlacement(
      headCount: source.headCount, keyValueHeadCount: source.keyValueHeadCount, inHeads: headCount,
      keyValueHeads: keyValueHeadCount, headSize: headSize)
    notes =
      shape.map { [source, hasOutput, headCount] shape in
        Self.notes(shape, source, headCount: headCount, hasOutput: hasOutput, padsVocabulary: padsVocabulary)
      } ?? []
  }

  func placement(_ axis: Axis) -> AxisPlacement {
    switch axis {
    case .residual: AxisPlacement(source.embeddingLength, in: embeddingLength)
    case .query: heads.query
    case .keyValue: heads.keyValue
    case .hidden: AxisPlacement(source.feedForwardLength, in: feedForwardLength)
    case .token: AxisPlacement(repeating: source.vocabularyCount, in: vocabularyCount)
    case .logit: AxisPlacement(source.vocabularyCount, in: vocabularyCount)
    case .unchanged(let count): AxisPlacement(count, in: count)
    }
  }

  private static func notes(
    _ shape: ModelShape, _ source: ModelConfiguration, headCount: Int, hasOutput: Bool, padsVocabulary: Bool
  ) -> [String] {
    var notes: [String] = []
    if shape.architecture.rawValue != source.architecture.rawValue {
      notes.append("the family stays \(source.architecture.rawValue)")
    }
    if shape.headSize != source.headSize {
      notes.append(
        "heads stay \(source.headSize) wide: \(headCount) of them instead of \(shape.headCount) of \(shape.headSize)"
      )
    }
    if !padsVocabulary, shape.vocabularyCount != source.vocabularyCount {
      notes.append(
        "the vocabulary stays at \(source.vocabularyCount) tokens instead of \(shape.vocabularyCount)")
    }
    if hasOutput, shape.tiesEmbeddings { notes.append("the output matrix is not the token embedding") }
    return notes
  }
}
