import Synthesis
import TensorTypes
import TestSupport
import Testing

@Suite("Noise on weights")
struct WeightNoiseTests {
  @Test("more noise agrees less often")
  func agreement() throws {
    let directory = try TemporaryDirectory()
    let prompt: [TokenID] = [1, 822, 263]
    let tokens = prompt + (try loadModel(PackagePaths.draft).greedy(after: prompt, count: 120))
    let expected = bestTokens(try allLogits(.init(PackagePaths.draft), tokens))
    let agreements = try [0, 0.05, 0.3, 1].map { (noise: Float) in
      let path = directory.file("noise-\(noise)")
      try widen(.init(PackagePaths.draft), nil, type: .q8_0, noise: noise, to: path)
      return zip(bestTokens(try allLogits(path, tokens)), expected).filter { $0.0 == $0.1 }.count
    }
    #expect(agreements[0] == expected.count)
    #expect(zip(agreements, agreements.dropFirst()).allSatisfy { $0.0 > $0.1 }, "\(agreements)")
  }

  @Test("the same noise lands on the same weights in every shape")
  func shapes() throws {
    let directory = try TemporaryDirectory()
    var small = RandomModel()
    small.isTied = true
    let path = try small.write(to: directory)
    let (noisy, wide) = (directory.file("noisy"), directory.file("wide"))
    try widen(path, nil, noise: 0.3, seed: 7, to: noisy)
    // More KV heads, and an output matrix of its own.
    try widen(path, "128,4,8,8,128,70", noise: 0.3, seed: 7, to: wide)
    let expected = try allLogits(noisy, someTokens)
    let difference = error(try allLogits(wide, someTokens), expected)
    #expect(difference < 1e-11)
    let change = error(expected, try allLogits(path, someTokens))
    #expect(change > 1e-3)
  }
}
