/// What new weights hold, so that the old ones compute what they did.
///
/// Entries that are new in the residual stream are always zero. So are values and `up` of new heads and hidden units,
/// and with them what these units add; new query heads that share old values are zero in the attention's output. All
/// other new weights meet only zeros or nothing that counts, and are random.
struct Filling {
  /// Whether new columns of rows of the source are random, else zero.
  let hasRandomColumns: Bool
  /// Whether the source's columns of new rows are random, else zero.
  let hasRandomRows: Bool
  /// Whether new columns of new rows are random, else zero.
  let hasRandomCorner: Bool

  /// New outputs are read by nobody that counts.
  static let free = Filling(hasRandomColumns: true, hasRandomRows: true, hasRandomCorner: true)
  /// New outputs are zero.
  static let silent = Filling(hasRandomColumns: true, hasRandomRows: false, hasRandomCorner: false)
  /// New outputs are zero because new inputs are: these meet random weights, the old inputs zeros.
  static let deaf = Filling(hasRandomColumns: true, hasRandomRows: false, hasRandomCorner: true)
  /// Everything new is zero.
  static let zero = Filling(hasRandomColumns: false, hasRandomRows: false, hasRandomCorner: false)
}

/// What a tensor does in a model: its dimensions, and what happens to it in a bigger one.
struct TensorRole {
  enum Content {
    case matrix(Filling)
    case bias
    /// Weights of a norm over the residual stream.
    case norm
    /// As in the source; in new layers 1.
    case same
  }

  let columns: Axis
  /// Nil for vectors.
  var rows: Axis?
  let content: Content

  private init(_ columns: Axis, _ rows: Axis? = nil, _ content: Content) {
    (self.columns, self.rows, self.content) = (columns, rows, content)
  }

  static let tokenEmbedding = TensorRole(.residual, .token, .matrix(.zero))
  static let output = TensorRole(.residual, .logit, .matrix(.free))
  static let outputNorm = TensorRole(.residual, nil, .norm)
  static func rotaryFactors(_ pairCount: Int) -> TensorRole { TensorRole(.unchanged(pairCount), nil, .same) }

  /// The tensors that a layer may have.
  static func layerParts(headSize: Int) -> [(name: String, role: TensorRole)] {
    [
      ("attn_norm.weight", TensorRole(.residual, nil, .norm)),
      ("attn_q.weight", TensorRole(.residual, .query, .matrix(.free))),
      ("attn_q.bias", TensorRole(.query, nil, .bias)),
      ("attn_q_norm.weight", TensorRole(.unchanged(headSize), nil, .same)),
      ("attn_k.weight", TensorRole(.residual, .keyValue, .matrix(.free))),
      ("attn_k.bias", TensorRole(.keyValue, nil, .bias)),
      ("attn_k_norm.weight", TensorRole(.unchanged(headSize), nil, .same)),
      ("attn_v.weight", TensorRole(.residual, .keyValue, .matrix(.silent))),
      ("attn_v.bias", TensorRole(.keyValue, nil, .bias)),
      ("attn_output.weight", TensorRole(.query, .residual, .matrix(.deaf))),
      ("attn_output.bias", TensorRole(.residual, nil, .bias)),
      ("ffn_norm.weight", TensorRole(.residual, nil, .norm)),
      ("ffn_gate.weight", TensorRole(.residual, .hidden, .matrix(.free))),
      ("ffn_gate.bias", TensorRole(.hidden, nil, .bias)),
      ("ffn_up.weight", TensorRole(.residual, .hidden, .matrix(.silent))),
      ("ffn_up.bias", TensorRole(.hidden, nil, .bias)),
      ("ffn_down.weight", TensorRole(.hidden, .residual, .matrix(.deaf))),
      ("ffn_down.bias", TensorRole(.residual, nil, .bias)),
    ]
  }
}
