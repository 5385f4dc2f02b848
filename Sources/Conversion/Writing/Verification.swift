import GGUF
import KernelDispatch
import Platform
import SystemPackage
import TensorTypes

/// Reads an output back: every tensor against what was written and against its source, every file into a digest.
struct Verification {
  private let plan: ConversionPlan
  private let checksums: [WordChecksum]
  private let team: ThreadTeam
  private let kernels: KernelLibrary?
  private let isCancelled: () -> Bool
  private let progress: (ConversionProgress) -> Void

  /// - Parameter checksums: Of the bytes written, one per tensor of the plan.
  init(
    _ plan: ConversionPlan, checksums: [WordChecksum], team: ThreadTeam, kernels: KernelLibrary?,
    isCancelled: @escaping () -> Bool,
    progress: @escaping (ConversionProgress) -> Void
  ) {
    self.plan = plan
    self.checksums = checksums
    self.team = team
    self.kernels = kernels
    self.isCancelled = isCancelled
    self.progress = progress
  }

  /// - Parameters:
  ///   - paths: Where all parts can be read now, first part first.
  ///   - names: What the parts will be called.
  func run(_ paths: [FilePath], names: [FilePath]) throws(ConversionError) -> ConversionReport {
    let types = try compare(paths, name: names[0])
    var files: [ConversionReport.File] = []
    for (path, name) in zip(paths, names) {
      files.append(try digest(path, name: name, doneBytes: files.reduce(0) { $0 + $1.byteCount }))
    }
    return ConversionReport(files: files, types: types)
  }

  private func compare(
    _ paths: [FilePath], name: FilePath
  ) throws(ConversionError) -> [ConversionReport.TypeTotal] {
    let file: GGUFFile
    do throws(GGUFError) { file = try GGUFFile(parts: paths) } catch {
      throw ConversionError(name, .gguf(error.problem))
    }
    guard file.tensors.count == plan.tensors.count else {
      throw ConversionError(name, .notAsWritten(tensor: "the tensor list"))
    }
    var totals: [ConversionReport.TypeTotal] = []
    var doneBytes = 0
    for (index, (planned, stored)) in zip(plan.tensors, file.tensors).enumerated() {
      guard stored.name == planned.name, stored.type == planned.type, stored.layout == planned.layout,
        stored.shape == planned.shape
      else {
        throw ConversionError(name, .notAsWritten(tensor: planned.name))
      }
      let comparison = RowComparison(plan.source.tensors[index], stored, of: file, kernels: kernels)
      var (checksum, error) = (WordChecksum(), RoundingError())
      while let rows = comparison.nextSlab {
        if isCancelled() { throw ConversionError(name, .cancelled) }
        doneBytes += comparison.compare(rows, on: team, &checksum, &error)
        progress(.init(phase: .verifying, doneBytes: doneBytes, totalBytes: plan.byteCount))
      }
      guard checksum == checksums[index] else {
        throw ConversionError(name, .notAsWritten(tensor: planned.name))
      }
      add(planned, error, to: &totals)
    }
    return totals
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

  /// - Parameter doneBytes: Bytes of the parts before.
  private func digest(
    _ path: FilePath, name: FilePath, doneBytes: Int
  ) throws(ConversionError) -> ConversionReport.File {
    let file: MappedFile
    do throws(MappedFileError) { file = try MappedFile(path: path) } catch {
      throw ConversionError(name, .unreadable(error))
    }
    var hash = SHA256()
    let step = 16 << 20
    for start in stride(from: 0, to: file.byteCount, by: step) {
      if isCancelled() { throw ConversionError(name, .cancelled) }
      let range = start..<min(start + step, file.byteCount)
      hash.update(UnsafeRawBufferPointer(rebasing: file.bytes[range]))
      file.advise(.dontNeed, range)
      // Headers come on top of the plan's bytes.
      let done = min(doneBytes + range.upperBound, plan.byteCount)
      progress(.init(phase: .hashing, doneBytes: done, totalBytes: plan.byteCount))
    }
    return .init(path: name, byteCount: file.byteCount, sha256: hash.hexDigest())
  }
}
