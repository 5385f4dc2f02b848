import CKernelABI

/// Interleaves Q8_0 rows (blocks of a half scale and 32 int8) into row groups.
func packQ8_0(
  _ rows: UnsafeRawPointer, _ rowCount: Int, _ columnCount: Int, _ groups: Range<Int>,
  _ packed: UnsafeMutableRawPointer
) {
  let blockCount = columnCount / 32
  let byteCount = RowGroupQ8_0.byteCount(columnCount: columnCount)
  for group in groups {
    let scales = packed + group * byteCount
    let codes = scales + Int(nacre_scale_plane_bytes(Int64(columnCount)))
    for lane in 0..<16 {
      let row = group * 16 + lane
      guard row < rowCount else {
        for block in 0..<blockCount {
          scales.storeBytes(of: 0, toByteOffset: (block * 16 + lane) * 2, as: UInt16.self)
          for word in 0..<8 {
            codes.storeBytes(
              of: 0x8080_8080, toByteOffset: block * 512 + word * 64 + lane * 4, as: UInt32.self)
          }
        }
        continue
      }
      for block in 0..<blockCount {
        let source = rows + (row * blockCount + block) * 34
        scales.storeBytes(
          of: source.loadUnaligned(as: UInt16.self), toByteOffset: (block * 16 + lane) * 2, as: UInt16.self)
        for word in 0..<8 {
          let values = source.loadUnaligned(fromByteOffset: 2 + word * 4, as: UInt32.self)
          codes.storeBytes(
            of: values ^ 0x8080_8080, toByteOffset: block * 512 + word * 64 + lane * 4, as: UInt32.self)
        }
      }
    }
  }
}

/// Interleaves Q4_0 rows (blocks of a half scale and 16 bytes: low nibbles are columns 0–15, high ones 16–31).
func packQ4_0(
  _ rows: UnsafeRawPointer, _ rowCount: Int, _ columnCount: Int, _ groups: Range<Int>,
  _ packed: UnsafeMutableRawPointer
) {
  let blockCount = columnCount / 32
  let byteCount = RowGroupQ4_0.byteCount(columnCount: columnCount)
  for group in groups {
    let scales = packed + group * byteCount
    let codes = scales + Int(nacre_scale_plane_bytes(Int64(columnCount)))
    for lane in 0..<16 {
      let row = group * 16 + lane
      for block in 0..<blockCount {
        let source = rows + (row * blockCount + block) * 18
        let scale = row < rowCount ? source.loadUnaligned(as: UInt16.self) : 0
        scales.storeBytes(of: scale, toByteOffset: (block * 16 + lane) * 2, as: UInt16.self)
        for word in 0..<4 {
          let nibbles =
            row < rowCount
            ? source.loadUnaligned(fromByteOffset: 2 + word * 4, as: UInt32.self) : 0x8888_8888
          codes.storeBytes(of: nibbles, toByteOffset: block * 256 + word * 64 + lane * 4, as: UInt32.self)
        }
      }
    }
  }
}

/// Interleaves float rows of `Word`-sized elements; rows past the end are zero, columns padded with zeros to four.
@inline(__always)
func packFloats<Word: FixedWidthInteger>(
  _ type: Word.Type, _ rows: UnsafeRawPointer, _ rowCount: Int, _ columnCount: Int, _ groups: Range<Int>,
  _ packed: UnsafeMutableRawPointer
) {
  let size = MemoryLayout<Word>.size
  let paddedCount = (columnCount + 3) / 4 * 4
  for group in groups {
    let start = packed + group * Int(nacre_float_group_bytes(Int64(columnCount), Int64(size)))
    for lane in 0..<16 {
      let row = group * 16 + lane
      for column in 0..<paddedCount {
        let word =
          row < rowCount && column < columnCount
          ? (rows + (row * columnCount + column) * size).loadUnaligned(as: Word.self) : 0
        start.storeBytes(of: word, toByteOffset: (column * 16 + lane) * size, as: Word.self)
      }
    }
  }
}
