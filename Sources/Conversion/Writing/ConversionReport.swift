import GGUF
import SystemPackage
import TensorTypes

/// What a conversion wrote, as it was read back.
public struct ConversionReport: Sendable, Equatable {
  public struct File: Sendable, Equatable {
    public let path: FilePath
    public let byteCount: Int
    /// SHA-256 in hexadecimal digits.
    public let sha256: String
  }

  /// All tensors of one type.
  public struct TypeTotal: Sendable, Equatable {
    public let type: ElementType
    public internal(set) var tensorCount = 0
    public internal(set) var parameterCount = 0
    public internal(set) var byteCount = 0
    public internal(set) var error = RoundingError()
  }

  public let files: [File]
  /// In the order of their first tensor.
  public let types: [TypeTotal]
  /// What killed conversions to the same files had left, and is removed now.
  public internal(set) var abandoned: [AbandonedFile] = []
}

/// How far stored values are from those of the source.
public struct RoundingError: Sendable, Equatable {
  var squaredError = 0.0
  var squaredValue = 0.0
  /// The largest difference.
  public internal(set) var largest = 0.0
  /// Values of the source that are infinite or NaN.
  public internal(set) var nonFiniteCount = 0
  /// Finite values of the source that were stored as infinite or NaN: they were too large for the type.
  public internal(set) var overflowCount = 0

  /// √(Σ error² / Σ value²).
  public var relative: Double { squaredValue == 0 ? 0 : (squaredError / squaredValue).squareRoot() }

  mutating func add(_ value: Float, stored: Float) {
    guard value.isFinite else { return nonFiniteCount += 1 }
    guard stored.isFinite else { return overflowCount += 1 }
    let difference = Double(stored) - Double(value)
    squaredError += difference * difference
    squaredValue += Double(value) * Double(value)
    largest = max(largest, abs(difference))
  }

  /// Adds a row.
  mutating func add(_ values: UnsafeBufferPointer<Float>, stored: UnsafeBufferPointer<Float>) {
    for start in stride(from: 0, to: values.count, by: Self.segmentCount) {
      let segment = start..<min(start + Self.segmentCount, values.count)
      if !addFinite(.init(rebasing: values[segment]), .init(rebasing: stored[segment])) {
        for index in segment { add(values[index], stored: stored[index]) }
      }
    }
  }

  /// Elements whose squares are summed in single precision, in eight sums.
  private static let segmentCount = 256

  /// Adds a segment, or returns false where something is not finite (or its square is not).
  private mutating func addFinite(
    _ values: UnsafeBufferPointer<Float>, _ stored: UnsafeBufferPointer<Float>
  ) -> Bool {
    guard values.count == Self.segmentCount else { return false }
    var (errors, squares, most) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
    for start in stride(from: 0, to: values.count, by: 8) {
      for lane in 0..<8 {
        let difference = stored[start + lane] - values[start + lane]
        errors[lane] += difference * difference
        squares[lane] += values[start + lane] * values[start + lane]
        most[lane] = abs(difference) > most[lane] ? abs(difference) : most[lane]
      }
    }
    let (error, square) = (Double(errors.sum()), Double(squares.sum()))
    guard error.isFinite && square.isFinite else { return false }
    squaredError += error
    squaredValue += square
    largest = max(largest, Double(most.max()))
    return true
  }

  mutating func add(_ other: RoundingError) {
    squaredError += other.squaredError
    squaredValue += other.squaredValue
    largest = max(largest, other.largest)
    nonFiniteCount += other.nonFiniteCount
    overflowCount += other.overflowCount
  }
}
