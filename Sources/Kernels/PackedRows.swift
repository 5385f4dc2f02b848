import CKernelABI

/// Scales of a block, one row at a time.
protocol LaneScales {
  func lane(_ lane: Int) -> SubBlockScales
}

extension BlockScale: LaneScales {
  @inline(__always) func lane(_ lane: Int) -> SubBlockScales {
    SubBlockScales(scale: scale[lane], minimum: 0)
  }
}

extension AffineScale: LaneScales {
  @inline(__always) func lane(_ lane: Int) -> SubBlockScales {
    SubBlockScales(scale: scale[lane], minimum: minimum[lane])
  }
}

extension HalfScales: LaneScales {
  @inline(__always) func lane(_ lane: Int) -> SubBlockScales {
    SubBlockScales(low: (low[lane], 0), high: (high[lane], 0))
  }
}

extension AffineHalfScales: LaneScales {
  @inline(__always) func lane(_ lane: Int) -> SubBlockScales {
    SubBlockScales(
      low: (low.scale[lane], low.minimum[lane]), high: (high.scale[lane], high.minimum[lane]))
  }
}

/// Decodes row `row` of a packed matrix: the same bits as `dequantizeRow` of the row in the file's format.
@inline(__always)
func dequantizePackedRow<Format: QuantizedFormat>(
  _ format: Format.Type, _ packed: UnsafeRawPointer, _ count: Int, _ row: Int,
  _ output: UnsafeMutablePointer<Float>
) where Format.Scale.Scales: LaneScales {
  typealias Group = QuantizedGroup<Format>
  let group = Group(start: packed + row / 16 * Group.byteCount(columnCount: count))
  let lane = row % 16
  for unit in 0..<Group.unitCount(columnCount: count) {
    let head = group.head(unit: unit)
    for part in 0..<Group.blocksPerUnit {
      let weights = group.weights(head, unit: unit, part: part, tileWidth: 1)
      let scales = weights.scales.lane(lane)
      let columns = output + (unit * Group.blocksPerUnit + part) * 32
      withUnsafeBytes(of: weights.words) { words in
        for column in 0..<16 {
          let place = column / 4 * 64 + lane * 4 + column % 4
          columns[column] = scales.low.scale * Format.Code.value(words[place]) + scales.low.minimum
          columns[16 + column] =
            scales.high.scale * Format.Code.value(words[256 + place]) + scales.high.minimum
        }
      }
    }
  }
}

/// Decodes row `row` of a packed float matrix.
@inline(__always)
func dequantizePackedFloats<Element: FloatElement>(
  _ type: Element.Type, _ packed: UnsafeRawPointer, _ count: Int, _ row: Int,
  _ output: UnsafeMutablePointer<Float>
) {
  let group = packed + row / 16 * RowGroupFloat<Element>.byteCount(columnCount: count)
  for column in 0..<count {
    output[column] = Element.load(group + column * 16 * Element.byteCount)[row % 16]
  }
}
