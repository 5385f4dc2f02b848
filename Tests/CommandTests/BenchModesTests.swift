import Foundation
import Testing

@Suite("nacre bench modes", .serialized)
struct BenchModesTests {
  @Test("Every mode and draft length gets a row; the texts are compared")
  func rows() throws {
    let run = try NacreProcess(
      "bench", "modes", "--json", "--rounds", "2", "--max-tokens", "24", "--draft-lengths", "2,3", "--prompt",
      "def add(", "--prompt", "import os\n")
    #expect(run.exitCode == 0, "\(run.errors)")
    let result = try #require(run.json)
    #expect(result["textsAreIdentical"] as? Bool == true)
    #expect(result["tokenCount"] as? Int == 48)
    #expect((result["texts"] as? [String])?.count == 2)
    let rows = try #require(result["rows"] as? [[String: Any]])
    #expect(
      rows.map { "\($0["mode"] ?? "") \($0["draftLength"] ?? "-")" } == [
        "ar -", "sd 2", "sd 3", "pearl 2", "pearl 3", "pearl -", "auto -",
      ])
    #expect(rows[0]["ratio"] as? Double == 1)
    #expect(rows.allSatisfy { ($0["roundTokensPerSecond"] as? [Double])?.count == 2 })
    // Those that choose lengths may find out that this target is quicker alone.
    let drafting = rows.filter { $0["draftLength"] is Int }
    #expect(drafting.allSatisfy { ($0["tokensPerTargetPass"] as? Double ?? 0) > 1 })
  }

  @Test("The table says that the texts are the same")
  func table() throws {
    let run = try NacreProcess(
      "bench", "modes", "--mode", "pearl", "--rounds", "1", "--max-tokens", "8", "--prompt", "def add(",
      "--show-text")
    #expect(run.exitCode == 0)
    let lines = run.output.split(separator: "\n")
    #expect(lines.first?.hasPrefix("def add(") == true)
    #expect(lines.contains { $0.hasPrefix("ar ") } && lines.contains { $0.hasPrefix("pearl ") })
    #expect(!lines.contains { $0.hasPrefix("sd ") })
    #expect(run.output.contains("byte for byte the same"))
  }

  @Test("Texts that are others are named; the papers' rule writes such, and may")
  func differences() throws {
    let run = try NacreProcess(
      "bench", "modes", "--mode", "sd", "--rounds", "2", "--max-tokens", "24", "--prompt", "def add(",
      "--prompt", "import os\n", "--temperature", "1", "--verifier", "rejection")
    #expect(run.exitCode == 0, "\(run.errors)")
    let lines = run.output.split(separator: "\n")
    #expect(lines.contains("THE TEXTS ARE DIFFERENT."))
    for (prompt, round) in [(1, 1), (2, 1), (1, 2), (2, 2)] {
      let beginning = "prompt \(prompt): sd 4 in round \(round) wrote another text than ar: token "
      #expect(lines.contains { $0.hasPrefix(beginning) })
    }
  }

  @Test("how auto compares with the best choice is said where there are both")
  func comparison() throws {
    func output(_ arguments: String...) throws -> String {
      let run = try NacreProcess(["bench", "modes", "--rounds", "1", "--max-tokens", "8"] + arguments)
      #expect(run.exitCode == 0)
      return run.output
    }
    let all = try output("--draft-lengths", "2")
    #expect(all.contains(#/auto: \d\.\d\d × (ar|sd 2|pearl 2|pearl), the fastest of the others/#))
    #expect(try !output("--mode", "pearl").contains("the fastest of the others"))
  }
}
