/// Builds the part of a GGUF file before the tensors' data, little-endian.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  var count: Int { bytes.count }

  mutating func append(contentsOf bytes: some Sequence<UInt8>) {
    self.bytes.append(contentsOf: bytes)
  }

  mutating func appendZeros(_ count: Int) {
    bytes.append(contentsOf: repeatElement(0, count: count))
  }

  // The pointers below live for one call, over memory that Swift initialized.

  /// Appends one number as its bytes in memory. `Number` is an integer or floating-point type without padding.
  mutating func append<Number: BitwiseCopyable>(_ number: Number) {
    unsafe withUnsafeBytes(of: number) { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func append(_ string: String) {
    append(UInt64(string.utf8.count))
    bytes.append(contentsOf: string.utf8)
  }

  mutating func append(_ tensor: TensorRecord) {
    append(tensor.name)
    append(UInt32(tensor.shape.dimensions.count))
    for dimension in tensor.shape.dimensions { append(UInt64(dimension)) }
    append(tensor.layout.typeNumber(tensor.type))
    append(tensor.offset)
  }

  mutating func append(_ value: MetadataValue) {
    append(value.type.rawValue)
    switch value {
    case .uint8(let number): append(number)
    case .int8(let number): append(number)
    case .uint16(let number): append(number)
    case .int16(let number): append(number)
    case .uint32(let number): append(number)
    case .int32(let number): append(number)
    case .uint64(let number): append(number)
    case .int64(let number): append(number)
    case .float32(let number): append(number)
    case .float64(let number): append(number)
    case .bool(let bool): append(UInt8(bool ? 1 : 0))
    case .string(let string): append(string)
    case .array(let array): append(array)
    }
  }

  private mutating func append(_ array: MetadataArray) {
    append(array.elementType.rawValue)
    append(UInt64(array.count))
    switch array {
    case .uint8(let values): append(numbers: values)
    case .int8(let values): append(numbers: values)
    case .uint16(let values): append(numbers: values)
    case .int16(let values): append(numbers: values)
    case .uint32(let values): append(numbers: values)
    case .int32(let values): append(numbers: values)
    case .uint64(let values): append(numbers: values)
    case .int64(let values): append(numbers: values)
    case .float32(let values): append(numbers: values)
    case .float64(let values): append(numbers: values)
    case .bool(let values): append(numbers: values.map { UInt8($0 ? 1 : 0) })
    case .strings(let values): for value in values { append(value) }
    }
  }

  private mutating func append<Number: BitwiseCopyable>(numbers: [Number]) {
    unsafe numbers.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }
}
