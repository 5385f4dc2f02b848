import CKernelABI

/// Q4_0 as 16 interleaved rows: 4-bit codes `value + 8`, a half scale per row and block of 32.
struct RowGroupQ4_0: RowGroup {
  let scales: UnsafeRawPointer
  let codes: UnsafeRawPointer

  /// Unpacked once for all inputs of a tile.
  struct Weights: CodeBlock {
    let scales: Floats
    let low: (Codes, Codes, Codes, Codes)
    let high: (Codes, Codes, Codes, Codes)

    @inline(__always) func group(_ index: Int) -> Codes {
      switch index {
      case 0: low.0
      case 1: low.1
      case 2: low.2
      case 3: low.3
      case 4: high.0
      case 5: high.1
      case 6: high.2
      default: high.3
      }
    }

    @inline(__always) static func start(activationSum: Int32) -> Ints {
      Ints(repeating: -8 &* activationSum)
    }

    @inline(__always) static func dot(_ accumulator: Ints, _ codes: Codes, _ word: Int32) -> Ints {
      nacre_dot_small(accumulator, codes, word)
    }
  }
  typealias Tile = QuantizedInput<Weights>

  static var maximumTileWidth: Int { @inline(__always) get { Int(NACRE_QUANTIZED_TILE_WIDTH) } }

  @inline(__always) static func byteCount(columnCount: Int) -> Int {
    Int(nacre_quantized_group_bytes(Int64(columnCount), 4))
  }

  @inline(__always) static func blockCount(columnCount: Int) -> Int { columnCount / 32 }

  @inline(__always) init(start: UnsafeRawPointer, columnCount: Int) {
    scales = start
    codes = start + Int(nacre_scale_plane_bytes(Int64(columnCount)))
  }

  @inline(__always) func weights(block: Int) -> Weights {
    let blockCodes = codes + block * 256
    prefetch(blockCodes, lineCount: 4)
    let a = loadVector(blockCodes, as: Codes.self)
    let b = loadVector(blockCodes + 64, as: Codes.self)
    let c = loadVector(blockCodes + 128, as: Codes.self)
    let d = loadVector(blockCodes + 192, as: Codes.self)
    return Weights(
      scales: nacre_float_from_half(loadVector(scales + block * 32, as: Halves.self)),
      low: (nacre_low_nibbles(a), nacre_low_nibbles(b), nacre_low_nibbles(c), nacre_low_nibbles(d)),
      high: (nacre_high_nibbles(a), nacre_high_nibbles(b), nacre_high_nibbles(c), nacre_high_nibbles(d)))
  }
}
