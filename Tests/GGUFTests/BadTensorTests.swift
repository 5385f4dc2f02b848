import GGUF
import TestSupport
import Testing

@Suite struct BadTensorTests {
  /// A file with the given tensors and enough data for any of them.
  private func file(_ count: UInt64 = 1, _ build: (inout GGUFBytes) -> Void) -> GGUFBytes {
    var file = GGUFBytes(tensorCount: count)
    build(&file)
    file.data(1024)
    return file
  }

  @Test(
    "A name of 63 bytes is read; one of 64 or more is refused",
    arguments: [64, 65, 1 << 40, .max] as [UInt64])
  func longName(length: UInt64) throws {
    let longest = String(repeating: "a", count: 63)
    #expect(try open(file { $0.tensor(longest, [8]) }.bytes).tensor(named: longest) != nil)
    let file = file { $0.string(longest + "b", length: length) }
    #expect(try problem(file) == .tensorNameTooLong(index: 0, byteCount: length))
  }

  @Test("A name that is not UTF-8 is refused")
  func notUTF8() throws {
    let file = file {
      $0.number(UInt64(1))
      $0.raw([0xff])
    }
    #expect(try problem(file) == .notUTF8(.tensorName(index: 0)))
  }

  @Test("A duplicate name is refused, wherever the data is", arguments: [0, 32] as [UInt64])
  func duplicateName(offset: UInt64) throws {
    let file = file(2) {
      $0.tensor("w", [8], offset: 0)
      $0.tensor("w", [8], offset: offset)
    }
    #expect(try problem(file) == .duplicateTensor("w"))
  }

  @Test("More than four dimensions are refused", arguments: [5, 0xffff_ffff] as [UInt32])
  func tooManyDimensions(count: UInt32) throws {
    let file = file { $0.tensor("w", [1, 1, 1, 1, 1], dimensionCount: count) }
    #expect(try problem(file) == .tooManyDimensions(tensor: "w", count: count))
  }

  @Test("A dimension below 1 is refused", arguments: [0, -1, .min] as [Int64])
  func invalidDimension(size: Int64) throws {
    let file = file { $0.tensor("w", [8, size]) }
    #expect(try problem(file) == .invalidDimension(tensor: "w", index: 1, size: size))
  }

  @Test("The x16 layout is refused for vectors, for types that no kernel runs, and for unknown types")
  func interleaved() throws {
    let vector = file { $0.tensor("w", [32], type: 0x1_0008) }
    #expect(try problem(vector) == .notInterleavable(tensor: "w", type: "Q8_0", dimensions: [32]))
    let slow = file { $0.tensor("w", [256, 1], type: 0x1_0013) }
    #expect(try problem(slow) == .notInterleavable(tensor: "w", type: "IQ1_S", dimensions: [256, 1]))
    let unknown = file { $0.tensor("w", [32, 1], type: 0x1_ffff) }
    #expect(try problem(unknown) == .unknownType(tensor: "w", id: 0x1_ffff))
    let huge = file { $0.tensor("w", [1, 1 << 61], type: 0x1_0000) }
    #expect(try problem(huge) == .byteCountOverflow(tensor: "w", dimensions: [1, 1 << 61]))
  }

  @Test("An element count that overflows is refused")
  func elementCountOverflow() throws {
    let dimensions = [1 << 32, 1 << 31]
    let file = file { $0.tensor("w", dimensions.map(Int64.init)) }
    #expect(try problem(file) == .elementCountOverflow(tensor: "w", dimensions: dimensions))
  }

  @Test("A byte count that overflows is refused")
  func byteCountOverflow() throws {
    let dimensions = [1 << 31, 1 << 30]
    let file = file { $0.tensor("w", dimensions.map(Int64.init)) }
    #expect(try problem(file) == .byteCountOverflow(tensor: "w", dimensions: dimensions))
  }

  @Test(
    "Removed types are refused by name",
    arguments: zip([4, 5, 31, 38], ["Q4_2", "Q4_3", "Q4_0_4_4", "IQ4_NL_8_8"]))
  func removedType(id: Int, name: String) throws {
    let file = file { $0.tensor("w", [256], type: UInt32(id)) }
    #expect(try problem(file) == .removedType(tensor: "w", id: UInt32(id), name: name))
  }

  @Test("Unknown types are refused", arguments: [42, 1000, 0xffff_ffff] as [UInt32])
  func unknownType(id: UInt32) throws {
    #expect(try problem(file { $0.tensor("w", [256], type: id) }) == .unknownType(tensor: "w", id: id))
  }

  @Test(
    "Rows that are not whole blocks are refused, even if the tensor would be",
    arguments: [16, 31, 33] as [Int64])
  func partialBlock(columnCount: Int64) throws {
    let file = file { $0.tensor("w", [columnCount, 32], type: 8) }
    #expect(
      try problem(file) == .partialBlock(tensor: "w", columnCount: Int(columnCount), blockElementCount: 32))
  }

  @Test("A misaligned offset is refused", arguments: [1, 16, 33, .max] as [UInt64])
  func misaligned(offset: UInt64) throws {
    let file = file { $0.tensor("w", [8], offset: offset) }
    #expect(try problem(file) == .misalignedOffset(tensor: "w", offset: offset, alignment: 32))
  }

  @Test("Data past the end is refused", arguments: [1024, 1 << 62, .max - 31] as [UInt64])
  func pastEnd(offset: UInt64) throws {
    let file = file { $0.tensor("w", [8], offset: offset) }
    #expect(try problem(file) == .dataPastEnd(tensor: "w", offset: offset, byteCount: 32, available: 1024))
  }

  @Test("An offset of -1 is refused even where any offset is aligned")
  func offsetMinusOne() throws {
    var file = GGUFBytes(tensorCount: 1, metadataCount: 1)
    file.entry("general.alignment", type: 4, UInt32(1))
    file.tensor("w", [8], offset: .max)
    file.data(64, alignment: 1)
    #expect(try problem(file) == .dataPastEnd(tensor: "w", offset: .max, byteCount: 32, available: 64))
  }

  @Test("Overlapping tensors are refused, in whatever order the file lists them")
  func overlapping() throws {
    let file = file(3) {
      $0.tensor("c", [8], offset: 128)
      $0.tensor("b", [8], offset: 32)
      $0.tensor("a", [9], offset: 0)
    }
    #expect(try problem(file) == .overlappingTensors("a", "b", offset: 32 + Self.dataStart(of: file)))
  }

  @Test("Two tensors at the same offset are refused")
  func sameOffset() throws {
    let file = file(2) {
      $0.tensor("a", [8])
      $0.tensor("b", [8])
    }
    #expect(try problem(file) == .overlappingTensors("a", "b", offset: Self.dataStart(of: file)))
  }

  @Test("A file cut anywhere before the end of its last tensor is refused")
  func cutAnywhere() throws {
    var whole = GGUFBytes(tensorCount: 1)
    whole.tensor("w", [8, 2], type: 1)
    whole.data(32)
    #expect(try problem(whole) == nil)
    for count in 24..<whole.bytes.count {
      #expect(try problem(Array(whole.bytes.prefix(count))) != nil)
    }
    let cut = Array(whole.bytes.dropLast())
    #expect(try problem(cut) == .dataPastEnd(tensor: "w", offset: 0, byteCount: 32, available: 31))
  }

  private static func dataStart(of file: GGUFBytes) -> Int { file.bytes.count - 1024 }
}
