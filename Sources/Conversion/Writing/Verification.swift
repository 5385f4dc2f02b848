import GGUF
import Platform
import SystemPackage
import TensorTypes

/// Reads an output back: every tensor against what was written and against its source, every file into a digest.
struct Verification {
  private let plan: ConversionPlan
  private let checksums: [WordChecksum]
  private let team: ThreadTeam
  private let isCancelled: () -> Bool
  private let progress: (ConversionProgress) -> Void

  /// - Parameter checksums: Of the bytes written, one per tensor of the plan.
  init(
    _ plan: ConversionPlan, checksums: [WordChecksum], team: ThreadTeam, isCancelled: @escaping () -> Bool,
    progress: @escaping (ConversionProgress) -> Void
  ) {
    self.plan = plan
    self.checksums = checksums
    self.team = team
    self.isCancelled = isCancelled
    self.progress = progress
  }

  /// - Parameter paths: All parts, first part first.
  func run(_ paths: [FilePath]) throws(ConversionError) -> ConversionReport {
    let types = try compare(paths[0])
    var files: [ConversionReport.File] = []
    for path in paths { files.append(try digest(path)) }
    return ConversionReport(files: files, types: types)
  }

  private func compare(_ path: FilePath) throws(ConversionError) -> [ConversionReport.TypeTotal] {
    let file: GGUFFile
    do throws(GGUFError) { file = try GGUFFile(path: path) } catch {
      throw ConversionError(path, .gguf(error.problem))
    }
    guard file.tensors.count == plan.tensors.count else {
      throw ConversionError(path, .notAsWritten(tensor: "the tensor list"))
    }
    var totals: [ConversionReport.TypeTotal] = []
    var doneBytes = 0
    for (index, (planned, stored)) in zip(plan.tensors, file.tensors).enumerated() {
      if isCancelled() { throw ConversionError(path, .cancelled) }
      let error = try compare(planned, stored, file, checksums[index], plan.source.tensors[index])
      add(planned, error, to: &totals)
      doneBytes += planned.byteCount
      progress(.init(phase: .verifying, doneBytes: doneBytes, totalBytes: plan.byteCount))
    }
    return totals
  }

  private func compare(
    _ planned: ConversionPlan.Tensor, _ stored: TensorInfo, _ file: GGUFFile, _ written: WordChecksum,
    _ source: SourceTensor
  ) throws(ConversionError) -> RoundingError {
    let bytes = file.bytes(of: stored)
    var checksum = WordChecksum()
    checksum.update(bytes)
    guard stored.name == planned.name, stored.type == planned.type, stored.shape == planned.shape,
      checksum == written
    else { throw ConversionError(file.path, .notAsWritten(tensor: planned.name)) }
    let error = RowComparison(source, stored: bytes, type: stored.type).run(on: team)
    source.advise(.dontNeed)
    file.advise(.dontNeed, stored)
    return error
  }

  private func add(
    _ tensor: ConversionPlan.Tensor, _ error: RoundingError, to totals: inout [ConversionReport.TypeTotal]
  ) {
    let index = totals.firstIndex { $0.type == tensor.type } ?? totals.count
    if index == totals.count { totals.append(.init(type: tensor.type)) }
    totals[index].tensorCount += 1
    totals[index].parameterCount += tensor.shape.elementCount
    totals[index].byteCount += tensor.byteCount
    totals[index].error.add(error)
  }

  private func digest(_ path: FilePath) throws(ConversionError) -> ConversionReport.File {
    let file: MappedFile
    do throws(MappedFileError) { file = try MappedFile(path: path) } catch {
      throw ConversionError(path, .unreadable(error))
    }
    var hash = SHA256()
    let step = 16 << 20
    for start in stride(from: 0, to: file.byteCount, by: step) {
      if isCancelled() { throw ConversionError(path, .cancelled) }
      let range = start..<min(start + step, file.byteCount)
      hash.update(UnsafeRawBufferPointer(rebasing: file.bytes[range]))
      file.advise(.dontNeed, range)
    }
    return .init(path: path, byteCount: file.byteCount, sha256: hash.hexDigest())
  }
}
