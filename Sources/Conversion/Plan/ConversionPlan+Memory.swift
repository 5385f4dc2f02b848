import GGUF
import TensorTypes

extension ConversionPlan {
  /// Memory that the conversion takes at most on top of what the process has now, in bytes.
  ///
  /// Weights are mapped, and pages are let go slab by slab, so that it does not depend on the model's size: a slab of
  /// the source, a slab of the output, the rows that threads work on, and the metadata, which is written and read back.
  public func memoryBytes(threadCount: Int) -> Int {
    let row = 4 * (source.tensors.map(\.shape.columnCount).max() ?? 0)
    // 16 rows longer than a slab are a slab.
    let slab = max(SlabEncoder.slabBytes, 16 * row)
    return (layout == .x16 ? 3 : 2) * slab + 2 * row * threadCount + 4 * Self.size(metadata) + tensors.count
      * 1024 + Self.allowance
  }

  /// Pages that are mapped beside those asked for, and what the allocator keeps.
  private static let allowance = 16 << 20

  private static func size(_ metadata: GGUFMetadata) -> Int {
    metadata.reduce(0) { $0 + $1.key.utf8.count + size($1.value) }
  }

  private static func size(_ value: MetadataValue) -> Int {
    switch value {
    case .string(let text): text.utf8.count
    case .array(.strings(let texts)): texts.reduce(0) { $0 + $1.utf8.count + 32 }
    case .array(let array): array.count * 8
    default: 8
    }
  }
}
