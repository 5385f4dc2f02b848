/// The choices of an `AutomaticPolicy`, for those who want to know why. Used by the scheduler's thread.
public final class ChoiceLog {
  /// One choice and its reasons.
  public struct Choice: Sendable {
    /// Number of tokens generated before.
    public let tokenCount: Int
    public let way: AutomaticPolicy.Way
    /// α that is expected of the next tokens.
    public let acceptance: Double
    /// Expected tokens per second of each way; 0 where it is not to be had.
    public let speeds: [(way: AutomaticPolicy.Way, tokensPerSecond: Double)]
  }

  public private(set) var choices: [Choice] = []
  private static let mostChoices = 1000

  public init() { choices.reserveCapacity(Self.mostChoices) }

  func add(_ choice: Choice) {
    if choices.count < Self.mostChoices { choices.append(choice) }
  }
}
