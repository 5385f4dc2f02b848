import CKernelABI

/// Writes keys into the block-transposed cache [position / 16][headSize][16]: 16 positions lie side by side, so that
/// their scores come out as one vector.
func storeKey(
  _ key: UnsafePointer<Float>, _ headSize: Int, _ position: Int, _ keys: UnsafeMutablePointer<UInt16>
) {
  let lane = keys + position / 16 * headSize * 16 + position % 16
  var index = 0
  while index < headSize {
    let count = min(16, headSize - index)
    let halves = nacre_half_from_float(
      count == 16
        ? loadVector(key + index, as: Floats.self) : loadPartial(key + index, count: count, fill: 0))
    for offset in 0..<count { lane[(index + offset) * 16] = halves[offset] }
    index += 16
  }
}

/// Writes values into the cache [position][stride]; `stride` is the head size rounded up to 16.
func storeValue(
  _ value: UnsafePointer<Float>, _ headSize: Int, _ position: Int, _ stride: Int,
  _ values: UnsafeMutablePointer<UInt16>
) {
  let row = values + position * stride
  var index = 0
  while index < headSize {
    let count = min(16, headSize - index)
    let floats =
      count == 16
      ? loadVector(value + index, as: Floats.self) : loadPartial(value + index, count: count, fill: 0)
    storeVector(nacre_half_from_float(floats), to: row + index)
    index += 16
  }
}

/// softmax(q·Kᵀ · scale) · V for the query heads that share one KV head, at one position.
func attend(_ attention: nacre_attention) {
  for head in 0..<Int(attention.head_count) {
    let offset = head * Int(attention.head_size)
    let sum = weighPositions(attention, query: attention.queries + offset)
    mixValues(attention, scale: 1 / sum, output: attention.output + offset)
  }
}

/// Fills `scores` with e^(score − largest score), zero past the last position, and returns their sum.
@inline(__always)
private func weighPositions(_ attention: nacre_attention, query: UnsafePointer<Float>) -> Float {
  let count = Int(attention.position_count)
  let headSize = Int(attention.head_size)
  let lanes = Ints(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  var largest = Floats(repeating: -.infinity)
  var first = 0
  while first < count {
    let keys = UnsafeRawPointer(attention.keys + first * headSize)
    var score = dotKeys(query, keys, headSize: headSize) * attention.scale
    score.replace(with: -.infinity, where: lanes .>= Int32(truncatingIfNeeded: count - first))
    storeVector(score, to: attention.scores + first)
    largest = nacre_larger(largest, score)
    first += 16
  }
  let maximum = nacre_maximum(largest)
  var sum = Floats(repeating: 0)
  first = 0
  while first < count {
    let weight = exponential(loadVector(attention.scores + first, as: Floats.self) - maximum)
    storeVector(weight, to: attention.scores + first)
    sum += weight
    first += 16
  }
  return horizontalSum(sum)
}

/// The dot products of one query with 16 positions' keys.
@inline(__always)
private func dotKeys(_ query: UnsafePointer<Float>, _ keys: UnsafeRawPointer, headSize: Int) -> Floats {
  @inline(__always) func key(_ index: Int) -> Floats {
    nacre_float_from_half(loadVector(keys + index * 32, as: Halves.self))
  }
  var even = Floats(repeating: 0)
  var odd = Floats(repeating: 0)
  var index = 0
  while index + 2 <= headSize {
    even = nacre_multiply_add(even, key(index), Floats(repeating: query[index]))
    odd = nacre_multiply_add(odd, key(index + 1), Floats(repeating: query[index + 1]))
    index += 2
  }
  if index < headSize { even = nacre_multiply_add(even, key(index), Floats(repeating: query[index])) }
  return even + odd
}

/// output = scale · Σ scores[position] · values[position]; 64 values of the head at a time.
@inline(__always)
private func mixValues(_ attention: nacre_attention, scale: Float, output: UnsafeMutablePointer<Float>) {
  let headSize = Int(attention.head_size)
  let stride = Int(attention.value_stride)
  var first = 0
  while first + 64 <= stride {
    var (a, b) = (Floats(repeating: 0), Floats(repeating: 0))
    var (c, d) = (Floats(repeating: 0), Floats(repeating: 0))
    var row = UnsafeRawPointer(attention.values + first)
    for position in 0..<Int(attention.position_count) {
      let weight = Floats(repeating: attention.scores[position])
      a = nacre_multiply_add(a, nacre_float_from_half(loadVector(row, as: Halves.self)), weight)
      b = nacre_multiply_add(b, nacre_float_from_half(loadVector(row + 32, as: Halves.self)), weight)
      c = nacre_multiply_add(c, nacre_float_from_half(loadVector(row + 64, as: Halves.self)), weight)
      d = nacre_multiply_add(d, nacre_float_from_half(loadVector(row + 96, as: Halves.self)), weight)
      row += stride * 2
    }
    storeHead(a * scale, first, headSize, output)
    storeHead(b * scale, first + 16, headSize, output)
    storeHead(c * scale, first + 32, headSize, output)
    storeHead(d * scale, first + 48, headSize, output)
    first += 64
  }
  while first < stride {
    var sum = Floats(repeating: 0)
    for position in 0..<Int(attention.position_count) {
      let value = nacre_float_from_half(
        loadVector(attention.values + position * stride + first, as: Halves.self))
      sum = nacre_multiply_add(sum, value, Floats(repeating: attention.scores[position]))
    }
    storeHead(sum * scale, first, headSize, output)
    first += 16
  }
}

/// Stores the lanes that belong to the head; the next head's memory is another thread's.
@inline(__always)
private func storeHead(_ vector: Floats, _ first: Int, _ headSize: Int, _ output: UnsafeMutablePointer<Float>)
{
  if first + 16 <= headSize {
    storeVector(vector, to: output + first)
  } else if first < headSize {
    storePartial(vector, count: headSize - first, to: output + first)
  }
}
