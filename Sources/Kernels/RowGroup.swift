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

/// One row group times `T.width` inputs.
@inline(__always)
func multiplyTile<Group: RowGroup, T: InputTile>(
  _ type: T.Type, _ group: Group, unitCount: Int, columnCount: Int, input: UnsafeRawPointer, inputStride: Int,
  output: UnsafeMutablePointer<Float>, outputStride: Int
) where T.Weights == Group.Weights {
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
      let tileInput = input + done * inputStride
      let tileOutput = output + done * outputStride + index * 16
      @inline(__always) func run<T: InputTile>(_ type: T.Type) where T.Weights == Group.Weights {
        multiplyTile(
          T.self, group, unitCount: unitCount, columnCount: columnCount, input: tileInput,
          inputStride: inputStride, output: tileOutput, outputStride: outputStride)
      }
      if Group.maximumTileWidth > 4 && width > 4 {
        switch width {
        case 5: run(Group.Tiles.Five.self)
        case 6: run(Group.Tiles.Six.self)
        case 7: run(Group.Tiles.Seven.self)
        default: run(Group.Tiles.Eight.self)
        }
      } else if Group.maximumTileWidth > 2 && width > 2 {
        if width == 3 { run(Group.Tiles.Three.self) } else { run(Group.Tiles.Four.self) }
      } else if Group.maximumTileWidth > 1 && width == 2 {
        run(Group.Tiles.Two.self)
      } else {
        run(Group.Tiles.One.self)
      }
      done += width
    }
  }
}
