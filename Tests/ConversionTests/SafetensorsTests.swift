import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Conversion

@Suite struct SafetensorsTests {
  private func file(_ header: String, dataBytes: Int = 0, length: UInt64? = nil) -> [UInt8] {
    withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Array($0) } + Array(header.utf8)
      + [UInt8](repeating: 0, count: dataBytes)
  }

  private func problem(_ bytes: [UInt8]) -> ConversionProblem? {
    bytes.withUnsafeBytes { bytes in
      do throws(ConversionProblem) {
        _ = try SafetensorsFile.tensors(bytes, path: "")
        return nil
      } catch { return error }
    }
  }

  private func entry(_ dtype: String, _ shape: String, _ offsets: String) -> String {
    #"{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  @Test("Tensors come in the order of their data; empty and zero-dimensional ones are fine")
  func valid() throws {
    let header =
      #"{"__metadata__":{"a":"b"},"b":\#(entry("F16", "[2,3]", "[4,16]")),"a":\#(entry("F32", "[]", "[0,4]"))"#
      + #","e":\#(entry("U8", "[0,9]", "[16,16]"))} "#
    let bytes = file(header, dataBytes: 16)
    let start = 8 + header.utf8.count
    let tensors = try bytes.withUnsafeBytes { try SafetensorsFile.tensors($0, path: "") }
    #expect(
      tensors == [
        SafetensorsTensor(name: "a", type: .f32, shape: [], range: start..<start + 4),
        SafetensorsTensor(name: "b", type: .f16, shape: [2, 3], range: start + 4..<start + 16),
        SafetensorsTensor(name: "e", type: .u8, shape: [0, 9], range: start + 16..<start + 16),
      ])
  }

  @Test("The size of the header is checked", arguments: [0, 1, 7])
  func shortFile(count: Int) {
    #expect(problem([UInt8](repeating: 0, count: count)) == .headerTruncated(available: count))
  }

  @Test("A header that claims too much is refused before it is read")
  func headerSize() {
    #expect(problem(file("{}", length: 3)) == .headerPastEnd(claimed: 3, available: 2))
    for claimed in [100_000_001, 1 << 62, 1 << 63, UInt64.max] as [UInt64] {
      #expect(
        problem(file("{}", length: claimed)) == .headerTooLarge(claimed: claimed, limit: 100_000_000))
    }
    #expect(problem(file("")) == .json(.unexpected(offset: 0, found: nil, expected: "a value")))
    #expect(problem(file("[]")) == .wrongFieldType("the header", expected: "object", found: "array"))
  }

  @Test("Nesting bombs and floods of values end early")
  func bombs() {
    let deep = String(repeating: "[", count: 1_000_000)
    #expect(problem(file(#"{"a":\#(deep)"#)) == .json(.tooDeep(offset: 20, limit: 16)))
    let many = "{\"a\":[" + String(repeating: "0,", count: 1 << 22) + "0]}"
    #expect(problem(file(many)) == .json(.tooManyValues(offset: 6 + 2 * ((1 << 22) - 2), limit: 1 << 22)))
  }

  @Test("An entry that lies is refused with the field and the numbers")
  func entries() {
    let cases: [(String, ConversionProblem)] = [
      ("7", .wrongFieldType("t", expected: "object", found: "number 7")),
      ("{}", .missingField("t.dtype")),
      (#"{"dtype":1}"#, .wrongFieldType("t.dtype", expected: "string", found: "number 1")),
      (#"{"dtype":"F32"}"#, .missingField("t.shape")),
      (entry("Q9", "[1]", "[0,4]"), .unknownDtype(tensor: "t", "Q9")),
      (
        entry("F32", "[-1]", "[0,4]"),
        .invalidField("t.shape[0]", value: "-1", expected: "an integer in 0...9223372036854775807")
      ),
      (
        entry("F32", "[1.0]", "[0,4]"),
        .invalidField("t.shape[0]", value: "1.0", expected: "an integer in 0...9223372036854775807")
      ),
      (
        entry("F32", "[1]", "[0,9223372036854775808]"),
        .invalidField(
          "t.data_offsets[1]", value: "9223372036854775808",
          expected: "an integer in 0...9223372036854775807")
      ),
      (
        entry("F32", "[4294967296,4294967296]", "[0,4]"),
        .elementCountOverflow(tensor: "t", shape: [1 << 32, 1 << 32])
      ),
      (
        entry("F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]"),
        .invalidField("t.shape", value: "9 dimensions", expected: "at most 8 dimensions")
      ),
      (
        entry("F32", "[1]", "[0]"),
        .invalidField("t.data_offsets", value: "1 numbers", expected: "2 numbers")
      ),
      (entry("F32", "[1]", "[4,0]"), .offsetsReversed(tensor: "t", begin: 4, end: 0)),
      (entry("F32", "[1]", "[0,8]"), .wrongByteCount(tensor: "t", expected: 4, found: 8)),
      (entry("F32", "[3]", "[0,12]"), .dataPastEnd(tensor: "t", begin: 0, end: 12, available: 8)),
      (
        entry("F32", "[1]", "[9223372036854775803,9223372036854775807]"),
        .dataPastEnd(tensor: "t", begin: 9_223_372_036_854_775_803, end: .max, available: 8)
      ),
      (entry("F32", "[1]", "[0,4]"), .unclaimedBytes(begin: 4, end: 8)),
      (entry("F32", "[1]", "[4,8]"), .unclaimedBytes(begin: 0, end: 4)),
    ]
    for (entry, expected) in cases {
      #expect(problem(file(#"{"t":\#(entry)}"#, dataBytes: 8)) == expected, "\(entry)")
    }
  }

  @Test("Tensors that overlap, or are there twice, are refused")
  func together() {
    let (first, second) = (entry("F32", "[2]", "[0,8]"), entry("F32", "[1]", "[4,8]"))
    #expect(
      problem(file(#"{"a":\#(first),"b":\#(second)}"#, dataBytes: 8))
        == .overlappingTensors("a", "b", offset: 4))
    #expect(
      problem(file(#"{"a":\#(first),"a":\#(second)}"#, dataBytes: 8))
        == .json(.duplicateKey(offset: 54, "a")))
  }

  @Test("Mutated files never crash, and what is accepted lies within the file")
  func fuzz() throws {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["NACRE_FUZZ_COUNT"].flatMap(Int.init) ?? 20000
    let entries = (0..<4).map { index in
      let begin = 2 * index * (index + 1)
      let fields = entry("F16", "[2,\(index + 1)]", "[\(begin),\(begin + 4 * (index + 1))]")
      return #""t\#(index)":\#(fields)"#
    }
    let valid = file("{" + entries.joined(separator: ",") + "}", dataBytes: 40)
    #expect(problem(valid) == nil)
    var mutator = FileMutator(seed: 77)
    var acceptedCount = 0
    for _ in 0..<count {
      var bytes = mutator.damaged(valid)
      // Mostly the header's size is right again, so that what is in it is read.
      if bytes.count >= 48, Int.random(in: 0..<4, using: &mutator.random) > 0 {
        withUnsafeBytes(of: UInt64(bytes.count - 48).littleEndian) {
          bytes.replaceSubrange(0..<8, with: $0)
        }
      }
      try bytes.withUnsafeBytes { bytes in
        guard let tensors = try? SafetensorsFile.tensors(bytes, path: "") else { return }
        acceptedCount += 1
        try #require(tensors.allSatisfy { $0.range.lowerBound >= 8 && $0.range.upperBound <= bytes.count })
      }
    }
    #expect(acceptedCount > count / 200)
  }
}
