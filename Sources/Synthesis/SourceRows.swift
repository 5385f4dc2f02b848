import GGUF
import Quantization
import TensorTypes

/// The rows of a tensor of the small model, with noise.
struct SourceRows {
  private let file: GGUFFile
  private let tensor: TensorInfo
  private let format: any BlockFormat.Type
  private let noise: WeightNoise

  /// - Precondition: The type can be read, and rows lie one after the other.
  init(_ file: GGUFFile, _ tensor: TensorInfo, noise: WeightNoise) {
    self.file = file
    self.tensor = tensor
    self.noise = noise
    format = BlockFormats.format(for: tensor.type)!
  }

  /// The type of which the bytes of a row can be copied; nil when noise changes them.
  var copiedType: ElementType? { noise.amount > 0 ? nil : tensor.type }

  /// The bytes of a row, valid while the file is.
  func bytes(_ row: Int) -> UnsafeRawBufferPointer {
    let rowBytes = tensor.byteCount / tensor.shape.rowCount
    return UnsafeRawBufferPointer(rebasing: file.bytes(of: tensor)[row * rowBytes..<(row + 1) * rowBytes])
  }

  func values(_ row: Int) -> [Float] {
    let count = tensor.shape.columnCount
    var values = [Float](unsafeUninitializedCapacity: count) { values, initializedCount in
      format.dequantize(bytes(row), into: UnsafeMutableBufferPointer(rebasing: values[..<count]))
      initializedCount = count
    }
    noise.add(to: &values, tensor: tensor.name, row: row)
    return values
  }
}
