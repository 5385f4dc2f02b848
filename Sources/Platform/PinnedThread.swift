import CPlatform
import Glibc

/// An operating system thread with a name, pinned to one CPU if asked; joined by its owner.
struct PinnedThread: @unchecked Sendable {
  // Invariant: `handle` is a joinable thread that only the owner joins, once.
  private let handle: pthread_t

  private final class Start {
    let name: String
    let cpu: Int?
    let body: @Sendable () -> Void
    init(name: String, cpu: Int?, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.cpu = cpu
      self.body = body
    }
  }

  /// - Parameters:
  ///   - name: At most 15 bytes are shown by the operating system.
  ///   - cpu: The CPU to pin to; `nil`, or one that the mask forbids, leaves the thread where the system puts it.
  init(name: String, cpu: Int?, body: @escaping @Sendable () -> Void) {
    let start = Unmanaged.passRetained(Start(name: name, cpu: cpu, body: body))
    var handle = pthread_t()
    let status = pthread_create(
      &handle, nil,
      { argument in
        let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
        cplatform_name_current_thread(start.name)
        if let cpu = start.cpu { cplatform_pin_current_thread(Int32(cpu)) }
        start.body()
        return nil
      }, start.toOpaque())
    precondition(status == 0, "pthread_create failed with error \(status)")
    self.handle = handle
  }

  func join() { pthread_join(handle, nil) }
}
