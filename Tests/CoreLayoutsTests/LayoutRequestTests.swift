import CoreLayouts
import Testing

@Suite("The grammar of layouts")
struct LayoutRequestTests {
  @Test(
    "Every form is read",
    arguments: [
      "auto", "target=0", "target=0-7,draft=8-9", "draft=8-9,target=0-7", "target=node0,draft=node1",
      "shared=0-15",
      "target=0-3,8,10-11,draft=node1+12", "shared=node0+node2", "target=0+1,2,draft=3",
    ])
  func forms(text: String) throws {
    let request = try LayoutRequest(parsing: text)
    #expect(request.text == text)
    #expect(request.isAutomatic == (text == "auto"))
  }

  @Test("Only the same text is the same request")
  func equality() throws {
    #expect(try LayoutRequest(parsing: "auto") == .automatic)
    #expect(try LayoutRequest(parsing: "shared=0-1") == LayoutRequest(parsing: "shared=0-1"))
    #expect(try LayoutRequest(parsing: "shared=0-1") != LayoutRequest(parsing: "shared=0-2"))
  }

  @Test(
    "What is no layout is refused at its place",
    arguments: [
      ("", .empty, 0..<0), ("0-7", .expectedName, 0..<3), ("Auto", .expectedName, 0..<4),
      ("auto,target=0", .expectedName, 0..<4), ("=0", .expectedName, 0..<1),
      ("trget=0", .unknownName("trget"), 0..<5), (" target=0", .unknownName(" target"), 0..<7),
      ("target=", .expectedCPUs, 7..<8), ("target=0,", .expectedCPUs, 9..<10),
      ("target=0,draft", .expectedCPUs, 9..<14), ("target=0,draft=", .expectedCPUs, 15..<16),
      ("target=0=1", .expectedCPUs, 8..<9), ("target=0-", .expectedCPUs, 7..<9),
      ("target=a-b", .expectedCPUs, 7..<10),
      ("target=-3", .expectedCPUs, 7..<9), ("target=0-1-2", .expectedCPUs, 7..<12),
      ("target=nodes", .expectedCPUs, 7..<12),
      ("target=node", .expectedCPUs, 7..<11), ("target=node0-1", .expectedCPUs, 7..<14),
      ("target=0, 1", .expectedCPUs, 9..<11), ("target=0,,1", .expectedCPUs, 9..<10),
      ("target=٣", .expectedCPUs, 7..<8), ("target=7-0", .reversedRange, 7..<10),
      ("target=0-9999", .numberTooLarge, 7..<13),
      ("target=node99999999999999999999", .numberTooLarge, 7..<31),
      ("target=0,target=1", .repeatedName("target"), 9..<15), ("shared=0,target=1", .sharedAndApart, 0..<6),
      ("target=1,shared=0", .sharedAndApart, 9..<15), ("draft=1", .noTarget, 0..<5),
      ("target=0,=1", .expectedName, 9..<10),
    ] as [(String, LayoutError.Problem, Range<Int>)])
  func errors(text: String, problem: LayoutError.Problem, place: Range<Int>) {
    #expect(throws: LayoutError(problem, in: text, at: place)) { try LayoutRequest(parsing: text) }
  }

  @Test("An error shows its place under the text")
  func picture() {
    let error = LayoutError(.reversedRange, in: "target=7-0,draft=8", at: 7..<10)
    #expect(error.description == "the range ends before it begins\n  target=7-0,draft=8\n         ^^^")
  }

  @Test("No text makes the parser trap")
  func anyText() {
    let pieces = [
      "target", "draft", "shared", "auto", "node", "=", ",", "+", "-", "0", "7", "99999999999", " ", "é",
    ]
    var state: UInt64 = 7
    for _ in 0..<1_000 {
      var text = ""
      for _ in 0..<8 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += pieces[Int(state >> 33) % pieces.count]
        do throws(LayoutError) {
          _ = try LayoutRequest(parsing: text)
        } catch {
          #expect(error.place.lowerBound <= text.count && error.place.upperBound <= text.count + 1)
        }
      }
    }
  }
}
