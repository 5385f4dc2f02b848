import CPlatform
import SystemPackage

/// Where a thread was asked to run, and where it does.
public struct ThreadPlacement: Sendable, Equatable {
  public let name: String
  /// Nil: anywhere.
  public let askedCPU: Int?
  /// Why the system did not take the wish, if it did not: no such CPU, or one that is forbidden to this process.
  public let pinError: Errno?
  /// The CPUs that the thread may run on now, ascending; empty when it has ended.
  public let allowedCPUs: [Int]
  /// The CPU that it ran on last; nil where the system does not tell.
  public let currentCPU: Int?
  /// The team that it is lent to while its own has nothing to do; nil: none.
  public var helps: String?

  public init(name: String, askedCPU: Int?, pinError: Errno?, allowedCPUs: [Int], currentCPU: Int?) {
    self.name = name
    self.askedCPU = askedCPU
    self.pinError = pinError
    self.allowedCPUs = allowedCPUs
    self.currentCPU = currentCPU
  }

  /// Whether the thread runs where it was asked to, and nowhere else.
  public var isAsAsked: Bool { askedCPU.map { allowedCPUs == [$0] } ?? true }
}

extension ThreadPlacement {
  /// What the system says of a thread of this process.
  init(name: String, askedCPU: Int?, pinError: Errno?, threadID: Int32) {
    var cpus = [Int32](repeating: 0, count: 8192)
    let count = cplatform_get_affinity_of(threadID, &cpus, Int32(cpus.count))
    self.init(
      name: name, askedCPU: askedCPU, pinError: pinError,
      allowedCPUs: cpus.prefix(max(Int(count), 0)).map(Int.init),
      currentCPU: Self.lastCPU(statistics: kernelFile(FilePath("/proc/self/task/\(threadID)/stat")) ?? ""))
  }

  /// Field 39 of `/proc/…/stat` (proc(5)). The second is a name in parentheses that may hold anything.
  static func lastCPU(statistics: String) -> Int? {
    guard let nameEnd = statistics.lastIndex(of: ")") else { return nil }
    let fields = statistics[nameEnd...].split(separator: " ").dropFirst()
    return fields.count > 36 ? Int(fields[fields.startIndex + 36]) : nil
  }

  /// The calling thread.
  public static func ofCurrentThread(name: String, askedCPU: Int?, pinError: Errno? = nil) -> ThreadPlacement
  {
    ThreadPlacement(
      name: name, askedCPU: askedCPU, pinError: pinError, threadID: cplatform_thread_id())
  }
}

/// Pins the calling thread to one CPU.
/// - Returns: Why it is not, if it is not: no such CPU, or one that is forbidden to this process.
public func pinCurrentThread(to cpu: Int) -> Errno? {
  let error = cplatform_pin_current_thread(Int32(clamping: cpu))
  return error == 0 ? nil : Errno(rawValue: error)
}
