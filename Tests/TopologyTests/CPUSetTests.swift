import Testing
import Topology

@Suite("Sets of CPUs")
struct CPUSetTests {
  @Test(
    "The kernel's lists are read and written",
    arguments: [
      ("", []), ("0", [0]), ("0-3,8,10-11", [0, 1, 2, 3, 8, 10, 11]), ("8191", [8191]), ("0,2,4", [0, 2, 4]),
    ])
  func lists(text: String, numbers: [Int]) throws {
    let set = try #require(CPUSet(list: text))
    #expect(set.numbers == numbers)
    #expect(set.description == text)
    #expect(CPUSet(list: text + "\n") == set)
  }

  @Test("Order and repetition in a list do not matter")
  func order() {
    #expect(CPUSet(list: "5,0-2,1-3,5")?.description == "0-3,5")
    #expect(CPUSet([3, 1, 3, 2]).description == "1-3")
  }

  @Test(
    "What is no list is nil",
    arguments: [
      "x", "-1", "1-", "-", "3-1", "0--2", "1,", ",1", "0-2-4", "+1", "1.5", "0x3", "٣", "8192",
      "0-99999999999999999999", "99999999999999999999", "0-3:2/4",
    ])
  func garbage(text: String) { #expect(CPUSet(list: text) == nil) }

  @Test("Union, intersection, difference and subsets")
  func algebra() {
    let (a, b): (CPUSet, CPUSet) = ([0, 1, 2, 5], [2, 3, 5])
    #expect(a.union(b) == [0, 1, 2, 3, 5])
    #expect(a.intersection(b) == [2, 5])
    #expect(a.subtracting(b) == [0, 1])
    #expect(a.intersection(b).isSubset(of: a) && !a.isSubset(of: b))
    #expect(a.contains(5) && !a.contains(3) && !a.contains(6) && !CPUSet().contains(0))
  }
}
