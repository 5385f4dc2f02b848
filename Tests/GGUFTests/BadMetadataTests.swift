import GGUF
import TestSupport
import Testing

@Suite struct BadMetadataTests {
  private func file(_ build: (inout GGUFBytes) -> Void) -> GGUFBytes {
    var file = GGUFBytes(metadataCount: 1)
    build(&file)
    return file
  }

  @Test("A key longer than the file is refused", arguments: [7, 1 << 31, 1 << 62, .max] as [UInt64])
  func longKey(length: UInt64) throws {
    let file = file {
      $0.string("abcdef", length: length)
    }
    #expect(try problem(file) == .truncated(.key(index: 0), needed: length, available: 6))
  }

  @Test("A string value longer than the file is refused", arguments: [1, .max] as [UInt64])
  func longString(length: UInt64) throws {
    let file = file {
      $0.key("abc", type: 8)
      $0.string("", length: length)
    }
    #expect(try problem(file) == .truncated(.value(key: "abc"), needed: length, available: 0))
  }

  @Test("An empty key is refused")
  func emptyKey() throws {
    #expect(try problem(file { $0.entry("", type: 4, UInt32(1)) }) == .emptyKey(index: 0))
  }

  @Test("A duplicate key is refused, also with another value")
  func duplicateKey() throws {
    var file = GGUFBytes(metadataCount: 2)
    file.entry("abc", type: 4, UInt32(1))
    file.entry("abc", type: 5, Int32(2))
    #expect(try problem(file) == .duplicateKey("abc"))
  }

  @Test("Unknown value types are refused", arguments: [13, 0xffff_ffff] as [UInt32])
  func unknownType(id: UInt32) throws {
    #expect(
      try problem(file { $0.entry("abc", type: id, UInt64(1)) }) == .unknownValueType(key: "abc", id: id))
    let array = file { $0.array("abc", elementType: id, count: 0) }
    #expect(try problem(array) == .unknownValueType(key: "abc", id: id))
  }

  @Test("An array of arrays is refused")
  func nestedArray() throws {
    #expect(try problem(file { $0.array("abc", elementType: 9, count: 0) }) == .nestedArray(key: "abc"))
  }

  @Test("An array count whose size overflows is refused", arguments: [1 << 61, 1 << 62, .max] as [UInt64])
  func arrayOverflow(count: UInt64) throws {
    let file = file { $0.array("abc", elementType: 10, count: count) }
    #expect(try problem(file) == .countTooLarge(.value(key: "abc"), count: count, available: 0))
  }

  @Test("An array larger than the file is refused before anything is allocated")
  func arrayBeyondFile() throws {
    let numbers = file { $0.array("abc", elementType: 4, count: 1 << 40) }
    #expect(try problem(numbers) == .truncated(.value(key: "abc"), needed: 1 << 42, available: 0))
    let strings = file { $0.array("abc", elementType: 8, count: 1 << 40) }
    #expect(try problem(strings) == .countTooLarge(.arrayCount(key: "abc"), count: 1 << 40, available: 0))
  }

  @Test("A cut element of a string array is named by its index")
  func cutElement() throws {
    let file = file {
      $0.array("abc", elementType: 8, count: 2)
      $0.string("first")
      $0.string("second", length: 7)
    }
    #expect(try problem(file) == .truncated(.element(key: "abc", index: 1), needed: 7, available: 6))
  }

  @Test(
    "Strings that are not UTF-8 are refused", arguments: [[0xff], [0xc0, 0x80], [0xe2, 0x82]] as [[UInt8]])
  func notUTF8(bytes: [UInt8]) throws {
    let key = file {
      $0.number(UInt64(bytes.count))
      $0.raw(bytes)
      $0.raw([UInt8](repeating: 0, count: 8))
    }
    #expect(try problem(key) == .notUTF8(.key(index: 0)))
    let value = file {
      $0.key("abc", type: 8)
      $0.number(UInt64(bytes.count))
      $0.raw(bytes)
    }
    #expect(try problem(value) == .notUTF8(.value(key: "abc")))
  }

  @Test(
    "An alignment of 0 or that is not a power of two is refused", arguments: [0, 13, 0xffff_ffff] as [UInt32])
  func badAlignment(alignment: UInt32) throws {
    let file = file { $0.entry("general.alignment", type: 4, alignment) }
    #expect(try problem(file) == .invalidAlignment(alignment))
  }

  @Test("An alignment of another type than uint32 is refused")
  func mistypedAlignment() throws {
    let key = "general.alignment"
    let wide = file { $0.entry(key, type: 10, UInt64(32)) }
    #expect(try problem(wide) == .wrongType(key: key, expected: "uint32", found: "uint64"))
    let text = file { $0.entry(key, "32") }
    #expect(try problem(text) == .wrongType(key: key, expected: "uint32", found: "string"))
    let array = file { $0.array(key, elementType: 4, count: 0) }
    #expect(try problem(array) == .wrongType(key: key, expected: "uint32", found: "array of uint32"))
  }

  @Test("Metadata cut at any byte is refused")
  func cutAnywhere() throws {
    let whole = file {
      $0.array("abc", elementType: 8, count: 2)
      $0.string("first")
      $0.string("second")
    }
    #expect(try problem(whole) == nil)
    for count in 24..<whole.bytes.count {
      #expect(try problem(Array(whole.bytes.prefix(count))) != nil)
    }
  }
}
