import SystemPackage

/// The text of a file of procfs or sysfs, or nil if it cannot be read.
/// - Parameter limit: Most bytes that are read; what comes after them is left out.
public func kernelFile(_ path: FilePath, limit: Int = 65536) -> String? {
  guard let file = try? FileDescriptor.open(path, .readOnly) else { return nil }
  defer { try? file.close() }
  let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
    let raw = UnsafeMutableRawBufferPointer(buffer)
    // Files of procfs come in pieces.
    while count < limit, let read = try? file.read(into: .init(rebasing: raw[count...])), read > 0 {
      count += read
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
