import CKernelABI

/// How a format lies in a file: what packing and decoding a row need to know of it.
protocol SourceFormat {
  /// Columns and bytes of one block in the file.
  static var blockColumns: Int { get }
  static var blockBytes: Int { get }

  /// The 32 codes of one sub-block, as the kernels take them.
  /// - Parameter part: Index of the sub-block, `0..<blockColumns / 32`.
  static func readCodes(_ block: UnsafeRawPointer, part: Int, into codes: UnsafeMutablePointer<UInt8>)

  /// Writes what the sub-blocks of one row share into the head of its unit (packed_layout.h).
  /// - Parameter lane: The row's place in its group.
  static func packHead(_ block: UnsafeRawPointer, into head: UnsafeMutableRawPointer, lane: Int)

  /// Writes the scales of one sub-block of one row behind the codes of its block.
  static func packScales(
    _ block: UnsafeRawPointer, part: Int, into scales: UnsafeMutableRawPointer, lane: Int)

  /// The factor that a code stands for.
  static func value(_ code: UInt8) -> Float

  /// What the factors are multiplied with, and what is added.
  static func weights(_ block: UnsafeRawPointer, part: Int) -> SubBlockScales
}

/// Scale and minimum of columns 0–15 and of columns 16–31.
struct SubBlockScales {
  let low, high: (scale: Float, minimum: Float)

  @inline(__always)
  init(low: (scale: Float, minimum: Float), high: (scale: Float, minimum: Float)) {
    self.low = low
    self.high = high
  }

  /// The same for both halves.
  @inline(__always)
  init(scale: Float, minimum: Float) {
    self.init(low: (scale, minimum), high: (scale, minimum))
  }
}

/// Interleaves rows into row groups. Rows from `rowCount` on are left as they are: zero scales in zeroed memory.
@inline(__always)
func packRows<Format: QuantizedFormat, Source: SourceFormat>(
  _ format: Format.Type, _ source: Source.Type, _ rows: UnsafeRawPointer, _ rowCount: Int, _ columnCount: Int,
  _ groups: Range<Int>, _ packed: UnsafeMutableRawPointer
) {
  let groupBytes = Int(nacre_group_bytes(Format.element, Int64(columnCount)))
  let unitBytes = Int(nacre_unit_bytes(Format.element))
  let rowBytes = columnCount / Source.blockColumns * Source.blockBytes
  withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { codes in
    for group in groups {
      for lane in 0..<min(16, rowCount - group * 16) {
        let row = rows + (group * 16 + lane) * rowBytes
        for index in 0..<columnCount / Source.blockColumns {
          packBlock(
            format, source, row + index * Source.blockBytes,
            into: packed + group * groupBytes + index * unitBytes,
            lane: lane, codes: codes.baseAddress!)
        }
      }
    }
  }
}

/// Writes one row's block into its unit.
@inline(__always)
private func packBlock<Format: QuantizedFormat, Source: SourceFormat>(
  _ format: Format.Type, _ source: Source.Type, _ block: UnsafeRawPointer, into unit: UnsafeMutableRawPointer,
  lane: Int, codes: UnsafeMutablePointer<UInt8>
) {
  Source.packHead(block, into: unit, lane: lane)
  var place = unit + Int(nacre_unit_head_bytes(Format.element))
  for part in 0..<Source.blockColumns / 32 {
    Source.readCodes(block, part: part, into: codes)
    storeCodes(codes, bits: Int(nacre_code_bits(Format.element)), to: place + lane * 4)
    Source.packScales(
      block, part: part, into: place + Int(nacre_block_code_bytes(Format.element)), lane: lane)
    place += Int(nacre_block_bytes(Format.element))
  }
}

/// Spreads 32 codes of one row over the words of a block (packed_layout.h).
@inline(__always)
private func storeCodes(_ codes: UnsafePointer<UInt8>, bits: Int, to word: UnsafeMutableRawPointer) {
  if bits == 8 {
    for k in 0..<8 {
      word.storeBytes(
        of: (UnsafeRawPointer(codes) + 4 * k).loadUnaligned(as: UInt32.self), toByteOffset: 64 * k,
        as: UInt32.self)
    }
    return
  }
  for column in 0..<4 {
    if bits >= 4 {
      for k in 0..<4 {
        let byte = (codes[4 * k + column] & 15) | codes[16 + 4 * k + column] << 4
        word.storeBytes(of: byte, toByteOffset: 64 * k + column, as: UInt8.self)
      }
    }
    let pairPlane = bits == 6 ? 256 : 0
    if bits == 6 || bits < 4 {
      for half in 0..<2 {
        var byte: UInt8 = 0
        for j in 0..<4 {
          let code = codes[16 * half + 4 * j + column]
          byte |= ((bits == 6 ? code >> 4 : code) & 3) << (2 * UInt8(j))
        }
        word.storeBytes(of: byte, toByteOffset: pairPlane + 64 * half + column, as: UInt8.self)
      }
    }
    if bits == 5 || bits == 3 {
      var byte: UInt8 = 0
      for k in 0..<8 { byte |= ((codes[4 * k + column] >> UInt8(bits - 1)) & 1) << UInt8(k) }
      word.storeBytes(of: byte, toByteOffset: (bits == 5 ? 256 : 128) + column, as: UInt8.self)
    }
  }
}

/// Decodes one row of a file.
@inline(__always)
func dequantizeRow<Source: SourceFormat>(
  _ source: Source.Type, _ row: UnsafeRawPointer, _ count: Int, _ output: UnsafeMutablePointer<Float>
) {
  let partCount = Source.blockColumns / 32
  withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { codes in
    for index in 0..<count / 32 {
      let block = row + index / partCount * Source.blockBytes
      let weights = Source.weights(block, part: index % partCount)
      Source.readCodes(block, part: index % partCount, into: codes.baseAddress!)
      for column in 0..<16 {
        let (low, high) = (Source.value(codes[column]), Source.value(codes[16 + column]))
        output[index * 32 + column] = weights.low.scale * low + weights.low.minimum
        output[index * 32 + 16 + column] = weights.high.scale * high + weights.high.minimum
      }
    }
  }
}
