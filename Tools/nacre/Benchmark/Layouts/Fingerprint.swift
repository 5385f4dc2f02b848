import Foundation
import GGUF
import SystemPackage

/// FNV-1a (Fowler, Noll, Vo) of 64 bits, as hexadecimal digits: tells things apart, no more.
struct Fingerprint {
  private var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  /// Adds a text and its end.
  mutating func add(_ text: String) { add(text.utf8.map(\.self) + [0xff]) }

  var text: String { String(format: "%016lx", value) }
}

extension LayoutResults.Conditions.Model {
  /// Reads pieces from all over the model's files: quickly, and enough to tell two models apart.
  init(path: String) throws {
    let file = try GGUFFile(path: FilePath(path))
    var fingerprint = Fingerprint()
    for path in file.paths {
      let handle = try FileHandle(forReadingFrom: URL(filePath: path.string))
      defer { try? handle.close() }
      let byteCount = try handle.seekToEnd()
      fingerprint.add("\(byteCount)")
      for piece in 0..<16 as Range<UInt64> {
        try handle.seek(toOffset: byteCount / 16 * piece)
        fingerprint.add(try handle.read(upToCount: 1 << 14) ?? Data())
      }
    }
    self.init(path: path, byteCount: file.byteCount, fingerprint: fingerprint.text)
  }
}

extension LayoutResults.Conditions {
  /// What keeps results under `other` from standing beside these; empty where nothing does.
  func differences(from other: Self) -> [String] {
    var differences: [String] = []
    func compare(_ name: String, _ one: String, _ two: String) {
      if one != two { differences.append("\(name) (\(one), now \(two))") }
    }
    compare("machine", machineIdentity, other.machineIdentity)
    compare("kernel level", kernelLevel, other.kernelLevel)
    compare("target", target.fingerprint, other.target.fingerprint)
    compare("draft", draft.fingerprint, other.draft.fingerprint)
    compare("prompts or sampling", textFingerprint, other.textFingerprint)
    compare("tokens per prompt", "\(maximumTokenCount)", "\(other.maximumTokenCount)")
    compare("rounds", "\(rounds)", "\(other.rounds)")
    compare("type of the cache", kvType, other.kvType)
    return differences
  }
}
