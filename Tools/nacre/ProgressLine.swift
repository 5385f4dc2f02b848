import Foundation

/// One line on standard error that shows how far long work is; silent when nobody watches.
final class ProgressLine {
  private let title: String
  private let isVisible: Bool
  private let start = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant?

  init(_ title: String) {
    self.title = title
    isVisible = isatty(STDERR_FILENO) == 1
  }

  /// Shows the bytes that are done, their rate, and the time left.
  func show(_ fraction: Double, bytes: Int, of total: Int) {
    let rate = Double(bytes) / max((ContinuousClock.now - start) / .seconds(1), 1e-3)
    show(
      fraction,
      detail: "\(ModelReport.size(bytes)) of \(ModelReport.size(total)), \(ModelReport.size(Int(rate)))/s")
  }

  /// - Parameter fraction: Of the work, 0...1.
  func show(_ fraction: Double, detail: String = "") {
    let now = ContinuousClock.now
    guard isVisible, lastShown.map({ now - $0 > .milliseconds(100) }) ?? true else { return }
    lastShown = now
    let filled = Int(fraction * 30)
    let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: 30 - filled)
    let percent = "\(Int(fraction * 100)) %" + (detail.isEmpty ? "" : ", " + detail)
    write("\r\(title) \(bar) \(percent)\(timeLeft(fraction, elapsed: now - start))\u{1b}[K")
  }

  /// Takes the line away again.
  func finish() {
    if isVisible, lastShown != nil { write("\r\u{1b}[K") }
  }

  private func timeLeft(_ fraction: Double, elapsed: Duration) -> String {
    guard fraction > 0.02, elapsed > .seconds(2) else { return "" }
    let left = elapsed * ((1 - fraction) / fraction)
    let seconds = Int(left.components.seconds) + 1
    return seconds < 100 ? ", \(seconds) s left" : ", \((seconds + 59) / 60) min left"
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
