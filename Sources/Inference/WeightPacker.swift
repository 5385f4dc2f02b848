import CKernelABI
import GGUF
import KernelDispatch
import Platform
import TensorTypes

/// Finds a plan's matrices in the x16 layout: those that the file holds so are used where they are mapped; the others
/// are repacked, side by side in one buffer.
final class WeightPacker {
  let memory: AlignedBuffer
  private let file: GGUFFile
  private let plan: WeightPlan
  private let kernels: KernelLibrary
  private let team: ThreadTeam
  private var packed: [String: PackedMatrix] = [:]
  private let repacked: [(tensor: TensorInfo, element: KernelElement)]
  private let vectors: [String: (tensor: TensorInfo, element: KernelElement)]

  init(file: GGUFFile, plan: WeightPlan, kernels: KernelLibrary, team: ThreadTeam) throws(ModelError) {
    self.file = file
    self.plan = plan
    self.kernels = kernels
    self.team = team
    var byteCount = 0
    var offsets: [Int] = []
    repacked = plan.matrices.filter { $0.tensor.layout == .rows }
    for (tensor, _) in repacked {
      offsets.append(byteCount)
      // The file's own tensor fits in memory as an Int many bytes; this is at most a few percent more.
      byteCount += (TensorLayout.x16.byteCount(of: tensor.type, tensor.shape)! + 63) / 64 * 64
    }
    vectors = Dictionary(uniqueKeysWithValues: plan.vectors.map { ($0.tensor.name, $0) })
    guard let memory = AlignedBuffer(ifAvailable: byteCount + Self.readAheadBytes) else {
      throw ModelError(path: file.path, .outOfMemory(for: "the weights", byteCount: byteCount))
    }
    self.memory = memory
    for ((tensor, element), offset) in zip(repacked, offsets) {
      packed[tensor.name] = PackedMatrix(element, tensor, start: memory.start + offset)
    }
    for (tensor, element) in plan.matrices where tensor.layout == .x16 {
      packed[tensor.name] = PackedMatrix(element, tensor, start: file.bytes(of: tensor).baseAddress!)
    }
  }

  /// Kernels prefetch beyond the last row group; the bytes there are never used.
  private static let readAheadBytes = 8192

  func packAll(progress: (Double) -> Void) {
    var done = 0
    let total = max(1, repacked.reduce(0) { $0 + $1.tensor.byteCount })
    progress(0)
    for (tensor, _) in plan.matrices where tensor.layout == .x16 { file.advise(.willNeed, tensor) }
    for (tensor, element) in repacked {
      file.advise(.willNeed, tensor)
      let operation = PackOperation(
        matrix: matrix(tensor.name), rows: file.bytes(of: tensor), pack: kernels.pack(element))
      team.run(operation)
      // The packed copy serves from now on; embedding rows are read again one by one, straight from the file.
      file.advise(.dontNeed, tensor)
      done += tensor.byteCount
      progress(Double(done) / Double(total))
    }
  }

  /// - Precondition: The plan has a matrix of that name.
  func matrix(_ name: String) -> PackedMatrix { packed[name]! }

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

extension PackedMatrix {
  fileprivate init(_ element: KernelElement, _ tensor: TensorInfo, start: UnsafeRawPointer) {
    self.init(
      element: element, rowCount: tensor.shape.dimensions[1], columnCount: tensor.shape.dimensions[0],
      start: start)
  }
}

private final class PackOperation: ParallelOperation {
  let matrix: PackedMatrix
  let rows: UnsafeRawBufferPointer
  let pack: nacre_pack
  private let groupsPerChunk = 16

  init(matrix: PackedMatrix, rows: UnsafeRawBufferPointer, pack: @escaping nacre_pack) {
    self.matrix = matrix
    self.rows = rows
    self.pack = pack
  }

  var chunkCount: Int { (matrix.groupCount + groupsPerChunk - 1) / groupsPerChunk }

  func runChunk(_ index: Int, thread: Int) {
    let first = index * groupsPerChunk
    pack(
      rows.baseAddress!, Int64(matrix.rowCount), Int64(matrix.columnCount), Int64(first),
      Int64(min(first + groupsPerChunk, matrix.groupCount)), UnsafeMutableRawPointer(mutating: matrix.start))
  }
}
