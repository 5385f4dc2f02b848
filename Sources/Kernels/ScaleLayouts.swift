import CKernelABI

/// How the scales of 16 rows are stored, and which of a block's columns share one.
protocol ScaleLayout {
  associatedtype Scales
  /// The scales of one block of 32 columns.
  static func load(_ plane: UnsafeRawPointer, block: Int) -> Scales
}

/// One scale for a block: weight = scale · code.
struct BlockScale {
  let scale: Floats
}

/// weight = scale · code + minimum.
struct AffineScale {
  let scale, minimum: Floats
}

/// One scale for each half of a block.
struct HalfScales {
  let low, high: Floats
}

/// weight = scale · code + minimum, for each half of a block.
struct AffineHalfScales {
  let low, high: AffineScale
}

/// Q8_0, Q4_0, Q5_0, IQ4_NL: [block] half scale.
enum SimpleScales: ScaleLayout {
  @inline(__always) static func load(_ plane: UnsafeRawPointer, block: Int) -> BlockScale {
    BlockScale(scale: halves(plane + block * 32))
  }
}

/// Q4_1, Q5_1: [block] half scale, half minimum.
enum SimpleAffineScales: ScaleLayout {
  @inline(__always) static func load(_ plane: UnsafeRawPointer, block: Int) -> AffineScale {
    AffineScale(scale: halves(plane + block * 64), minimum: halves(plane + block * 64 + 32))
  }
}

/// Q4_K, Q5_K: [256 columns] half d, half dmin, [8] byte scale, byte minimum; weight = d·scale·code − dmin·minimum.
enum SuperAffineScales: ScaleLayout {
  @inline(__always) static func load(_ plane: UnsafeRawPointer, block: Int) -> AffineScale {
    let unit = plane + (block >> 3) * 320
    let part = unit + 64 + (block & 7) * 32
    return AffineScale(
      scale: halves(unit) * bytes(part), minimum: -(halves(unit + 32) * bytes(part + 16)))
  }
}

/// IQ4_XS: [256 columns] half d, [8] signed byte scale.
enum SuperScales: ScaleLayout {
  @inline(__always) static func load(_ plane: UnsafeRawPointer, block: Int) -> BlockScale {
    let unit = plane + (block >> 3) * 160
    return BlockScale(scale: halves(unit) * signedBytes(unit + 32 + (block & 7) * 16))
  }
}

/// Q6_K, Q3_K: [256 columns] half d, [16] signed byte scale.
enum SuperHalfScales: ScaleLayout {
  @inline(__always) static func load(_ plane: UnsafeRawPointer, block: Int) -> HalfScales {
    let unit = plane + (block >> 3) * 288
    let part = unit + 32 + (block & 7) * 32
    let d = halves(unit)
    return HalfScales(low: d * signedBytes(part), high: d * signedBytes(part + 16))
  }
}

/// Q2_K: [256 columns] half d, half dmin, [16] (4-bit scale, 4-bit minimum).
enum SuperAffineHalfScales: ScaleLayout {
  @inline(__always) static func load(_ plane: UnsafeRawPointer, block: Int) -> AffineHalfScales {
    let unit = plane + (block >> 3) * 320
    let part = unit + 64 + (block & 7) * 32
    let (d, minimum) = (halves(unit), -halves(unit + 32))
    @inline(__always) func scales(_ pointer: UnsafeRawPointer) -> AffineScale {
      let packed = loadVector(pointer, as: nacre_u8x16.self)
      return AffineScale(
        scale: d * nacre_float_from_bytes(nacre_low_nibbles16(packed)),
        minimum: minimum * nacre_float_from_bytes(nacre_high_nibbles16(packed)))
    }
    return AffineHalfScales(low: scales(part), high: scales(part + 16))
  }
}

@inline(__always)
private func halves(_ pointer: UnsafeRawPointer) -> Floats {
  nacre_float_from_half(loadVector(pointer, as: Halves.self))
}

@inline(__always)
private func bytes(_ pointer: UnsafeRawPointer) -> Floats {
  nacre_float_from_bytes(loadVector(pointer, as: nacre_u8x16.self))
}

@inline(__always)
private func signedBytes(_ pointer: UnsafeRawPointer) -> Floats {
  nacre_float_from_signed_bytes(loadVector(pointer, as: nacre_i8x16.self))
}
