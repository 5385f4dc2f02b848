import GGUF
import Inference
import KernelDispatch
import Platform
import SystemPackage
import TensorTypes

/// A model whose rows are split over both nodes: where they are, and that its logits are the same bits.
func checkRowSplit(_ checks: inout Checks, model path: String) throws {
  let alone = try model(path, team: ThreadTeam(name: "alone", cpus: [nil], spin: .none), nodes: [])
  let team = ThreadTeam(name: "split", cpus: [0, 1, 2, 3], nodes: [0, 0, 0, 1], spin: .none)
  let split = try model(path, team: team, nodes: [0, 1])
  let tokens: [TokenID] = [1, 69, 16, 0, 31]
  for model in [alone, split] {
    tokens.withUnsafeBufferPointer { model.forward($0, logitRowCount: tokens.count) }
  }
  let isSame = tokens.indices.allSatisfy { row in
    alone.logits(row: row).map(\.bitPattern) == split.logits(row: row).map(\.bitPattern)
  }
  checks.expect(isSame, "split over two nodes, the model's logits are the same bits")
  let weights = split.weights.bufferPlacements("split")
  checks.expect(weights.map(\.asked) == [.bind(node: 0), .bind(node: 1)], "one buffer of weights per node")
  for (node, buffer) in weights.enumerated() {
    checks.expect(
      buffer.census.share(ofNode: node) == 1 && buffer.warning == nil,
      "weights of node \(node): \(buffer.byteCount) bytes, \(buffer.census)")
  }
  let ratio = Double(weights[0].byteCount) / Double(weights[1].byteCount)
  checks.expect(
    ratio > 2.7 && ratio < 3.3, "node 0, with three of four threads, holds three times as much: \(ratio)")
  // Few pages of each are touched by five tokens; together they show both nodes.
  let shared = split.bufferPlacements("split").dropFirst(2)
  checks.expect(
    shared.allSatisfy { $0.asked == .interleave(nodes: [0, 1]) && $0.warning == nil }
      && Set(shared.flatMap(\.census.countByNode.keys)) == [0, 1],
    "cache and scratch are on both nodes: \(shared.map(\.census.description))")
}

private func model(_ path: String, team: ThreadTeam, nodes: [Int]) throws -> TransformerModel {
  let weights = try ModelWeights(
    GGUFFile(path: FilePath(path)), kernels: KernelLibrary.best(), team: team,
    placement: LanePlacement(nodes: nodes))
  return try TransformerModel(weights, team: team, contextLength: 64)
}
