import Platform
import Foundation

/// Ctrl-C: the first one ends generation cleanly, a second one ends the program.
enum Interruption {
  static let flag = CancellationFlag()

  static func install() {
    // Made before a signal can come: nothing may be initialized in a handler.
    flag.reset()
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interruption.flag.cancel()
        signal(number, SIG_DFL)
      }
      sigaddset(&signals, number)
    }
    // Some parents start their children with signals blocked.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
