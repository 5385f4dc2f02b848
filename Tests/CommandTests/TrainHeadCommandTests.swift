import AcceptanceHead
import Foundation
import GGUF
import TestSupport
import Testing

/// `nacre train-head` with the pair in `Models`.
@Suite struct TrainHeadCommandTests {
  private let directory: TemporaryDirectory
  private let prompts: String

  init() throws {
    directory = try TemporaryDirectory()
    prompts = directory.file("prompts.jsonl").string
    let lines = (0..<6).map { "{\"prompt\": \"def f\($0)(x):\\n    \", \"other\": [\($0)]}" }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: prompts))
  }

  private func path(_ name: String) -> String { directory.file(name).string }

  private func data(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: path(name))) }

  private func train(_ name: String, _ more: String...) throws -> NacreProcess {
    try NacreProcess(
      ["train-head", "--text", prompts, "--tokens-per-prompt", "12", "--batch-size", "2", "-o", path(name)]
        + more)
  }

  @Test("a head for the pair is trained, reported and readable; the same command gives the same bytes")
  func trains() throws {
    let run = try train("a.gguf", "--json", "--curve", path("curve.csv"), "--learning-rate", "1e-3")
    #expect(run.exitCode == 0, "\(run.errors)")
    let report = try #require(run.json)
    let validation = try #require(report["validation"] as? [String: Any])
    #expect((0...1).contains(try #require(validation["auc"] as? Double)))
    #expect((validation["reliability"] as? [Any])?.count == 10)
    let examples = try #require(report["examples"] as? [String: Any])
    #expect(examples["trainingTexts"] as? Int == 5 && examples["validationTexts"] as? Int == 1)
    // Three batches of two texts in each of three epochs.
    #expect((report["losses"] as? [Any])?.count == 9)
    #expect((report["epochs"] as? [Any])?.count == 3)
    #expect((report["speeds"] as? [Any])?.count == 4)
    let curve = String(decoding: try data("curve.csv"), as: UTF8.self).split(separator: "\n")
    #expect(curve.count == 10 && curve[3].split(separator: ",").count == 4)
    let draft = try DraftIdentity(GGUFFile(path: .init(PackagePaths.draft)))
    #expect(try AcceptanceHead(path: directory.file("a.gguf"), for: draft).hiddenSize == 128)
    #expect(try directory.fileNames.sorted() == ["a.gguf", "a.gguf.examples", "curve.csv", "prompts.jsonl"])

    let inspected = try NacreProcess("inspect", path("a.gguf"))
    #expect(inspected.output.hasSuffix("problems\n  none found\n"))

    let again = try train("b.gguf", "--learning-rate", "1e-3")
    #expect(again.output.hasPrefix("\(path("b.gguf")): trained on 60 examples of 5 texts"))
    #expect(again.errors.hasPrefix("loss 0."))
    #expect(try data("a.gguf") == data("b.gguf"))
    #expect(try data("a.gguf.examples") == data("b.gguf.examples"))
  }

  @Test("what a killed run has made is gone on with, to the same bytes")
  func resumes() throws {
    #expect(try train("a.gguf").exitCode == 0)
    let (head, examples) = (try data("a.gguf"), try data("a.gguf.examples"))
    try FileManager.default.removeItem(atPath: path("a.gguf"))
    try examples.prefix(examples.count / 2).write(to: URL(filePath: path("a.gguf.examples")))
    #expect(try train("a.gguf").exitCode == 0)
    #expect(try data("a.gguf") == head)
    #expect(try data("a.gguf.examples") == examples)
    let other = try train("a.gguf", "--force", "--seed", "1")
    #expect(other.exitCode == 1)
    #expect(
      other.errors.contains("a.gguf.examples: these examples were made with another seed; remove the file"))
  }

  @Test("Ctrl-C ends training with 130, and the same command goes on")
  func interrupted() throws {
    let arguments = ["train-head", "--text", prompts, "--tokens-per-prompt", "12", "-o", path("a.gguf")]
    let process = Process()
    process.executableURL = try NacreProcess.executable()
    process.arguments = arguments + ["--epochs", "100000"]
    let errors = Pipe()
    (process.standardError, process.standardOutput) = (errors, Pipe())
    try process.run()
    // Its state appears with the end of an epoch.
    let end = ContinuousClock.now + .seconds(60)
    while !FileManager.default.fileExists(atPath: path("a.gguf.state")), ContinuousClock.now < end {
      usleep(10_000)
    }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let said = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    #expect(said == "interrupted; the same command goes on from here\n")
    #expect(try directory.fileNames == ["a.gguf.examples", "a.gguf.state", "prompts.jsonl"])
    let rest = try NacreProcess(arguments + ["--epochs", "2"])
    #expect(rest.exitCode == 0, "\(rest.errors)")
    #expect(try directory.fileNames == ["a.gguf", "a.gguf.examples", "prompts.jsonl"])
  }

  @Test("the paper's mix, plain text and prompts for validation work too")
  func others() throws {
    let text = path("text.py")
    try Data(String(repeating: "import os\nprint(os.getcwd())\n", count: 9).utf8).write(
      to: URL(filePath: text))
    let run = try NacreProcess(
      "train-head", "--text", text, "--prompt-tokens", "30", "--limit", "3", "--validation-text", prompts,
      "--candidates", "mixed", "--mixing", "0.3", "--tokens-per-prompt", "10", "-o", path("a.gguf"), "--json")
    #expect(run.exitCode == 0, "\(run.errors)")
    let examples = try #require(run.json?["examples"] as? [String: Any])
    #expect(examples["trainingTexts"] as? Int == 3 && examples["validationTexts"] as? Int == 6)
    let count = try #require(examples["validation"] as? Int)
    #expect((25..<60).contains(count))
    #expect(run.json?["speeds"] == nil)
  }

  @Test("mistakes are refused before anything is made")
  func refused() throws {
    let cases: [([String], String)] = [
      (["--epochs", "0"], "--epochs is not in 1...100000."),
      (["--learning-rate", "nan"], "--learning-rate is not a number above 0."),
      (["--blocks", "65"], "--blocks is not in 0...64."),
      (["--rejection-weight", "0"], "--rejection-weight is not a number above 0."),
      (["--mixing", "1"], "--mixing is not in 0..<1."),
      (["--temperature=-1"], "--temperature is not a number of at least 0."),
      (
        ["--tokens-per-prompt", "1024"], "--tokens-per-prompt leaves no room in the models' context of 1024."
      ),
      (["--limit", "1"], "--text has 1 prompts, but at least 2 are needed."),
      (["--model", PackagePaths.target], "Give both --model and --draft, or none."),
      (["--validation-text", path("none")], "none"),
    ]
    for (options, message) in cases {
      let run = try NacreProcess(["train-head", "--text", prompts, "-o", path("a.gguf")] + options)
      #expect(run.exitCode != 0 && run.errors.contains(message), "\(options): \(run.errors)")
    }
    let notPrompts = path("bad.jsonl")
    try Data("{\"prompt\": 3}\n".utf8).write(to: URL(filePath: notPrompts))
    let run = try NacreProcess("train-head", "--text", notPrompts, "-o", path("a.gguf"))
    #expect(run.errors.contains("line 1 is no JSON object with a text \"prompt\""))
    try Data().write(to: URL(filePath: path("there.gguf")))
    let there = try train("there.gguf")
    #expect(there.errors.contains("is there already; --force replaces it."))
    #expect(try directory.fileNames == ["bad.jsonl", "prompts.jsonl", "there.gguf"])
  }
}
