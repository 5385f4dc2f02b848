/// How far a conversion is.
public struct ConversionProgress: Sendable {
  public enum Phase: String, Sendable {
    case writing, verifying, hashing
  }

  public let phase: Phase
  /// Bytes of the output that are written, verified, or in a digest.
  public let doneBytes: Int
  public let totalBytes: Int

  /// Of the phase, 0...1.
  public var fraction: Double { totalBytes == 0 ? 1 : Double(doneBytes) / Double(totalBytes) }
}
