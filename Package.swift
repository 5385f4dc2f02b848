// swift-tools-version:6.2
import PackageDescription

// One Swift source (Sources/Kernels), compiled once per instruction level into a dynamic library of its own.
// The libraries are loaded with dlopen and link nothing of the Swift runtime (Embedded Swift).
struct KernelLevel {
  let target: String
  let compilerFlags: [String]
}

#if arch(arm64)
  let kernelLevels = [
    KernelLevel(target: "KernelsArmV80", compilerFlags: ["-march=armv8-a"]),
    KernelLevel(target: "KernelsArmV82", compilerFlags: ["-march=armv8.2-a+dotprod+fp16"]),
  ]
#else
  let kernelLevels = [
    KernelLevel(target: "KernelsX86V2", compilerFlags: ["-march=x86-64-v2"]),
    KernelLevel(target: "KernelsX86V3", compilerFlags: ["-march=x86-64-v3"]),
    KernelLevel(target: "KernelsX86V3VNNI", compilerFlags: ["-march=x86-64-v3", "-mavxvnni"]),
    KernelLevel(
      target: "KernelsX86V4",
      compilerFlags: ["-march=x86-64-v4", "-mavx512vnni", "-mprefer-vector-width=512"]),
  ]
#endif

func kernelTarget(_ level: KernelLevel) -> Target {
  .target(
    name: level.target,
    dependencies: ["CKernelABI"],
    path: "Sources/KernelLevels/\(level.target)",
    swiftSettings: [
      .enableExperimentalFeature("Embedded"),
      .unsafeFlags(["-Ounchecked", "-wmo"] + level.compilerFlags.flatMap { ["-Xcc", $0] }),
    ])
}

