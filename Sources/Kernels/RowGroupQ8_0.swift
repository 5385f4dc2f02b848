import CKernelABI

/// Q8_0 as 16 interleaved rows: bytes `value + 128`, a half scale per row and block of 32.
struct RowGroupQ8_0: RowGroup {
  let scales: UnsafeRawPointer
  let codes: UnsafeRawPointer

  struct Weights: CodeBlock {
    let scales: Floats
    let codes: UnsafeRawPointer

    @inline(__always) func group(_ index: Int) -> Codes { loadVector(codes + index * 64, as: Codes.self) }

    @inline(__always) static func start(activationSum: Int32) -> Ints { nacre_dot_start_128(activationSum) }

    @inline(__always) static func dot(_ accumulator: Ints, _ codes: Codes, _ word: Int32) -> Ints {
      nacre_dot_128(accumulator, codes, word)
    }
  }
  typealias Tile = QuantizedInput<Weights>

  static var maximumTileWidth: Int { @inline(__always) get { Int(NACRE_QUANTIZED_TILE_WIDTH) } }

  @inline(__always) static func byteCount(columnCount: Int) -> Int {
    Int(nacre_quantized_group_bytes(Int64(columnCount), 8))
  }

  @inline(__always) static func blockCount(columnCount: Int) -> Int { columnCount / 32 }

  @inline(__always) init(start: UnsafeRawPointer, columnCount: Int) {
    scales = start
    codes = start + Int(nacre_scale_plane_bytes(Int64(columnCount)))
  }

  @inline(__always) func weights(block: Int) -> Weights {
    let blockCodes = codes + block * 512
    prefetch(blockCodes, lineCount: 8)
    return Weights(
      scales: nacre_float_from_half(loadVector(scales + block * 32, as: Halves.self)), codes: blockCodes)
  }
}
