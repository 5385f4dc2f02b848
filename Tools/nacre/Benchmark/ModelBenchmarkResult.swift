import Foundation

/// What `nacre bench model` found; times in seconds, medians over the rounds.
struct ModelBenchmarkResult: Encodable {
  let kernelLevel: String
  let threads: Int
  let rounds: Int
  let kvType: String
  /// Bytes of the cache for each token of the context.
  let kvBytesPerToken: Int
  /// Read bandwidth of the same threads in the same run.
  let bandwidthBytesPerSecond: Double
  /// Weights that one pass reads.
  let bytesPerPass: Int
  /// Ascending.
  let contexts: [ContextResult]
  let promptLength: Int
  let promptSeconds: Double?
  let peakResidentBytes: Int?

  func printTable(path: String) {
    print("\(path): \(threads) thread(s), kernels \(kernelLevel), median of \(rounds) rounds")
    print("  read bandwidth    \(format(bandwidthBytesPerSecond / 1e9, 1)) GB/s")
    print("  cache             \(kvType), \(kvBytesPerToken) bytes per token")
    for context in contexts { context.printTable(besides: contexts[0]) }
    if let promptSeconds {
      let rate = format(Double(promptLength) / promptSeconds, 0)
      print(
        "  prompt of \(promptLength)     \(rate) tokens/s, first token after \(format(promptSeconds * 1000, 0)) ms"
      )
    }
    if let peakResidentBytes { print("  peak memory       \(peakResidentBytes >> 20) MiB") }
  }
}

/// What passes cost after one context.
struct ContextResult: Encodable {
  /// Tokens in the cache before each pass.
  let context: Int
  /// Time of one pass by its number of rows.
  let passSeconds: [Int: Double]
  /// Share of the read bandwidth that decoding reaches with weights and cache, each round compared with itself.
  let bandwidthShare: Double

  var decodeTokensPerSecond: Double { 1 / passSeconds[1]! }

  /// - Parameter first: The shortest context.
  func printTable(besides first: ContextResult) {
    var line =
      "\(format(decodeTokensPerSecond, 1)) tokens/s, \(format(bandwidthShare * 100, 0)) % of the bandwidth"
    if context != first.context {
      let ratio = format(decodeTokensPerSecond / first.decodeTokensPerSecond, 2)
      line += ", \(ratio) of that after \(first.context)"
    }
    print("  after \(context) token(s)")
    print("    decoding        \(line)")
    for rows in passSeconds.keys.sorted() {
      let seconds = passSeconds[rows]!
      let ratio = format(seconds / passSeconds[1]!, 2)
      print(
        "    pass of \(rows) row(s)\(rows < 10 ? " " : "") \(format(seconds * 1000, 2)) ms, T(\(rows))/T(1) = \(ratio)"
      )
    }
  }
}

private func format(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
