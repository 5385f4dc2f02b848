/// The first 24 bytes of a GGUF file.
struct GGUFHeader {
  static let magic: [UInt8] = Array("GGUF".utf8)

  let version: UInt32
  let tensorCount: Int
  let metadataCount: Int

  init(_ reader: inout ByteReader) throws(GGUFProblem) {
    let magic = unsafe Array(try reader.take(4, .magic))
    guard magic == Self.magic else { throw .wrongMagic(magic) }
    version = try reader.number(.version)
    guard version & 0xffff != 0 || version == 0 else { throw .byteSwapped(version: version.byteSwapped) }
    guard version == 2 || version == 3 else { throw .unsupportedVersion(version) }
    let tensorCount = try reader.number(.tensorCount, as: UInt64.self)
    let metadataCount = try reader.number(.metadataCount, as: UInt64.self)
    try reader.check(tensorCount, minimumBytes: TensorRecord.minimumBytes, .tensorCount)
    try reader.check(metadataCount, minimumBytes: GGUFMetadata.minimumEntryBytes, .metadataCount)
    self.tensorCount = Int(tensorCount)
    self.metadataCount = Int(metadataCount)
  }
}
