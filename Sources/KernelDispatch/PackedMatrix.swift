/// A view of a weight matrix in the x16 layout; does not own its memory.
public struct PackedMatrix: BitwiseCopyable, @unchecked Sendable {
  // Invariant: `start` points to `byteCount` bytes that whoever made the view keeps alive and does not change.
  public let element: KernelElement
  public let rowCount: Int
  public let columnCount: Int
  public let start: UnsafeRawPointer

  /// - Parameter start: `byteCount` bytes.
  public init(element: KernelElement, rowCount: Int, columnCount: Int, start: UnsafeRawPointer) {
    self.element = element
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.start = start
  }

  /// Number of 16-row groups; the last may be partly padding.
  public var groupCount: Int { (rowCount + 15) / 16 }

  /// Bytes of one row group.
  public var groupBytes: Int { element.groupBytes(columnCount: columnCount) }

  /// Bytes of all row groups.
  public var byteCount: Int { groupCount * groupBytes }

  /// Whether inputs are int8 blocks (true) or floats.
  public var takesQuantizedInput: Bool { element.takesQuantizedInput }
}
