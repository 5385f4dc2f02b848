/// Why no kernels could be loaded.
public enum KernelError: Error, Equatable, CustomStringConvertible {
  /// The processor has none of the instruction levels.
  case noSupportedLevel
  /// `NACRE_KERNEL_LEVEL` names no level.
  case unknownLevel(String, known: [String])
  /// The processor cannot run the level that was asked for.
  case unsupportedLevel(String, supported: [String])
  /// The library was not found, or the dynamic linker refused it.
  case libraryNotLoaded(path: String, reason: String)
  /// The library has another version of the table.
  case wrongVersion(path: String, found: UInt32, expected: UInt32)

  public var description: String {
    switch self {
    case .noSupportedLevel:
      "this processor is below every kernel level (x86-64-v2 or ARMv8.0 is needed)"
    case .unknownLevel(let name, let known):
      "NACRE_KERNEL_LEVEL: unknown kernel level '\(name)'; known: \(known.joined(separator: ", "))"
    case .unsupportedLevel(let name, let supported):
      "kernel level '\(name)' cannot run on this processor; it has: \(supported.joined(separator: ", "))"
    case .libraryNotLoaded(let path, let reason):
      "kernel library \(path) could not be loaded: \(reason)"
    case .wrongVersion(let path, let found, let expected):
      "kernel library \(path) has ABI version \(found), expected \(expected); build again"
    }
  }
}
