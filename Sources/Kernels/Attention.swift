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
      typealias Scores = ScorePair<ScorePair<OneScore, OneScore>, ScorePair<OneScore, OneScore>>
      typealias Mixes = MixPair<MixPair<OneMix, OneMix>, MixPair<OneMix, OneMix>>
      attend(Scores.self, Mixes.self, attention, head)
      head += 4
    }
  }
  if nacre_head_tile_width() >= 2 {
    while head + 2 <= count {
      attend(ScorePair<OneScore, OneScore>.self, MixPair<OneMix, OneMix>.self, attention, head)
      head += 2
    }
  }
  while head < count {
    attend(OneScore.self, OneMix.self, attention, head)
    head += 1
  }
}

/// Heads `head..<head + Scores.width`.
@inline(__always)
private func attend<Scores: ScoreTile, Mixes: ValueTile>(
  _ scoreType: Scores.Type, _ mixType: Mixes.Type, _ attention: nacre_attention, _ head: Int
) {
  let headSize = Int(attention.head_size)
  let padded = (Int(attention.position_count) + 15) / 16 * 16
  // A strip holds a head's scores, then what its weights have to be multiplied with.
  let stride = padded + 16
  scoreKeys(Scores.self, attention, queries: attention.queries + head * headSize, stride: stride)
  for strip in 0..<Scores.width {
    let scores = attention.scores + strip * stride
    scores[padded] = 1 / exponentiate(scores, count: padded)
  }
  mixValues(
    Mixes.self, attention, output: attention.output + head * headSize, scales: attention.scores + padded,
    stride: stride)
}

@inline(__always)
private func scoreKeys<Scores: ScoreTile>(
  _ type: Scores.Type, _ attention: nacre_attention, queries: UnsafePointer<Float>, stride: Int
) {
  let headSize = Int(attention.head_size)
  let count = Int(attention.position_count)
  var first = 0
  while first < count {
    let keys = UnsafeRawPointer(attention.keys + first * headSize)
    var scores = Scores(queries: queries, headSize: headSize)
    for index in 0..<headSize {
      scores.accumulate(nacre_float_from_half(loadVector(keys + index * 32, as: Halves.self)), index: index)
    }
    scores.store(to: attention.scores + first, stride: stride, count: count - first, scale: attention.scale)
    first += 16
  }
}

/// Turns scores into weights e^(score − largest) and returns their sum.
/// - Parameter count: A multiple of 16.
@inline(__always)
private func exponentiate(_ scores: UnsafeMutablePointer<Float>, count: Int) -> Float {
  var largest = Floats(repeating: -.infinity)
  for first in stride(from: 0, to: count, by: 16) {
    largest = nacre_larger(largest, loadVector(scores + first, as: Floats.self))
  }
  let maximum = nacre_maximum(largest)
  var total = Floats(repeating: 0)
  for first in stride(from: 0, to: count, by: 16) {
    let weight = exponential(loadVector(scores + first, as: Floats.self) - maximum)
    storeVector(weight, to: scores + first)
    total += weight
  }
  return horizontalSum(total)
}

/// output = scale · Σ weight[position] · values[position]; 64 values of the head at a time.
@inline(__always)
private func mixValues<Mixes: ValueTile>(
  _ type: Mixes.Type, _ attention: nacre_attention, output: UnsafeMutablePointer<Float>,
  scales: UnsafePointer<Float>, stride: Int
) {
  let rowStride = Int(attention.value_stride)
  var first = 0
  while first < rowStride {
    // The last vectors of a narrow head are read twice instead of beyond the row, and not stored.
    let last = rowStride - 16
    let (b, c, d) = (min(first + 16, last), min(first + 32, last), min(first + 48, last))
    var mixes = Mixes(weights: attention.scores, stride: stride)
    var row = UnsafePointer(attention.values!)
    for position in 0..<Int(attention.position_count) {
      let values = FourVectors(a: value(row + first), b: value(row + b), c: value(row + c), d: value(row + d))
      mixes.accumulate(values, position: position)
      row += rowStride
    }
    mixes.store(
      to: output, first: first, headSize: Int(attention.head_size), scales: scales, stride: stride)
    first += 64
  }
}

@inline(__always)
private func value(_ halves: UnsafePointer<UInt16>) -> Floats {
  nacre_float_from_half(loadVector(halves, as: Halves.self))
}
