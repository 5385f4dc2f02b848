extension GGUFError: CustomStringConvertible {
  /// One line: the file, then what is wrong with it.
  public var description: String { "\(path): \(problem)" }
}

extension GGUFProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let error): error.reason
    case .wrongMagic(let bytes): "not a GGUF file: it begins with \(Self.quoted(bytes))"
    case .byteSwapped(let version): "big-endian GGUF (version \(version)) is not supported"
    case .unsupportedVersion(let version): "GGUF version \(version) is not supported (2 and 3 are)"
    case .truncated(let field, let needed, let available):
      "\(field) needs \(needed) bytes, but only \(available) are left in the file"
    case .countTooLarge(let field, let count, let available):
      "\(field) is \(count), more than the \(available) bytes left in the file can hold"
    case .notUTF8(let field): "\(field) is not UTF-8"
    case .emptyKey(let index): "the name of metadata key \(index) is empty"
    case .duplicateKey(let key): "metadata key \(key.debugDescription) is there twice"
    case .unknownValueType(let key, let id): "\(key): unknown value type \(id)"
    case .nestedArray(let key): "\(key): an array of arrays is not supported"
    case .wrongType(let key, let expected, let found): "\(key): expected \(expected), found \(found)"
    case .integerTooLarge(let key, let number): "\(key): \(number) is too large"
    case .invalidAlignment(let alignment): "general.alignment \(alignment) is not a usable power of two"
    default: tensorDescription
    }
  }

  private var tensorDescription: String {
    switch self {
    case .tensorNameTooLong(let index, let byteCount):
      "the name of tensor \(index) has \(byteCount) bytes (at most 63 are allowed)"
    case .duplicateTensor(let name): "tensor \(name.debugDescription) is there twice"
    case .tooManyDimensions(let tensor, let count): "\(tensor): \(count) dimensions (at most 4 are allowed)"
    case .invalidDimension(let tensor, let index, let size): "\(tensor): dimension \(index) is \(size)"
    case .elementCountOverflow(let tensor, let dimensions): "\(tensor): \(dimensions) has too many elements"
    case .byteCountOverflow(let tensor, let dimensions): "\(tensor): \(dimensions) has too many bytes"
    case .removedType(let tensor, let id, let name):
      "\(tensor): type \(name) (\(id)) was removed from the format; convert the model again"
    case .unknownType(let tensor, let id): "\(tensor): unknown type \(id)"
    case .partialBlock(let tensor, let columnCount, let blockElementCount):
      "\(tensor): a row of \(columnCount) is not a whole number of blocks of \(blockElementCount)"
    case .notInterleavable(let tensor, let type, let dimensions):
      "\(tensor): a tensor of type \(type) and dimensions \(dimensions) cannot have the x16 layout"
    case .misalignedOffset(let tensor, let offset, let alignment):
      "\(tensor): offset \(offset) is not a multiple of the alignment \(alignment)"
    case .dataPastEnd(let tensor, let offset, let byteCount, let available):
      "\(tensor): \(byteCount) bytes at offset \(offset), but the file has only \(available) bytes of data"
    case .overlappingTensors(let first, let second, let offset):
      "tensors \(first.debugDescription) and \(second.debugDescription) overlap at byte \(offset)"
    default: filesDescription
    }
  }

  private var filesDescription: String {
    switch self {
    case .notNamedAsPart(let count):
      "one of \(count) parts, but its name does not end in -00001-of-\(SplitName.padded(count)).gguf"
    case .missingPart(let number, let count): "part \(number) of \(count) is missing"
    case .wrongPartNumber(let expected, let found): "split.no is \(Self.shown(found)), expected \(expected)"
    case .wrongPartCount(let expected, let found): "split.count is \(Self.shown(found)), expected \(expected)"
    case .wrongTensorCount(let expected, let found):
      "split.tensors.count is \(expected), but the parts hold \(found) tensors"
    case .unwritable(let error): "cannot write: \(error)"
    case .wrongTensorBytes(let tensor, let expected, let found):
      "\(tensor): \(found) bytes were given, expected \(expected)"
    case .wrongTensorDataCount(let expected, let found):
      "data of \(found) tensors was given, expected \(expected)"
    default: "invalid GGUF file"
    }
  }

  private static func shown(_ number: Int?) -> String { number.map(String.init) ?? "missing" }

  /// The bytes as text, with everything but printable ASCII as `\xNN`.
  private static func quoted(_ bytes: [UInt8]) -> String {
    let text = bytes.map { byte in
      if (0x20..<0x7f).contains(byte) { return String(UnicodeScalar(byte)) }
      return "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return "\"\(text.joined())\""
  }
}

extension GGUFField: CustomStringConvertible {
  public var description: String {
    switch self {
    case .magic: "the magic"
    case .version: "the version"
    case .tensorCount: "the tensor count"
    case .metadataCount: "the metadata count"
    case .key(let index): "metadata key \(index)"
    case .valueType(let key): "the type of \(key)"
    case .value(let key): "the value of \(key)"
    case .arrayCount(let key): "the element count of \(key)"
    case .element(let key, let index): "element \(index) of \(key)"
    case .tensorName(let index): "the name of tensor \(index)"
    case .dimensionCount(let tensor): "the dimension count of \(tensor)"
    case .dimension(let tensor, let index): "dimension \(index) of \(tensor)"
    case .type(let tensor): "the type of \(tensor)"
    case .offset(let tensor): "the offset of \(tensor)"
    }
  }
}
