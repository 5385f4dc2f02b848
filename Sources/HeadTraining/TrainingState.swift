import GGUF
import SystemPackage
import TensorTypes

/// Where training stands: enough to go on from, to the same bits.
public struct TrainingState: Equatable {
  /// After an epoch, on the validation prompts.
  public struct EpochRecord: Equatable, Sendable {
    public let loss: Double
    /// NaN where there is none.
    public let area: Double
  }

  private(set) var parameters: [Float]
  private var optimizer: Adam
  /// Loss of the batch of each step, before it.
  public private(set) var losses: [Float]
  public internal(set) var epochs: [EpochRecord]

  init(parameters: [Float]) {
    self.parameters = parameters
    optimizer = Adam(parameterCount: parameters.count)
    (losses, epochs) = ([], [])
  }

  /// One step of the optimizer.
  mutating func descend(loss: Double, gradient: [Float], learningRate: Double) {
    optimizer.update(&parameters, gradient: gradient, learningRate: learningRate)
    losses.append(Float(loss))
  }

  private static let architecture = "nacre-head-training"

  /// - Parameter binding: Tells what is trained, how and on what; only the same training can go on from the file.
  public func write(to path: FilePath, binding: String) throws(HeadTrainingError) {
    var metadata = GGUFMetadata(path: path)
    metadata.set("general.architecture", .string(Self.architecture))
    metadata.set("binding", .string(binding))
    metadata.set("losses", .array(.float32(losses)))
    metadata.set("validation.losses", .array(.float64(epochs.map(\.loss))))
    metadata.set("validation.areas", .array(.float64(epochs.map(\.area))))
    let vectors = [
      ("parameters", parameters), ("moment.first", optimizer.firstMoments),
      ("moment.second", optimizer.secondMoments),
    ]
    do throws(GGUFError) {
      let writer = try GGUFWriter(
        path: path, metadata: metadata,
        tensors: vectors.map { GGUFTensor(name: $0.0, dimensions: [$0.1.count], type: .f32) })
      for (_, values) in vectors {
        var bytes: [UInt8] = []
        for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
        try writer.append(bytes)
      }
      try writer.finish()
    } catch {
      throw .state(error)
    }
  }

  /// Reads a state; nil where the file is missing, damaged, impossible, or of another training.
  public init?(path: FilePath, binding: String) {
    guard let file = try? GGUFFile(path: path), (try? file.metadata.string("binding")) == binding,
      let losses = try? file.metadata.floats("losses"),
      case .array(.float64(let validation))? = file.metadata["validation.losses"],
      case .array(.float64(let areas))? = file.metadata["validation.areas"], areas.count == validation.count,
      let parameters = Self.vector("parameters", in: file),
      let first = Self.vector("moment.first", in: file), let second = Self.vector("moment.second", in: file),
      first.count == parameters.count, second.count == parameters.count
    else { return nil }
    self.parameters = parameters
    optimizer = Adam(stepCount: losses.count, firstMoments: first, secondMoments: second)
    self.losses = losses
    epochs = zip(validation, areas).map { EpochRecord(loss: $0, area: $1) }
  }

  private static func vector(_ name: String, in file: GGUFFile) -> [Float]? {
    guard let tensor = file.tensor(named: name), tensor.type == .f32, tensor.layout == .rows else {
      return nil
    }
    let bytes = file.bytes(of: tensor)
    let values = (0..<tensor.shape.elementCount).map {
      Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
    }
    return values.allSatisfy(\.isFinite) ? values : nil
  }
}
