import CKernelABI
import GGUF
import KernelDispatch
import Platform
import TensorTypes

/// Repacks a plan's matrices into the x16 layout, side by side in one buffer.
final class WeightPacker {
  let memory: AlignedBuffer
  private let file: GGUFFile
  private let plan: WeightPlan
  private let kernels: KernelLibrary
  private let team: ThreadTeam
  private var packed: [String: PackedMatrix] = [:]
  private let vectors: [String: (tensor: TensorInfo, element: KernelElement)]

  init(file: GGUFFile, plan: WeightPlan, kernels: KernelLibrary, team: ThreadTeam) throws(ModelError) {
    self.file = file
    self.plan = plan
    self.kernels = kernels
    self.team = team
    var byteCount = 0
    var offsets: [Int] = []
    for (tensor, element) in plan.matrices {
      offsets.append(byteCount)
      let (columns, rows) = (tensor.shape.dimensions[0], tensor.shape.dimensions[1])
      let bytes = (rows + 15) / 16 * element.groupBytes(columnCount: columns)
      byteCount += (bytes + 63) / 64 * 64
    }
    vectors = Dictionary(uniqueKeysWithValues: plan.vectors.map { ($0.tensor.name, $0) })
    guard let memory = AlignedBuffer(ifAvailable: byteCount + Self.readAheadBytes) else {
      throw ModelError(path: file.path, .outOfMemory(for: "the weights", byteCount: byteCount))
    }
    self.memory = memory
    for ((tensor, element), offset) in zip(plan.matrices, offsets) {
      packed[tensor.name] = PackedMatrix(
        element: element, rowCount: tensor.shape.dimensions[1], columnCount: tensor.shape.dimensions[0],
        start: memory.start + offset)
    }
  }

  /// Kernels prefetch beyond the last row group; the bytes there are never used.
  private static let readAheadBytes = 8192

  func packAll(progress: (Double) -> Void) {
    var done = 0
    let total = plan.matrices.reduce(0) { $0 + $1.tensor.byteCount }
    progress(0)
    for (tensor, element) in plan.matrices {
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
