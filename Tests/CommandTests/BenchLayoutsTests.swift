import Foundation
import TestSupport
import Testing
import Topology

@Suite("nacre bench layouts", .serialized)
struct BenchLayoutsTests {
  @Test("a sweep writes its files, and --resume measures only what is missing")
  func sweep() throws {
    let directory = try TemporaryDirectory()
    let output = directory.file("sweep").string
    let cpu = try #require(MachineTopology.current().allowedCPUs.first)
    let common = [
      "bench", "layouts", "--layout", "shared=\(cpu)", "--layout", "target=\(cpu)", "--rounds", "1",
      "--max-tokens",
      "8", "--prompt", "def add(", "--output", output,
    ]
    let first = try NacreProcess(common + ["--draft-lengths", "2"])
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(try directory.fileNames == ["sweep.csv", "sweep.json", "sweep.svg"])
    let speeds = try Self.speeds(output)
    #expect(speeds.keys.sorted() == ["shared=\(cpu) sd 2", "target=\(cpu) ar -"])

    let refused = try NacreProcess(common + ["--draft-lengths", "2"])
    #expect(refused.exitCode != 0 && refused.errors.contains("--resume"))

    let second = try NacreProcess(common + ["--draft-lengths", "2,3", "--resume"])
    #expect(second.exitCode == 0, "\(second.errors)")
    let more = try Self.speeds(output)
    #expect(more.count == 3 && more["shared=\(cpu) sd 3"] != nil)
    #expect(speeds.allSatisfy { more[$0.key] == $0.value })

    let other = try NacreProcess(common + ["--max-tokens", "9", "--resume"])
    #expect(other.exitCode != 0 && other.errors.contains("tokens per prompt"))
  }

  @Test("a layout that this machine does not have is refused before anything is loaded")
  func refused() throws {
    let run = try NacreProcess("bench", "layouts", "--layout", "target=0,draft=8000")
    #expect(run.exitCode != 0 && run.errors.contains("8000"))
  }

  /// Tokens per second by layout, mode and draft length.
  private static func speeds(_ output: String) throws -> [String: Double] {
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: output + ".json")))
    let cases = try #require((json as? [String: Any])?["cases"] as? [[String: Any]])
    return try Dictionary(
      uniqueKeysWithValues: cases.map { entry in
        let key = try #require(entry["case"] as? [String: Any])
        let speed = try #require((entry["tokensPerSecond"] as? [String: Any])?["median"] as? Double)
        return ("\(key["layout"] ?? "") \(key["mode"] ?? "") \(key["draftLength"] ?? "-")", speed)
      })
  }
}
