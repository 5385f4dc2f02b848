import GGUF
import Platform
import SystemPackage
import TestSupport
import Testing

@testable import Inference

@Suite("Row splits") struct RowSplitTests {
  private func split(_ nodes: [Int], homes: [TeamHome]) -> RowSplit {
    RowSplit(LanePlacement(nodes: nodes), homes: homes)
  }

  @Test("rows are cut where each node of several has threads, and only there")
  func pieces() {
    let anywhere = [TeamHome(node: nil, threadCount: 4)]
    let both = [TeamHome(node: 0, threadCount: 3), TeamHome(node: 2, threadCount: 1)]
    #expect(split([], homes: both).pieces == [.init(placement: .anywhere, share: 1)])
    #expect(split([2], homes: both).pieces == [.init(placement: .bind(node: 2), share: 1)])
    #expect(
      split([2, 0], homes: both).pieces == [
        .init(placement: .bind(node: 0), share: 3), .init(placement: .bind(node: 2), share: 1),
      ])
    let interleaved = { (nodes: [Int]) in [RowSplit.Piece(placement: .interleave(nodes: nodes), share: 1)] }
    #expect(split([0, 2], homes: anywhere).pieces == interleaved([0, 2]))
    #expect(split([0, 1], homes: both).pieces == interleaved([0, 1]))
  }

  @Test("weights that are spread are cut in proportion to the bytes")
  func spread() throws {
    let rooms = [(3, 30 << 30), (0, 80 << 30)].map { WeightSpread.NodeBytes(node: $0, byteCount: $1) }
    let spread = try #require(WeightSpread(90 << 30, threadCounts: [3: 8], rooms: rooms))
    let placement = LanePlacement(nodes: [3], spread: spread)
    let split = RowSplit(placement, homes: [TeamHome(node: 3, threadCount: 8)])
    #expect(split.pieces.map(\.placement) == [.bind(node: 0), .bind(node: 3)])
    #expect(split.ranges(groupCount: 300) == [0..<200, 200..<300])
    #expect(split.ranges(groupCount: 1 << 40).last?.upperBound == 1 << 40)
    #expect(placement.shared == .bind(node: 3), "cache and scratch stay with the threads")
  }

  @Test(
    "ranges follow each other, hold all groups, and are in proportion",
    arguments: [[1], [1, 1], [3, 1], [1, 7, 64], [5, 5, 5, 5]], [0, 1, 2, 3, 16, 97, 1 << 40])
  func ranges(shares: [Int], groupCount: Int) {
    let homes = shares.enumerated().map { TeamHome(node: $0, threadCount: $1) }
    let ranges = split(Array(shares.indices), homes: homes).ranges(groupCount: groupCount)
    #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == groupCount)
    for (range, next) in zip(ranges, ranges.dropFirst()) { #expect(range.upperBound == next.lowerBound) }
    if shares.count == 1 { return }
    for (range, share) in zip(ranges, shares) {
      let exact = Double(groupCount) * Double(share) / Double(shares.reduce(0, +))
      #expect(abs(Double(range.count) - exact) < 1)
    }
  }

  @Test("a model that is spread over a node without threads gives the same bits, and is as large as foretold")
  func spreadBits() throws {
    let directory = try TemporaryDirectory()
    var model = RandomModel()
    model.type = .q8_0
    let path = try model.write(to: directory)
    let whole = try Loading.model(path)
    let memory = try ModelMemory(
      GGUFFile(path: path), copiesMappedTensors: true, cacheType: .f16, contextLength: .max, threadCount: 1)
    let state = whole.bufferPlacements("whole").dropFirst().reduce(0) { $0 + $1.byteCount }
    #expect((state...state + 1 << 20).contains(memory.stateByteCount), "\(memory), \(state)")
    let part = { WeightSpread.NodeBytes(node: $0, byteCount: $1) }
    let spread = try #require(
      WeightSpread(
        memory.weightByteCount, threadCounts: [0: 2],
        rooms: [part(0, memory.weightByteCount / 3), part(9, .max)]))
    let team = ThreadTeam(name: "split", cpus: [nil, nil], nodes: [0, 0], spin: .none)
    let weights = try Loading.weights(
      path, team: team, placement: LanePlacement(nodes: [0], spread: spread))
    let cut = try TransformerModel(weights, team: team, contextLength: whole.contextLength)
    let buffers = weights.bufferPlacements("cut")
    #expect(buffers.map(\.asked) == [.bind(node: 0), .bind(node: 9)])
    #expect(buffers[0].byteCount < buffers[1].byteCount)
    #expect((0..<(32 << 10)).contains(weights.byteCount - memory.weightByteCount))
    let tokens = Array(3..<8 as Range<Int32>)
    for model in [whole, cut] { model.forward(tokens, logitRowCount: tokens.count) }
    for row in tokens.indices {
      #expect(whole.logits(row: row).map(\.bitPattern) == cut.logits(row: row).map(\.bitPattern))
    }
  }

  /// On a machine without these nodes the wish is refused, and rows are cut all the same.
  @Test(
    "a model whose rows are cut gives the same bits",
    arguments: [[0, 1], [0, 0, 1], [1, 0, 2, 2], [0, 1, 2, 3, 4, 5]])
  func sameBits(nodes: [Int]) throws {
    let directory = try TemporaryDirectory()
    var model = RandomModel()
    model.type = .q8_0
    let path = try model.write(to: directory)
    let whole = try Loading.model(path)
    let team = ThreadTeam(name: "split", cpus: nodes.map { _ in nil }, nodes: nodes, spin: .none)
    let weights = try Loading.weights(path, team: team, placement: LanePlacement(nodes: nodes))
    let cut = try TransformerModel(weights, team: team, contextLength: whole.contextLength)
    #expect(weights.bufferPlacements("cut").map(\.asked) == Set(nodes).sorted().map { .bind(node: $0) })
    for count in [1, 5, 2] {
      for model in [whole, cut] { model.forward(Array(3..<3 + Int32(count)), logitRowCount: count) }
      for row in 0..<count {
        #expect(whole.logits(row: row).map(\.bitPattern) == cut.logits(row: row).map(\.bitPattern))
      }
    }
  }
}
