/// Interleaves float rows of `Word`-sized elements; columns are padded with zeros to four, missing rows left zero.
@inline(__always)
func packFloats<Word: FixedWidthInteger>(
  _ type: Word.Type, _ rows: UnsafeRawPointer, _ rowCount: Int, _ columnCount: Int, _ groups: Range<Int>,
  _ packed: UnsafeMutableRawPointer
) {
  let size = MemoryLayout<Word>.size
  let groupBytes = (columnCount + 3) / 4 * 4 * 16 * size
  for group in groups {
    let start = packed + group * groupBytes
    for lane in 0..<min(16, rowCount - group * 16) {
      let row = rows + (group * 16 + lane) * columnCount * size
      for column in 0..<columnCount {
        start.storeBytes(
          of: (row + column * size).loadUnaligned(as: Word.self), toByteOffset: (column * 16 + lane) * size,
          as: Word.self)
      }
    }
  }
}
