import Quantization
import TestSupport
import Testing

@Suite struct ActivationRowTests {
  @Test("The largest value becomes 127 or -127 and the scale is a 127th of it")
  func scale() {
    var values = [Float](repeating: 0.25, count: 32)
    values[9] = -3
    let row = ActivationRow(values)
    #expect(row.scales == [3 / 127])
    #expect(row.codes[9] == -127)
    #expect(row.codes[0] == 11)  // 0.25 · 127 / 3 = 10.58
  }

  @Test("Ties go to the even code")
  func ties() {
    let values: [Float] = [127, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5]
    #expect(Array(ActivationRow(values).codes.prefix(7)) == [127, 0, 2, 2, 0, -2, -2])
  }

  @Test(
    "Each block of 32 has a scale of its own; a partial block ends in zeros",
    arguments: [0, 1, 31, 32, 33, 64, 65])
  func blocks(count: Int) {
    let row = ActivationRow((0..<count).map { Float($0 / 32 + 1) })
    #expect(row.elementCount == count)
    #expect(row.scales == (0..<(count + 31) / 32).map { Float($0 + 1) / 127 })
    #expect(row.codes.count == row.scales.count * 32)
    #expect(row.codes.prefix(count).allSatisfy { $0 == 127 })
    #expect(row.codes.dropFirst(count).allSatisfy { $0 == 0 })
    #expect(row.values.count == count)
  }

  @Test("The values differ from the input by at most half a step")
  func error() {
    var generator = SeededGenerator(seed: 3)
    let values = (0..<320).map { _ in Float.random(in: -5...5, using: &generator) }
    let row = ActivationRow(values)
    for (index, value) in values.enumerated() {
      #expect(abs(row.values[index] - value) <= row.scales[index / 32] * 0.5001)
    }
  }

  @Test(
    "Zeros and the smallest numbers give zeros",
    arguments: [0, -0.0, .leastNonzeroMagnitude, 0x1p-122] as [Float])
  func tiny(value: Float) {
    let row = ActivationRow([Float](repeating: value, count: 32))
    #expect(row.scales == [0])
    #expect(row.codes == [Int8](repeating: 0, count: 32))
  }

  @Test("The largest finite numbers do not overflow a code")
  func huge() {
    let row = ActivationRow([.greatestFiniteMagnitude, -.greatestFiniteMagnitude])
    #expect(Array(row.codes.prefix(2)) == [127, -127])
  }

  @Test("A block with NaN or an infinity has scale NaN", arguments: [Float.nan, .infinity, -.infinity])
  func notFinite(value: Float) {
    let row = ActivationRow([Float](repeating: 1, count: 32) + [1, value])
    #expect(row.scales[0] == Float(1) / 127)
    #expect(row.scales[1].isNaN)
    #expect(row.codes[32...].allSatisfy { $0 == 0 })
  }
}
