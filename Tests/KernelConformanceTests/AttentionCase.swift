import CKernelABI
import Foundation
import KernelDispatch
import Platform
import TestSupport

/// Random keys, values and queries of one KV head, the kernels' attention over them, and a plain one.
struct AttentionCase {
  let headSize: Int
  let headCount: Int
  let rowCount: Int
  /// Positions that row 0 sees.
  let positionCount: Int
  let type: CacheType
  let keys: [[Float]]
  var values: [[Float]]
  let queries: [Float]
  private let scale: Float = 0.25

  init(_ shape: (Int, Int, Int, Int), type: CacheType, spread: Float = 1) {
    (headSize, headCount, rowCount, positionCount) = shape
    self.type = type
    var numbers = SeededGenerator(seed: 11)
    let all = positionCount + rowCount - 1
    let size = headSize
    keys = (0..<all).map { _ in numbers.floats(size) }
    values = (0..<all).map { _ in numbers.floats(size, spread: spread) }
    queries = numbers.floats(rowCount * headCount * size, spread: 2)
  }

  /// Results of all queries, one after the other, and 42 at the end.
  /// - Parameter together: Queries of one call.
  func attend(_ kernels: KernelLibrary, together: Int = Int(NACRE_ATTENTION_QUERIES)) -> [Float] {
    let functions = kernels.cache(type)
    let (keyMemory, valueMemory) = filledCache(functions)
    let scratch = AlignedBuffer(byteCount: Int(nacre_attention_scratch_bytes(Int64(headSize))))
    memset(scratch.start, 0xff, scratch.byteCount)
    var output = [Float](repeating: .nan, count: queries.count) + [42]
    let rowLength = Int64(headCount * headSize)
    queries.withUnsafeBufferPointer { queries in
      output.withUnsafeMutableBufferPointer { output in
        for begin in stride(from: 0, to: rowCount * headCount, by: together) {
          var attention = nacre_attention(
            keys: keyMemory.start, values: valueMemory.start, queries: queries.baseAddress,
            query_stride: rowLength, output: output.baseAddress, output_stride: rowLength,
            scratch: scratch.start, query_begin: Int64(begin),
            query_end: Int64(min(begin + together, rowCount * headCount)), head_count: Int64(headCount),
            head_size: Int64(headSize), position_count: Int64(positionCount), scale: scale)
          functions.attend(&attention)
        }
      }
    }
    return output
  }

  private func filledCache(_ functions: nacre_cache_functions) -> (AlignedBuffer, AlignedBuffer) {
    let tileBytes = type.tileBytes(headSize: headSize)
    let tileCount = (keys.count + 15) / 16
    let keyMemory = AlignedBuffer(byteCount: tileCount * tileBytes.keys)
    let valueMemory = AlignedBuffer(byteCount: tileCount * tileBytes.values)
    // What a rolled-back position leaves behind must not matter: halves and scales that are no numbers.
    memset(keyMemory.start, 0x7e, keyMemory.byteCount)
    memset(valueMemory.start, 0x7e, valueMemory.byteCount)
    for position in keys.indices {
      functions.store_key(keys[position], Int64(headSize), Int64(position), keyMemory.start)
      functions.store_value(values[position], Int64(headSize), Int64(position), valueMemory.start)
    }
    return (keyMemory, valueMemory)
  }

  /// What the cache makes of a vector; of a query too, whose scale stays a float.
  private func rounded(_ vector: [Float], isQuery: Bool = false) -> [Double] {
    if type == .f16 { return vector.map { isQuery ? Double($0) : Double(Float16($0)) } }
    return stride(from: 0, to: vector.count, by: 32).flatMap { first -> [Double] in
      let block = vector[first..<min(first + 32, vector.count)]
      let exact = block.map(abs).max()! / 127
      let scale = isQuery ? exact : Float(Float16(exact))
      return block.map { Double(($0 * (1 / scale)).rounded(.toNearestOrEven)) * Double(scale) }
    }
  }

  /// Results of each query in double precision, over what the cache and the kernels round to.
  var expected: [[Double]] {
    let (keys, values) = (keys.map { rounded($0) }, values.map { rounded($0) })
    return (0..<rowCount * headCount).map { query in
      let count = positionCount + query / headCount
      let vector = rounded(Array(queries[query * headSize..<(query + 1) * headSize]), isQuery: true)
      let scores = keys[..<count].map { zip(vector, $0).reduce(0) { $0 + $1.0 * $1.1 } * Double(scale) }
      let weights = scores.map { exp($0 - scores.max()!) }
      let sum = weights.reduce(0, +)
      return (0..<headSize).map { index in
        zip(weights, values).reduce(0) { $0 + $1.0 * $1.1[index] } / sum
      }
    }
  }
}
