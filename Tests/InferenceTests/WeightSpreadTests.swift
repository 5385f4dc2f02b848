import Inference
import Testing

@Suite("Weights where a node is too small") struct WeightSpreadTests {
  private func spread(_ byteCount: Int, _ threads: [Int: Int], _ rooms: [(Int, Int)]) -> [Int: Int]? {
    let rooms = rooms.map { WeightSpread.NodeBytes(node: $0.0, byteCount: $0.1) }
    return WeightSpread(byteCount, threadCounts: threads, rooms: rooms).map { spread in
      #expect(spread.parts.map(\.node) == spread.parts.map(\.node).sorted())
      return Dictionary(uniqueKeysWithValues: spread.parts.map { ($0.node, $0.byteCount) })
    }
  }

  @Test("what has room is left alone, to the last byte")
  func fits() {
    #expect(spread(100, [0: 4], [(0, 100), (1, 500)]) == nil)
    #expect(spread(100, [0: 3, 1: 1], [(0, 75), (1, 25)]) == nil)
    #expect(spread(0, [0: 4], [(0, 0)]) == nil)
  }

  @Test("what is left over goes to the nodes that follow, in their order")
  func overflow() {
    #expect(spread(101, [2: 4], [(2, 100), (3, 500), (0, 500)]) == [2: 100, 3: 1])
    #expect(spread(1000, [2: 4], [(2, 100), (3, 500), (0, 500)]) == [0: 400, 2: 100, 3: 500])
    #expect(spread(10, [1: 1], [(1, 0), (0, 10)]) == [0: 10])
  }

  @Test("nodes with threads take over from each other first, in proportion to their threads")
  func homes() {
    #expect(spread(100, [0: 1, 1: 1], [(0, 20), (1, 90), (2, 500)]) == [0: 20, 1: 80])
    #expect(spread(120, [0: 3, 1: 3, 2: 6], [(0, 10), (1, 100), (2, 100)]) == [0: 10, 1: 37, 2: 73])
    #expect(spread(100, [0: 1, 1: 1], [(0, 20), (1, 30), (2, 500)]) == [0: 20, 1: 30, 2: 50])
    #expect(spread(100, [0: 1, 1: 9], [(0, .max), (1, 30)]) == [0: 70, 1: 30])
  }

  @Test("what fits nowhere is not spread")
  func nowhere() { #expect(spread(101, [0: 4], [(0, 50), (1, 50)]) == nil) }

  @Test("all bytes are somewhere, and no node has more than it can take")
  func sums() {
    for seed in 1..<500 {
      let number = { (factor: Int, limit: Int) in seed * factor % limit }
      let rooms = (0..<4).map { ($0, number(7919 + 31 * $0, 1000)) }
      let threads = Dictionary(
        uniqueKeysWithValues: (0..<1 + number(13, 3)).map { ($0, 1 + number(17 + $0, 9)) })
      let byteCount = number(104729, 3000)
      guard let parts = spread(byteCount, threads, rooms) else { continue }
      #expect(parts.values.reduce(0, +) == byteCount)
      // Fractions of bytes are not shared out.
      for (node, bytes) in parts { #expect(bytes > 0 && bytes <= rooms[node].1 + 32) }
    }
  }
}
