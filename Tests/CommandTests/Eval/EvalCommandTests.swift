import Foundation
import TestSupport
import Testing

@Suite("nacre eval", .serialized)
struct EvalCommandTests {
  private let directory: TemporaryDirectory
  private let dataset: String

  init() throws {
    directory = try TemporaryDirectory()
    let lines = [
      #"{"task_id": "Made/0", "prompt": "def add(a, b):\n    \"\"\"The sum.\"\"\"\n", "test": "assert"}"#,
      #"{"question": "for i in range(", "answer": "10"}"#,
      #"{"question_id": 81, "category": "code", "turns": ["import os\n", "import sys\n"]}"#,
    ]
    try directory.write(Array(lines.joined(separator: "\n").utf8), to: "prompts.jsonl")
    dataset = directory.file("prompts.jsonl").string
  }

  private func run(_ arguments: String...) throws -> NacreProcess {
    try NacreProcess(["eval", "--dataset", dataset, "--max-tokens", "12"] + arguments)
  }

  @Test("every contestant continues every prompt; --resume takes what was measured")
  func files() throws {
    let output = directory.file("out").string
    let modes = [
      "--modes", "sd,pearl:2,pearl,sd+adaedl,sd+ngram+phrases:3,auto", "--draft-length", "2,3", "--repeats",
      "2",
    ]
    let first = try NacreProcess(
      ["eval", "--dataset", dataset, "--max-tokens", "12", "--limit", "2", "-o", output] + modes)
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(first.output.hasPrefix("2 prompts of prompts.jsonl, "))
    for contestant in ["ar", "sd:2", "sd:3", "pearl:2", "pearl ", "sd+adaedl", "sd+ngram+phrases:3", "auto"] {
      #expect(first.output.contains("  \(contestant)"))
    }
    #expect(try directory.fileNames == ["out.csv", "out.json", "out.svg", "prompts.jsonl"])
    let before = try Self.prompts(output)
    #expect(before.map { $0["name"] as? String } == ["Made/0", "line 2"])
    for prompt in before {
      let runs = try #require(prompt["runs"] as? [[[String: Any]]])
      #expect(runs.map(\.count) == [2, 2, 2, 2, 2, 2, 2, 2])
      let counts = Set(runs.joined().compactMap { $0["tokenCount"] as? Int })
      #expect(counts.count == 1 && counts.isSubset(of: 1...12))
    }

    let refused = try run("-o", output)
    #expect(refused.exitCode != 0 && refused.errors.contains("--resume"))
    let other = try run("-o", output, "--resume", "--modes", "sd", "--repeats", "2")
    #expect(other.exitCode == 1 && other.errors.contains("other --modes"))

    // Layouts that were found best then are kept, whatever is known now.
    let file = URL(filePath: output + ".json")
    var results = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    var layouts = try #require(results["layouts"] as? [String: String])
    layouts["auto"] = "shared=0"
    results["layouts"] = layouts
    try JSONSerialization.data(withJSONObject: results).write(to: file)
    let second = try NacreProcess(
      ["eval", "--dataset", dataset, "--max-tokens", "12", "-o", output, "--resume"] + modes)
    #expect(second.exitCode == 0, "\(second.errors)")
    let after = try Self.prompts(output)
    #expect(after.count == 3 && after[2]["category"] as? String == "code")
    #expect(NSArray(array: Array(after.prefix(2))) == NSArray(array: before))
  }

  @Test("best sweeps, and shows the best; JSON has all of it")
  func best() throws {
    let run = try run("--modes", "sd:best", "--limit", "1", "--json")
    #expect(run.exitCode == 0, "\(run.errors)")
    let json = try #require(run.json)
    #expect((json["rows"] as? [Any])?.count == 17)
    let best = try #require(json["best"] as? [String])
    #expect(best.count == 2 && best[0] == "ar" && best[1].hasPrefix("sd:"))
    let rows = try #require(json["rows"] as? [[String: Any]])
    #expect(rows.allSatisfy { $0["modelTokensPerSecond"] is Double })
  }

  @Test("what cannot be measured is refused before models are loaded, or by name")
  func refused() throws {
    for (arguments, problem) in [
      (["--modes", "warp"], "\"warp\" is no mode"), (["--draft-length", "0"], "--draft-length"),
      (["--limit", "0"], "--limit"), (["--resume"], "--output"),
      (["--dataset", dataset + ".absent"], "absent"),
    ] {
      let run = try NacreProcess(["eval", "--dataset", dataset] + arguments)
      #expect(run.exitCode != 0 && run.errors.contains(problem), "\(arguments): \(run.errors)")
    }
    try directory.write(Array(#"{"prompt": "a"}"#.utf8) + [0x0A, 0x7B], to: "prompts.jsonl")
    let run = try run()
    #expect(run.exitCode == 1 && run.errors.contains("\(dataset), line 2: not JSON"), "\(run.errors)")
    let long = String(repeating: "x = 1\\n", count: 3000)
    try directory.write(Array(#"{"prompt": "\#(long)"}"#.utf8), to: "prompts.jsonl")
    let tooLong = try self.run()
    #expect(
      tooLong.exitCode != 0 && tooLong.errors.contains("none of the 1 prompts fits"), "\(tooLong.errors)")
  }

  @Test("an interrupted run shows what is complete")
  func interrupted() throws {
    // A set that takes minutes: every prompt many times.
    let output = directory.file("out").string
    let process = Process()
    process.executableURL = try NacreProcess.executable()
    process.arguments = ["eval", "--dataset", dataset, "--repeats", "1000", "--modes", "sd", "-o", output]
    let errors = Pipe()
    (process.standardOutput, process.standardError) = (Pipe(), errors)
    try process.run()
    let status = URL(filePath: "/proc/\(process.processIdentifier)/status")
    for _ in 0..<1000 {
      // From then on SIGINT (2) is caught.
      let caught = try String(contentsOf: status, encoding: .utf8).split(separator: "\n")
        .first { $0.hasPrefix("SigCgt:") }?.dropFirst(7).trimmingCharacters(in: .whitespaces)
      if let mask = caught.flatMap({ UInt64($0, radix: 16) }), mask & 2 != 0 { break }
      Thread.sleep(forTimeInterval: 0.02)
    }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    #expect(text.contains("of 3 prompts are measured"), "\(text)")
  }

  private static func prompts(_ output: String) throws -> [[String: Any]] {
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: output + ".json")))
    return try #require((json as? [String: Any])?["prompts"] as? [[String: Any]])
  }
}
