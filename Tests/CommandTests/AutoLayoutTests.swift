import Foundation
import TestSupport
import Testing

@testable import nacre

@Suite("--layout auto") struct AutoLayoutTests {
  @Test("the cache remembers by key, and takes a damaged file for an empty one")
  func cache() throws {
    let directory = try TemporaryDirectory()
    let folder = URL(filePath: directory.path.string)
    let cache = PairMemory(folder: folder).layouts
    #expect(cache["a"] == nil)
    let entries = [
      "a": [LayoutCosts(layout: "shared=0-1", costs: MeasuredCosts(passSeconds: [1: 0.5]))],
      "b": [
        LayoutCosts(layout: "shared=0-1", costs: MeasuredCosts(passSeconds: [1: 0.5], draftSeconds: 0.25)),
        LayoutCosts(
          layout: "target=0,draft=1",
          costs: MeasuredCosts(
            passSeconds: [1: 0.5, 8: 0.75], draftSeconds: 0.125,
            slowdown: .init(target: 1.5, wideTarget: 1.75, draft: 2))),
      ],
    ]
    for (key, entry) in entries { cache.remember(entry, for: key) }
    for (key, entry) in entries { #expect(PairMemory(folder: folder).layouts[key] == entry) }
    for damaged in ["", "{", "[]", #"{"version":9,"entries":{}}"#, #"{"version":10,"entries":[1]}"#] {
      try Data(damaged.utf8).write(to: folder.appending(components: "nacre", "layouts.json"))
      #expect(cache["a"] == nil)
    }
    cache.remember(entries["a"]!, for: "a")
    #expect(cache["a"] == entries["a"])
  }

  @Test("nothing is lost that is remembered at the same time")
  func concurrent() async throws {
    let directory = try TemporaryDirectory()
    let folder = URL(filePath: directory.path.string)
    let entry = [LayoutCosts(layout: "shared=0", costs: MeasuredCosts(passSeconds: [1: 1]))]
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          for number in 0..<25 {
            PairMemory(folder: folder).layouts.remember(entry, for: "\(writer) \(number)")
          }
        }
      }
    }
    let cache = PairMemory(folder: folder).layouts
    for writer in 0..<4 { for number in 0..<25 { #expect(cache["\(writer) \(number)"] == entry) } }
  }

  @Test("of two measurements the shorter times count, and the larger slowdowns")
  func merged() {
    let one = MeasuredCosts(
      passSeconds: [1: 1, 2: 3], draftSeconds: 0.5, firstDraftSeconds: 0.75,
      slowdown: .init(target: 1.5, wideTarget: 1, draft: 2))
    let other = MeasuredCosts(
      passSeconds: [1: 2, 2: 2, 4: 5], draftSeconds: 0.25, firstDraftSeconds: 1,
      slowdown: .init(target: 1, wideTarget: 1.25, draft: 3))
    #expect(
      one.merged(with: other)
        == MeasuredCosts(
          passSeconds: [1: 1, 2: 2, 4: 5], draftSeconds: 0.25, firstDraftSeconds: 0.75,
          slowdown: .init(target: 1.5, wideTarget: 1.25, draft: 3)))
    #expect(MeasuredCosts(passSeconds: [1: 2]).merged(with: .init(passSeconds: [1: 1])).slowdown == nil)
  }

  @Test("what a chain's first token takes longer than the next ones makes drafting less attractive")
  func firstToken() {
    let costs = { (first: Double) in
      MeasuredCosts(passSeconds: [1: 1, 2: 1], draftSeconds: 0.125, firstDraftSeconds: first)
    }
    // 1.5 tokens in a pass and a drafted token, which is always a chain's first.
    let sd = { costs($0).tokensPerSecond(in: .speculative(draftLength: 1), acceptance: 0.5) }
    #expect(abs(sd(0.125) - 1.5 / 1.125) < 1e-9 && abs(sd(0.5) - 1.5 / 1.5) < 1e-9)
    #expect(costs(0.5).tokensPerSecond(in: .autoregressive) == 1)
  }

  @Test("lanes pay for a pair that agrees, and not for one that does not, once that is known")
  func knownAcceptance() {
    let inTurn = MeasuredCosts(passSeconds: [1: 1, 2: 1.2, 16: 4], draftSeconds: 0.25)
    let beside = MeasuredCosts(
      passSeconds: [1: 1.1, 2: 1.3, 16: 4.1], draftSeconds: 0.25,
      slowdown: .init(target: 1.1, wideTarget: 1.1, draft: 1.1))
    let score = { (costs: MeasuredCosts, acceptance: Double?) in
      costs.score(in: .automatic, acceptance: acceptance)
    }
    let gain = { score(beside, $0) / score(inTurn, $0) }
    #expect(gain(0.1) < 0.95)
    #expect(gain(0.9) > 1.05)
    #expect(gain(0.1) < gain(nil) && gain(nil) < gain(0.9))
    // More than can be hoped for does not count.
    #expect(score(beside, 1) <= beside.tokensPerSecond(in: .automatic, acceptance: 0.98))
  }

  @Test("how well a pair agrees is remembered for the next program, unless nothing shall be")
  func agreement() throws {
    let directory = try TemporaryDirectory()
    let file = URL(filePath: directory.path.string).appending(components: "nacre", "agreements.json")
    let generate = { (arguments: [String]) in
      try NacreProcess(
        ["generate", "--prompt", "def", "--max-tokens", "160", "--ignore-eos", "--layout", "shared=0"]
          + arguments,
        environment: ["XDG_CACHE_HOME": directory.path.string])
    }
    let forgetful = try generate(["--no-layout-cache"])
    #expect(!FileManager.default.fileExists(atPath: file.path()))
    let (first, second) = (try generate([]), try generate([]))
    let memory = PairMemory(folder: URL(filePath: directory.path.string))
    let key = try ModelOptions.parse([]).pairKey()
    let acceptance = try #require(memory.agreements[key]?.acceptance)
    #expect((0.05...0.95).contains(acceptance))
    #expect(Set([forgetful, first, second].map(\.output)).count == 1)
  }

  @Test("what one mode found out of layouts, another that has the same to choose from needs not measure")
  func modesShareCosts() throws {
    let directory = try TemporaryDirectory()
    let generate = { (mode: String) in
      try NacreProcess(
        ["generate", "--prompt", "def", "--max-tokens", "2", "--verbose", "--mode", mode],
        environment: ["XDG_CACHE_HOME": directory.path.string, "NACRE_LAYOUT": ""])
    }
    // In turn, then beside each other.
    let (sd, pearl, auto) = (try generate("sd"), try generate("pearl"), try generate("auto"))
    // With one CPU there is nothing to measure.
    if pearl.errors.contains("measured") {
      #expect(!sd.errors.contains("measured before"), "\(sd.errors)")
      #expect(pearl.errors.contains(", measured; "), "\(pearl.errors)")
      #expect(auto.errors.contains("measured before"), "\(auto.errors)")
    }
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
