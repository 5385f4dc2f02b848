import CKernelABI

/// What one query has seen so far: the softmax is corrected whenever a block has a larger score than all before it
/// (Milakov and Gimelshein 2018, "Online normalizer calculation for softmax").
struct RunningSoftmax {
  /// The largest score.
  let maximum: UnsafeMutablePointer<Float>
  /// 16 parts of Σ e^(score − maximum).
  let denominator: UnsafeMutablePointer<Float>
  /// Σ e^(score − maximum) · values.
  let sums: UnsafeMutablePointer<Float>
  /// Floats of `sums`: a multiple of 16.
  let sumCount: Int

  @inline(__always)
  func reset() {
    maximum.pointee = -.infinity
    storeVector(Floats(repeating: 0), to: denominator)
    for index in stride(from: 0, to: sumCount, by: 16) {
      storeVector(Floats(repeating: 0), to: sums + index)
    }
  }

  /// Turns a block's first `count` scores into weights e^(score − maximum); places up to the next multiple of 16
  /// become 0.
  @inline(__always)
  func weigh(_ strip: UnsafeMutablePointer<Float>, count: Int) {
    let padded = (count + 15) / 16 * 16
    hide(strip + (padded - 16), from: count - (padded - 16))
    var largest = Floats(repeating: -.infinity)
    for first in stride(from: 0, to: padded, by: 16) {
      largest = nacre_larger(largest, loadVector(strip + first, as: Floats.self))
    }
    let old = maximum.pointee
    let blockMaximum = nacre_maximum(largest)
    let new = blockMaximum > old ? blockMaximum : old
    if new != old { correct(by: exponential(Floats(repeating: old - new))) }
    maximum.pointee = new
    var total = loadVector(denominator, as: Floats.self)
    for first in stride(from: 0, to: padded, by: 16) {
      let weight = exponential(loadVector(strip + first, as: Floats.self) - new)
      storeVector(weight, to: strip + first)
      total += weight
    }
    storeVector(total, to: denominator)
  }

  /// Makes the scores of lanes from `count` on −∞.
  @inline(__always)
  private func hide(_ scores: UnsafeMutablePointer<Float>, from count: Int) {
    if count == 16 { return }
    let hidden = nacre_hide_from(loadVector(scores, as: Floats.self), Int32(truncatingIfNeeded: count))
    storeVector(hidden, to: scores)
  }

  @inline(__always)
  private func correct(by factor: Floats) {
    storeVector(loadVector(denominator, as: Floats.self) * factor, to: denominator)
    for index in stride(from: 0, to: sumCount, by: 16) {
      storeVector(loadVector(sums + index, as: Floats.self) * factor, to: sums + index)
    }
  }

  /// output = sums / denominator.
  @inline(__always)
  func store(to output: UnsafeMutablePointer<Float>, headSize: Int) {
    let factor = 1 / horizontalSum(loadVector(denominator, as: Floats.self))
    for first in stride(from: 0, to: headSize, by: 16) {
      let vector = loadVector(sums + first, as: Floats.self) * factor
      if first + 16 <= headSize {
        storeVector(vector, to: output + first)
      } else {
        // What is behind the head is another thread's.
        storePartial(vector, count: headSize - first, to: output + first)
      }
    }
  }
}
