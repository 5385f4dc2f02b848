import TestSupport
import Testing

@testable import Sampling

/// The three `philox4x32 10` lines of Random123's `kat_vectors`: counter, key, output.
private let philoxKnownAnswers: [(SIMD4<UInt32>, SIMD2<UInt32>, SIMD4<UInt32>)] = [
  (.init(repeating: 0), .init(repeating: 0), .init(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
  (
    .init(repeating: .max), .init(repeating: .max),
    .init(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
  ),
  (
    .init(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), .init(0xa409_3822, 0x299f_31d0),
    .init(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
  ),
]

@Suite("Counter-based random numbers")
struct CounterRandomTests {
  @Test("Philox gives the published known answers", arguments: 0..<3)
  func knownAnswers(index: Int) {
    let (counter, key, expected) = philoxKnownAnswers[index]
    #expect(CounterRandom.philox(counter: counter, key: key) == expected)
  }

  @Test("seed, position, purpose and index each change the number")
  func everyPartOfTheKeyMatters() {
    let base = CounterRandom(seed: 7).words(position: 3, purpose: .acceptance, index: 5)
    #expect(base == CounterRandom(seed: 7).words(position: 3, purpose: .acceptance, index: 5))
    #expect(base != CounterRandom(seed: 8).words(position: 3, purpose: .acceptance, index: 5))
    #expect(base != CounterRandom(seed: 7 + 1 << 40).words(position: 3, purpose: .acceptance, index: 5))
    #expect(base != CounterRandom(seed: 7).words(position: 4, purpose: .acceptance, index: 5))
    #expect(base != CounterRandom(seed: 7).words(position: 3, purpose: .correction, index: 5))
    #expect(base != CounterRandom(seed: 7).words(position: 3, purpose: .acceptance, index: 6))
    #expect(base != CounterRandom(seed: 7).words(position: 3, purpose: .acceptance, index: 5 + 1 << 40))
  }

  @Test("the smallest and largest uniform numbers are inside (0, 1)")
  func uniformIsOpen() {
    #expect(CounterRandom.uniform(.init(repeating: 0)) == 0x1p-53)
    #expect(CounterRandom.uniform(.init(repeating: .max)) == 1 - 0x1p-53)
  }

  @Test("uniform numbers fill 64 equal bins evenly")
  func uniformIsUniform() {
    var bins = [Int](repeating: 0, count: 64)
    let random = CounterRandom(seed: 11)
    for position in 0..<64_000 { bins[Int(random.uniform(position: position, purpose: .target) * 64)] += 1 }
    #expect(isPlausible(counts: bins, probabilities: .init(repeating: 1 / 64, count: 64)))
  }
}
