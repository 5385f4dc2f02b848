import GGUF
import SystemPackage

extension HeadFile {
  /// Writes the head; the file has its name only when it is complete and on disk.
  /// - Parameter record: How it was trained; keys are written after `nacre-acceptance-head.training.`.
  public func write(to path: FilePath, record: [(key: String, value: MetadataValue)]) throws(GGUFError) {
    let shape = parameters.shape
    var metadata = GGUFMetadata(path: path)
    metadata.set("general.architecture", .string(Self.architecture))
    metadata.set("general.name", .string("acceptance head for \(draft.name)"))
    metadata.set(Key.embeddingLength, .uint32(UInt32(shape.hiddenSize)))
    metadata.set(Key.vocabularyCount, .uint32(UInt32(draft.vocabularyCount)))
    metadata.set(Key.blockCount, .uint32(UInt32(shape.blockCount)))
    metadata.set(Key.draftName, .string(draft.name))
    metadata.set(Key.draftFingerprint, .string(draft.fingerprint))
    metadata.set(Key.rejectionWeight, .float32(rejectionWeight))
    for (key, value) in record { metadata.set("\(Key.training).\(key)", value) }
    let tensors = Self.tensors(shape)
    let writer = try GGUFWriter(path: path, metadata: metadata, tensors: tensors.map(\.tensor))
    for (_, place) in tensors {
      var bytes: [UInt8] = []
      for value in parameters.values[place] {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
      }
      try writer.append(bytes)
    }
    try writer.finish()
  }
}
