import CKernelABI
import Foundation
import KernelDispatch
import Platform
import TestSupport
import Testing

@Suite struct AttentionTests {
  @Test("attention agrees with softmax in double precision", arguments: KernelLevel.supported)
  func agreesWithSoftmax(level: KernelLevel) throws {
    let table = try KernelLibrary(level: level).table
    var numbers = SeededGenerator(seed: 11)
    for (headSize, headCount) in [(64, 2), (128, 1), (80, 3), (20, 1), (33, 2), (8, 4), (64, 7), (48, 8)] {
      for positionCount in [1, 2, 15, 16, 17, 100] {
        let valueStride = (headSize + 15) / 16 * 16
        let keys = AlignedBuffer(of: UInt16.self, count: 128 * headSize)
        let values = AlignedBuffer(of: UInt16.self, count: 128 * valueStride)
        // What a rolled-back position leaves behind must not matter.
        keys.pointer(to: UInt16.self).update(repeating: Float16.nan.bitPattern, count: 128 * headSize)
        values.pointer(to: UInt16.self).update(repeating: Float16.nan.bitPattern, count: 128 * valueStride)
        let (k, v) = (
          (0..<positionCount).map { _ in numbers.floats(headSize) },
          (0..<positionCount).map { _ in numbers.floats(headSize) }
        )
        for position in 0..<positionCount {
          let place = Int64(position)
          table.store_key(k[position], Int64(headSize), place, keys.pointer(to: UInt16.self))
          table.store_value(
            v[position], Int64(headSize), place, Int64(valueStride), values.pointer(to: UInt16.self))
        }
        let queries = numbers.floats(headCount * headSize, spread: 2)
        let scores = AlignedBuffer(of: Float.self, count: 144 * Int(NACRE_SCORE_STRIPS))
        let output = AlignedBuffer(of: Float.self, count: headCount * headSize + 1)
        output.pointer(to: Float.self)[headCount * headSize] = 42
        queries.withUnsafeBufferPointer { queries in
          var attention = nacre_attention(
            keys: keys.pointer(to: UInt16.self), values: values.pointer(to: UInt16.self),
            queries: queries.baseAddress, output: output.pointer(to: Float.self),
            scores: scores.pointer(to: Float.self), position_count: Int64(positionCount),
            head_count: Int64(headCount), head_size: Int64(headSize), value_stride: Int64(valueStride),
            scale: 0.25)
          table.attend(&attention)
        }
        for head in 0..<headCount {
          let query = queries[head * headSize..<(head + 1) * headSize].map(Double.init)
          let scores = k.map { key in 0.25 * zip(query, key).reduce(0) { $0 + $1.0 * Double(Float16($1.1)) } }
          let weights = scores.map { exp($0 - scores.max()!) }
          let sum = weights.reduce(0, +)
          for index in 0..<headSize {
            let expected = zip(weights, v).reduce(0) { $0 + $1.0 / sum * Double(Float16($1.1[index])) }
            #expect(abs(Double(output.pointer(to: Float.self)[head * headSize + index]) - expected) < 1e-5)
          }
        }
        #expect(output.pointer(to: Float.self)[headCount * headSize] == 42, "wrote past the last head")
      }
    }
  }
}
