import Decoding
import Inference
import Platform
import TensorTypes

/// Passes of a model over the same number of tokens, one after the other, each timed.
final class PassLoop: Job {
  private enum Limit {
    case passes
    case cancelled(CancellationFlag)
  }

  let model: TransformerModel
  private let context: Int
  private let passCount: Int
  private let shortest: Duration
  private let longest: Duration
  /// Tokens per pass. Set while nobody runs the loop.
  var rowCount = 1
  private var limit = Limit.passes
  private var seconds: [Double] = []

  /// - Parameters:
  ///   - context: Tokens in the cache before each pass, at least 1.
  ///   - passCount: How many passes are timed at least,
  ///   - shortest: and for how long,
  ///   - longest: unless they take longer than this; then five will do.
  init(
    _ model: TransformerModel, context: Int, passCount: Int = 40, shortest: Duration = .zero,
    longest: Duration = .milliseconds(1500)
  ) {
    self.model = model
    self.context = context
    self.passCount = passCount
    self.shortest = shortest
    self.longest = longest
    // Recording must not allocate while the other model is timed.
    seconds.reserveCapacity(1 << 16)
  }

  /// Times passes on this thread, or on a lane.
  /// - Returns: Seconds of a pass: the median.
  func measure(on lane: LaneThread? = nil) -> Double {
    limit = .passes
    if let lane {
      lane.start(self)
      lane.wait()
    } else {
      run()
    }
    return median(seconds)
  }

  /// Times passes on this thread while a draft's run on a lane without a pause.
  /// - Returns: Seconds of a pass of each.
  func measure(beside draft: PassLoop, on lane: LaneThread) -> (target: Double, draft: Double) {
    let flag = CancellationFlag()
    draft.limit = .cancelled(flag)
    lane.start(draft)
    let pass = measure()
    flag.cancel()
    lane.wait()
    return (pass, median(draft.seconds))
  }

  func run() {
    fill()
    pass()
    seconds.removeAll(keepingCapacity: true)
    let start = ContinuousClock.now
    repeat {
      let passStart = ContinuousClock.now
      pass()
      seconds.append((ContinuousClock.now - passStart) / .seconds(1))
    } while !isDone(after: ContinuousClock.now - start)
  }

  /// Brings the cache to the context's length. What it holds does not matter: passes take as long over any tokens.
  private func fill() {
    model.rollBack(to: min(model.cachedCount, context))
    while model.cachedCount < context {
      forward([TokenID](repeating: 0, count: min(512, context - model.cachedCount)), rowCount: 0)
    }
  }

  /// Long passes need not be many.
  private func isDone(after time: Duration) -> Bool {
    switch limit {
    case .passes:
      (seconds.count >= passCount && time >= shortest) || seconds.count == seconds.capacity
        || (time > longest && seconds.count >= 5)
    case .cancelled(let flag): flag.isCancelled || seconds.count == seconds.capacity
    }
  }

  private func pass() {
    model.rollBack(to: context)
    forward([TokenID](repeating: 0, count: rowCount), rowCount: rowCount)
  }

  private func forward(_ tokens: [TokenID], rowCount: Int) {
    tokens.withUnsafeBufferPointer { model.forward($0, logitRowCount: rowCount) }
  }
}
