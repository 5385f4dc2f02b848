/// Proof of placement: where each thread runs and where each piece of memory is, beside what was asked.
public struct PlacementReport: Sendable, Equatable {
  public let threads: [ThreadPlacement]
  public let buffers: [BufferPlacement]

  public init(threads: [ThreadPlacement], buffers: [BufferPlacement]) {
    self.threads = threads
    self.buffers = buffers
  }

  /// What is not as it was asked to be, one line each.
  public var warnings: [String] { threads.compactMap(\.warning) + buffers.compactMap(\.warning) }
}

extension ThreadPlacement {
  /// What is not as it was asked to be; nil when all is.
  public var warning: String? {
    guard let askedCPU, !isAsAsked else { return nil }
    let allowed = allowedCPUs.count > 8 ? "\(allowedCPUs.count) CPUs" : "\(allowedCPUs)"
    let reason = pinError.map { ": \($0)" } ?? ""
    return "thread \(name): asked for CPU \(askedCPU), may run on \(allowed)\(reason)"
  }
}