let package = Package(
  name: "nacre",
  products: [
    .executable(name: "nacre", targets: ["nacre"]),
    .library(
      name: "Nacre",
      targets: ["GGUF", "Quantization", "Tokenization", "Inference", "Sampling", "Decoding"]),
  ]
    + kernelLevels.map { .library(name: $0.target, type: .dynamic, targets: [$0.target]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    .target(name: "CPlatform"),
    .target(name: "CKernelABI"),
    .target(
      name: "Platform",
      dependencies: ["CPlatform", .product(name: "SystemPackage", package: "swift-system")]),
    .target(
      name: "Topology",
      dependencies: ["CPlatform", "Platform", .product(name: "SystemPackage", package: "swift-system")]),
    .target(name: "CoreLayouts", dependencies: ["Topology"]),
    .target(name: "TensorTypes"),
    .target(
      name: "GGUF",
      dependencies: [
        "TensorTypes", "Platform", .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: [.strictMemorySafety()]),
    .target(
      name: "Quantization", dependencies: ["TensorTypes"],
      // Optimized in every build, as kernels are: its searches take minutes otherwise.
      swiftSettings: [.unsafeFlags(["-O"])]),
    .target(name: "KernelDispatch", dependencies: ["CKernelABI", "CPlatform", "TensorTypes"]),
    .target(
      name: "Tokenization",
      dependencies: ["GGUF", "TensorTypes", .product(name: "HeapModule", package: "swift-collections")]),
    .target(
      name: "Inference",
      dependencies: [
        "GGUF", "CKernelABI", "KernelDispatch", "Platform", "TensorTypes",
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(
      name: "Conversion",
      dependencies: [
        "CKernelABI", "CPlatform", "GGUF", "KernelDispatch", "Platform", "Quantization", "TensorTypes",
        "Tokenization",
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(
      name: "Synthesis",
      dependencies: [
        "GGUF", "Inference", "Quantization", "TensorTypes",
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(name: "Sampling", dependencies: ["TensorTypes"]),
    .target(
      name: "AcceptanceHead",
      dependencies: ["GGUF", "TensorTypes", .product(name: "SystemPackage", package: "swift-system")],
      // Optimized in every build, as kernels are: it runs for every drafted token.
      swiftSettings: [.unsafeFlags(["-O"])]),
    .target(name: "Decoding", dependencies: ["Inference", "Sampling", "Platform", "TensorTypes"]),
    .target(name: "COpenBLAS", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(
      name: "HeadTraining",
      dependencies: [
        "AcceptanceHead", "COpenBLAS", "GGUF", "Inference", "Platform", "Sampling", "TensorTypes",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      // Optimized in every build: tests train with it.
      swiftSettings: [.unsafeFlags(["-O"])]),
    .target(
      name: "Evaluation", dependencies: ["Conversion", "Inference", "TensorTypes"],
      // Optimized in every build: softmax over whole vocabularies takes minutes otherwise.
      swiftSettings: [.unsafeFlags(["-O"])]),
    .executableTarget(
      name: "nacre",
      dependencies: [
        "AcceptanceHead", "CKernelABI", "Conversion", "CoreLayouts", "Decoding", "Evaluation", "GGUF",
        "HeadTraining", "Inference", "KernelDispatch", "Platform", "Quantization", "Sampling", "Synthesis",
        "TensorTypes", "Tokenization",
        "Topology",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tools/nacre"),
    .target(name: "CAllocationCount", path: "Tools/allocation-check/CAllocationCount"),
    .executableTarget(
      name: "allocation-check",
      dependencies: [
        "AcceptanceHead", "CAllocationCount", "Decoding", "GGUF", "Inference", "KernelDispatch", "Platform",
        "Sampling",
        "Synthesis", "TensorTypes", .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tools/allocation-check/Check"),
    .executableTarget(
      name: "placement-check",
      dependencies: [
        "GGUF", "Inference", "KernelDispatch", "Platform", "TensorTypes",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tools/placement-check"),
    .target(
      name: "TestSupport",
      dependencies: ["GGUF", "Inference", "Quantization", "Tokenization", "Topology"],
      path: "Tests/TestSupport", exclude: ["Machines"],
      // Optimized in every build: its oracles take most of the tests' time otherwise.
      swiftSettings: [.unsafeFlags(["-O"])]),
    .testTarget(name: "PlatformTests", dependencies: ["Platform", "TestSupport", "Topology"]),
    .testTarget(
      name: "TopologyTests",
      dependencies: ["Topology", "TestSupport", .product(name: "SystemPackage", package: "swift-system")]),
    .testTarget(name: "CoreLayoutsTests", dependencies: ["CoreLayouts", "Topology", "TestSupport"]),
    .testTarget(
      name: "GGUFTests", dependencies: ["GGUF", "TestSupport"], resources: [.copy("Fixtures")]),
    .testTarget(
      name: "QuantizationTests", dependencies: ["Quantization", "TestSupport"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "KernelConformanceTests",
      dependencies: [
        "CKernelABI", "KernelDispatch", "Platform", "Quantization", "Inference", "TensorTypes", "TestSupport",
      ]),
    .testTarget(
      name: "TokenizationTests", dependencies: ["Tokenization", "TestSupport"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "InferenceTests", dependencies: ["Inference", "Tokenization", "TestSupport"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ConversionTests",
      dependencies: [
        "Conversion", "GGUF", "Inference", "KernelDispatch", "Quantization", "TensorTypes", "Tokenization",
        "Platform", "TestSupport",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: [
        "Conversion", "Evaluation", "GGUF", "Inference", "Platform", "TensorTypes", "Tokenization",
        "TestSupport",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(name: "AcceptanceHeadTests", dependencies: ["AcceptanceHead", "GGUF", "TestSupport"]),
    .testTarget(
      name: "HeadTrainingTests",
      dependencies: [
        "AcceptanceHead", "GGUF", "HeadTraining", "Inference", "TensorTypes", "TestSupport", "Tokenization",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(name: "SamplingTests", dependencies: ["Sampling", "TestSupport"]),
    .testTarget(
      name: "DecodingTests",
      dependencies: ["Decoding", "Sampling", "Inference", "Tokenization", "TestSupport", "Topology"]),
    .testTarget(
      name: "SynthesisTests",
      dependencies: ["GGUF", "Inference", "Synthesis", "TensorTypes", "Tokenization", "TestSupport"]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "nacre", "AcceptanceHead", "CoreLayouts", "Inference", "Synthesis", "TestSupport", "Topology",
      ]),
  ]
    + kernelLevels.map(kernelTarget),
  swiftLanguageModes: [.v6]
)
