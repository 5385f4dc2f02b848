/// How the rows of a tensor lie in a file.
public enum TensorLayout: Sendable {
  /// Row after row, as every GGUF reader knows it.
  case rows

  /// 16 rows interleaved, as the kernels read them: mapped and run without a copy (packed_layout.h).
  ///
  /// Such a tensor carries a type number that other readers refuse: the element type's plus `x16TypeOffset`. Another
  /// version of the layout would have another offset.
  case x16

  public static let x16TypeOffset: UInt32 = 0x1_0000

  /// The number of `type` in this layout in a GGUF file.
  public func typeNumber(_ type: ElementType) -> UInt32 {
    self == .rows ? type.rawValue : type.rawValue + Self.x16TypeOffset
  }

  /// Bytes of a tensor; nil when its rows are not whole blocks, when it has no such layout, or on overflow.
  ///
  /// In x16, rows are padded to 16 and, of float types, columns to 4.
  public func byteCount(of type: ElementType, _ shape: Shape) -> Int? {
    switch self {
    case .rows: return type.byteCount(elementCount: shape.elementCount)
    case .x16:
      guard let blockBytes = type.x16BlockByteCount, shape.dimensions.count == 2 else { return nil }
      let isFloat = type.blockElementCount == 1
      guard let columns = isFloat ? Self.pad(shape.columnCount, to: 4) : shape.columnCount,
        let rows = Self.pad(shape.rowCount, to: 16), columns.isMultiple(of: type.blockElementCount)
      else { return nil }
      let row = (columns / type.blockElementCount).multipliedReportingOverflow(by: blockBytes)
      let all = row.partialValue.multipliedReportingOverflow(by: rows)
      return row.overflow || all.overflow ? nil : all.partialValue
    }
  }

  private static func pad(_ count: Int, to multiple: Int) -> Int? {
    let (sum, overflow) = count.addingReportingOverflow(multiple - 1)
    return overflow ? nil : sum / multiple * multiple
  }
}

extension ElementType {
  /// Bytes of one row's share of a block in the x16 layout; nil for types that no kernel runs.
  ///
  /// Where it is more than `blockByteCount`, 6-bit scales are stored as bytes.
  public var x16BlockByteCount: Int? {
    switch self {
    case .f32, .f16, .bf16, .q8_0, .q4_0, .q4_1, .q5_0, .q5_1, .q2_k, .q6_k, .iq4_nl: blockByteCount
    case .q3_k: 114
    case .q4_k: 148
    case .q5_k: 180
    case .iq4_xs: 138
    default: nil
    }
  }
}
