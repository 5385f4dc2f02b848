import Foundation
import GGUF
import TestSupport
import Testing

/// Valid files with seeded damage: whatever happens, opening either works or throws, and what opens can be read.
@Suite struct MutationTests {
  /// Inputs in one run; `NACRE_FUZZ_COUNT` sets another number.
  static let inputCount =
    ProcessInfo.processInfo.environment["NACRE_FUZZ_COUNT"].flatMap { Int($0) } ?? 24_000

  static let lanes = 4

  @Test("No damaged file makes the reader trap", arguments: 0..<lanes)
  func mutations(lane: Int) throws {
    let directory = try TemporaryDirectory()
    var mutator = GGUFMutator(seed: UInt64(lane))
    var opened = 0
    for input in 0..<Self.inputCount / Self.lanes {
      let path = try directory.write(mutator.next(), to: "model.gguf")
      do throws(GGUFError) {
        touch(try GGUFFile(path: path))
        opened += 1
      } catch {
        #expect(!error.description.isEmpty, "lane \(lane), input \(input)")
      }
      // A new file each time: file systems wait for the disk when an old one is overwritten.
      try directory.remove("model.gguf")
    }
    // Damage that is never fatal, or always, would test nothing.
    #expect(opened > Self.inputCount / Self.lanes / 50)
    #expect(opened < Self.inputCount / Self.lanes / 2)
  }

  /// Reads every byte of every tensor and every key in every way.
  private func touch(_ file: GGUFFile) {
    var sum: UInt8 = 0
    for tensor in file.tensors {
      for byte in file.bytes(of: tensor) { sum ^= byte }
      precondition(file.tensor(named: tensor.name) == tensor)
    }
    for key in file.metadata.keys {
      _ = try? file.metadata.string(key)
      _ = try? file.metadata.double(key)
      _ = try? file.metadata.integers(key)
      _ = try? file.metadata.floats(key)
    }
    withExtendedLifetime(sum) {}
  }
}

/// Damages valid files: at their numbers, in their bytes, and in their length.
struct GGUFMutator {
  private var generator: SeededGenerator
  private let files = [Self.richFile(), Self.tinyFile()]

  private static let extremes: [UInt64] = [
    0, 1, 2, 3, 4, 5, 8, 9, 13, 31, 32, 33, 63, 64, 255, 256, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
    1 << 32, 1 << 59, 1 << 60, 1 << 61, 1 << 62, 1 << 63, .max - 31, .max - 1, .max,
  ]

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  mutating func next() -> [UInt8] {
    let file = files[Int.random(in: 0..<files.count, using: &generator)]
    var bytes = file.bytes
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      damage(&bytes, numberRanges: file.numberRanges)
    }
    return bytes
  }

  private mutating func damage(_ bytes: inout [UInt8], numberRanges: [Range<Int>]) {
    guard !bytes.isEmpty else { return }
    switch Int.random(in: 0..<8, using: &generator) {
    case 0...3:
      let range = numberRanges[Int.random(in: 0..<numberRanges.count, using: &generator)]
      guard range.upperBound <= bytes.count else { return }
      replaceNumber(&bytes, range)
    case 4, 5:
      bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
    case 6:
      bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
    default:
      let start = Int.random(in: 0..<bytes.count, using: &generator)
      let end = min(bytes.count, start + Int.random(in: 1...40, using: &generator))
      let piece = Array(bytes[start..<end])
      if Bool.random(using: &generator) {
        bytes.removeSubrange(start..<end)
      } else {
        bytes.insert(contentsOf: piece, at: start)
      }
    }
  }

  /// Puts an extreme in the number's place, or moves the number by a little.
  private mutating func replaceNumber(_ bytes: inout [UInt8], _ range: Range<Int>) {
    var number: UInt64 = 0
    for index in range.reversed() { number = number << 8 | UInt64(bytes[index]) }
    if Bool.random(using: &generator) {
      number = Self.extremes[Int.random(in: 0..<Self.extremes.count, using: &generator)]
    } else {
      number &+= UInt64(bitPattern: Int64.random(in: -33...33, using: &generator))
    }
    for index in range {
      bytes[index] = UInt8(truncatingIfNeeded: number)
      number >>= 8
    }
  }

  private static func richFile() -> GGUFBytes {
    var file = GGUFBytes(tensorCount: 4, metadataCount: 7)
    file.entry("general.architecture", "llama")
    file.entry("general.alignment", type: 4, UInt32(32))
    file.entry("split.count", type: 2, UInt16(0))
    file.array("tokens", elementType: 8, count: 3)
    for token in ["a", "ß", "token"] { file.string(token) }
    file.array("scores", elementType: 6, count: 3)
    for score in [0, -1, -2.5] as [Float] { file.number(score) }
    file.array("types", elementType: 5, count: 2)
    for type in [1, 3] as [Int32] { file.number(type) }
    file.entry("epsilon", type: 12, 1e-6)
    file.tensor("a", [32, 2], type: 8, offset: 0)
    file.tensor("b", [4, 2, 2], type: 1, offset: 96)
    file.tensor("c", [256], type: 12, offset: 128)
    file.tensor("d", [3], type: 0, offset: 288)
    file.data(300)
    return file
  }

  private static func tinyFile() -> GGUFBytes {
    var file = GGUFBytes(version: 2, tensorCount: 1, metadataCount: 1)
    file.entry("k", type: 0, UInt8(1))
    file.tensor("w", [8])
    file.data(32)
    return file
  }
}
