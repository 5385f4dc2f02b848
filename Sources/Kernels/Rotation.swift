import CKernelABI

/// Rotary position embedding on neighbouring pairs (Su et al. 2021, RoFormer, eq. 34).
///
/// For each head, (x[2i], x[2i+1]) turns by the angle whose cosine and sine are given, `i < pairCount`.
func rotatePairs(
  _ heads: UnsafeMutablePointer<Float>, _ headCount: Int, _ headSize: Int, _ cosines: UnsafePointer<Float>,
  _ sines: UnsafePointer<Float>, _ pairCount: Int
) {
  for head in 0..<headCount {
    let values = heads + head * headSize
    var pair = 0
    while pair + 8 <= pairCount {
      let x = loadVector(values + 2 * pair, as: Floats.self)
      let cosine = loadVector(cosines + pair, as: SIMD8<Float>.self)
      let sine = loadVector(sines + pair, as: SIMD8<Float>.self)
      let (even, odd) = (x.evenHalf, x.oddHalf)
      var turned = Floats()
      turned.evenHalf = even * cosine - odd * sine
      turned.oddHalf = even * sine + odd * cosine
      storeVector(turned, to: values + 2 * pair)
      pair += 8
    }
    while pair < pairCount {
      let (even, odd) = (values[2 * pair], values[2 * pair + 1])
      values[2 * pair] = even * cosines[pair] - odd * sines[pair]
      values[2 * pair + 1] = even * sines[pair] + odd * cosines[pair]
      pair += 1
    }
  }
}

/// Rotary position embedding on the two halves of what is rotated, as GPT-NeoX pairs them.
///
/// For each head, (x[i], x[i + pairCount]) turns by the angle whose cosine and sine are given, `i < pairCount`.
func rotateHalves(
  _ heads: UnsafeMutablePointer<Float>, _ headCount: Int, _ headSize: Int, _ cosines: UnsafePointer<Float>,
  _ sines: UnsafePointer<Float>, _ pairCount: Int
) {
  for head in 0..<headCount {
    let first = heads + head * headSize
    let second = first + pairCount
    var pair = 0
    while pair + 16 <= pairCount {
      let x = loadVector(first + pair, as: Floats.self)
      let y = loadVector(second + pair, as: Floats.self)
      let cosine = loadVector(cosines + pair, as: Floats.self)
      let sine = loadVector(sines + pair, as: Floats.self)
      storeVector(x * cosine - y * sine, to: first + pair)
      storeVector(x * sine + y * cosine, to: second + pair)
      pair += 16
    }
    while pair < pairCount {
      let (x, y) = (first[pair], second[pair])
      first[pair] = x * cosines[pair] - y * sines[pair]
      second[pair] = x * sines[pair] + y * cosines[pair]
      pair += 1
    }
  }
}
