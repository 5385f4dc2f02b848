import Quantization
import TensorTypes

/// Makes the rows of a matrix of the big model: the small model's values where they lie, and new ones around them.
///
/// Blocks with a column of the source hold nothing else but zeros, so that new weights do not change their scale. A
/// block that the source has in the same type is copied byte by byte.
struct WidenedRows {
  /// Neighbouring blocks of a row that are made in the same way.
  private struct Span {
    var columns: Range<Int>
    /// Where its bytes begin in the source's row; nil: encoded anew.
    let sourceByte: Int?
  }

  private let type: ElementType
  private let format: any WritableBlockFormat.Type
  private let columns: AxisPlacement
  private let source: SourceRows?
  private let filling: Filling
  private let zeroRow: [UInt8]
  private var random: RandomRows
  private var spans: [Span] = []

  /// - Parameter source: Nil in new layers, which have only new weights.
  /// - Precondition: The type can be written, and rows are whole blocks.
  init(
    _ type: ElementType, columns: AxisPlacement, source: SourceRows?, filling: Filling, random: RandomRows
  ) {
    self.type = type
    self.columns = columns
    self.source = source
    self.filling = filling
    self.random = random
    format = BlockFormats.writableFormat(for: type)!
    zeroRow = format.quantize([Float](repeating: 0, count: columns.count))
    if let source { spans = self.spans(copiedType: source.copiedType) }
  }

  /// The next row, a new one.
  mutating func newRow() -> [UInt8] {
    var row = filling.hasRandomCorner ? random.next() : zeroRow
    guard !filling.hasRandomRows else { return row }
    for span in spans {
      let bytes = byteRange(span.columns)
      row.replaceSubrange(bytes, with: zeroRow[bytes])
    }
    return row
  }

  /// The next row, with the values of row `index` of the source.
  /// - Precondition: There is a source.
  mutating func row(copying index: Int) -> [UInt8] {
    let source = source!
    var row = filling.hasRandomColumns ? random.next() : zeroRow
    let values = spans.contains { $0.sourceByte == nil } ? source.values(index) : []
    for span in spans {
      let bytes = byteRange(span.columns)
      if let start = span.sourceByte {
        row.replaceSubrange(bytes, with: source.bytes(index)[start..<start + bytes.count])
      } else {
        row.replaceSubrange(bytes, with: format.quantize(placed(values, in: span.columns)))
      }
    }
    return row
  }

  /// The source's values where they lie among `range`, and zeros.
  private func placed(_ values: [Float], in range: Range<Int>) -> [Float] {
    var placed = [Float](repeating: 0, count: range.count)
    for run in columns.runs {
      guard let first = run.source else { continue }
      for column in run.range.clamped(to: range) {
        placed[column - range.lowerBound] = values[first + column - run.start]
      }
    }
    return placed
  }

  private func byteRange(_ columns: Range<Int>) -> Range<Int> {
    let (elements, bytes) = (type.blockElementCount, type.blockByteCount)
    return columns.lowerBound / elements * bytes..<columns.upperBound / elements * bytes
  }

  /// All blocks with columns of the source, ascending.
  private func spans(copiedType: ElementType?) -> [Span] {
    let (elements, bytes) = (type.blockElementCount, type.blockByteCount)
    var spans: [Span] = []
    for run in columns.runs {
      var start = max(run.start / elements * elements, spans.last?.columns.upperBound ?? 0)
      while start < run.range.upperBound {
        let block = start..<start + elements
        let isWhole = run.range.contains(start) && block.upperBound <= run.range.upperBound
        let sourceColumn = run.source.flatMap { first in
          let column = first + start - run.start
          return copiedType == type && isWhole && column.isMultiple(of: elements) ? column : nil
        }
        let sourceByte = sourceColumn.map { $0 / elements * bytes }
        if let last = spans.last, last.columns.upperBound == start,
          last.sourceByte.map({ $0 + byteRange(last.columns).count }) == sourceByte
        {
          spans[spans.count - 1].columns = last.columns.lowerBound..<block.upperBound
        } else {
          spans.append(Span(columns: block, sourceByte: sourceByte))
        }
        start = block.upperBound
      }
    }
    return spans
  }
}
