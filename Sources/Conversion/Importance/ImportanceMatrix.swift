import SystemPackage

/// How much each column of a model's matrices counts: the mean square of the activations that it meets in some text.
public struct ImportanceMatrix: Sendable, Equatable {
  /// What is known of one tensor.
  public struct Entry: Sendable, Equatable {
    /// Σ activation² of each column, shape `[columnCount, counts.count]`; finite and at least 0.
    public let squareSums: [Float]
    /// Activations that were seen: one number for a matrix, several for a tensor of several matrices.
    public let counts: [Float]

    /// - Precondition: `squareSums.count` is a multiple of `counts.count`, which is at least 1.
    public init(squareSums: [Float], counts: [Float]) {
      precondition(!counts.isEmpty && squareSums.count.isMultiple(of: counts.count))
      self.squareSums = squareSums
      self.counts = counts
    }

    public var columnCount: Int { squareSums.count / counts.count }

    /// Mean squares, shape `[columnCount, counts.count]`; 1 for a matrix that saw nothing.
    public var meanSquares: [Float] {
      squareSums.indices.map {
        let count = counts[$0 / columnCount]
        return count > 0 ? squareSums[$0] / count : 1
      }
    }
  }

  /// By the names of tensors, such as `blk.0.attn_q.weight`.
  public var entries: [String: Entry]
  /// Names of the texts that were read.
  public var datasets: [String]
  /// Number of pieces of text that were run on their own, where it is known.
  public var chunkCount: Int?
  /// Tokens of a piece, where it is known.
  public var chunkSize: Int?

  public init(
    entries: [String: Entry], datasets: [String], chunkCount: Int? = nil, chunkSize: Int? = nil
  ) {
    self.entries = entries
    self.datasets = datasets
    self.chunkCount = chunkCount
    self.chunkSize = chunkSize
  }

  /// Reads a file in llama.cpp's GGUF form, or in its older form (`.dat`).
  /// - Throws: `ConversionError` naming the file, the field and the numbers.
  public init(path: FilePath) throws(ConversionError) {
    self = try Self.isGGUF(path) ? Self.gguf(path) : Self.legacy(path)
    guard !entries.isEmpty else {
      throw ConversionError(path, .invalidImportance("it has no entry"))
    }
    for (name, entry) in entries {
      for (index, number) in (entry.squareSums + entry.counts).enumerated()
      where !(number.isFinite && number >= 0) {
        throw ConversionError(
          path, .invalidImportance("\(name): number \(index) is \(number), expected at least 0"))
      }
    }
  }
}
