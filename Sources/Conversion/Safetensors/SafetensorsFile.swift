import Platform
import SystemPackage

/// One tensor of a safetensors file; its place has been checked against the file.
struct SafetensorsTensor: Equatable {
  let name: String
  let type: SafetensorsType
  /// Outermost dimension first; sizes may be 0.
  let shape: [Int]
  /// Bytes from the start of the file.
  let range: Range<Int>
}

/// A safetensors file, mapped: 8 bytes with the size of a JSON header, the header, the data.
///
/// Opening checks everything but the values: after it, no read can leave the file. As the format asks, the tensors'
/// data lies without gaps and overlaps.
final class SafetensorsFile: Sendable {
  /// What the format allows a header to take.
  static let largestHeader = 100_000_000

  let file: MappedFile
  /// In the order of their data.
  let tensors: [SafetensorsTensor]

  var path: FilePath { file.path }

  /// - Complexity: O(header bytes + n log n) for n tensors; the data is not touched.
  init(path: FilePath) throws(ConversionError) {
    do throws(MappedFileError) { file = try MappedFile(path: path) } catch {
      throw ConversionError(path, .unreadable(error))
    }
    do throws(ConversionProblem) {
      tensors = try Self.tensors(file.bytes, path: path)
    } catch {
      throw ConversionError(path, error)
    }
  }

  /// Reads and checks the header of `bytes`, which are all of a file.
  static func tensors(
    _ bytes: UnsafeRawBufferPointer, path: FilePath
  ) throws(ConversionProblem) -> [SafetensorsTensor] {
    guard bytes.count >= 8 else { throw .headerTruncated(available: bytes.count) }
    let claimed = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard claimed <= UInt64(largestHeader) else {
      throw .headerTooLarge(claimed: claimed, limit: largestHeader)
    }
    guard claimed <= UInt64(bytes.count - 8) else {
      throw .headerPastEnd(claimed: claimed, available: bytes.count - 8)
    }
    let dataStart = 8 + Int(claimed)
    let header = UnsafeRawBufferPointer(rebasing: bytes[8..<dataStart])
    let value: JSONValue
    do throws(JSONProblem) {
      value = try JSONParser.parse(
        header, limits: .init(byteCount: largestHeader, depth: 16, valueCount: 1 << 22))
    } catch {
      throw .json(error)
    }
    guard case .object(let object) = value else {
      throw .wrongFieldType("the header", expected: "object", found: value.kind)
    }
    return try place(SafetensorsHeader(object).records(), dataStart: dataStart, end: bytes.count)
  }

  private static func place(
    _ records: [SafetensorsRecord], dataStart: Int, end: Int
  ) throws(ConversionProblem) -> [SafetensorsTensor] {
    let available = end - dataStart
    for record in records where record.end > available {
      throw .dataPastEnd(
        tensor: record.name, begin: record.begin, end: record.end, available: available)
    }
    let order = records.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
    var covered = 0
    var last = ""
    for record in order {
      if record.begin < covered { throw .overlappingTensors(last, record.name, offset: record.begin) }
      if record.begin > covered { throw .unclaimedBytes(begin: covered, end: record.begin) }
      (covered, last) = (record.end, record.name)
    }
    if covered < available { throw .unclaimedBytes(begin: covered, end: available) }
    return order.map {
      SafetensorsTensor(
        name: $0.name, type: $0.type, shape: $0.shape, range: dataStart + $0.begin..<dataStart + $0.end)
    }
  }
}
