/// What is wrong with one piece of a list of CPUs.
public enum CPUListProblem: Error, Equatable, Sendable {
  /// Neither a number nor two with a `-` between them.
  case notANumber
  /// Above the highest number of a CPU.
  case tooLarge
  /// The first number is above the last.
  case reversed
}

extension CPUSet: CustomStringConvertible {
  /// Reads the kernel's form of a list, such as `0-3,8,10-11`; an empty one is an empty set.
  /// - Returns: Nil when any piece is no range of CPU numbers.
  public init?(list text: some StringProtocol) {
    var ranges: [ClosedRange<Int>] = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      let digits = String(piece.filter { !$0.isWhitespace })
      if digits.isEmpty, !text.contains(",") { break }
      guard let range = try? Self.range(of: digits) else { return nil }
      ranges.append(range)
    }
    self.init(ranges)
  }

  /// - Parameter ranges: In any order; they may overlap.
  private init(_ ranges: [ClosedRange<Int>]) {
    if zip(ranges, ranges.dropFirst()).allSatisfy({ $0.upperBound < $1.lowerBound }) {
      self.init(ranges.joined())
    } else {
      var isMember = [Bool](repeating: false, count: Self.limit)
      for range in ranges { for number in range { isMember[number] = true } }
      self.init(isMember.indices.lazy.filter { isMember[$0] })
    }
  }

  /// Reads one piece of a list: a number, or two with a `-` between them.
  public static func range(of piece: some StringProtocol) throws(CPUListProblem) -> ClosedRange<Int> {
    let ends = piece.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let first = try number(ends[0])
    let last = ends.count == 2 ? try number(ends[1]) : first
    guard first <= last else { throw .reversed }
    return first...last
  }

  private static func number(_ digits: some StringProtocol) throws(CPUListProblem) -> Int {
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { throw .notANumber }
    guard let number = Int(digits), number < limit else { throw .tooLarge }
    return number
  }

  /// The kernel's form of the list, such as `0-3,8,10-11`.
  public var description: String {
    ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }

  /// Runs of neighbouring numbers, ascending.
  private var ranges: [ClosedRange<Int>] {
    var result: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = result.last, last.upperBound == number - 1 {
        result[result.count - 1] = last.lowerBound...number
      } else {
        result.append(number...number)
      }
    }
    return result
  }
}
