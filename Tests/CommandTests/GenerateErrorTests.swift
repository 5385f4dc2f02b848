import Foundation
import TestSupport
import Testing

/// What `nacre generate` does when it cannot go on.
@Suite("nacre generate, errors and interruptions", .serialized)
struct GenerateErrorTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// A tiny random model with so long a context that its text takes seconds.
  private func synthesize(_ name: String, shape: String, contextLength: Int = 1024) throws -> String {
    let path = directory.file(name).string
    let run = try NacreProcess(
      "synthesize", "--shape", shape, "--context-length", "\(contextLength)", "--tokenizer",
      PackagePaths.target, "-o", path)
    #expect(run.exitCode == 0, "\(run.errors)")
    return path
  }

  @Test("A prompt longer than the context is refused with both numbers")
  func longPrompt() throws {
    let prompt = String(repeating: "x = 1\n", count: 400)
    let ids = try NacreProcess("tokenize", "--model", PackagePaths.target, input: prompt).output
    let count = ids.split(separator: "\n").count
    #expect(count > 1024)
    for mode in ["ar", "pearl"] {
      let run = try NacreProcess("generate", "--mode", mode, input: prompt)
      #expect(run.exitCode == 1)
      #expect(run.output.isEmpty)
      #expect(run.errors.contains("\(count)") && run.errors.contains("1024"), "\(run.errors)")
    }
  }

  @Test("A prompt that fills the context leaves room for nothing, one token less for one")
  func fullContext() throws {
    let model = try synthesize("short.gguf", shape: "32,1,1,1,32,4096", contextLength: 8)
    for (prompt, expected) in [("a b c d e f", 1), ("a b c d e f g", 0)] {
      let ids = try NacreProcess("tokenize", "--model", PackagePaths.target, "--prompt", prompt).output
      #expect(ids.split(separator: "\n").count == 8 - expected)
      let report = try #require(
        try NacreProcess("generate", "--json", "--model", model, "--prompt", prompt, "--ignore-eos").json)
      #expect(report["tokenCount"] as? Int == expected)
      #expect(report["stopReason"] as? String == "contextFull")
    }
  }

  @Test("Ctrl-C ends the text cleanly: what was written stays, exit code 130")
  func interrupted() throws {
    let model = try synthesize("long.gguf", shape: "64,2,2,1,64,4096", contextLength: 60000)
    let run = try NacreProcess(
      "generate", "--model", model, "--prompt", "def", "--ignore-eos", "--max-tokens", "59000",
      interrupted: true)
    #expect(run.exitCode == 130)
    #expect(!run.output.isEmpty)
    #expect(run.errors.contains("cancelled"), "\(run.errors)")
  }

  @Test("A reader that goes away ends the program, without a crash", arguments: ["", "trap '' PIPE; "])
  func brokenPipe(trap: String) throws {
    let model = try synthesize("long.gguf", shape: "64,2,2,1,64,4096", contextLength: 60000)
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/bash")
    let nacre = try NacreProcess.executable().path
    shell.arguments = [
      "-c",
      "\(trap)SWIFT_BACKTRACE=enable=no '\(nacre)' generate --model '\(model)' --prompt def --ignore-eos "
        + "--max-tokens 59000 2>'\(directory.file("errors"))' | head -c 20 >/dev/null; exit ${PIPESTATUS[0]}",
    ]
    try shell.run()
    shell.waitUntilExit()
    // Ended by SIGPIPE, or of its own accord where that is ignored; never by a trap or a fault.
    #expect(shell.terminationStatus == (trap.isEmpty ? 141 : 1))
    let errors = try String(contentsOfFile: directory.file("errors").string, encoding: .utf8)
    #expect(!errors.contains("Fatal"), "\(errors)")
  }

  @Test("A draft with another vocabulary is refused, with the difference")
  func vocabularies() throws {
    let draft = try synthesize("draft.gguf", shape: "32,1,1,1,32,500")
    let run = try NacreProcess("generate", "--draft", draft, "--prompt", "def")
    #expect(run.exitCode != 0)
    #expect(run.errors.contains("different vocabularies"))
    #expect(run.errors.contains(draft) && run.errors.contains("4096") && run.errors.contains("500"))
  }

  @Test("A file that is no model is named, with what is wrong", arguments: ["--model", "--draft"])
  func noModel(option: String) throws {
    let path = try directory.write(Array("#!/bin/sh\necho no model at all\n".utf8), to: "script.sh").string
    for (file, reason) in [(path, "not a GGUF file"), (path + ".gguf", "No such file")] {
      let run = try NacreProcess("generate", option, file, "--prompt", "def")
      #expect(run.exitCode == 1)
      #expect(run.errors.contains(file) && run.errors.contains(reason), "\(run.errors)")
      #expect(run.output.isEmpty)
    }
  }

  @Test(
    "Options that make no sense are refused with a hint",
    arguments: [
      (["--mode", "magic"], "magic"), (["--mode", "sd", "--model", PackagePaths.target], "--draft"),
      (["--max-tokens", "-1"], "--max-tokens"), (["--draft-length", "0"], "--draft-length"),
      (["--threads", "0"], "--threads"), (["--stop", ""], "--stop"),
      (["--temperature", "-1"], "temperature"),
      (["--top-p", "2"], "top"), (["--prompt-file", "x"], "--prompt-file"),
    ])
  func options(arguments: [String], hint: String) throws {
    let run = try NacreProcess(["generate", "--prompt", "def"] + arguments)
    #expect(run.exitCode != 0 && run.exitCode < 128)
    #expect(run.output.isEmpty)
    #expect(run.errors.lowercased().contains(hint), "\(run.errors)")
  }

  @Test("An unknown mode is answered with the known ones")
  func unknownMode() throws {
    let run = try NacreProcess("generate", "--mode", "magic", "--prompt", "def")
    for mode in ["ar", "sd", "pearl"] { #expect(run.errors.contains(mode)) }
  }
}
