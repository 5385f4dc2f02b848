import CPlatform
import Glibc
import SystemPackage

/// An operating system thread with a name, pinned to one CPU if asked; joined by its owner.
struct PinnedThread: @unchecked Sendable {
  // Invariant: `handle` is a joinable thread that only the owner joins, once.
  private let handle: pthread_t
  private let start: Start

  /// What the thread is started with, and what it finds out then.
  private final class Start: @unchecked Sendable {
    // Invariant: the two results are written by the thread before `isReady` is set, and read after.
    let name: String
    let cpu: Int?
    let body: @Sendable () -> Void
    var threadID: Int32 = 0
    var pinError: Errno?
    let isReady = FutexWord()
    private let sleepers = FutexWord()

    init(name: String, cpu: Int?, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.cpu = cpu
      self.body = body
    }

    deinit {
      isReady.deallocate()
      sleepers.deallocate()
    }

    func run() {
      cplatform_name_current_thread(name)
      threadID = cplatform_thread_id()
      pinError = cpu.flatMap { pinCurrentThread(to: $0) }
      isReady.store(1)
      isReady.wakeAll(sleepers: sleepers)
      body()
    }

    func waitUntilReady() { isReady.wait(whileEqualTo: 0, spinCount: 0, sleepers: sleepers) }
  }

  /// - Parameters:
  ///   - name: At most 15 bytes are shown by the operating system.
  ///   - cpu: The CPU to pin to; `nil`, or one that is forbidden, leaves the thread where the system puts it.
  init(name: String, cpu: Int?, body: @escaping @Sendable () -> Void) {
    start = Start(name: name, cpu: cpu, body: body)
    var handle = pthread_t()
    let status = pthread_create(
      &handle, nil,
      { argument in
        Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(start).toOpaque())
    precondition(status == 0, "pthread_create failed with error \(status)")
    self.handle = handle
  }

  /// Where the thread is now. Not after `join`.
  var placement: ThreadPlacement {
    start.waitUntilReady()
    return ThreadPlacement(
      name: start.name, askedCPU: start.cpu, pinError: start.pinError, threadID: start.threadID)
  }

  func join() { pthread_join(handle, nil) }
}
