import GGUF
import SystemPackage

/// The files that a conversion writes, and whether it may.
struct OutputFiles {
  /// One per part, first part first; parts of several have `-00001-of-00002` and so on before `.gguf`.
  let paths: [FilePath]
  private let folder: FilePath

  init(_ plan: ConversionPlan, output: FilePath) {
    let name = output.lastComponent?.string ?? ""
    let parent = output.removingLastComponent()
    folder = parent.isEmpty ? "." : parent
    let count = plan.partCount
    guard count > 1 else {
      paths = [output]
      return
    }
    let prefix = name.hasSuffix(".gguf") ? String(name.dropLast(5)) : name
    paths = (1...count).map {
      parent.appending("\(prefix)-\(Self.padded($0))-of-\(Self.padded(count)).gguf")
    }
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  /// Throws unless the files may be written and have room.
  /// - Parameter replacing: Whether files that are there already may be replaced; never the source itself, and never
  ///   a folder, a device or a pipe.
  func check(_ plan: ConversionPlan, replacing: Bool) throws(ConversionError) {
    guard FolderCheck.isFolder(folder) else { throw ConversionError(folder, .missingFolder) }
    let inputs = plan.source.inputPaths
    for path in paths where FolderCheck.exists(path) {
      if inputs.contains(where: { FolderCheck.isSame($0, path) }) {
        throw ConversionError(path, .outputIsInput)
      }
      guard FolderCheck.isRegularFile(path) else { throw ConversionError(path, .outputIsNoFile) }
      if !replacing { throw ConversionError(path, .outputExists) }
    }
    if let available = FolderCheck.availableBytes(folder), available < plan.byteCount {
      throw noSpace(plan, available: available)
    }
  }

  /// The error for a disk that is too small for the plan.
  /// - Parameter available: Bytes that are free; asked for when nil.
  func noSpace(_ plan: ConversionPlan, available: Int? = nil) -> ConversionError {
    let available = available ?? FolderCheck.availableBytes(folder) ?? 0
    return ConversionError(folder, .noSpace(needed: plan.byteCount, available: available))
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
