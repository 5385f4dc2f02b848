import Foundation

/// What passes of each kind take, told apart from how slow the machine was during each run: least squares over
/// log t = log T(kind) + slowness of the run + noise, in which T(rows) bends little and slowness is around 0.
///
/// Averages by kind would take a bad moment for a kind's own time where few runs have that kind: the others, which had
/// other kinds, would look fast.
struct PassTimeFit {
  typealias Passes = (kind: Int, passes: EvalResults.TimedPasses)

  /// Standard deviations of logarithms: of a single pass, of a kind in a run, of a run's slowness, and of how much more the
  /// next row costs than the last one did.
  private static let deviations = (pass: 0.12, kind: 0.06, run: 0.3, bend: 0.05)

  /// log T in seconds, by kind.
  let logSeconds: [Double]

  /// - Parameters:
  ///   - runs: With at least one pass of each kind that is given.
  ///   - kindCount: Kinds are `0..<kindCount`.
  ///   - rowKindCount: The first so many are passes of one row more each. The first and the last of them are in some run,
  ///     as are the kinds behind them.
  init(_ runs: [[Passes]], kindCount: Int, rowKindCount: Int) {
    var equations = NormalEquations(count: kindCount)
    for run in runs { Self.add(run, to: &equations) }
    let bendWeight = 1 / (Self.deviations.bend * Self.deviations.bend)
    for kind in 0..<max(0, rowKindCount - 2) {
      equations.add([(kind, 1), (kind + 1, -2), (kind + 2, 1)], weight: bendWeight)
    }
    logSeconds = equations.solution()
  }

  /// The run's slowness is eliminated.
  private static func add(_ run: [Passes], to equations: inout NormalEquations) {
    let known = run.map { kind, passes in
      let variance =
        deviations.pass * deviations.pass / Double(passes.count) + deviations.kind * deviations.kind
      return (kind: kind, weight: 1 / variance, logSeconds: log(passes.seconds / Double(passes.count)))
    }
    let weight = known.reduce(1 / (deviations.run * deviations.run)) { $0 + $1.weight }
    let mean = known.reduce(0) { $0 + $1.weight * $1.logSeconds } / weight
    for one in known {
      equations.right[one.kind] += one.weight * (one.logSeconds - mean)
      equations.matrix[one.kind][one.kind] += one.weight
      for other in known { equations.matrix[one.kind][other.kind] -= one.weight * other.weight / weight }
    }
  }
}

/// A symmetric, positive definite system of linear equations.
private struct NormalEquations {
  var matrix: [[Double]]
  var right: [Double]

  init(count: Int) {
    matrix = Array(repeating: Array(repeating: 0, count: count), count: count)
    right = Array(repeating: 0, count: count)
  }

  /// That the sum of factors times unknowns is 0.
  mutating func add(_ terms: [(index: Int, factor: Double)], weight: Double) {
    for one in terms {
      for other in terms { matrix[one.index][other.index] += weight * one.factor * other.factor }
    }
  }

  /// By elimination; as the matrix is positive definite, no row need be exchanged.
  func solution() -> [Double] {
    var (matrix, right) = (matrix, right)
    for pivot in right.indices {
      for row in right.indices.dropFirst(pivot + 1) {
        let factor = matrix[row][pivot] / matrix[pivot][pivot]
        for column in pivot..<right.count { matrix[row][column] -= factor * matrix[pivot][column] }
        right[row] -= factor * right[pivot]
      }
    }
    for row in right.indices.reversed() {
      for column in right.indices.dropFirst(row + 1) { right[row] -= matrix[row][column] * right[column] }
      right[row] /= matrix[row][row]
    }
    return right
  }
}
