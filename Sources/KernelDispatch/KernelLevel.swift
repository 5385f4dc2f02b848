import CPlatform

/// An instruction level that the kernels are compiled for, lowest first.
public enum KernelLevel: String, CaseIterable, Sendable {
  case x86V2 = "x86-64-v2"
  case x86V3 = "x86-64-v3"
  case x86V3VNNI = "x86-64-v3-vnni"
  case x86V4 = "x86-64-v4-vnni"
  case armV80 = "armv8.0"
  case armV82 = "armv8.2-dotprod"

  /// What the processor must have; bits of `cplatform_cpu_features`.
  private var requiredFeatures: UInt32 {
    switch self {
    case .x86V2: UInt32(CPLATFORM_X86_64_V2)
    case .x86V3: UInt32(CPLATFORM_X86_64_V3)
    case .x86V3VNNI: UInt32(CPLATFORM_X86_64_V3) | UInt32(CPLATFORM_AVX_VNNI)
    case .x86V4: UInt32(CPLATFORM_X86_64_V4) | UInt32(CPLATFORM_AVX512_VNNI)
    case .armV80: UInt32(CPLATFORM_ARM_V8)
    case .armV82: UInt32(CPLATFORM_ARM_DOTPROD) | UInt32(CPLATFORM_ARM_FP16)
    }
  }

  /// File name of the level's library, as the build makes it.
  var libraryName: String {
    switch self {
    case .x86V2: "libKernelsX86V2.so"
    case .x86V3: "libKernelsX86V3.so"
    case .x86V3VNNI: "libKernelsX86V3VNNI.so"
    case .x86V4: "libKernelsX86V4.so"
    case .armV80: "libKernelsArmV80.so"
    case .armV82: "libKernelsArmV82.so"
    }
  }

  /// Whether this machine can run the level.
  public var isSupported: Bool { cplatform_cpu_features() & requiredFeatures == requiredFeatures }

  /// The levels that this machine can run, lowest first.
  public static var supported: [KernelLevel] { allCases.filter(\.isSupported) }
}
