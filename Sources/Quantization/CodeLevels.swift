/// The integers that the codes of a format stand for, in ascending order: code 0 is the lowest.
protocol CodeLevels: Sendable {
  var lowest: Double { get }
  var highest: Double { get }
  /// The mean distance between neighbours.
  var spacing: Double { get }

  func level(_ code: Int) -> Double

  /// The code of the level nearest to `value`, which is not NaN.
  func code(nearest value: Double) -> Int
}

/// Consecutive integers.
struct ConsecutiveLevels: CodeLevels {
  let lowest: Double
  let highest: Double
  let spacing = 1.0

  init(_ range: ClosedRange<Int>) {
    (lowest, highest) = (Double(range.lowerBound), Double(range.upperBound))
  }

  func level(_ code: Int) -> Double { lowest + Double(code) }

  func code(nearest value: Double) -> Int {
    Int(min(max(value, lowest), highest) - lowest + 0.5)
  }
}

/// Sixteen levels that are denser around 0: those of IQ4_NL and IQ4_XS.
struct NonlinearLevels: CodeLevels {
  static let table: [Int] = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]

  /// Halfway between each level and the next.
  private static let boundaries = zip(table, table.dropFirst()).map { Double($0 + $1) / 2 }

  let lowest = -127.0
  let highest = 113.0
  let spacing = 16.0

  func level(_ code: Int) -> Double { Double(Self.table[code]) }

  func code(nearest value: Double) -> Int {
    var (low, high) = (0, Self.boundaries.count)
    while low < high {
      let middle = (low + high) / 2
      if value > Self.boundaries[middle] { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
