import Foundation

/// What passes of each number of rows take, told apart from how slow the machine was during each run: least squares over
/// log t = log T(rows) + slowness of the run + noise, in which T bends little and slowness is around 0.
///
/// Averages by rows would take a bad moment for a number's own time where few runs have passes of so many rows: the other
/// runs would look fast.
struct PassTimeFit {
  typealias Passes = [Int: EvalResults.TimedPasses]

  /// Standard deviations of logarithms: of a single pass, of all passes of as many rows in a run, of a run's slowness, and of
  /// how much more the next row costs than the last one did.
  private static let deviations = (pass: 0.12, rows: 0.06, run: 0.3, bend: 0.05)

  /// Numbers of rows that T is known for.
  let rows: ClosedRange<Int>
  private let logSeconds: [Double]

  /// - Parameter runs: Passes by their rows, at least one of each number that is named, and at least one in all.
  init(_ runs: [Passes]) {
    let counts = runs.flatMap(\.keys)
    precondition(!counts.isEmpty, "there is something to learn from")
    rows = counts.min()!...counts.max()!
    var equations = NormalEquations(count: rows.count)
    for run in runs { Self.add(run, from: rows.lowerBound, to: &equations) }
    let bendWeight = 1 / (Self.deviations.bend * Self.deviations.bend)
    for index in 0..<max(0, rows.count - 2) {
      equations.add([(index, 1), (index + 1, -2), (index + 2, 1)], weight: bendWeight)
    }
    logSeconds = equations.solution()
  }

  /// T: seconds of a pass of a known number of rows at a moment of no slowness.
  func seconds(rows count: Int) -> Double { exp(logSeconds[count - rows.lowerBound]) }

  /// How many times as long as at such a moment the passes of a run took.
  func slowness(of run: Passes) -> Double {
    let known = run.map { Observation(rows: $0, $1) }
    let sum = known.reduce(0) { $0 + $1.weight * ($1.logSeconds - logSeconds[$1.rows - rows.lowerBound]) }
    return exp(sum / Self.weight(of: known))
  }

  private struct Observation {
    let rows: Int
    let weight: Double
    let logSeconds: Double

    init(rows: Int, _ passes: EvalResults.TimedPasses) {
      self.rows = rows
      let (pass, sameRows) = (deviations.pass, deviations.rows)
      weight = 1 / (pass * pass / Double(passes.count) + sameRows * sameRows)
      logSeconds = log(passes.seconds / Double(passes.count))
    }
  }

  private static func weight(of run: [Observation]) -> Double {
    run.reduce(1 / (deviations.run * deviations.run)) { $0 + $1.weight }
  }

  /// The run's slowness is eliminated.
  private static func add(_ run: Passes, from fewest: Int, to equations: inout NormalEquations) {
    let known = run.map { Observation(rows: $0, $1) }
    let weight = weight(of: known)
    let mean = known.reduce(0) { $0 + $1.weight * $1.logSeconds } / weight
    for one in known {
      let row = one.rows - fewest
      equations.right[row] += one.weight * (one.logSeconds - mean)
      equations.matrix[row][row] += one.weight
      for other in known {
        equations.matrix[row][other.rows - fewest] -= one.weight * other.weight / weight
      }
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
