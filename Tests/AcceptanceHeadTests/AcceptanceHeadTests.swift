import AcceptanceHead
import Foundation
import TestSupport
import Testing

@Suite struct AcceptanceHeadTests {
  @Test(
    "the probability is that of a plain computation in double precision",
    arguments: [1, 2, 15, 16, 17, 128, 200], [0, 1, 3])
  func agrees(hiddenSize: Int, blockCount: Int) {
    let example = HeadCase(hiddenSize: hiddenSize, blockCount: blockCount)
    let head = AcceptanceHead(example.parameters, rejectionWeight: 6)
    var numbers = SeededGenerator(seed: 2)
    var found: [Double] = []
    for _ in 0..<5 {
      let state = numbers.floats(hiddenSize, spread: 2)
      let probability = Double(state.withUnsafeBufferPointer { head.probability(of: $0) })
      #expect(abs(probability - example.probability(state)) < 1e-5)
      found.append(probability)
    }
    #expect(Set(found).count == 5)
  }

  @Test("a state that is not a number has the probability 0, and leaves no trace")
  func notANumber() {
    let head = AcceptanceHead(HeadCase(hiddenSize: 20, blockCount: 2).parameters, rejectionWeight: 6)
    var state = [Float](repeating: 0.5, count: 20)
    let before = head.probability(of: state)
    state[3] = .nan
    #expect(head.probability(of: state) == 0)
    state[3] = 0.5
    #expect(head.probability(of: state) == before)
  }

  @Test("taking out the weight of rejections gives the share that is accepted", arguments: [1, 3, 6])
  func unweighted(weight: Float) {
    let head = AcceptanceHead(HeadCase(hiddenSize: 1, blockCount: 0).parameters, rejectionWeight: weight)
    for share in [0, 0.2, 0.5, 0.9, 1] {
      // Where the weighted loss has its minimum, found by trying.
      let losses = (1..<1000).map { step in
        let p = Double(step) / 1000
        return -Double(weight) * (1 - share) * log(1 - p) - share * log(p)
      }
      let best = Float(losses.firstIndex(of: losses.min()!)! + 1) / 1000
      #expect(abs(Double(head.unweighted(best)) - share) < 0.01)
    }
  }
}

extension AcceptanceHead {
  func probability(of state: [Float]) -> Float { state.withUnsafeBufferPointer { probability(of: $0) } }
}
