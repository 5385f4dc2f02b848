extension SeededGenerator {
  /// Roughly normal numbers: sums of four uniform ones in −spread...spread.
  public mutating func floats(_ count: Int, spread: Float = 1) -> [Float] {
    (0..<count).map { _ in
      (0..<4).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &self) } * spread
    }
  }
}
