import GGUF
import Platform
import SystemPackage
import TensorTypes

// The form of llama.cpp's tool imatrix: two F32 tensors for each matrix, and keys that say where they come from.
extension ImportanceMatrix {
  private static let sumsSuffix = ".in_sum2"
  private static let countsSuffix = ".counts"
  private static let typeKey = "general.type"
  private static let datasetsKey = "imatrix.datasets"
  private static let chunkCountKey = "imatrix.chunk_count"
  private static let chunkSizeKey = "imatrix.chunk_size"

  static func isGGUF(_ path: FilePath) throws(ConversionError) -> Bool {
    do throws(MappedFileError) {
      let file = try MappedFile(path: path)
      // The bytes are there as long as the file is.
      return withExtendedLifetime(file) { file.bytes.prefix(4).elementsEqual("GGUF".utf8) }
    } catch {
      throw ConversionError(path, .unreadable(error))
    }
  }

  static func gguf(_ path: FilePath) throws(ConversionError) -> ImportanceMatrix {
    let file: GGUFFile
    var matrix = ImportanceMatrix(entries: [:], datasets: [])
    do throws(GGUFError) {
      file = try GGUFFile(path: path)
      matrix.datasets = try file.metadata.strings(datasetsKey) ?? []
      matrix.chunkCount = try file.metadata.integer(chunkCountKey)
      matrix.chunkSize = try file.metadata.integer(chunkSizeKey)
    } catch {
      throw ConversionError(error.path, .gguf(error.problem))
    }
    for sums in file.tensors where sums.name.hasSuffix(sumsSuffix) {
      let name = String(sums.name.dropLast(sumsSuffix.count))
      guard let counts = file.tensor(named: name + countsSuffix) else {
        throw ConversionError(path, .missingTensor(name + countsSuffix))
      }
      matrix.entries[name] = try entry(sums, counts, of: file)
    }
    return matrix
  }

  private static func entry(
    _ sums: TensorInfo, _ counts: TensorInfo, of file: GGUFFile
  ) throws(ConversionError) -> Entry {
    for tensor in [sums, counts] where tensor.type != .f32 {
      throw ConversionError(file.path, .unsupportedType(tensor: tensor.name, tensor.type.name))
    }
    let matrixCount = counts.shape.elementCount
    guard matrixCount == sums.shape.rowCount else {
      throw ConversionError(
        file.path,
        .wrongShape(tensor: counts.name, expected: [1, sums.shape.rowCount], found: counts.shape.dimensions))
    }
    return Entry(squareSums: floats(sums, of: file), counts: floats(counts, of: file))
  }

  private static func floats(_ tensor: TensorInfo, of file: GGUFFile) -> [Float] {
    let bytes = file.bytes(of: tensor)
    return (0..<tensor.shape.elementCount).map {
      bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)
    }
  }

  /// Writes llama.cpp's GGUF form; entries in the order of their names.
  public func write(to path: FilePath) throws(ConversionError) {
    var metadata = GGUFMetadata(path: path)
    metadata.set(Self.typeKey, .string("imatrix"))
    metadata.set(Self.datasetsKey, .array(.strings(datasets)))
    if let chunkCount { metadata.set(Self.chunkCountKey, .uint32(UInt32(clamping: chunkCount))) }
    if let chunkSize { metadata.set(Self.chunkSizeKey, .uint32(UInt32(clamping: chunkSize))) }
    let sorted = entries.sorted { $0.key < $1.key }
    let tensors = sorted.flatMap { name, entry in
      [
        GGUFTensor(
          name: name + Self.sumsSuffix, dimensions: [entry.columnCount, entry.counts.count], type: .f32),
        GGUFTensor(name: name + Self.countsSuffix, dimensions: [1, entry.counts.count], type: .f32),
      ]
    }
    do throws(GGUFError) {
      let writer = try GGUFWriter(path: path, metadata: metadata, tensors: tensors)
      for (_, entry) in sorted {
        try writer.append(entry.squareSums.withUnsafeBytes { Array($0) })
        try writer.append(entry.counts.withUnsafeBytes { Array($0) })
      }
      try writer.finish()
    } catch {
      throw ConversionError(error.path, .gguf(error.problem))
    }
  }
}
