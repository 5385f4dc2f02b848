import Sampling

/// How an uncommitted token was proposed: what a verifier has to know to judge it.
public enum Proposal {
  /// Chosen with certainty (argmax, coupled noise, n-gram): its own probability q is 1.
  case point
  /// Sampled from this distribution q, taken after all filters and penalties. Valid until the token is committed or
  /// discarded.
  case sampled(TokenDistribution)
}

/// How a verifier wants tokens to be proposed.
public enum ProposalMethod: Equatable, Sendable {
  /// argmax(log q + g) with the noise g that the target will use at that position: a point proposal.
  case coupled
  /// A draw from q of its own: a sampled proposal.
  case sampled
}
