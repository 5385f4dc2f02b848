import CKernelABI
import GGUF
import KernelDispatch
import Platform
import TensorTypes

/// Finds a plan's matrices in the x16 layout: those that the file holds so are used where they are mapped, or copied to
/// the nodes that were asked for; the others are repacked. Copies lie side by side, in one buffer for each piece of a
/// row split.
final class WeightPacker {
  let memories: [AlignedBuffer]
  /// The matrices that are used where the file is mapped.
  let mapped: [TensorInfo]
  private let file: GGUFFile
  private let kernels: KernelLibrary
  private let team: ThreadTeam
  private var matrices: [String: WeightMatrix] = [:]
  private var copies: [Copy] = []
  private let vectors: [String: (tensor: TensorInfo, element: KernelElement)]

  /// A matrix that is made in `memories`.
  private struct Copy {
    let tensor: TensorInfo
    let element: KernelElement
    var pieces: [(matrix: PackedMatrix, firstGroup: Int, output: UnsafeMutableRawPointer)] = []
  }

  init(
    file: GGUFFile, plan: WeightPlan, kernels: KernelLibrary, team: ThreadTeam, placement: LanePlacement
  ) throws(ModelError) {
    self.file = file
    self.kernels = kernels
    self.team = team
    vectors = Dictionary(uniqueKeysWithValues: plan.vectors.map { ($0.tensor.name, $0) })
    let copiesMapped = placement.copiesMappedTensors && !placement.nodes.isEmpty
    let isMapped = { (tensor: TensorInfo) in tensor.layout == .x16 && !copiesMapped }
    mapped = plan.matrices.map(\.tensor).filter(isMapped)
    let copied = plan.matrices.filter { !isMapped($0.tensor) }
    let split = RowSplit(placement, homes: team.homes)

    // The file's own tensors fit in memory as an Int many bytes; this is at most a few percent more.
    var byteCounts = split.pieces.map { _ in 0 }
    var offsets: [[Int]] = []
    for (tensor, element) in copied {
      offsets.append(byteCounts)
      for (piece, groups) in split.ranges(groupCount: tensor.groupCount).enumerated() {
        byteCounts[piece] += (groups.count * tensor.groupBytes(element) + 63) / 64 * 64
      }
    }
    var memories: [AlignedBuffer] = []
    for (piece, byteCount) in zip(split.pieces, byteCounts) where !copied.isEmpty {
      guard
        let memory = AlignedBuffer(
          ifAvailable: byteCount + Self.readAheadBytes, placement: piece.placement)
      else { throw ModelError(path: file.path, .outOfMemory(for: "the weights", byteCount: byteCount)) }
      memories.append(memory)
    }
    self.memories = memories

    for tensor in mapped {
      let element = KernelElement(tensor.type)!
      let whole = PackedMatrix(element, tensor, start: file.bytes(of: tensor).baseAddress!)
      matrices[tensor.name] = WeightMatrix(pieces: [.init(node: nil, firstRow: 0, matrix: whole)])
    }
    for ((tensor, element), offsets) in zip(copied, offsets) {
      place(tensor, element, split, starts: zip(memories, offsets).map { $0.start + $1 })
    }
  }

  /// Kernels prefetch beyond the last row group; the bytes there are never used.
  private static let readAheadBytes = 8192

  /// Says which rows of a matrix each piece of memory will hold.
  private func place(
    _ tensor: TensorInfo, _ element: KernelElement, _ split: RowSplit, starts: [UnsafeMutableRawPointer]
  ) {
    var copy = Copy(tensor: tensor, element: element)
    var pieces: [WeightMatrix.Piece] = []
    for (index, groups) in split.ranges(groupCount: tensor.groupCount).enumerated() where !groups.isEmpty {
      let rows = groups.lowerBound * 16..<min(groups.upperBound * 16, tensor.shape.dimensions[1])
      let matrix = PackedMatrix(element, tensor, rowCount: rows.count, start: starts[index])
      var node: Int?
      if case .bind(let bound) = split.pieces[index].placement { node = bound }
      pieces.append(.init(node: node, firstRow: rows.lowerBound, matrix: matrix))
      copy.pieces.append((matrix, groups.lowerBound, starts[index]))
    }
    copies.append(copy)
    matrices[tensor.name] = WeightMatrix(pieces: pieces)
  }

  func packAll(progress: (Double) -> Void) {
    var done = 0
    let total = max(1, copies.reduce(0) { $0 + $1.tensor.byteCount })
    progress(0)
    for tensor in mapped { file.advise(.willNeed, tensor) }
    for copy in copies {
      file.advise(.willNeed, copy.tensor)
      make(copy)
      // The copy serves from now on; embedding rows are read again one by one, straight from the file.
      file.advise(.dontNeed, copy.tensor)
      done += copy.tensor.byteCount
      progress(Double(done) / Double(total))
    }
  }

  private func make(_ copy: Copy) {
    let bytes = file.bytes(of: copy.tensor)
    let rowBytes = bytes.count / copy.tensor.shape.dimensions[1]
    let groupBytes = copy.tensor.groupBytes(copy.element)
    for (matrix, firstGroup, output) in copy.pieces {
      switch copy.tensor.layout {
      case .rows:
        team.run(
          PackOperation(
            matrix, at: output, rows: bytes.baseAddress! + firstGroup * 16 * rowBytes,
            pack: kernels.pack(copy.element)))
      case .x16:
        let first = firstGroup * groupBytes
        team.run(
          CopyOperation(UnsafeRawBufferPointer(rebasing: bytes[first..<first + matrix.byteCount]), to: output)
        )
      }
    }
  }

  /// - Precondition: The plan has a matrix of that name.
  func matrix(_ name: String) -> WeightMatrix { matrices[name]! }

  /// The floats of a small tensor.
  /// - Precondition: The plan has a vector of that name.
  func vector(_ name: String) -> [Float] { optionalVector(name)! }

  /// The floats of a small tensor; nil when the plan has none of that name.
  func optionalVector(_ name: String) -> [Float]? {
    guard let (tensor, element) = vectors[name] else { return nil }
    return [Float](unsafeUninitializedCapacity: tensor.shape.elementCount) { buffer, count in
      kernels.dequantize(element)(
        file.bytes(of: tensor).baseAddress!, Int64(tensor.shape.elementCount), buffer.baseAddress!)
      count = tensor.shape.elementCount
    }
  }
}

extension TensorInfo {
  /// Groups of 16 rows of a matrix.
  var groupCount: Int { (shape.dimensions[1] + 15) / 16 }

  /// Bytes of a group in the x16 layout.
  func groupBytes(_ element: KernelElement) -> Int {
    element.groupBytes(columnCount: shape.dimensions[0])
  }
}

extension PackedMatrix {
  /// All rows of a tensor, or some.
  fileprivate init(
    _ element: KernelElement, _ tensor: TensorInfo, rowCount: Int? = nil, start: UnsafeRawPointer
  ) {
    self.init(
      element: element, rowCount: rowCount ?? tensor.shape.dimensions[1],
      columnCount: tensor.shape.dimensions[0], start: start)
  }
}
