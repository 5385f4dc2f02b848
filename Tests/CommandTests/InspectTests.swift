import Foundation
import GGUF
import SystemPackage
import TestSupport
import Testing

@Suite struct InspectTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func writeModel() throws -> FilePath {
    try directory.writeGGUF(
      metadata: [
        "general.architecture": .string("llama"), "tokenizer.ggml.model": .string("llama"),
        "tokenizer.ggml.tokens": .array(.strings((0..<100).map { "token\($0)" })),
        "escape": .string("a\u{1b}[31mred"), "nan": .float32(.nan),
      ],
      tensors: [
        (GGUFTensor(name: "embedding", dimensions: [32, 4], type: .q8_0), [UInt8](repeating: 0, count: 136)),
        (GGUFTensor(name: "norm", dimensions: [32], type: .f32), [UInt8](repeating: 0, count: 128)),
        (GGUFTensor(name: "odd", dimensions: [256], type: .iq1_s), [UInt8](repeating: 0, count: 50)),
      ])
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("A model is shown with its metadata, tensors, totals and problems")
  func text() throws {
    let run = try NacreProcess("inspect", writeModel().string)
    #expect(run.exitCode == 0)
    #expect(run.errors.isEmpty)
    let lines = run.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    #expect(lines[0].hasSuffix("GGUF version 3, 3 tensors, 416 parameters, 314 bytes, 6.04 bits per weight"))
    #expect(lines.contains("general.architecture string llama"))
    #expect(
      lines.contains {
        $0.hasPrefix("tokenizer.ggml.tokens array of string 100: [token0, ") && $0.hasSuffix("…]")
      })
    #expect(lines.contains("embedding Q8_0 [32, 4] 136 bytes"))
    #expect(lines.contains("Q8_0 1 128 136 bytes"))
    #expect(lines.contains("type IQ1_S cannot be run (tensors: 1)"))
  }

  @Test("Text of a file cannot steer the terminal")
  func controlCharacters() throws {
    let run = try NacreProcess("inspect", writeModel().string)
    #expect(!run.output.contains("\u{1b}"))
    #expect(run.output.contains(#"a\u{1B}[31mred"#))
  }

  @Test("The JSON holds the same, with sorted keys")
  func machineReadable() throws {
    let run = try NacreProcess("inspect", "--json", writeModel().string)
    #expect(run.exitCode == 0)
    let report = try json(run.output)
    #expect(report["version"] as? Int == 3)
    #expect(report["problems"] as? [String] == ["type IQ1_S cannot be run (tensors: 1)"])
    let tensors = try #require(report["tensors"] as? [[String: Any]])
    #expect(tensors.map { $0["name"] as? String } == ["embedding", "norm", "odd"])
    #expect(tensors[0]["shape"] as? [Int] == [32, 4])
    #expect(tensors[0]["bytes"] as? Int == 136)
    let totals = try #require(report["totals"] as? [String: Any])
    #expect(totals["parameters"] as? Int == 416)
    let metadata = try #require(report["metadata"] as? [String: [String: Any]])
    #expect(metadata["tokenizer.ggml.tokens"]?["count"] as? Int == 100)
    #expect((metadata["tokenizer.ggml.tokens"]?["value"] as? [String])?.count == 8)
    #expect(metadata["escape"]?["value"] as? String == "a\u{1b}[31mred")
    #expect(metadata["nan"]?["value"] as? String == "NaN")
  }

  @Test("A file without model data names what is missing")
  func nothingInside() throws {
    let path = try directory.writeGGUF(metadata: ["general.architecture": .uint8(1)])
    let report = try json(NacreProcess("inspect", "--json", path.string).output)
    #expect(
      report["problems"] as? [String] == [
        "general.architecture: expected string, found uint8", "no tokenizer: tokenizer.ggml.model is missing",
        "no vocabulary: tokenizer.ggml.tokens is missing", "no tensors",
      ])
  }

  @Test("An invalid file is an error on standard error and exit code 1")
  func invalid() throws {
    let path = try directory.write(Array("GGML and more".utf8), to: "bad.gguf")
    let message = #"not a GGUF file: it begins with "GGML""#
    let run = try NacreProcess("inspect", path.string)
    #expect(run.exitCode == 1)
    #expect(run.output.isEmpty)
    #expect(run.errors == "nacre: \(path): \(message)\n")
    let machine = try NacreProcess("inspect", "--json", path.string)
    #expect(machine.exitCode == 1)
    #expect(try json(machine.output)["problems"] as? [String] == [message])
    #expect(try json(machine.output)["file"] as? String == path.string)
  }

  @Test("A missing file is an error that names it")
  func missing() throws {
    let path = directory.file("missing.gguf")
    let run = try NacreProcess("inspect", path.string)
    #expect(run.exitCode == 1)
    #expect(run.errors == "nacre: \(path): cannot open: No such file or directory\n")
  }
}
