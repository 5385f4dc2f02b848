import Foundation
import TestSupport
import Testing

/// How people judge a quantization: importance, conversion, comparison.
@Suite struct QualityCommandTests {
  private let directory: TemporaryDirectory
  private let text: String

  init() throws {
    directory = try TemporaryDirectory()
    text = directory.file("text.py").string
    let source = PackagePaths.root.appending(path: "Tools/fixtures/gguf_files.py")
    try Data(contentsOf: source).write(to: URL(filePath: text))
  }

  @Test("imatrix, convert --imatrix and perplexity --reference work together")
  func together() throws {
    let (matrix, output) = (directory.file("m.gguf").string, directory.file("out.gguf").string)
    let measured = try NacreProcess(
      "imatrix", "--model", PackagePaths.draft, "--text", text, "--window", "100", "-o", matrix)
    #expect(measured.exitCode == 0, "\(measured.errors)")
    #expect(measured.output.hasPrefix("\(matrix): 15 matrices, "))
    let converted = try NacreProcess(
      "convert", PackagePaths.draft, "--type", "q4_0", "--imatrix", matrix, "-o", output, "--json")
    #expect(converted.exitCode == 0, "\(converted.errors)")
    let compared = try NacreProcess(
      "perplexity", "--model", output, "--reference", PackagePaths.draft, "--text", text, "--window", "100",
      "--json")
    #expect(compared.exitCode == 0, "\(compared.errors)")
    let report = try #require(compared.json)
    let reference = try #require(report["reference"] as? [String: Any])
    let divergence = try #require(reference["meanDivergence"] as? Double)
    #expect((0.001...0.2).contains(divergence))
    let agreement = try #require(reference["topAgreement"] as? Double)
    #expect((0.7..<1).contains(agreement))
    let ratio = try #require(reference["perplexityRatio"] as? Double)
    #expect((0.9...1.2).contains(ratio))
  }

  @Test("A file that is no importance matrix is refused by name")
  func refused() throws {
    let run = try NacreProcess(
      "convert", PackagePaths.draft, "--type", "q4_0", "--imatrix", text, "-o", directory.file("o").string)
    #expect(run.exitCode == 1)
    #expect(run.errors.hasPrefix("nacre: \(text): not a usable importance matrix: "))
    let other = try NacreProcess(
      "convert", PackagePaths.draft, "--type", "q4_0", "--imatrix", PackagePaths.target, "-o",
      directory.file("o").string)
    #expect(
      other.errors == "nacre: \(PackagePaths.target): not a usable importance matrix: it has no entry\n")
  }
}
