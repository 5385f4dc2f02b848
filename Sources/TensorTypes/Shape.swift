/// The dimensions of a tensor, innermost (fastest varying) first: a matrix is `[columnCount, rowCount]`.
public struct Shape: Hashable, Sendable {
  /// Sizes, each at least 1, innermost first. Empty for a single number.
  public let dimensions: [Int]

  /// The product of all dimensions, at least 1.
  public let elementCount: Int

  /// Checks `dimensions`: nil when one is below 1 or the product overflows.
  public init?(checking dimensions: [Int]) {
    var count = 1
    for dimension in dimensions {
      guard dimension >= 1 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      guard !overflow else { return nil }
      count = product
    }
    self.dimensions = dimensions
    self.elementCount = count
  }

  /// - Precondition: Every dimension is at least 1, and their product fits in `Int`.
  public init(_ dimensions: Int...) {
    guard let shape = Shape(checking: dimensions) else {
      preconditionFailure("not a shape: \(dimensions)")
    }
    self = shape
  }

  /// Number of elements in one row (the innermost dimension); 1 for a single number.
  public var columnCount: Int { dimensions.first ?? 1 }

  /// Number of rows: the product of all dimensions but the innermost.
  public var rowCount: Int { elementCount / columnCount }
}

extension Shape: CustomStringConvertible {
  /// Such as `[2048, 32000]`, innermost first.
  public var description: String { "\(dimensions)" }
}
