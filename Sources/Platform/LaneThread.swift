/// A pinned thread that runs one job at a time for another thread: the second lane of a decoder.
///
/// `start` and `wait` alternate and are called by one thread at a time.
public final class LaneThread: Sendable {
  private enum State {
    static let idle: UInt32 = 0
    static let posted: UInt32 = 1
    static let finished: UInt32 = 2
    static let exit: UInt32 = 3
  }

  /// What both threads share; outlives the `LaneThread` object until the thread is joined.
  private final class Mailbox: @unchecked Sendable {
    // Invariant: `job` is written by the owner only in `idle`, read by the lane only in `posted`.
    let state = FutexWord(State.idle)
    let sleepers = FutexWord()
    let spinCount: Int
    /// The teams that the lane's thread leads, and the owner's.
    let team: ThreadTeam?
    let ownersTeam: ThreadTeam?
    var job: (any Job)?

    init(spinCount: Int, team: ThreadTeam?, ownersTeam: ThreadTeam?) {
      (self.spinCount, self.team, self.ownersTeam) = (spinCount, team, ownersTeam)
    }

    deinit {
      state.deallocate()
      sleepers.deallocate()
    }

    /// - Parameter team: Led by the thread that may wait for this, if it is lent meanwhile.
    func set(_ newState: UInt32, lent team: ThreadTeam?) {
      state.store(newState)
      if let team { team.shared.ring() } else { state.wakeAll(sleepers: sleepers) }
    }

    /// - Parameter team: Led by the waiting thread; lent while it waits.
    func wait(whileEqualTo value: UInt32, lending team: ThreadTeam?) {
      if let team {
        team.shared.lend { state.load() != value }
      } else {
        state.wait(whileEqualTo: value, spinCount: spinCount, sleepers: sleepers)
      }
    }

    func runJobs() {
      while true {
        switch state.load() {
        case State.posted:
          job!.run()
          set(State.finished, lent: ownersTeam)
        case State.exit: return
        case let other: wait(whileEqualTo: other, lending: team)
        }
      }
    }
  }

  private let mailbox: Mailbox
  private let thread: PinnedThread

  /// The CPU that the thread was asked to run on.
  public let cpu: Int?

  /// - Parameters:
  ///   - spin: How long who waits spins; the leader of a team that is lent meanwhile, as long as that team does.
  ///   - team: Led by the lane's thread, and lent to its partner while there is no job.
  ///   - ownersTeam: Led by the thread that owns the lane, and lent while that waits for the lane.
  /// - Precondition: No other lane leads `team`: both would help its partner as the same thread.
  public init(
    name: String, cpu: Int?, spin: SpinBudget = .short, team: ThreadTeam? = nil, ownersTeam: ThreadTeam? = nil
  ) {
    precondition(team?.takeLane() ?? true, "the team has a lane already")
    let mailbox = Mailbox(spinCount: spin.pauseCount, team: team, ownersTeam: ownersTeam)
    self.mailbox = mailbox
    self.cpu = cpu
    thread = PinnedThread(name: name, cpu: cpu) { mailbox.runJobs() }
  }

  /// Where the thread was asked to run, and where it does.
  public var placement: ThreadPlacement { thread.placement }

  deinit {
    if mailbox.state.load() == State.posted { wait() }
    mailbox.set(State.exit, lent: mailbox.team)
    thread.join()
    mailbox.team?.returnLane()
  }

  /// Hands `job` to the lane and returns at once. Allocates nothing.
  /// - Precondition: The job before it was waited for.
  public func start(_ job: some Job) {
    precondition(mailbox.state.load() == State.idle, "the lane still has a job")
    mailbox.job = job
    mailbox.set(State.posted, lent: mailbox.team)
  }

  /// True when the job has ended: `wait()` will not block.
  public var isFinished: Bool { mailbox.state.load() == State.finished }

  /// Returns when the job has ended; at once when there is none.
  public func wait() {
    if mailbox.state.load() == State.idle { return }
    mailbox.wait(whileEqualTo: State.posted, lending: mailbox.ownersTeam)
    mailbox.job = nil
    // The lane waits for something to do as before: nobody is told.
    mailbox.state.store(State.idle)
  }
}
