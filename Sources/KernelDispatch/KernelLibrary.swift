import CKernelABI
import Glibc

/// The kernels of one instruction level, loaded from their dynamic library for the life of the process.
public struct KernelLibrary: @unchecked Sendable {
  // Invariant: the table's function pointers and name stay valid, since the library is never unloaded.

  public let level: KernelLevel
  public let table: nacre_kernel_table

  /// Opens the library of `level`.
  /// - Parameter directory: Where the libraries lie; by default beside the executable, or `NACRE_KERNEL_DIRECTORY`.
  public init(level: KernelLevel, directory: String? = nil) throws(KernelError) {
    guard level.isSupported else {
      throw .unsupportedLevel(level.rawValue, supported: KernelLevel.supported.map(\.rawValue))
    }
    let directory = directory ?? environment("NACRE_KERNEL_DIRECTORY") ?? executableDirectory()
    let path = "\(directory)/\(level.libraryName)"
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL),
      let symbol = dlsym(handle, NACRE_KERNEL_ENTRY_POINT)
    else { throw .libraryNotLoaded(path: path, reason: String(cString: dlerror())) }
    typealias Fill = @convention(c) (UnsafeMutablePointer<nacre_kernel_table>) -> Void
    var table = nacre_kernel_table()
    unsafeBitCast(symbol, to: Fill.self)(&table)
    let expected = UInt32(NACRE_KERNEL_ABI_VERSION)
    guard table.abi_version == expected, table.byte_count == MemoryLayout<nacre_kernel_table>.size else {
      throw .wrongVersion(path: path, found: table.abi_version, expected: expected)
    }
    self.level = level
    self.table = table
  }

  /// The highest level that this machine can run, or the one that `NACRE_KERNEL_LEVEL` names.
  public static func best() throws(KernelError) -> KernelLibrary {
    if let name = environment("NACRE_KERNEL_LEVEL") {
      guard let level = KernelLevel(rawValue: name) else {
        throw .unknownLevel(name, known: KernelLevel.allCases.map(\.rawValue))
      }
      return try KernelLibrary(level: level)
    }
    guard let level = KernelLevel.supported.last else { throw .noSupportedLevel }
    return try KernelLibrary(level: level)
  }
}

private func environment(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}

private func executableDirectory() -> String {
  var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
  let count = readlink("/proc/self/exe", &buffer, buffer.count)
  let path = buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }
  let folder = path.lastIndex(of: UInt8(ascii: "/")).map { path[..<$0] } ?? []
  return String(decoding: folder, as: UTF8.self)
}
