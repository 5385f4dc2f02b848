import SystemPackage

/// Opens the parts of a split model and checks that they belong together.
enum SplitModel {
  /// All parts of the model that `part` belongs to, first part first; `[part]` when it is whole.
  static func parts(openedFrom part: GGUFPart, path: FilePath) throws(GGUFError) -> [GGUFPart] {
    guard let count = try part.metadata.integer("split.count"), count != 0, count != 1 else { return [part] }
    guard let name = SplitName(path) else { throw GGUFError(path: path, .notNamedAsPart(count: count)) }
    guard name.count == count else {
      throw GGUFError(path: path, .wrongPartCount(expected: name.count, found: count))
    }
    var parts: [GGUFPart] = []
    for number in 1...count {
      let partPath = name.path(number: number)
      let next = try open(partPath, number: number, count: count)
      try check(next.metadata, number: number, count: count)
      parts.append(next)
    }
    try checkTensorCount(parts)
    return parts
  }

  /// The parts in these files, of which each must say which one it is.
  static func parts(_ paths: [FilePath]) throws(GGUFError) -> [GGUFPart] {
    var parts: [GGUFPart] = []
    for (index, path) in paths.enumerated() {
      let part = try GGUFPart(path: path, index: index)
      if paths.count > 1 { try check(part.metadata, number: index + 1, count: paths.count) }
      parts.append(part)
    }
    try checkTensorCount(parts)
    return parts
  }

  private static func open(_ path: FilePath, number: Int, count: Int) throws(GGUFError) -> GGUFPart {
    do throws(GGUFError) {
      return try GGUFPart(path: path, index: number - 1)
    } catch {
      if case .unreadable(.cannotOpen(_, .noSuchFileOrDirectory)) = error.problem {
        throw GGUFError(path: path, .missingPart(number: number, count: count))
      }
      throw error
    }
  }

  private static func check(_ metadata: GGUFMetadata, number: Int, count: Int) throws(GGUFError) {
    let claimedCount = try metadata.integer("split.count")
    guard claimedCount == count else {
      throw GGUFError(path: metadata.path, .wrongPartCount(expected: count, found: claimedCount))
    }
    let claimedNumber = try metadata.integer("split.no")
    guard claimedNumber == number - 1 else {
      throw GGUFError(path: metadata.path, .wrongPartNumber(expected: number - 1, found: claimedNumber))
    }
  }

  /// `split.tensors.count` is the model's, not the part's.
  private static func checkTensorCount(_ parts: [GGUFPart]) throws(GGUFError) {
    let count = parts.reduce(0) { $0 + $1.tensors.count }
    for part in parts {
      guard let claimed = try part.metadata.integer("split.tensors.count"), claimed != count else { continue }
      throw GGUFError(path: part.metadata.path, .wrongTensorCount(expected: claimed, found: count))
    }
  }
}
