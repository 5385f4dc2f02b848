import CKernelABI

/// How the weights of 16 interleaved rows are stored, and how a tile of inputs goes over them.
protocol RowGroup {
  associatedtype Tiles: TileFamily where Tiles.Weights == Weights
  associatedtype Weights
  /// What the blocks of a unit share.
  associatedtype Head

  /// Widest tile that the level's registers hold.
  static var maximumTileWidth: Int { get }
  static func byteCount(columnCount: Int) -> Int
  static func unitCount(columnCount: Int) -> Int
  static var blocksPerUnit: Int { get }

  init(start: UnsafeRawPointer)
  func head(unit: Int) -> Head
  /// - Parameter tileWidth: Inputs that share the weights: how long the arithmetic will keep from the next load.
  func weights(_ head: Head, unit: Int, part: Int, tileWidth: Int) -> Weights
}

/// One row group times some inputs.
struct TileProduct<Group: RowGroup> {
  let group: Group
  let unitCount, columnCount: Int
  let input: UnsafeRawPointer
  let inputStride: Int
  let output: UnsafeMutablePointer<Float>
  let outputStride: Int

  /// A function of its own for each tile: one with all of them takes the optimizer far longer.
  @inline(never)
  func compute<T: InputTile>(_ type: T.Type) where T.Weights == Group.Weights {
    var tile = T(input: input, stride: inputStride, columnCount: columnCount)
    for unit in 0..<unitCount {
      let head = group.head(unit: unit)
      for part in 0..<Group.blocksPerUnit {
        tile.accumulate(
          group.weights(head, unit: unit, part: part, tileWidth: T.width),
          block: unit * Group.blocksPerUnit + part)
      }
    }
    tile.store(to: output, stride: outputStride)
  }

  /// With the tile of `width` inputs, 1…8.
  @inline(__always)
  func compute(width: Int) {
    if Group.maximumTileWidth > 4 && width > 4 {
      switch width {
      case 5: compute(Group.Tiles.Five.self)
      case 6: compute(Group.Tiles.Six.self)
      case 7: compute(Group.Tiles.Seven.self)
      default: compute(Group.Tiles.Eight.self)
      }
    } else if Group.maximumTileWidth > 2 && width > 2 {
      if width == 3 { compute(Group.Tiles.Three.self) } else { compute(Group.Tiles.Four.self) }
    } else if Group.maximumTileWidth > 1 && width == 2 {
      compute(Group.Tiles.Two.self)
    } else {
      compute(Group.Tiles.One.self)
    }
  }
}

/// Row groups `groups` of a packed matrix times all inputs: for each group, tiles of nearly equal width.
@inline(__always)
func multiply<Group: RowGroup>(
  _ type: Group.Type, _ packed: UnsafeRawPointer, _ columnCount: Int, _ groups: Range<Int>,
  _ input: UnsafeRawPointer, _ inputStride: Int, _ inputCount: Int, _ output: UnsafeMutablePointer<Float>,
  _ outputStride: Int
) {
  let byteCount = Group.byteCount(columnCount: columnCount)
  let unitCount = Group.unitCount(columnCount: columnCount)
  let tileCount = (inputCount + Group.maximumTileWidth - 1) / Group.maximumTileWidth
  for index in groups {
    let group = Group(start: packed + index * byteCount)
    var done = 0
    for tile in 0..<tileCount {
      let width = (inputCount - done + tileCount - tile - 1) / (tileCount - tile)
      let product = TileProduct(
        group: group, unitCount: unitCount, columnCount: columnCount, input: input + done * inputStride,
        inputStride: inputStride, output: output + done * outputStride + index * 16,
        outputStride: outputStride)
      product.compute(width: width)
      done += width
    }
  }
}
