import AcceptanceHead
import TestSupport

import Foundation

/// A head with random parameters, and what it predicts by a plain computation in double precision.
struct HeadCase {
  let parameters: HeadParameters

  init(hiddenSize: Int, blockCount: Int, seed: UInt64 = 1) {
    let shape = HeadShape(hiddenSize: hiddenSize, blockCount: blockCount)
    var numbers = SeededGenerator(seed: seed)
    parameters = HeadParameters(
      shape: shape, values: numbers.floats(shape.parameterCount, spread: 0.7 / Float(hiddenSize).squareRoot())
    )
  }

  var draft: DraftIdentity {
    DraftIdentity(
      name: "draft", fingerprint: "0123456789abcdef", hiddenSize: parameters.shape.hiddenSize,
      vocabularyCount: 77)
  }

  var file: HeadFile { HeadFile(parameters: parameters, draft: draft, rejectionWeight: 6) }

  func probability(_ state: [Float]) -> Double {
    let shape = parameters.shape
    var x = state.map(Double.init)
    for block in 0..<shape.blockCount {
      let sums = product(shape.blockWeight(block), shape.blockBias(block), x)
      x = zip(x, sums).map { $0 + $1 / (1 + exp(-$1)) }
    }
    let logits = product(shape.outputWeight, shape.outputBias, x)
    return exp(logits[1]) / (exp(logits[0]) + exp(logits[1]))
  }

  private func product(_ weight: Range<Int>, _ bias: Range<Int>, _ x: [Double]) -> [Double] {
    bias.enumerated().map { row, place in
      x.indices.reduce(Double(parameters.values[place])) {
        $0 + Double(parameters.values[weight.lowerBound + row * x.count + $1]) * x[$1]
      }
    }
  }
}
