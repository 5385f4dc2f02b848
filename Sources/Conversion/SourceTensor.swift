import GGUF
import Platform
import TensorTypes

/// One tensor of the model to convert, under its name in the output.
struct SourceTensor: Sendable {
  enum Storage: Sendable {
    case safetensors(SafetensorsFile, Range<Int>)
    case gguf(GGUFFile, TensorInfo)
    /// Made by the conversion itself.
    case generated([UInt8])
  }

  let name: String
  /// Innermost dimension first.
  let shape: Shape
  let type: ElementType
  let storage: Storage
  var rowOrder = RowOrder.same

  /// Size of a row in bytes; rows are whole blocks.
  var rowBytes: Int { shape.columnCount / type.blockElementCount * type.blockByteCount }

  /// Lends all of the data.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    switch storage {
    case .safetensors(let file, let range): body(UnsafeRawBufferPointer(rebasing: file.file.bytes[range]))
    case .gguf(let file, let tensor): body(file.bytes(of: tensor))
    case .generated(let bytes): bytes.withUnsafeBytes { body($0) }
    }
  }

  /// Tells the kernel how the data will be used: a hint.
  func advise(_ advice: MappedFile.Advice) {
    switch storage {
    case .safetensors(let file, let range): file.file.advise(advice, range)
    case .gguf(let file, let tensor): file.advise(advice, tensor)
    case .generated: break
    }
  }

  /// Tells the kernel how the data behind some rows of the output will be used: a hint.
  func advise(_ advice: MappedFile.Advice, _ rows: Range<Int>) {
    let rows = rowOrder.sources(of: rows)
    let bytes = rows.lowerBound * rowBytes..<rows.upperBound * rowBytes
    switch storage {
    case .safetensors(let file, let range):
      file.file.advise(advice, range.lowerBound + bytes.lowerBound..<range.lowerBound + bytes.upperBound)
    case .gguf(let file, let tensor): file.advise(advice, tensor, bytes)
    case .generated: break
    }
  }
}

/// Where the rows of a tensor come from.
enum RowOrder: Equatable, Sendable {
  case same

  /// Hugging Face stores the two halves of each head's rotated pairs one after the other; GGUF has each pair side by
  /// side.
  case pairedHalves(headSize: Int)

  /// The row of the source that becomes row `row`.
  func source(of row: Int) -> Int {
    switch self {
    case .same: return row
    case .pairedHalves(let headSize):
      let (head, index) = row.quotientAndRemainder(dividingBy: headSize)
      return head * headSize + index % 2 * (headSize / 2) + index / 2
    }
  }

  /// Rows of the source among which are all that become `rows`: whole heads.
  func sources(of rows: Range<Int>) -> Range<Int> {
    switch self {
    case .same: return rows
    case .pairedHalves(let headSize):
      return rows.lowerBound / headSize * headSize..<(rows.upperBound + headSize - 1) / headSize * headSize
    }
  }
}
