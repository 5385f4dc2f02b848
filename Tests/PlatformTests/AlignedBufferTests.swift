import Platform
import Testing

@Suite struct AlignedBufferTests {
  @Test("memory is zero and aligned to a page, also none of it", arguments: [0, 1, 4096, 1 << 22])
  func fresh(byteCount: Int) throws {
    let buffer = try #require(AlignedBuffer(ifAvailable: byteCount))
    #expect(buffer.byteCount == byteCount)
    #expect(Int(bitPattern: buffer.start).isMultiple(of: 4096))
    #expect(UnsafeRawBufferPointer(start: buffer.start, count: byteCount).allSatisfy { $0 == 0 })
  }

  @Test("more than the address space is refused, not fatal", arguments: [1 << 56, 1 << 62, .max])
  func tooMuch(byteCount: Int) {
    #expect(AlignedBuffer(ifAvailable: byteCount) == nil)
  }
}
