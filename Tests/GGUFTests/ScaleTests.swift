import GGUF
import TestSupport
import Testing

/// Sizes at which anything quadratic would not end within the limit.
@Suite struct ScaleTests {
  static let count = 1_000_000

  /// `count` copies of a record, each with its number in the eight bytes at `nameOffset`, as letters.
  private func repeated(_ record: GGUFBytes, nameOffset: Int, patch: (inout [UInt8], Int) -> Void) -> [UInt8]
  {
    let template = Array(record.bytes.dropFirst(24))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(template.count * Self.count)
    for index in 0..<Self.count {
      let start = bytes.count
      bytes.append(contentsOf: template)
      for digit in 0..<8 {
        bytes[start + nameOffset + digit] = 0x61 + UInt8(truncatingIfNeeded: index >> (4 * digit) & 0xf)
      }
      patch(&bytes, index)
    }
    return bytes
  }

  @Test("A million tiny tensors, last first, are read in time", .timeLimit(.minutes(1)))
  func tensors() throws {
    var record = GGUFBytes()
    record.tensor("########", [1], type: 24)
    var file = GGUFBytes(tensorCount: UInt64(Self.count), metadataCount: 1)
    file.entry("general.alignment", type: 4, UInt32(1))
    file.raw(
      repeated(record, nameOffset: 8) { bytes, index in
        withUnsafeBytes(of: UInt64(Self.count - 1 - index)) {
          bytes.replaceSubrange((bytes.count - 8)..., with: $0)
        }
      })
    file.raw([UInt8](repeating: 0, count: Self.count))
    #expect(try open(file.bytes).tensors.count == Self.count)
  }

  @Test("A million tiny metadata keys are read in time", .timeLimit(.minutes(1)))
  func keys() throws {
    var record = GGUFBytes()
    record.entry("########", type: 0, UInt8(1))
    var file = GGUFBytes(metadataCount: UInt64(Self.count))
    file.raw(repeated(record, nameOffset: 8) { _, _ in })
    #expect(try open(file.bytes).metadata.keys.count == Self.count)
  }
}
