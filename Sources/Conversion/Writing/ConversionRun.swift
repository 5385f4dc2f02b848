import GGUF
import Platform
import SystemPackage
import TensorTypes

/// One conversion: writes what a plan says, reads it back, and only then gives it its name.
public final class ConversionRun {
  private let plan: ConversionPlan
  private let output: FilePath
  private let team: ThreadTeam
  private let isCancelled: () -> Bool
  private let progress: (ConversionProgress) -> Void
  private var doneBytes = 0
  private var checksums: [WordChecksum] = []

  /// - Parameters:
  ///   - output: The file to write; parts get `-00001-of-00002` and so on before `.gguf`.
  ///   - isCancelled: Asked now and then; true ends the conversion with `cancelled`, and nothing is left.
  ///   - progress: Called now and then, on the calling thread.
  public init(
    _ plan: ConversionPlan, to output: FilePath, team: ThreadTeam,
    isCancelled: @escaping () -> Bool = { false },
    progress: @escaping (ConversionProgress) -> Void = { _ in }
  ) {
    self.plan = plan
    self.output = output
    self.team = team
    self.isCancelled = isCancelled
    self.progress = progress
  }

  /// The files that the conversion writes.
  public static func outputPaths(_ plan: ConversionPlan, output: FilePath) -> [FilePath] {
    partNames(output, count: plan.partCount).map { output.removingLastComponent().appending($0) }
  }

  /// Throws unless the output may be written.
  /// - Parameter replacing: Whether files that are there already may be replaced; never the source itself.
  public static func check(
    _ plan: ConversionPlan, output: FilePath, replacing: Bool
  ) throws(ConversionError) {
    let inputs = plan.source.inputPaths
    for path in outputPaths(plan, output: output) where FolderCheck.exists(path) {
      if inputs.contains(where: { FolderCheck.isSame($0, path) }) {
        throw ConversionError(path, .outputIsInput)
      }
      if !replacing || FolderCheck.isFolder(path) { throw ConversionError(path, .outputExists) }
    }
  }

  /// Converts.
  /// - Parameter replacing: Whether files that are there already may be replaced.
  /// - Throws: `ConversionError`; then nothing was written or replaced.
  public func callAsFunction(replacing: Bool = false) throws(ConversionError) -> ConversionReport {
    try Self.check(plan, output: output, replacing: replacing)
    let staging = try StagingFolder(for: output)
    let names = Self.partNames(output, count: plan.partCount)
    let paths = names.map { staging.file($0) }
    do throws(GGUFError) {
      for part in 0..<plan.partCount where try !write(part, to: paths[part]) {
        throw GGUFError(path: output, .unwritable(.interrupted))
      }
    } catch {
      if isCancelled() { throw ConversionError(output, .cancelled) }
      throw ConversionError(output, .gguf(error.problem))
    }
    var report = try Verification(
      plan, checksums: checksums, team: team, isCancelled: isCancelled, progress: progress
    )
    .run(paths)
    try staging.publish(replacing: replacing)
    report = ConversionReport(
      files: zip(report.files, Self.outputPaths(plan, output: output)).map {
        .init(path: $1, byteCount: $0.byteCount, sha256: $0.sha256)
      }, types: report.types)
    return report
  }

  /// Writes one part; returns false when cancelled.
  private func write(_ part: Int, to path: FilePath) throws(GGUFError) -> Bool {
    let tensors = plan.tensors.filter { $0.part == part }
    let writer = try GGUFWriter(
      path: path, metadata: metadata(part: part),
      tensors: tensors.map { GGUFTensor(name: $0.name, dimensions: $0.shape.dimensions, type: $0.type) })
    for (source, tensor) in zip(plan.source.tensors, plan.tensors) where tensor.part == part {
      guard try write(source, as: tensor.type, writer) else { return false }
    }
    try writer.finish()
    return true
  }

  private func write(
    _ source: SourceTensor, as type: ElementType, _ writer: GGUFWriter
  ) throws(GGUFError) -> Bool {
    source.advise(.willNeed)
    defer { source.advise(.dontNeed) }
    let encoder = SlabEncoder(source, as: type, importance: plan.importance.meanSquares(of: source.name))
    var checksum = WordChecksum()
    var row = 0
    while row < source.shape.rowCount {
      if isCancelled() { return false }
      let rows = row..<min(row + encoder.rowsPerSlab, source.shape.rowCount)
      let bytes = encoder.encode(rows, team: team)
      checksum.update(bytes)
      try writer.append(bytes)
      doneBytes += bytes.count
      progress(.init(phase: .writing, doneBytes: doneBytes, totalBytes: plan.byteCount))
      row = rows.upperBound
    }
    checksums.append(checksum)
    return true
  }

  /// The first part has all the metadata; every part of several says which it is.
  private func metadata(part: Int) -> GGUFMetadata {
    var metadata = part == 0 ? plan.metadata : GGUFMetadata(path: output)
    if plan.partCount > 1 {
      metadata.set("split.no", .uint16(UInt16(part)))
      metadata.set("split.count", .uint16(UInt16(plan.partCount)))
      metadata.set("split.tensors.count", .int32(Int32(plan.tensors.count)))
    }
    return metadata
  }

  private static func partNames(_ output: FilePath, count: Int) -> [String] {
    let name = output.lastComponent?.string ?? ""
    guard count > 1 else { return [name] }
    let prefix = name.hasSuffix(".gguf") ? String(name.dropLast(5)) : name
    return (1...count).map { "\(prefix)-\(padded($0))-of-\(padded(count)).gguf" }
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }
}

extension ConversionSource {
  /// The files that weights are read from.
  var inputPaths: [FilePath] {
    var paths: [FilePath] = []
    for tensor in tensors {
      switch tensor.storage {
      case .safetensors(let file, _): if paths.last != file.path { paths.append(file.path) }
      case .gguf(let file, _): return file.paths
      case .generated: break
      }
    }
    return paths
  }
}
