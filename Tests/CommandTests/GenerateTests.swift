import Foundation
import TestSupport
import Testing

@testable import nacre

/// `nacre generate` as a user runs it, with the pair in Models/.
@Suite("nacre generate", .serialized)
struct GenerateTests {
  private static let prompt = "class Stack:\n    def __init__(self):\n"

  private func generate(_ arguments: String..., input: String = "") throws -> NacreProcess {
    try NacreProcess(["generate"] + arguments, input: input)
  }

  /// A generation whose JSON is returned.
  private func report(_ arguments: String..., input: String = "") throws -> [String: Any] {
    try report(arguments, input: input)
  }

  private func report(_ arguments: [String], input: String = "") throws -> [String: Any] {
    let run = try NacreProcess(["generate", "--json"] + arguments, input: input)
    #expect(run.exitCode == 0, "\(run.errors)")
    return try #require(run.json, "\(run.output)\(run.errors)")
  }

  @Test("JSON has every key, and its numbers agree with each other", arguments: ModeName.allCases)
  func json(mode: ModeName) throws {
    let length = mode == .auto ? [] : ["--draft-length", "3"]
    let report = try report(
      ["--prompt", Self.prompt, "--max-tokens", "40", "--mode", mode.rawValue] + length)
    #expect(report["mode"] as? String == mode.rawValue)
    #expect((report["text"] as? String)?.isEmpty == false)
    #expect((report["tokens"] as? [Int])?.count == 40)
    #expect(report["tokenCount"] as? Int == 40)
    #expect(try #require(report["promptTokenCount"] as? Int) > 5)
    #expect(report["stopReason"] as? String == "maxTokens")
    for key in ["seconds", "tokensPerSecond", "prefillTokensPerSecond"] {
      #expect(try #require(report[key] as? Double) > 0, "\(key)")
    }
    let proposed = try #require(report["proposed"] as? Int)
    let accepted = try #require(report["accepted"] as? Int)
    let passes = try #require(report["targetPasses"] as? Int)
    #expect(report["wasted"] as? Int == proposed - accepted)
    switch mode {
    case .ar:
      #expect(report["draftLength"] as? Int == 0)
      #expect((proposed, passes) == (0, 40))
    case .sd, .pearl:
      #expect(report["draftLength"] as? Int == 3)
      #expect(accepted > 0)
      #expect(passes < 40)
    case .auto:
      #expect(report["draftLength"] as? Int == 0)
    }
    let telemetry = try #require(report["telemetry"] as? [String: Any])
    #expect((telemetry["passesByRows"] as? [Int])?.reduce(0, +) == passes)
    let acceptedByDepth = try #require(telemetry["acceptedByDepth"] as? [Int])
    #expect(acceptedByDepth.reduce(0, +) == accepted)
    #expect((telemetry["choices"] as? [Any])?.isEmpty == (mode != .auto))
  }

  @Test("Every mode writes the same text, greedy or sampled", arguments: ["0", "0.8"])
  func sameText(temperature: String) throws {
    let texts = try ModeName.allCases.map { mode in
      let run = try generate(
        "--prompt", Self.prompt, "--max-tokens", "60", "--mode", mode.rawValue, "--temperature", temperature,
        "--seed", "5")
      #expect(run.exitCode == 0)
      return run.output
    }
    #expect(texts[0].count > 60)
    #expect(Set(texts).count == 1)
  }

  @Test("No token and one token are lengths like others", arguments: ModeName.allCases)
  func shortest(mode: ModeName) throws {
    let none = try report("--prompt", "def", "--max-tokens", "0", "--mode", mode.rawValue)
    #expect(none["text"] as? String == "")
    #expect(none["tokenCount"] as? Int == 0)
    #expect(none["stopReason"] as? String == "maxTokens")
    let one = try report("--prompt", "def", "--max-tokens", "1", "--mode", mode.rawValue)
    #expect(one["tokenCount"] as? Int == 1)
    #expect(one["targetPasses"] as? Int == 1)
  }

