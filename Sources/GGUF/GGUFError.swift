import Platform
import SystemPackage

/// Why a GGUF file was refused, with the file's name.
public struct GGUFError: Error, Equatable {
  public let path: FilePath
  public let problem: GGUFProblem

  public init(path: FilePath, _ problem: GGUFProblem) {
    self.path = path
    self.problem = problem
  }
}

/// What is wrong with a GGUF file. Counts and sizes are those that the file claims.
public enum GGUFProblem: Error, Equatable {
  case unreadable(MappedFileError)
  case wrongMagic([UInt8])
  case byteSwapped(version: UInt32)
  case unsupportedVersion(UInt32)
  case truncated(GGUFField, needed: UInt64, available: Int)
  case countTooLarge(GGUFField, count: UInt64, available: Int)
  case notUTF8(GGUFField)

  case emptyKey(index: Int)
  case duplicateKey(String)
  case unknownValueType(key: String, id: UInt32)
  case nestedArray(key: String)
  case wrongType(key: String, expected: String, found: String)
  case integerTooLarge(key: String, UInt64)
  case invalidAlignment(UInt32)

  case tensorNameTooLong(index: Int, byteCount: UInt64)
  case duplicateTensor(String)
  case tooManyDimensions(tensor: String, count: UInt32)
  case invalidDimension(tensor: String, index: Int, size: Int64)
  case elementCountOverflow(tensor: String, dimensions: [Int])
  case byteCountOverflow(tensor: String, dimensions: [Int])
  case removedType(tensor: String, id: UInt32, name: String)
  case unknownType(tensor: String, id: UInt32)
  case partialBlock(tensor: String, columnCount: Int, blockElementCount: Int)
  case notInterleavable(tensor: String, type: String, dimensions: [Int])
  case misalignedOffset(tensor: String, offset: UInt64, alignment: Int)
  case dataPastEnd(tensor: String, offset: UInt64, byteCount: Int, available: Int)
  case overlappingTensors(String, String, offset: Int)

  case notNamedAsPart(count: Int)
  case missingPart(number: Int, count: Int)
  case wrongPartNumber(expected: Int, found: Int?)
  case wrongPartCount(expected: Int, found: Int?)
  case wrongTensorCount(expected: Int, found: Int)

  case unwritable(Errno)
  case wrongTensorBytes(tensor: String, expected: Int, found: Int)
  case wrongTensorDataCount(expected: Int, found: Int)
}

/// A place in a GGUF file. Indices count from 0 in the order of the file.
public enum GGUFField: Equatable, Sendable {
  case magic
  case version
  case tensorCount
  case metadataCount
  case key(index: Int)
  case valueType(key: String)
  case value(key: String)
  case arrayCount(key: String)
  case element(key: String, index: Int)
  case tensorName(index: Int)
  case dimensionCount(tensor: String)
  case dimension(tensor: String, index: Int)
  case type(tensor: String)
  case offset(tensor: String)
}
