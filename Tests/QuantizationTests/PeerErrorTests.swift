import Foundation
import Quantization
import TensorTypes
import Testing

/// Errors beside those of llama.cpp's writers; see `Tools/fixtures/quantization_errors.py`.
@Suite struct PeerErrorTests {
  private static let columnCount = 256

  /// Sums of weight · error² over a set of 32 rows.
  struct PeerError: Decodable {
    let type: String
    let set: String
    let hasImportance: Bool
    /// With the importance of the column, or 1.
    let equal: Double
    /// With the weights that llama.cpp's writer takes.
    let own: Double?
  }

  private func peerErrors(_ type: ElementType) throws -> [PeerError] {
    let all = try JSONDecoder().decode([PeerError].self, from: Data(Fixture.bytes("peer-errors.json")))
    return all.filter { $0.type == type.name }
  }

  private func values(_ set: String) throws -> [Float] {
    let index = try #require(["model", "normal", "heavy"].firstIndex(of: set))
    let all = F16.dequantize(try Fixture.bytes("peer-rows.f16"))
    return Array(all[index * all.count / 3..<(index + 1) * all.count / 3])
  }

  /// What llama.cpp's writer weighs errors with, as its source has it.
  private func ownWeights(_ type: ElementType, _ values: [Float], _ importance: [Float]?) -> [Double] {
    func meanSquare(_ index: Int, _ count: Int) -> Double {
      let part = values[index / count * count..<(index / count + 1) * count]
      return part.reduce(0) { $0 + Double($1) * Double($1) } / Double(count)
    }
    return values.indices.map { index in
      let value = Double(values[index])
      if let importance {
        let even = 2 * meanSquare(index, 256)
        return Double(importance[index % Self.columnCount]) * (even + value * value).squareRoot()
      }
      return type == .q6_k ? value * value : meanSquare(index, 32).squareRoot() + abs(value)
    }
  }

  @Test(
    "Errors are no larger than llama.cpp's, with and without importance of columns",
    arguments: [.q4_0, .q4_1, .q5_0, .q5_1, .q2_k, .q3_k, .q4_k, .q5_k, .q6_k, .iq4_nl, .iq4_xs]
      as [ElementType])
  func errors(type: ElementType) throws {
    let format = try #require(BlockFormats.writableFormat(for: type) as? any WeightedBlockFormat.Type)
    let importance = F32.dequantize(try Fixture.bytes("peer-importance.f32"))
    let peers = try peerErrors(type)
    #expect(peers.count == 6)
    for peer in peers {
      let values = try values(peer.set)
      let weights: [Float] = values.indices.map { peer.hasImportance ? importance[$0 % Self.columnCount] : 1 }
      let row = peer.hasImportance ? format.quantize(values, weights: weights) : format.quantize(values)
      let decoded = format.dequantize(row)
      let equal = error(decoded, values, weights.map(Double.init))
      // Bytes that are the same may still be summed in another order.
      #expect(equal <= peer.equal * (1 + 1e-9), "\(peer): \((equal / peer.equal).squareRoot())")
      if let own = peer.own {
        let ours = error(decoded, values, ownWeights(type, values, peer.hasImportance ? importance : nil))
        #expect(ours <= own, "\(peer): \((ours / own).squareRoot())")
      }
    }
  }

  /// Σ weight · (decoded - value)².
  private func error(_ decoded: [Float], _ values: [Float], _ weights: [Double]) -> Double {
    values.indices.reduce(0.0) { sum, index in
      let difference = Double(decoded[index]) - Double(values[index])
      return sum + weights[index] * difference * difference
    }
  }
}
