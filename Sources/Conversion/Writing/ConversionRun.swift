import GGUF
import KernelDispatch
import Platform
import SystemPackage
import TensorTypes

/// One conversion: writes what a plan says, reads it back, and only then gives it its name.
public final class ConversionRun {
  private let plan: ConversionPlan
  private let output: FilePath
  private let files: OutputFiles
  private let team: ThreadTeam
  private let kernels: KernelLibrary?
  private let isCancelled: () -> Bool
  private let progress: (ConversionProgress) -> Void
  private var doneBytes = 0
  private var checksums: [WordChecksum] = []

  /// - Parameters:
  ///   - output: The file to write; parts get `-00001-of-00002` and so on before `.gguf`.
  ///   - kernels: Bring rows into the x16 layout; needed if the plan has it.
  ///   - isCancelled: Asked now and then; true ends the conversion with `cancelled`, and nothing is left.
  ///   - progress: Called now and then, on the calling thread.
  public init(
    _ plan: ConversionPlan, to output: FilePath, team: ThreadTeam, kernels: KernelLibrary? = nil,
    isCancelled: @escaping () -> Bool = { false },
    progress: @escaping (ConversionProgress) -> Void = { _ in }
  ) {
    precondition(plan.layout == .rows || kernels != nil, "the x16 layout needs kernels")
    self.plan = plan
    self.kernels = kernels
    self.output = output
    files = OutputFiles(plan, output: output)
    self.team = team
    self.isCancelled = isCancelled
    self.progress = progress
  }

  /// The files that the conversion writes.
  public static func outputPaths(_ plan: ConversionPlan, output: FilePath) -> [FilePath] {
    OutputFiles(plan, output: output).paths
  }

  /// Throws unless the output may be written and has room.
  /// - Parameter replacing: Whether files that are there already may be replaced; never the source itself.
  public static func check(
    _ plan: ConversionPlan, output: FilePath, replacing: Bool
  ) throws(ConversionError) {
    try OutputFiles(plan, output: output).check(plan, replacing: replacing)
  }

  /// Converts.
  /// - Parameter replacing: Whether files that are there already may be replaced.
  /// - Throws: `ConversionError`; then nothing was written or replaced.
  public func callAsFunction(replacing: Bool = false) throws(ConversionError) -> ConversionReport {
    try files.check(plan, replacing: replacing)
    let abandoned = files.paths.flatMap { AbandonedFile.remove(beside: $0) }
    let writers: [GGUFWriter]
    do throws(GGUFError) { writers = try writeParts() } catch { throw conversionError(error) }
    var report = try Verification(
      plan, checksums: checksums, team: team, kernels: kernels, isCancelled: isCancelled, progress: progress
    ).run(writers.map(\.readablePath), names: files.paths)
    try publish(writers, replacing: replacing)
    report.abandoned = abandoned
    return report
  }

  /// Writes all parts; they have no names yet.
  private func writeParts() throws(GGUFError) -> [GGUFWriter] {
    var writers: [GGUFWriter] = []
    for part in 0..<plan.partCount {
      let writer = try GGUFWriter(
        path: files.paths[part], metadata: metadata(part: part),
        tensors: plan.tensors.filter { $0.part == part }.map {
          GGUFTensor(name: $0.name, dimensions: $0.shape.dimensions, type: $0.type, layout: $0.layout)
        })
      for (source, tensor) in zip(plan.source.tensors, plan.tensors) where tensor.part == part {
        try write(source, as: tensor, writer)
      }
      try writer.complete()
      writers.append(writer)
    }
    return writers
  }

  private func write(
    _ source: SourceTensor, as tensor: ConversionPlan.Tensor, _ writer: GGUFWriter
  ) throws(GGUFError) {
    source.advise(.willNeed)
    let encoder = SlabEncoder(
      source, as: tensor.type, importance: plan.importance.meanSquares(of: source.name),
      interleavedBy: tensor.layout == .x16 ? kernels : nil)
    var checksum = WordChecksum()
    var row = 0
    while row < source.shape.rowCount {
      if isCancelled() { throw GGUFError(path: output, .unwritable(.interrupted)) }
      let rows = row..<min(row + encoder.rowsPerSlab, source.shape.rowCount)
      let bytes = encoder.encode(rows, team: team)
      source.advise(.dontNeed, rows)
      checksum.update(bytes)
      try writer.append(bytes)
      doneBytes += bytes.count
      progress(.init(phase: .writing, doneBytes: doneBytes, totalBytes: plan.byteCount))
      row = rows.upperBound
    }
    checksums.append(checksum)
  }

  /// Gives every file its name, the last file first: a model is looked for by its first part.
  private func publish(_ writers: [GGUFWriter], replacing: Bool) throws(ConversionError) {
    for (index, writer) in writers.enumerated().reversed() {
      do throws(GGUFError) { try writer.finish(replacing: replacing) } catch {
        // Files that were not there before shall not be there now.
        if !replacing { for done in writers[(index + 1)...] { FolderCheck.remove(done.path) } }
        throw conversionError(error)
      }
    }
  }

  private func conversionError(_ error: GGUFError) -> ConversionError {
    if isCancelled() { return ConversionError(output, .cancelled) }
    switch error.problem {
    case .unwritable(.noSpace): return files.noSpace(plan)
    case .unwritable(.fileExists): return ConversionError(error.path, .outputExists)
    case .unwritable(let reason): return ConversionError(error.path, .unwritable(reason))
    default: return ConversionError(error.path, .gguf(error.problem))
    }
  }

  /// The first part has all the metadata; every part of several says which it is.
  private func metadata(part: Int) -> GGUFMetadata {
    var metadata = part == 0 ? plan.metadata : GGUFMetadata(path: output)
    if plan.layout == .x16 { metadata.set("general.alignment", .uint32(ConversionPlan.cacheLine)) }
    if plan.partCount > 1 {
      metadata.set("split.no", .uint16(UInt16(part)))
      metadata.set("split.count", .uint16(UInt16(plan.partCount)))
      metadata.set("split.tensors.count", .int32(Int32(plan.tensors.count)))
    }
    return metadata
  }
}
