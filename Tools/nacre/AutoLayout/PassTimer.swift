import Inference
import Platform
import TensorTypes

/// One pass, as a job of the model's lane.
final class OnePass: Job {
  private let timer: PassTimer
  init(_ timer: PassTimer) { self.timer = timer }
  func run() { _ = timer.time() }
}

/// Passes of one model, one after the other, each timed.
final class PassTimer: Job {
  /// Tokens in the cache before each pass.
  private static let context = 8
  static let contextLength = 64
  private static let mostPasses = 7
  private static let longest = Duration.milliseconds(80)
  /// For passes beside another model's.
  private static let mostTimes = 4096

  private let model: TransformerModel
  private var seconds: [Double] = []
  var rowCount = 1
  /// Nil: a few passes; else passes until it is set.
  var end: CancellationFlag?

  init(_ model: TransformerModel) {
    self.model = model
    seconds.reserveCapacity(Self.mostTimes)
  }

  var mostRows: Int { model.contextLength - Self.context }

  var typicalSeconds: Double { median(seconds) }

  func run() {
    warmUp()
    seconds.removeAll(keepingCapacity: true)
    let start = ContinuousClock.now
    repeat {
      let time = time()
      if seconds.count < Self.mostTimes { seconds.append(time) }
    } while !isDone(after: ContinuousClock.now - start)
  }

  private func isDone(after time: Duration) -> Bool {
    if let end { return end.isCancelled }
    return seconds.count >= Self.mostPasses || (time > Self.longest && seconds.count >= 2)
  }

  /// The tokens before each pass, and a first one.
  func warmUp() {
    model.rollBack(to: 0)
    forward(rowCount: min(Self.context, model.contextLength))
    _ = time()
  }

  /// Seconds of one pass.
  func time() -> Double {
    let start = ContinuousClock.now
    model.rollBack(to: min(Self.context, model.contextLength - rowCount))
    forward(rowCount: rowCount)
    return (ContinuousClock.now - start) / .seconds(1)
  }

  private func forward(rowCount: Int) {
    [TokenID](repeating: 0, count: rowCount).withUnsafeBufferPointer {
      model.forward($0, logitRowCount: $0.count)
    }
  }
}
