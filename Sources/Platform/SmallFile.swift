import SystemPackage

/// The text of a kernel file of at most 64 KiB, or nil if it cannot be read.
func smallFile(_ path: FilePath) -> String? {
  guard let file = try? FileDescriptor.open(path, .readOnly) else { return nil }
  defer { try? file.close() }
  var text = [UInt8](repeating: 0, count: 65536)
  guard let count = try? text.withUnsafeMutableBytes({ try file.read(into: $0) }) else { return nil }
  return String(decoding: text.prefix(count), as: UTF8.self)
}
