/// How often a target accepted what a draft proposed, in texts so far: what `AutomaticPolicy` may know before its first
/// text. Can be kept between programs.
public struct PairAgreement: Codable, Equatable, Sendable {
  /// Judged tokens; those of texts long ago count less.
  struct Counts: Codable, Equatable, Sendable {
    var accepted: Double
    var tested: Double
  }

  /// By how many tokens of the text were written before, in the classes of `AcceptanceByAge`; nil where none was judged.
  var byAge: [Counts?]
  var inAll: Counts

  /// Fewer say little.
  private static let leastTestedCount = 48.0

  /// α over all of them, in `0...1`; nil if too few tokens were judged.
  public var acceptance: Double? {
    inAll.tested >= Self.leastTestedCount ? inAll.accepted / inAll.tested : nil
  }
}

extension PairAgreement.Counts {
  private enum CodingKeys: CodingKey {
    case accepted, tested
  }

  /// - Throws: `Swift.DecodingError` for numbers that nothing can have counted.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    accepted = try container.decode(Double.self, forKey: .accepted)
    tested = try container.decode(Double.self, forKey: .tested)
    guard tested > 0, tested < 1e9, (0...tested).contains(accepted) else {
      throw Swift.DecodingError.dataCorruptedError(
        forKey: .accepted, in: container, debugDescription: "\(accepted) of \(tested) tokens accepted")
    }
  }
}

extension Experience {
  /// What was seen of the pair's agreement; nil in modes that do not look.
  public var agreement: PairAgreement? { (policy as? AutomaticPolicy)?.agreement }
}
