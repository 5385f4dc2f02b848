import Foundation
import KernelDispatch
import Testing

@Suite struct KernelLevelTests {
  /// What Linux must list of a processor for each level.
  static let instructions: [KernelLevel: [String]] = [
    .x86V2: ["pni", "ssse3", "sse4_1", "sse4_2", "popcnt", "cx16"],
    .x86V3: ["avx2", "bmi1", "bmi2", "fma", "f16c", "movbe", "abm"],
    .x86V3VNNI: ["avx2", "bmi1", "bmi2", "fma", "f16c", "movbe", "abm", "avx_vnni"],
    .x86V4: ["avx2", "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl", "avx512_vnni"],
    .armV80: ["asimd"],
    .armV82: ["asimd", "asimddp", "asimdhp"],
  ]

  @Test("levels are found exactly where Linux lists their instructions", arguments: KernelLevel.allCases)
  func detection(level: KernelLevel) throws {
    let text = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    let line = try #require(
      text.split(separator: "\n").first { $0.hasPrefix("flags") || $0.hasPrefix("Features") })
    let listed = Set(line.split { $0 == " " || $0 == "\t" }.map(String.init))
    let needed = try #require(Self.instructions[level])
    #expect(level.isSupported == listed.isSuperset(of: needed))
  }

  @Test("levels go from the lowest to the highest, AVX-VNNI between AVX2 and AVX-512")
  func order() {
    let names = ["x86-64-v2", "x86-64-v3", "x86-64-v3-vnni", "x86-64-v4-vnni", "armv8.0", "armv8.2-dotprod"]
    #expect(KernelLevel.allCases.map(\.rawValue) == names)
    #expect(KernelLevel.supported == KernelLevel.allCases.filter(\.isSupported))
  }

  @Test("each level's library is the one compiled for it", arguments: KernelLevel.supported)
  func loads(level: KernelLevel) throws {
    let kernels = try KernelLibrary(level: level)
    #expect(String(cString: kernels.table.level_name) == level.rawValue)
  }

  @Test("a level that the processor lacks is refused, and the error says which it has")
  func refusal() {
    let supported = KernelLevel.supported.map(\.rawValue)
    for level in KernelLevel.allCases where !level.isSupported {
      let error = KernelError.unsupportedLevel(level.rawValue, supported: supported)
      #expect(throws: error) { try KernelLibrary(level: level) }
      #expect(error.description.contains("'\(level.rawValue)' cannot run on this processor"))
      for name in supported { #expect(error.description.contains(name)) }
    }
  }
}
