import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct ConvertCommandTests {
  private let directory: TemporaryDirectory
  private let output: String

  init() throws {
    directory = try TemporaryDirectory()
    output = directory.file("out.gguf").string
  }

  @Test("A dry run shows the plan and writes nothing")
  func dryRun() throws {
    let run = try NacreProcess("convert", PackagePaths.target, "--type", "q4_k_m", "-o", output, "--dry-run")
    #expect(run.exitCode == 0, "\(run.errors)")
    let lines = run.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    #expect(lines[1].hasPrefix("as q4_k_m: 4.4 MiB, 5.07 bits per weight, 1 file; needs at most "))
    #expect(
      lines.contains("note: 57 tensors of the source are quantized already: their errors stay in the result"))
    #expect(lines.contains("blk.3.ffn_down.weight [768, 256] Q8_0 → Q6_K 157.5 KiB"))
    #expect(try directory.fileNames.isEmpty)
  }

  @Test("A conversion reports errors and the digest; the result generates text")
  func converts() throws {
    let run = try NacreProcess("convert", PackagePaths.draft, "--type", "q4_0", "-o", output, "--json")
    #expect(run.exitCode == 0, "\(run.errors)")
    let report = try #require(run.json)
    let types = try #require(report["types"] as? [[String: Any]])
    #expect(types.compactMap { $0["type"] as? String } == ["F32", "Q8_0", "Q4_0"])
    let error = try #require(types[2]["relativeError"] as? Double)
    #expect((0.05...0.15).contains(error))
    let files = try #require(report["files"] as? [[String: Any]])
    #expect(files.count == 1 && files[0]["path"] as? String == output)
    #expect((files[0]["sha256"] as? String)?.count == 64)
    #expect(files[0]["bytes"] as? Int == (try Data(contentsOf: URL(filePath: output)).count))
    let text = try NacreProcess("generate", "--model", output, "--prompt", "def f(", "--max-tokens", "4")
    #expect(text.exitCode == 0 && !text.output.isEmpty)
  }

  @Test("A conversion takes no more memory than its plan says")
  func memory() throws {
    let arguments = ["convert", PackagePaths.target, "--type", "f32", "-o", output, "--json"]
    let plan = try #require(NacreProcess(arguments + ["--dry-run"]).json)
    let result = try #require(NacreProcess(arguments).json)
    let (planned, peak) = try (
      #require(plan["memoryBytes"] as? Int), #require(result["peakResidentBytes"] as? Int)
    )
    #expect(peak <= planned && planned < 256 << 20)
  }

  @Test("An output that is there already stays and is named; --force replaces it")
  func existing() throws {
    try directory.write([1], to: "out.gguf")
    let refused = try NacreProcess("convert", PackagePaths.draft, "--type", "q8_0", "-o", output)
    #expect(refused.exitCode == 1)
    #expect(refused.errors == "nacre: \(output): is there already (--force replaces it)\n")
    #expect(try Data(contentsOf: URL(filePath: output)) == Data([1]))
    let plan = try NacreProcess("convert", PackagePaths.draft, "--type", "q8_0", "-o", output, "--dry-run")
    #expect(plan.exitCode == 0 && plan.output.contains("note: \(output): is there already"))
    let replaced = try NacreProcess("convert", PackagePaths.draft, "--type", "q8_0", "-o", output, "--force")
    #expect(replaced.exitCode == 0, "\(replaced.errors)")
    #expect(try directory.fileNames == ["out.gguf"])
  }

  @Test("Bad options are refused by name")
  func options() throws {
    for (arguments, message) in [
      (["--type", "hello"], "hello is not a type that can be written; these are: f32, f16"),
      (["--type", "Q4KM"], "Q4KM is not a type that can be written; did you mean q4_k_m? these are"),
      (["--type", "q4_km"], "did you mean q4_k_m?"), (["--type", "fp16"], "did you mean f16?"),
      (["--tensor-type", "a=q9"], "q9 is not a type"), (["--tensor-type", "a=q4k"], "did you mean q4_k?"),
      (["--tensor-type", "(=q8_0"], "( is not a regular expression"),
      (["--output-tensor-type", "q8"], "did you mean q8_0?"),
      (["--split-max-size", "2X"], "2X is not a size"), (["--threads", "0"], "--threads is out of range"),
      ([], "--output is missing"),
    ] {
      let run = try NacreProcess(["convert", PackagePaths.draft] + arguments)
      #expect(run.exitCode != 0)
      #expect(run.errors.contains(message), "\(run.errors)")
    }
  }
}
