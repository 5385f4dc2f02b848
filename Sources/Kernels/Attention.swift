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
  let count = Int(attention.head_count)
  var head = 0
  if nacre_head_tile_width() >= 4 {
    while head + 4 <= count {
      attend(HeadPair<HeadPair<OneHead, OneHead>, HeadPair<OneHead, OneHead>>.self, attention, head)
      head += 4
    }
  }
  if nacre_head_tile_width() >= 2 {
    while head + 2 <= count {
      attend(HeadPair<OneHead, OneHead>.self, attention, head)
      head += 2
    }
  }
  while head < count {
    attend(OneHead.self, attention, head)
    head += 1
  }
}

/// Heads `head..<head + Heads.width`.
@inline(__always)
private func attend<Heads: HeadTile>(_ type: Heads.Type, _ attention: nacre_attention, _ head: Int) {
  let headSize = Int(attention.head_size)
  let count = Int(attention.position_count)
  var heads = Heads(
    queries: attention.queries + head * headSize, headSize: headSize, scores: attention.scores,
    scoreStride: (count + 15) / 16 * 16)
  var first = 0
  while first < count {
    let keys = UnsafeRawPointer(attention.keys + first * headSize)
    heads.reset()
    for index in 0..<headSize {
      heads.accumulateKeys(
        nacre_float_from_half(loadVector(keys + index * 32, as: Halves.self)), index: index)
    }
    heads.storeScores(position: first, count: count - first, scale: attention.scale)
    first += 16
  }
  heads.exponentiate(count: count)
  mixValues(&heads, attention, output: attention.output + head * headSize)
}

/// output = Σ weight[position] · values[position]; 64 values of the head at a time.
@inline(__always)
private func mixValues<Heads: HeadTile>(
  _ heads: inout Heads, _ attention: nacre_attention, output: UnsafeMutablePointer<Float>
) {
  let headSize = Int(attention.head_size)
  let stride = Int(attention.value_stride)
  var first = 0
  while first < stride {
    // The last vectors of a narrow head are read twice instead of beyond the row, and not stored.
    let last = stride - 16
    let (b, c, d) = (min(first + 16, last), min(first + 32, last), min(first + 48, last))
    heads.reset()
    var row = UnsafePointer(attention.values!)
    for position in 0..<Int(attention.position_count) {
      let values = FourVectors(a: value(row + first), b: value(row + b), c: value(row + c), d: value(row + d))
      heads.accumulateValues(values, position: position)
      row += stride
    }
    heads.storeValues(to: output, first: first, headSize: headSize)
    first += 64
  }
}

@inline(__always)
private func value(_ halves: UnsafePointer<UInt16>) -> Floats {
  nacre_float_from_half(loadVector(halves, as: Halves.self))
}
