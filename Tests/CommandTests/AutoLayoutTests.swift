import Foundation
import TestSupport
import Testing

@testable import nacre

@Suite("--layout auto") struct AutoLayoutTests {
  /// What a round commits when each draft token is accepted with probability `acceptance`, drawn many times.
  private func drawnTokensPerRound(_ mode: ModeName, draftLength: Int, acceptance: Double) -> Double {
    var random = SystemRandomNumberGenerator()
    let accepts = { Double.random(in: 0..<1, using: &random) < acceptance }
    let roundCount = 200_000
    var tokenCount = 0
    var pendingCount = 0
    for _ in 0..<roundCount {
      switch mode {
      case .ar: tokenCount += 1
      case .sd:
        var count = 0
        while count < draftLength, accepts() { count += 1 }
        tokenCount += count + 1
      case .pearl:
        // The pending tokens and the first of the new ones are judged; a rejection brings the target's own token.
        let judgedCount = pendingCount + 1
        var count = 0
        while count < judgedCount, accepts() { count += 1 }
        tokenCount += count == judgedCount ? count : count + 1
        pendingCount = count == judgedCount ? draftLength - 1 : 0
      }
    }
    return Double(tokenCount) / Double(roundCount)
  }

  @Test(
    "expected tokens per round are those of many drawn rounds",
    arguments: ModeName.allCases, [1, 2, 4, 8])
  func expectedTokens(mode: ModeName, draftLength: Int) {
    for acceptance in [0.3, 0.7, 0.95] {
      let expected = ExpectedTokens.perRound(mode, draftLength: draftLength, acceptance: acceptance)
      let drawn = drawnTokensPerRound(mode, draftLength: draftLength, acceptance: acceptance)
      #expect(abs(expected - drawn) < 0.03 * expected, "\(mode) \(draftLength) \(acceptance): \(drawn)")
    }
  }

  @Test("the cache remembers by key, and takes a damaged file for an empty one")
  func cache() throws {
    let directory = try TemporaryDirectory()
    let folder = URL(filePath: directory.path.string)
    let cache = LayoutCache(folder: folder)
    #expect(cache["a"] == nil)
    let entries = [
      "a": LayoutCache.Entry(layout: "shared=0-1", tokensPerSecond: 7),
      "b": LayoutCache.Entry(layout: "target=0,draft=1", tokensPerSecond: 8),
    ]
    for (key, entry) in entries { cache.remember(entry, for: key) }
    for (key, entry) in entries { #expect(LayoutCache(folder: folder)[key] == entry) }
    for damaged in ["", "{", "[]", #"{"version":2,"entries":{}}"#, #"{"version":1,"entries":[1]}"#] {
      try Data(damaged.utf8).write(to: folder.appending(components: "nacre", "layouts.json"))
      #expect(cache["a"] == nil)
    }
    cache.remember(entries["a"]!, for: "a")
    #expect(cache["a"] == entries["a"])
  }

  @Test("layouts are measured once, and the text is that of any layout")
  func measuredOnce() throws {
    let directory = try TemporaryDirectory()
    let environment = ["XDG_CACHE_HOME": directory.path.string, "NACRE_LAYOUT": ""]
    let generate = { (arguments: [String]) in
      try NacreProcess(
        ["generate", "--prompt", "def", "--max-tokens", "12", "--verbose"] + arguments,
        environment: environment)
    }
    let (first, second) = (try generate([]), try generate([]))
    let anew = try generate(["--no-layout-cache"])
    let named = try generate(["--layout", "shared=0"])
    #expect(Set([first, second, anew, named].map(\.output)).count == 1)
    // With one CPU there is nothing to measure.
    if first.errors.contains("measured") {
      #expect(!first.errors.contains("measured before"), "\(first.errors)")
      #expect(second.errors.contains("measured before"), "\(second.errors)")
      #expect(anew.errors.contains(", measured; "), "\(anew.errors)")
    }
    #expect(!named.errors.contains("measured"))
  }
}
