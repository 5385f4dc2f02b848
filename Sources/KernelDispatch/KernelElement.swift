import CKernelABI

/// A type of weights that kernels multiply, in the order of the table.
public enum KernelElement: Int, CaseIterable, Sendable {
  case f32, f16, bf16, q8_0, q4_0

  /// Whether inputs are int8 blocks of 32 (true) or floats.
  public var takesQuantizedInput: Bool {
    switch self {
    case .f32, .f16, .bf16: false
    case .q8_0, .q4_0: true
    }
  }
}

extension KernelLibrary {
  /// The entry of a per-element array of the table, which Swift sees as a tuple.
  private func entry<Function>(
    _ functions: (Function?, Function?, Function?, Function?, Function?), _ element: KernelElement
  ) -> Function {
    switch element {
    case .f32: functions.0!
    case .f16: functions.1!
    case .bf16: functions.2!
    case .q8_0: functions.3!
    case .q4_0: functions.4!
    }
  }

  /// The matrix product for `element`; see `nacre_multiply`.
  public func multiply(_ element: KernelElement) -> nacre_multiply { entry(table.multiply, element) }

  /// The repacker from the file's rows to row groups; see `nacre_pack`.
  public func pack(_ element: KernelElement) -> nacre_pack { entry(table.pack, element) }

  /// The decoder of one row in the file's format; see `nacre_dequantize`.
  public func dequantize(_ element: KernelElement) -> nacre_dequantize { entry(table.dequantize, element) }
}
