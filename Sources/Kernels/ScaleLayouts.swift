import CKernelABI

/// How the scales of 16 rows are stored, and which of a block's columns share one.
protocol ScaleLayout {
  /// What the blocks of a unit share.
  associatedtype Head
  associatedtype Scales
  static var blocksPerUnit: Int { get }
  static func head(_ unit: UnsafeRawPointer) -> Head
  /// The scales of one block of 32 columns.
  static func load(_ head: Head, _ scales: UnsafeRawPointer) -> Scales
}

/// Scales that belong to one block alone.
protocol SimpleScaleLayout: ScaleLayout where Head == Void {}

extension SimpleScaleLayout {
  static var blocksPerUnit: Int { @inline(__always) get { 1 } }
  @inline(__always) static func head(_ unit: UnsafeRawPointer) {}
}

/// Small scales of 8 blocks that are multiplied with what the unit's head holds.
protocol SuperScaleLayout: ScaleLayout {}

extension SuperScaleLayout {
  static var blocksPerUnit: Int { @inline(__always) get { 8 } }
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

/// Q8_0, Q4_0, Q5_0, IQ4_NL: half scale.
enum SimpleScales: SimpleScaleLayout {
  @inline(__always) static func load(_ head: Void, _ scales: UnsafeRawPointer) -> BlockScale {
    BlockScale(scale: halves(scales))
  }
}

/// Q4_1, Q5_1: half scale, half minimum.
enum SimpleAffineScales: SimpleScaleLayout {
  @inline(__always) static func load(_ head: Void, _ scales: UnsafeRawPointer) -> AffineScale {
    AffineScale(scale: halves(scales), minimum: halves(scales + 32))
  }
}

/// Q4_K, Q5_K: half d, half dmin; byte scale, byte minimum; weight = d·scale·code − dmin·minimum.
enum SuperAffineScales: SuperScaleLayout {
  @inline(__always) static func head(_ unit: UnsafeRawPointer) -> AffineScale {
    AffineScale(scale: halves(unit), minimum: -halves(unit + 32))
  }
  @inline(__always) static func load(_ head: AffineScale, _ scales: UnsafeRawPointer) -> AffineScale {
    AffineScale(scale: head.scale * bytes(scales), minimum: head.minimum * bytes(scales + 16))
  }
}

/// IQ4_XS: half d; signed byte scale.
enum SuperScales: SuperScaleLayout {
  @inline(__always) static func head(_ unit: UnsafeRawPointer) -> Floats { halves(unit) }
  @inline(__always) static func load(_ d: Floats, _ scales: UnsafeRawPointer) -> BlockScale {
    BlockScale(scale: d * signedBytes(scales))
  }
}

/// Q6_K, Q3_K: half d; signed byte scale of columns 0–15, of 16–31.
enum SuperHalfScales: SuperScaleLayout {
  @inline(__always) static func head(_ unit: UnsafeRawPointer) -> Floats { halves(unit) }
  @inline(__always) static func load(_ d: Floats, _ scales: UnsafeRawPointer) -> HalfScales {
    HalfScales(low: d * signedBytes(scales), high: d * signedBytes(scales + 16))
  }
}

/// Q2_K: half d, half dmin; (4-bit scale, 4-bit minimum) of columns 0–15, of 16–31.
enum SuperAffineHalfScales: SuperScaleLayout {
  @inline(__always) static func head(_ unit: UnsafeRawPointer) -> AffineScale {
    AffineScale(scale: halves(unit), minimum: -halves(unit + 32))
  }
  @inline(__always) static func load(_ head: AffineScale, _ scales: UnsafeRawPointer) -> AffineHalfScales {
    @inline(__always) func half(_ pointer: UnsafeRawPointer) -> AffineScale {
      let packed = loadVector(pointer, as: nacre_u8x16.self)
      return AffineScale(
        scale: head.scale * nacre_float_from_bytes(nacre_low_nibbles16(packed)),
        minimum: head.minimum * nacre_float_from_bytes(nacre_high_nibbles16(packed)))
    }
    return AffineHalfScales(low: half(scales), high: half(scales + 16))
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
