import CPlatform
import Synchronization

/// A 32-bit atomic at a fixed address on which threads can sleep: short spin first, then futex.
///
/// Owned by one object that keeps it alive; freed with `deallocate()` by that owner.
struct FutexWord: @unchecked Sendable {
  // Invariant: `atomic` points to an initialized Atomic that lives until `deallocate()`; all access is atomic.
  private let atomic: UnsafeMutablePointer<Atomic<UInt32>>

  init(_ value: UInt32 = 0) {
    // A cache line of its own: neighbours that others write to would slow the spin.
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
    atomic = memory.bindMemory(to: Atomic<UInt32>.self, capacity: 1)
    atomic.initialize(to: Atomic(value))
  }

  func deallocate() {
    atomic.deinitialize(count: 1)
    UnsafeMutableRawPointer(atomic).deallocate()
  }

  @inline(__always) func load() -> UInt32 { atomic.pointee.load(ordering: .sequentiallyConsistent) }

  @inline(__always) func store(_ value: UInt32) {
    atomic.pointee.store(value, ordering: .sequentiallyConsistent)
  }

  /// Adds and returns the new value, wrapping.
  @inline(__always) func add(_ delta: UInt32) -> UInt32 {
    atomic.pointee.wrappingAdd(delta, ordering: .sequentiallyConsistent).newValue
  }

  @inline(__always) func subtract(_ delta: UInt32) -> UInt32 {
    atomic.pointee.wrappingSubtract(delta, ordering: .sequentiallyConsistent).newValue
  }

  /// Returns once the value is no longer `value`: spins at most `spinCount` times, then sleeps; who is woken all the same
  /// spins anew.
  /// - Parameters:
  ///   - sleepers: Counts the threads that sleep here, so that a waker can skip the system call.
  ///   - meanwhile: Called while spinning; true if it did something, which begins the spin anew.
  @inline(__always)
  func wait(
    whileEqualTo value: UInt32, spinCount: Int, sleepers: FutexWord, meanwhile: () -> Bool = { false }
  ) {
    repeat {
      var pausesLeft = spinCount
      while pausesLeft > 0 {
        if load() != value { return }
        if meanwhile() {
          pausesLeft = spinCount
        } else {
          cplatform_relax()
          pausesLeft -= 1
        }
      }
      if load() != value { return }
      _ = sleepers.add(1)
      cplatform_futex_wait(atomic, value)
      _ = sleepers.subtract(1)
    } while load() == value
  }

  /// Wakes every thread that sleeps on this word, if `sleepers` says that there are any.
  func wakeAll(sleepers: FutexWord) {
    if sleepers.load() > 0 { cplatform_futex_wake(atomic, Int32.max) }
  }
}
