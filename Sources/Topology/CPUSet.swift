/// A set of CPU numbers, ascending.
public struct CPUSet: Hashable, Sendable {
  /// One more than the highest number of a CPU that can be named: what the kernel can be built for.
  public static let limit = 8192

  /// Ascending, without repetition.
  public private(set) var numbers: [Int]

  public init() { numbers = [] }

  /// - Parameter numbers: In any order, repeated or not; each in `0..<limit`.
  public init(_ numbers: some Sequence<Int>) {
    var sorted = Array(numbers)
    // Most come in order.
    if !zip(sorted, sorted.dropFirst()).allSatisfy(<) { sorted = Set(sorted).sorted() }
    precondition((sorted.first ?? 0) >= 0 && (sorted.last ?? 0) < Self.limit, "no number of a CPU")
    self.numbers = sorted
  }

  /// - Complexity: O(log `count`).
  public func contains(_ number: Int) -> Bool {
    let index = partitioningIndex(of: number)
    return index < numbers.count && numbers[index] == number
  }

  public func union(_ other: CPUSet) -> CPUSet { CPUSet(numbers + other.numbers) }

  public func intersection(_ other: CPUSet) -> CPUSet { filtered(other.contains) }

  public func subtracting(_ other: CPUSet) -> CPUSet { filtered { !other.contains($0) } }

  public func isSubset(of other: CPUSet) -> Bool { numbers.allSatisfy(other.contains) }

  private func filtered(_ isIncluded: (Int) -> Bool) -> CPUSet {
    var result = CPUSet()
    result.numbers = numbers.filter(isIncluded)
    return result
  }

  private func partitioningIndex(of number: Int) -> Int {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension CPUSet: RandomAccessCollection, ExpressibleByArrayLiteral {
  public var startIndex: Int { 0 }
  public var endIndex: Int { numbers.count }
  public subscript(index: Int) -> Int { numbers[index] }

  public init(arrayLiteral elements: Int...) { self.init(elements) }
}
