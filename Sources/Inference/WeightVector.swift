/// A norm or a bias: a view of memory that a `WeightVectors` owns.
struct WeightVector: BitwiseCopyable {
  let start: UnsafePointer<Float>
  let count: Int
}

/// Owns vectors that threads read without counting references, as each would to a shared array.
final class WeightVectors {
  private var memories: [UnsafeMutablePointer<Float>] = []

  func keep(_ values: [Float]) -> WeightVector {
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: max(values.count, 1))
    memory.initialize(from: values, count: values.count)
    memories.append(memory)
    return WeightVector(start: memory, count: values.count)
  }

  deinit { for memory in memories { memory.deallocate() } }
}
