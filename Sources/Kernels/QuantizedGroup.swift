import CKernelABI

/// A quantized format as its kernels see it: an element type, how codes and scales lie, and the tile that fits.
protocol QuantizedFormat {
  associatedtype Code: CodeLayout
  associatedtype Scale: ScaleLayout
  associatedtype Tile: SteppedTile where Tile.Weights == BlockWeights<Code, Scale.Scales>
  static var element: Int32 { get }
}

enum FormatQ8_0: QuantizedFormat {
  typealias Code = ByteCodes
  typealias Scale = SimpleScales
  typealias Tile = ScaledInput<Code>
  static var element: Int32 { @inline(__always) get { Int32(NACRE_Q8_0) } }
}
enum FormatQ4_0: QuantizedFormat {
  typealias Code = NibbleCodes<Offset8>
  typealias Scale = SimpleScales
  typealias Tile = ScaledInput<Code>
  static var element: Int32 { @inline(__always) get { Int32(NACRE_Q4_0) } }
}
enum FormatQ4_1: QuantizedFormat {
  typealias Code = NibbleCodes<Offset0>
  typealias Scale = SimpleAffineScales
  typealias Tile = AffineInput<Code>
  static var element: Int32 { @inline(__always) get { Int32(NACRE_Q4_1) } }
}
enum FormatQ5_0: QuantizedFormat {
  typealias Code = FiveBitCodes<Offset16>
  typealias Scale = SimpleScales
  typealias Tile = ScaledInput<Code>
  static var element: Int32 { @inline(__always) get { Int32(NACRE_Q5_0) } }
}
enum FormatQ5_1: QuantizedFormat {
  typealias Code = FiveBitCodes<Offset0>
  typealias Scale = SimpleAffineScales
  typealias Tile = AffineInput<Code>
  static var element: Int32 { @inline(__always) get { Int32(NACRE_Q5_1) } }
}
enum FormatQ2_K: QuantizedFormat {
  typealias Code = TwoBitCodes<Offset0>
  typealias Scale = SuperAffineHalfScales
  typealias Tile = AffineHalvesInput<Code>
  static var element: Int32 { @inline(__always) get { Int32(NACRE_Q2_K) } }
}
enum FormatQ3_K: QuantizedFormat {
  typealias Code = ThreeBitCodes
  typealias Scale = SuperHalfScales
  typealias Tile = HalvesInput<Code>
  static var element: Int32 { @inline(__always) get { Int32(NACRE_Q3_K) } }
}
enum FormatQ4_K: QuantizedFormat {
  typealias Code = NibbleCodes<Offset0>
  typealias Scale = SuperAffineScales
  typealias Tile = AffineInput<Code>
  static var element: Int32 { @inline(__always) get { Int32(NACRE_Q4_K) } }
}
enum FormatQ5_K: QuantizedFormat {
  typealias Code = FiveBitCodes<Offset0>
  typealias Scale = SuperAffineScales
  typealias Tile = AffineInput<Code>
  static var element: Int32 { @inline(__always) get { Int32(NACRE_Q5_K) } }
}
enum FormatQ6_K: QuantizedFormat {
  typealias Code = SixBitCodes
  typealias Scale = SuperHalfScales
  typealias Tile = HalvesInput<Code>
  static var element: Int32 { @inline(__always) get { Int32(NACRE_Q6_K) } }
}
enum FormatIQ4_NL: QuantizedFormat {
  typealias Code = NonlinearCodes
  typealias Scale = SimpleScales
  typealias Tile = ScaledInput<Code>
  static var element: Int32 { @inline(__always) get { Int32(NACRE_IQ4_NL) } }
}
enum FormatIQ4_XS: QuantizedFormat {
  typealias Code = NonlinearCodes
  typealias Scale = SuperScales
  typealias Tile = ScaledInput<Code>
  static var element: Int32 { @inline(__always) get { Int32(NACRE_IQ4_XS) } }
}

/// 16 interleaved rows of a quantized format (packed_layout.h).
struct QuantizedGroup<Format: QuantizedFormat>: RowGroup {
  typealias Tiles = SteppedTiles<Format.Tile>
  let start: UnsafeRawPointer

  static var maximumTileWidth: Int { @inline(__always) get { Int(NACRE_QUANTIZED_TILE_WIDTH) } }
  static var blocksPerUnit: Int { @inline(__always) get { Format.Scale.blocksPerUnit } }

  @inline(__always) static func byteCount(columnCount: Int) -> Int {
    Int(nacre_group_bytes(Format.element, Int64(columnCount)))
  }

  @inline(__always) static func unitCount(columnCount: Int) -> Int { columnCount / (32 * blocksPerUnit) }

  @inline(__always) init(start: UnsafeRawPointer) { self.start = start }

  @inline(__always) func head(unit: Int) -> Format.Scale.Head { Format.Scale.head(place(unit)) }

  @inline(__always)
  func weights(
    _ head: Format.Scale.Head, unit: Int, part: Int, tileWidth: Int
  ) -> BlockWeights<Format.Code, Format.Scale.Scales> {
    let blockBytes = Int(nacre_block_bytes(Format.element))
    let codes = place(unit) + Int(nacre_unit_head_bytes(Format.element)) + part * blockBytes
    prefetch(
      codes, byteCount: blockBytes, operationCount: Int(NACRE_BLOCK_OPERATIONS), tileWidth: tileWidth)
    return BlockWeights(
      words: Format.Code.unpack(codes), packed: codes,
      scales: Format.Scale.load(head, codes + Int(nacre_block_code_bytes(Format.element))))
  }

  @inline(__always) private func place(_ unit: Int) -> UnsafeRawPointer {
    start + unit * Int(nacre_unit_bytes(Format.element))
  }
}
