/// How far a draft that never pauses goes.
struct FreeRunningPlan: Sendable {
  /// Tokens that the target waits for after a token of its own.
  var waiting = 0
  /// Most tokens drafted during a pass, at least 1.
  var ahead: Int

  /// - Parameter isNewChain: Whether the last pass ended with a token of the target's own.
  func action(_ view: RoundView, isNewChain: Bool) -> Action {
    if isNewChain && view.pendingCount < waiting && view.draftRoom > 0 {
      return .draft(waiting - view.pendingCount)
    }
    return .verifyWhileDraftingFreely(ahead)
  }
}
