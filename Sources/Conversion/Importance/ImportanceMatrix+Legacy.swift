import Platform
import SystemPackage

// The older form of llama.cpp's tool imatrix (`.dat`), without magic number. Little-endian 32-bit numbers: the number of
// entries; for each the length of its name, the name, its number of calls, its number of values and the values (mean
// squares times the number of calls). Perhaps after it the number of chunks, the length of the text's name and the name.
extension ImportanceMatrix {
  static func legacy(_ path: FilePath) throws(ConversionError) -> ImportanceMatrix {
    let file: MappedFile
    do throws(MappedFileError) { file = try MappedFile(path: path) } catch {
      throw ConversionError(path, .unreadable(error))
    }
    // The bytes are there as long as the file is.
    defer { withExtendedLifetime(file) {} }
    var reader = LegacyReader(file: file)
    var matrix = ImportanceMatrix(entries: [:], datasets: [])
    for index in 0..<(try reader.count("the number of entries", least: 1)) {
      let name = try reader.name("the name of entry \(index)")
      let callCount = try reader.count("the number of calls of \(name)", least: 0)
      let values = try reader.floats("the values of \(name)")
      let entry = Entry(squareSums: values, counts: [Float(callCount)])
      guard matrix.entries.updateValue(entry, forKey: name) == nil else {
        throw ConversionError(path, .invalidImportance("\(name.debugDescription) is there twice"))
      }
    }
    if !reader.isAtEnd {
      matrix.chunkCount = try reader.count("the number of chunks", least: 0)
      matrix.datasets = [try reader.name("the name of the text")]
    }
    return matrix
  }
}

/// Reads from front to back; every read is checked against the bytes that are left.
private struct LegacyReader {
  let file: MappedFile
  private var offset = 0

  init(file: MappedFile) { self.file = file }

  var isAtEnd: Bool { offset == file.byteCount }

  mutating func count(_ field: String, least: Int) throws(ConversionError) -> Int {
    let number = Int(try take(4, field).loadUnaligned(as: Int32.self))
    guard number >= least else {
      throw ConversionError(
        file.path, .invalidImportance("\(field) is \(number), expected at least \(least)"))
    }
    return number
  }

  mutating func name(_ field: String) throws(ConversionError) -> String {
    let length = try count("the length of \(field)", least: 0)
    guard let name = String(validating: try take(length, field), as: UTF8.self) else {
      throw ConversionError(file.path, .invalidImportance("\(field) is not UTF-8"))
    }
    return name
  }

  mutating func floats(_ field: String) throws(ConversionError) -> [Float] {
    let count = try count("the number of \(field)", least: 1)
    let bytes = try take(4 * count, field)
    return (0..<count).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
  }

  private mutating func take(_ count: Int, _ field: String) throws(ConversionError) -> UnsafeRawBufferPointer
  {
    let available = file.byteCount - offset
    guard count <= available else {
      throw ConversionError(
        file.path, .invalidImportance("\(field): \(count) bytes needed, \(available) left in the file"))
    }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: file.bytes[offset..<offset + count])
  }
}
