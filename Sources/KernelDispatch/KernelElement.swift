import CKernelABI

/// A type of weights that kernels multiply, in the order of the table (packed_layout.h).
public enum KernelElement: Int, CaseIterable, Sendable, BitwiseCopyable {
  case f32, f16, bf16, q8_0, q4_0, q4_1, q5_0, q5_1, q2_k, q3_k, q4_k, q5_k, q6_k, iq4_nl, iq4_xs

  /// Whether inputs are int8 blocks of 32 (true) or floats.
  public var takesQuantizedInput: Bool { self != .f32 && self != .f16 && self != .bf16 }

  /// Bytes of a row group of 16 rows in the x16 layout.
  /// - Precondition: `columnCount` is a multiple of the type's block.
  public func groupBytes(columnCount: Int) -> Int {
    Int(nacre_group_bytes(Int32(rawValue), Int64(columnCount)))
  }
}

extension KernelLibrary {
  /// The matrix product for `element`; see `nacre_multiply`.
  public func multiply(_ element: KernelElement) -> nacre_multiply { entry(of: table.multiply, element) }

  /// The repacker from the file's rows to row groups; see `nacre_pack`.
  public func pack(_ element: KernelElement) -> nacre_pack { entry(of: table.pack, element) }

  /// The decoder of one row in the file's format; see `nacre_dequantize`.
  public func dequantize(_ element: KernelElement) -> nacre_dequantize {
    entry(of: table.dequantize, element)
  }

  /// The decoder of one row of a packed matrix; see `nacre_dequantize_packed`.
  public func dequantizePacked(_ element: KernelElement) -> nacre_dequantize_packed {
    entry(of: table.dequantize_packed, element)
  }

  /// One function of a per-element array of the table, which Swift sees as a tuple.
  private func entry<Tuple, Function>(of tuple: Tuple, _ element: KernelElement) -> Function {
    withUnsafeBytes(of: tuple) { $0.assumingMemoryBound(to: Function.self)[element.rawValue] }
  }
}