  @Test("An empty prompt is the token that begins a text", arguments: ModeName.allCases)
  func emptyPrompt(mode: ModeName) throws {
    let option = try report("--prompt", "", "--max-tokens", "12", "--mode", mode.rawValue)
    #expect(option["promptTokenCount"] as? Int == 1)
    #expect(option["tokenCount"] as? Int == 12)
    let input = try report("--max-tokens", "12", "--mode", mode.rawValue, input: "")
    #expect(input["tokens"] as? [Int] == option["tokens"] as? [Int])
  }

  @Test("The prompt may come from an option, a file or standard input")
  func promptSources() throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write(Array(Self.prompt.utf8), to: "prompt")
    let expected = try report("--prompt", Self.prompt, "--max-tokens", "10")["text"] as? String
    let length = ["--max-tokens", "10"]
    #expect(try report("--prompt-file", file.string, length[0], length[1])["text"] as? String == expected)
    #expect(try report(length[0], length[1], input: Self.prompt)["text"] as? String == expected)
  }

  @Test("A stop string ends the text before itself, also across tokens", arguments: ModeName.allCases)
  func stop(mode: ModeName) throws {
    let free = try report("--prompt", Self.prompt, "--max-tokens", "40", "--mode", mode.rawValue)
    let text = try #require(free["text"] as? String)
    let tokens = try #require(free["tokens"] as? [Int])
    // Two characters on each side of the border between two tokens.
    let ids = tokens.prefix(12).map(String.init).joined(separator: " ")
    let border = try TokenizeCommand.parse(["--model", PackagePaths.target, "--decode", ids]).output().count
    let stop = String(text.dropFirst(border - 2).prefix(4))
    let stopped = try report(
      "--prompt", Self.prompt, "--max-tokens", "40", "--mode", mode.rawValue, "--stop", "never seen",
      "--stop", stop)
    #expect(stopped["stopReason"] as? String == "stopString")
    let expected = try #require(text.range(of: stop)).lowerBound
    #expect(stopped["text"] as? String == String(text[..<expected]))
    #expect(try #require(stopped["tokenCount"] as? Int) < 40)
  }

  @Test("The end token ends the text unless it is ignored", arguments: ModeName.allCases)
  func ignoreEOS(mode: ModeName) throws {
    let arguments = [
      "--prompt", "if __name__ == '__main__':\n    unittest.", "--max-tokens", "30", "--mode", mode.rawValue,
    ]
    let ended = try report(arguments)
    #expect(ended["stopReason"] as? String == "endToken")
    #expect(ended["text"] as? String == "main()\n")
    let tokens = try #require(ended["tokens"] as? [Int])
    #expect(tokens.last == 2)
    let ignoring = try report(arguments + ["--ignore-eos"])
    #expect(ignoring["stopReason"] as? String == "maxTokens")
    let all = try #require(ignoring["tokens"] as? [Int])
    #expect(all.count == 30)
    #expect(Array(all.prefix(tokens.count)) == tokens)
  }

  @Test("Colours mark accepted drafts and change nothing else")
  func highlight() throws {
    let arguments = ["generate", "--prompt", Self.prompt, "--max-tokens", "40"]
    let plain = try NacreProcess(arguments).output
    let coloured = try NacreProcess(arguments + ["--highlight"]).output
    #expect(!plain.contains("\u{1b}"))
    #expect(coloured.contains("\u{1b}[32m"))
    #expect(
      coloured.replacingOccurrences(of: "\u{1b}[32m", with: "").replacingOccurrences(
        of: "\u{1b}[0m", with: "") == plain)
  }

  @Test("Text goes to standard output, statistics to standard error")
  func streams() throws {
    let run = try generate("--prompt", "def", "--max-tokens", "8", "--mode", "sd")
    #expect(run.errors.contains("sd (draft length 4): 8 tokens"))
    #expect(!run.output.contains("tokens/s"))
    #expect(run.output.last == "\n")
  }
}
