/// Names of Arm's cores by the part number in their main ID register (MIDR_EL1, as `/proc/cpuinfo` shows it).
enum ArmCore {
  /// Nil for cores that are not in the table, and for other makers' cores.
  static func name(implementer: String, part: String) -> String? {
    guard implementer == "0x41" else { return nil }
    return names[part]
  }

  private static let names = [
    "0xd03": "Cortex-A53", "0xd05": "Cortex-A55", "0xd08": "Cortex-A72", "0xd0b": "Cortex-A76",
    "0xd0c": "Neoverse N1", "0xd40": "Neoverse V1", "0xd49": "Neoverse N2", "0xd4f": "Neoverse V2",
  ]
}
