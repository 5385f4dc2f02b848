import GGUF
import Inference
import KernelDispatch
import Platform
import SystemPackage
import TestSupport
import Testing

/// Loads models in one process many times with the same kernels and a team of one.
enum Loading {
  private static let kernels = Result { try KernelLibrary.best() }
  static let team = ThreadTeam(name: "load", cpus: [nil])

  /// A valid model, made once.
  static let parts = ModelParts(RandomModel())

  static func weights(
    _ path: FilePath, team: ThreadTeam = team, placement: LanePlacement = .anywhere
  ) throws -> ModelWeights {
    try ModelWeights(GGUFFile(path: path), kernels: kernels.get(), team: team, placement: placement)
  }

  static func model(_ path: FilePath, contextLength: Int? = nil) throws -> TransformerModel {
    let weights = try weights(path)
    return try TransformerModel(
      weights, team: team, contextLength: contextLength ?? weights.configuration.trainedContextLength)
  }

  /// What keeps a model of these parts from being loaded; nil when it loads. The error must name the file.
  static func problem(_ parts: ModelParts) throws -> ModelProblem? {
    let directory = try TemporaryDirectory()
    let path = try parts.write(to: directory)
    do {
      _ = try weights(path)
      return nil
    } catch let error as ModelError {
      #expect(error.path == path && error.description.hasPrefix(path.string))
      return error.problem
    }
  }

  /// The same for a model that is valid but for one metadata value; nil as value takes the key out.
  static func problem(_ key: String, _ value: MetadataValue?) throws -> ModelProblem? {
    var parts = parts
    parts[key] = value
    return try problem(parts)
  }

  /// The configuration of a model that is valid but for one metadata value.
  static func configuration(_ changes: (inout ModelParts) -> Void) throws -> ModelConfiguration {
    var parts = parts
    changes(&parts)
    let directory = try TemporaryDirectory()
    return try ModelConfiguration(GGUFFile(path: parts.write(to: directory)))
  }
}
