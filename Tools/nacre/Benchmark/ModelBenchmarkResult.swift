import Foundation

/// What `nacre bench model` found; times in seconds, medians over the rounds.
struct ModelBenchmarkResult: Encodable {
  let kernelLevel: String
  let threads: Int
  /// Tokens in the cache before each pass.
  let context: Int
  let rounds: Int
  /// Read bandwidth of the same threads in the same run.
  let bandwidthBytesPerSecond: Double
  /// Share of it that decoding reaches, each round compared with itself.
  let bandwidthShare: Double
  /// Weights that one pass reads.
  let bytesPerPass: Int
  /// Time of one pass by its number of rows.
  let passSeconds: [Int: Double]
  let promptLength: Int
  let promptSeconds: Double?
  let peakResidentBytes: Int

  var decodeTokensPerSecond: Double { 1 / passSeconds[1]! }

  func printTable(path: String) {
    let format = { (value: Double, digits: Int) in String(format: "%.\(digits)f", value) }
    print(
      "\(path): \(threads) thread(s), kernels \(kernelLevel), context \(context), median of \(rounds) rounds")
    print("  read bandwidth    \(format(bandwidthBytesPerSecond / 1e9, 1)) GB/s")
    print(
      "  decoding          \(format(decodeTokensPerSecond, 1)) tokens/s, \(format(bandwidthShare * 100, 0)) % of it"
    )
    for rows in passSeconds.keys.sorted() {
      let seconds = passSeconds[rows]!
      let ratio = format(seconds / passSeconds[1]!, 2)
      print(
        "  pass of \(rows) row(s)\(rows < 10 ? " " : "")   \(format(seconds * 1000, 2)) ms, T(\(rows))/T(1) = \(ratio)"
      )
    }
    if let promptSeconds {
      let rate = format(Double(promptLength) / promptSeconds, 0)
      print(
        "  prompt of \(promptLength)     \(rate) tokens/s, first token after \(format(promptSeconds * 1000, 0)) ms"
      )
    }
    print("  peak memory       \(peakResidentBytes >> 20) MiB")
  }
}
