import Foundation
import Inference
import Platform
import TensorTypes

/// What a test knows to be committed; written between passes only.
final class CommittedWatch {
  var tokens: [TokenID] = []
}

/// A model that speaks a `TableLanguage` and checks that it is driven as its contract says.
final class TableModel: CausalModel {
  enum Role {
    case target
    case draft
  }

  let language: TableLanguage
  let role: Role
  let contextLength: Int
  /// Nil for a model that runs while tokens are committed.
  let watch: CommittedWatch?
  /// Longest random sleep per pass, in microseconds.
  var maximumDelay: UInt64 = 0

  /// Longest random wait per pass without giving up the CPU, in turns of a loop.
  var maximumSpinCount: UInt64 = 0
  /// Called before each pass.
  var beforePass: () -> Void = {}

  private(set) var cache: [TokenID] = []
  private(set) var violations: [String] = []
  private(set) var passCount = 0
  private(set) var fedTokenCount = 0
  private var rows: [Float] = []
  private var rowCount = 0

  init(_ language: TableLanguage, as role: Role, contextLength: Int = 256, watch: CommittedWatch?) {
    self.language = language
    self.role = role
    self.contextLength = contextLength
    self.watch = watch
  }

  var vocabularyCount: Int { language.vocabularyCount }
  var cachedCount: Int { cache.count }

  func rollBack(to count: Int) {
    check(count >= 0 && count <= cache.count, "rolled back from \(cache.count) to \(count)")
    cache.removeLast(max(0, cache.count - count))
  }

  @discardableResult
  func forward(
    _ tokens: UnsafeBufferPointer<TokenID>, logitRowCount: Int, unless cancellation: CancellationFlag?
  ) -> Bool {
    check(!tokens.isEmpty, "a pass without tokens")
    check((0...tokens.count).contains(logitRowCount), "\(logitRowCount) rows of \(tokens.count) tokens")
    check(cache.count + tokens.count <= contextLength, "\(cache.count) + \(tokens.count) tokens in the cache")
    check(tokens.allSatisfy { $0 >= 0 && Int($0) < vocabularyCount }, "a token outside the vocabulary")
    checkPrefix(tokens, logitRowCount: logitRowCount)
    beforePass()
    delay()
    if cancellation?.isCancelled == true { return false }
    passCount += 1
    fedTokenCount += tokens.count
    rows.removeAll(keepingCapacity: true)
    rowCount = logitRowCount
    for (index, token) in tokens.enumerated() {
      cache.append(token)
      guard index >= tokens.count - logitRowCount else { continue }
      rows += language.logits(after: cache[...])
    }
    return true
  }

  func logits(row: Int) -> UnsafeBufferPointer<Float> {
    check(row >= 0 && row < rowCount, "row \(row) of \(rowCount)")
    // The array is not changed before the next pass, which is how long the rows are valid.
    return rows.withUnsafeBufferPointer {
      UnsafeBufferPointer(rebasing: $0[row * vocabularyCount..<(row + 1) * vocabularyCount])
    }
  }

  /// The cache is a prefix of committed + pending, and what is fed continues it.
  private func checkPrefix(_ tokens: UnsafeBufferPointer<TokenID>, logitRowCount: Int) {
    // A draft's review may read the last tokens as if nothing came before them.
    guard let watch, role == .target || logitRowCount <= 1 else { return }
    let fed = cache + tokens
    let common = min(fed.count, watch.tokens.count)
    check(fed.prefix(common) == watch.tokens.prefix(common), "fed \(fed), committed \(watch.tokens)")
    switch role {
    case .target where logitRowCount > 0:
      check(cache.count == watch.tokens.count - 1, "the last committed token is not the first of the pass")
      check(logitRowCount == tokens.count, "a row for every token")
    case .target,
      .draft where logitRowCount == 0:
      check(fed.count < watch.tokens.count, "a prompt's last token is not prefilled")
    case .draft:
      check(logitRowCount == 1, "a draft step computes one row")
    }
  }

  private func check(_ isTrue: Bool, _ violation: @autoclosure () -> String) {
    if !isTrue { violations.append("\(role): \(violation())") }
  }

  private func delay() {
    if maximumSpinCount > 0 {
      var left = TableLanguage.mix(UInt64(passCount) ^ language.seed) % (maximumSpinCount + 1)
      while left > 0 { left &-= 1 }
    }
    guard maximumDelay > 0 else { return }
    usleep(UInt32(TableLanguage.mix(UInt64(passCount) ^ language.seed) % (maximumDelay + 1)))
  }
}
