import GGUF
import Synthesis

/// What `nacre synthesize --from` makes of a model.
struct WideningReport {
  private let rows: [[String]]
  private let notes: [String]

  init(_ file: GGUFFile, _ shape: WidenedShape, _ model: WidenedModel, path: String, noise: Float) {
    let source = shape.source
    let parameterCount = file.tensors.reduce(0) { $0 + $1.shape.elementCount }
    let byteCount = file.tensors.reduce(0) { $0 + $1.byteCount }
    rows = [
      [
        file.path.string.printable(), "\(source.embeddingLength)", "\(source.layerCount)",
        "\(source.headCount)/\(source.keyValueHeadCount) of \(source.headSize)",
        "\(source.feedForwardLength)", "\(source.vocabularyCount)", "\(parameterCount)",
        ModelReport.size(byteCount),
      ],
      [
        path.printable(), "\(shape.embeddingLength)", "\(shape.layerCount)",
        "\(shape.headCount)/\(shape.keyValueHeadCount) of \(source.headSize)",
        "\(shape.feedForwardLength)", "\(shape.vocabularyCount)", "\(model.parameterCount)",
        ModelReport.size(model.byteCount),
      ],
    ]
    notes = shape.notes + (noise > 0 ? ["noise of \(noise) on the weights of the small model"] : [])
  }

  var text: String {
    let header = ["model", "width", "layers", "heads/KV", "feed-forward", "tokens", "parameters", "size"]
    return (ModelReport.table(rows, header: header) + notes.map { "  note: \($0)" }).joined(separator: "\n")
  }
}
