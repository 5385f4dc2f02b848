import CKernelABI
import Foundation
import KernelDispatch
import Platform
import TestSupport
import Testing

@Suite struct AttentionTests {
  /// Head size, query heads, rows, positions that the first row sees.
  private static let shapes = [
    (64, 2, 1, 1), (128, 1, 1, 2), (80, 3, 2, 15), (20, 1, 9, 16), (33, 2, 5, 17), (8, 4, 1, 100),
    (64, 7, 3, 127), (48, 8, 2, 128), (32, 1, 20, 120), (64, 1, 33, 250), (16, 5, 13, 1), (96, 1, 1, 300),
  ]

  @Test(
    "attention agrees with softmax in double precision over what the cache holds",
    arguments: KernelLevel.supported, CacheType.allCases)
  func agreesWithSoftmax(level: KernelLevel, type: CacheType) throws {
    let kernels = try KernelLibrary(level: level)
    for shape in Self.shapes {
      let test = AttentionCase(shape, type: type)
      let output = test.attend(kernels)
      for (query, expected) in test.expected.enumerated() {
        for (index, value) in expected.enumerated() {
          let found = Double(output[query * test.headSize + index])
          #expect(abs(found - value) < 1e-5, "\(shape), query \(query): \(found), \(value)")
        }
      }
      #expect(output.last == 42, "wrote past the last head")
    }
  }

  @Test(
    "a query's result has the same bits whatever queries are attended beside it",
    arguments: KernelLevel.supported, CacheType.allCases)
  func isInvariant(level: KernelLevel, type: CacheType) throws {
    let kernels = try KernelLibrary(level: level)
    for shape in Self.shapes {
      let test = AttentionCase(shape, type: type)
      let alone = test.attend(kernels, together: 1)
      for together in [2, 3, 7, 8, 11, 64] {
        #expect(test.attend(kernels, together: together) == alone, "\(shape), \(together) queries")
      }
    }
  }

  @Test("an int8 cache holds values to half a step of their block", arguments: KernelLevel.supported)
  func roundsToBytes(level: KernelLevel) throws {
    let kernels = try KernelLibrary(level: level)
    // One position alone: its weight is 1, and the result is what the cache holds.
    for spread: Float in [0, 1e-6, 1e-3, 1, 1e4] {
      let test = AttentionCase((70, 1, 1, 1), type: .q8_0, spread: spread)
      let output = test.attend(kernels)
      for first in stride(from: 0, to: 70, by: 32) {
        let block = test.values[0][first..<min(first + 32, 70)]
        let largest = block.map(abs).max()!
        // Scales are halves: their own error is up to 2^-12 of them, and 2^-25 where they are small, 127 times.
        let bound = largest / 127 * 0.5 + largest * 0x1p-11 + 127 * 0x1p-25
        for index in block.indices { #expect(abs(output[index] - block[index]) <= bound) }
      }
    }
  }

  @Test("what is not a number comes out as none", arguments: KernelLevel.supported, CacheType.allCases)
  func nonFinite(level: KernelLevel, type: CacheType) throws {
    let kernels = try KernelLibrary(level: level)
    for value in [Float.infinity, -.infinity, .nan] {
      var test = AttentionCase((64, 1, 1, 20), type: type)
      test.values[7][40] = value
      let output = test.attend(kernels)
      #expect(!output[40].isFinite)
      #expect(output[0].isFinite)
    }
  }
}
