/// Several measurements of one quantity, and what is typical of them.
struct Spread: Codable, Equatable {
  let median: Double
  /// A quarter of the values lie below it.
  let lowerQuartile: Double
  /// A quarter of the values lie above it.
  let upperQuartile: Double
  /// In the order in which they were measured.
  let values: [Double]

  /// - Precondition: There are values.
  init(_ values: [Double]) {
    precondition(!values.isEmpty, "no values")
    self.values = values
    let sorted = values.sorted()
    /// The value below which `share` of the others lie, between neighbours where need be.
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let index = Int(place)
      let next = sorted[min(index + 1, sorted.count - 1)]
      return sorted[index] + (next - sorted[index]) * (place - Double(index))
    }
    median = quantile(0.5)
    lowerQuartile = quantile(0.25)
    upperQuartile = quantile(0.75)
  }
}
