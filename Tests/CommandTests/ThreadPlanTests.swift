import Platform
import Testing
import Topology

@testable import nacre

@Suite("Thread plans")
struct ThreadPlanTests {
  private func plan(
    _ mode: ModeName, cpus: [Int], quota: Double? = nil, target: Int? = nil, draft: Int? = nil
  ) -> ThreadPlan {
    ThreadPlan(
      mode: mode, budget: CPUBudget(allowedCPUs: cpus, quota: quota), targetThreads: target,
      draftThreads: draft)
  }

  @Test("The target alone gets all CPUs", arguments: [[0], [0, 1], [4, 5, 6, 7]])
  func autoregressive(cpus: [Int]) {
    let plan = plan(.ar, cpus: cpus)
    #expect(plan.targetCPUs == cpus)
    #expect(plan.draftCPUs == [])
    #expect(!plan.hasDraftLane && !plan.isOversubscribed)
    #expect(plan.spin == .short)
  }

  @Test("Models that take turns both get all CPUs", arguments: [[3], [0, 1], [0, 2, 4, 6]])
  func speculative(cpus: [Int]) {
    let plan = plan(.sd, cpus: cpus)
    #expect(plan.targetCPUs == cpus && plan.draftCPUs == cpus)
    #expect(!plan.hasDraftLane && !plan.isOversubscribed)
  }

  @Test(
    "With pearl and auto the draft gets one CPU of its own, the target the others",
    arguments: [ModeName.pearl, .auto])
  func pearl(mode: ModeName) {
    let two = plan(mode, cpus: [0, 1])
    #expect((two.targetCPUs, two.draftCPUs) == ([0], [1]))
    #expect(two.hasDraftLane && !two.isOversubscribed)
    let four = plan(mode, cpus: [2, 3, 5, 7])
    #expect((four.targetCPUs, four.draftCPUs) == ([2, 3, 5], [7]))
    #expect(four.hasDraftLane && !four.isOversubscribed)
  }

  @Test(
    "On one CPU the lanes take turns, unless more threads are asked for", arguments: [ModeName.pearl, .auto])
  func oneCPU(mode: ModeName) {
    let one = plan(mode, cpus: [6])
    #expect((one.targetCPUs, one.draftCPUs) == ([6], [6]))
    #expect(!one.hasDraftLane && !one.isOversubscribed)
    let forced = plan(mode, cpus: [6], target: 2)
    #expect(forced.hasDraftLane && forced.isOversubscribed)
    #expect(forced.spin == .none)
  }

  @Test("A quota counts like fewer CPUs, rounded to nearest, at least one")
  func quotas() {
    #expect(plan(.ar, cpus: [0, 1, 2, 3], quota: 2.4).targetCPUs == [0, 1])
    #expect(plan(.ar, cpus: [0, 1, 2, 3], quota: 2.5).targetCPUs == [0, 1, 2])
    #expect(plan(.pearl, cpus: [0, 1, 2, 3], quota: 2).draftCPUs == [1])
    #expect(!plan(.pearl, cpus: [0, 1, 2, 3], quota: 1.4).hasDraftLane)
    #expect(plan(.sd, cpus: [0, 1], quota: 0.5).targetCPUs == [0])
    #expect(plan(.ar, cpus: [0, 1], quota: 16).targetCPUs == [0, 1])
  }

  @Test("Of a quota of one and a half CPUs pearl's lanes get one each, and that is not too many")
  func partOfACPU() {
    let planned = plan(.pearl, cpus: [0, 1, 2, 3], quota: 1.5)
    #expect((planned.targetCPUs, planned.draftCPUs) == ([0], [1]))
    #expect(planned.hasDraftLane && !planned.isOversubscribed && planned.spin == .short)
    let askedFor = plan(.sd, cpus: [0, 1, 2, 3], quota: 1.2, target: 2, draft: 2)
    #expect(askedFor.targetCPUs == [0, 1] && !askedFor.isOversubscribed)
    let tooMany = plan(.sd, cpus: [0, 1, 2, 3], quota: 1.8, target: 3, draft: 2)
    #expect(tooMany.targetCPUs == [0, 1, 2] && tooMany.isOversubscribed)
  }

  @Test("Numbers of threads that were asked for are obeyed, as far as there are CPUs")
  func explicit() {
    let fits = plan(.pearl, cpus: [0, 1, 2, 3], target: 2, draft: 2)
    #expect((fits.targetCPUs, fits.draftCPUs) == ([0, 1], [2, 3]))
    #expect(!fits.isOversubscribed)
    #expect(fits.omittedThreadCount == 0)
    let over = plan(.pearl, cpus: [0, 1], target: 7, draft: 1)
    #expect((over.targetCPUs, over.draftCPUs) == ([0], [1]))
    #expect(!over.isOversubscribed && over.omittedThreadCount == 6)
    let both = plan(.pearl, cpus: [0, 1, 2, 3], target: 8, draft: 8)
    #expect((both.targetCPUs, both.draftCPUs) == ([0, 1, 2], [3]))
    #expect(both.omittedThreadCount == 12)
    let turns = plan(.sd, cpus: [0, 1], target: 2, draft: 1)
    #expect((turns.targetCPUs, turns.draftCPUs) == ([0, 1], [0]))
    #expect(!turns.isOversubscribed)
    let many = plan(.sd, cpus: [0, 1], target: 3, draft: 4)
    #expect((many.targetCPUs, many.draftCPUs) == ([0, 1], [0, 1]))
    #expect(many.omittedThreadCount == 3 && many.spin == .short)
    #expect(plan(.ar, cpus: [0, 1], target: 3).omittedThreadCount == 1)
    #expect(!plan(.ar, cpus: [0, 1], target: 1).isOversubscribed)
  }

  @Test("More threads than a quota pays for are obeyed, and spin briefly: each has a CPU of its own")
  func beyondQuota() {
    let alone = plan(.ar, cpus: [0, 1, 2, 3], quota: 2, target: 4)
    #expect(alone.targetCPUs == [0, 1, 2, 3] && alone.omittedThreadCount == 0)
    #expect(alone.isOversubscribed && alone.spin == .brief)
    let lanes = plan(.pearl, cpus: [0, 1], quota: 0.5, target: 1, draft: 1)
    #expect((lanes.targetCPUs, lanes.draftCPUs) == ([0], [1]))
    #expect(lanes.isOversubscribed && lanes.spin == .brief)
  }

  @Test("A layout's CPUs become threads; only models that are apart get two lanes")
  func layouts() {
    let apart = ThreadPlan(.apart(target: [0, 1, 4], draft: [7]))
    #expect((apart.targetCPUs, apart.draftCPUs) == ([0, 1, 4], [7]))
    #expect(apart.hasDraftLane && !apart.isOversubscribed)
    #expect(apart.layoutText == "target=0-1,4,draft=7")
    let shared = ThreadPlan(.shared([2, 3]))
    #expect((shared.targetCPUs, shared.draftCPUs) == ([2, 3], [2, 3]))
    #expect(!shared.hasDraftLane && shared.layoutText == "shared=2-3")
    let alone = ThreadPlan(.target([5]))
    #expect((alone.targetCPUs, alone.draftCPUs) == ([5], []))
    #expect(!alone.hasDraftLane && alone.layoutText == "target=5")
  }

  @Test("Without a known CPU there is still a plan")
  func noCPUs() {
    #expect(plan(.ar, cpus: []).targetCPUs == [0])
    #expect(plan(.pearl, cpus: []).targetCPUs == [0])
  }
}
