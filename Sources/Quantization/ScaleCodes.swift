/// What a format can store of a real scale: a code of a range, times a half-precision number for the whole block.
extension ClosedRange<Int> {
  /// The nearest code; 0 or the nearest to it for what is no number.
  func nearest(_ value: Double) -> Int8 {
    guard !value.isNaN else { return Int8(Swift.min(Swift.max(0, lowerBound), upperBound)) }
    return Int8(Swift.min(Swift.max(value.rounded(), Double(lowerBound)), Double(upperBound)))
  }

  @inline(__always)
  func clamp(_ values: Lanes) -> Lanes {
    values.larger(Float(lowerBound)).smaller(Float(upperBound))
  }

  /// The block's number nearest to `value`, neither infinite nor, where a code can be 0 instead, 0.
  func scale(nearest value: Double) -> Float16 {
    let limit = Double(Float16.greatestFiniteMagnitude)
    let rounded = Float16(Swift.min(Swift.max(value, -limit), limit))
    guard rounded == 0 && value != 0 && contains(0) else { return rounded }
    return value < 0 ? -.leastNonzeroMagnitude : .leastNonzeroMagnitude
  }

  /// The nearest too, but where half precision is coarse no nearer to 0 than `value`: the outermost code shall reach
  /// the extreme.
  func scale(reaching value: Double) -> Float16 {
    let rounded = scale(nearest: value)
    guard Double(rounded.magnitude) < value.magnitude * (1 - 0x1p-9),
      rounded.magnitude < .greatestFiniteMagnitude
    else { return rounded }
    return value < 0 ? rounded.nextDown : rounded.nextUp
  }
}
