import Testing

@testable import nacre

@Suite("What --modes and --draft-length ask for")
struct ContestantTests {
  private func texts(_ modes: String, _ lengths: String) throws -> [String] {
    try Contestant.parse(modes, lengths: DraftLengths(parsing: lengths, "--draft-length")).map(\.text)
  }

  @Test("lengths are numbers, ranges, lists of both, or all that best tries")
  func lengths() throws {
    let values = { try DraftLengths(parsing: $0, "--draft-length").values }
    #expect(try values("4") == [4])
    #expect(try values("8,2,4,2") == [8, 2, 4])
    #expect(try values("1..4,8,3..5") == [1, 2, 3, 4, 8, 5])
    #expect(try values("64") == [64])
    #expect(try values("best") == Array(1...16))
    #expect(try DraftLengths(parsing: "best", "").showsBestAlone)
    #expect(try !DraftLengths(parsing: "1..16", "").showsBestAlone)
  }

  @Test(
    "bad lengths are refused, the word and the option named",
    arguments: [
      "", "0", "65", "4,", "4..2", "1..65", "1...4", "1..", "..4", "4 ", "x", "2,best", "1..2..3", "-1",
    ])
  func badLengths(text: String) throws {
    let error = #expect(throws: (any Error).self) { try DraftLengths(parsing: text, "--draft-length") }
    #expect("\(try #require(error))".contains("--draft-length: \""))
  }

  @Test("the target alone comes first, once; names without lengths take those of --draft-length")
  func contestants() throws {
    #expect(try texts("ar,sd,pearl,auto", "4") == ["ar", "sd:4", "pearl", "auto"])
    #expect(try texts("pearl,sd,ar", "2,4") == ["ar", "pearl", "sd:2", "sd:4"])
    #expect(
      try texts("sd:8,sd,pearl:1..3,sd:8", "2") == ["ar", "sd:8", "sd:2", "pearl:1", "pearl:2", "pearl:3"])
    #expect(
      try texts("sd+adaedl,sd+cost:4,pearl+confidence,auto+cost,sd+fixed", "2,3") == [
        "ar", "sd+adaedl", "sd+cost:4", "pearl+confidence", "auto+cost", "sd+fixed:2", "sd+fixed:3",
      ])
    #expect(
      try texts("sd+ngram,pearl+phrases+ngram,auto+ngram+cost,sd+cost+ngram", "2") == [
        "ar", "sd+ngram:2", "pearl+phrases+ngram", "auto+ngram+cost", "sd+ngram+cost",
      ])
    #expect(try texts("ar", "best") == ["ar"])
    let swept = try Contestant.parse("sd:best,pearl:3", lengths: DraftLengths(parsing: "5", ""))
    #expect(swept.filter(\.isSwept).map(\.text) == (1...16).map { "sd:\($0)" })
    #expect(swept.last == Contestant(kind: "pearl", draftLength: 3, isSwept: false))
    #expect(
      swept.map(\.decoding).suffix(2) == [.speculative(draftLength: 16), .lockstepPEARL(draftLength: 3)])
    let own = try Contestant.parse("pearl,auto", lengths: DraftLengths(parsing: "5", ""))
    #expect(own.map(\.decoding) == [.autoregressive, .freeRunningPEARL, .automatic])
    #expect(own.map(\.group) == ["ar", "pearl", "auto"] && swept.last?.group == "pearl:")
  }

  @Test("names may have plus signs of their own")
  func plusSigns() {
    let words = { Contestant.words($0, knowing: ["cost", "specdec", "specdec++"]) }
    #expect(words("sd") == ["sd"])
    #expect(words("sd+specdec++") == ["sd", "specdec++"])
    #expect(words("sd+specdec+++cost") == ["sd", "specdec++", "cost"])
    #expect(words("sd+specdec+cost") == ["sd", "specdec", "cost"])
    #expect(words("sd+") == ["sd", ""] && words("") == [""] && words("sd++x") == ["sd", "", "x"])
  }

  @Test(
    "bad modes are refused with what is wrong",
    arguments: [
      ("sp", "did you mean sd?"), ("", "\"\" is no mode"), ("sd,", "\"\" is no mode"),
      ("ar:4", "ar has no draft"), ("auto:2", "auto has no draft"), ("ar+cost", "ar drafts nothing"),
      ("sd+adadel", "did you mean adaedl?"), ("sd+", "\"\" is no guesser"), ("sd+cost+cost", "two policies"),
      ("sd+ngrams", "did you mean ngram?"),
      ("sd:", "--modes: sd:"), ("sd:0", "\"0\""), ("sd:x", "\"x\""), ("SD:4:4", "is no mode"),
      ("sd:4:4", "\"4:4\""),
    ])
  func badModes(modes: String, problem: String) throws {
    let error = #expect(throws: (any Error).self) { try texts(modes, "4") }
    #expect("\(try #require(error))".contains(problem))
  }
}
