import TensorTypes
import TestSupport
import Testing

@testable import Tokenization

@Suite("Stop strings")
struct StopStringTests {
  @Test("A stop string ends the text before it and is not shown")
  func stops() {
    var matcher = StopStringMatcher(["END"])
    #expect(matcher.append("some text EN") == "some text ")
    #expect(matcher.append("D and more") == "")
    #expect(matcher.isStopped)
    #expect(matcher.stopString == "END")
    #expect(matcher.append("more") == "")
    #expect(matcher.finish() == "")
  }

  @Test("What only looked like a stop string is released")
  func releases() {
    var matcher = StopStringMatcher(["\n\n", "abcabd"])
    #expect(matcher.append("abcab") == "")
    #expect(matcher.append("cab") == "abc")
    #expect(matcher.append("\n") == "abcab")
    #expect(matcher.finish() == "\n")
    #expect(!matcher.isStopped)
  }

  @Test("The stop string that is complete first stops; the longest of those that end together")
  func firstComplete() {
    var matcher = StopStringMatcher(["abcd", "bc"])
    #expect(matcher.append("xabcd") == "xa")
    #expect(matcher.stopString == "bc")
    matcher = StopStringMatcher(["c", "abc", "bc"])
    #expect(matcher.append("xab") == "x")
    #expect(matcher.append("c") == "")
    #expect(matcher.stopString == "abc")
  }

  @Test("Empty stop strings stop nothing, and none hold nothing back")
  func empty() {
    var matcher = StopStringMatcher(["", ""])
    #expect(matcher.append("any text") == "any text")
    #expect(matcher.finish() == "")
    #expect(!matcher.isStopped)
  }

  @Test("Any cut of any text stops where searching the whole text stops")
  func againstSearch() {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<2000 {
      let stops = (0..<Int.random(in: 0...3, using: &random)).map { _ in random.letters(1...4) }
      let text = random.letters(0...24)
      let expected = Self.search(text, stops)
      var matcher = StopStringMatcher(stops)
      var rest = Substring(text)
      var released = ""
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...5, using: &random))
        rest = rest.dropFirst(piece.count)
        released += matcher.append(String(piece))
      }
      released += matcher.finish()
      #expect(released == expected.text, "\(text) \(stops)")
      #expect(matcher.stopString == expected.stop, "\(text) \(stops)")
    }
  }

  /// The definition: try every end from the left, and at each the longest stop string.
  private static func search(_ text: String, _ stops: [String]) -> (text: String, stop: String?) {
    for end in 1..<max(text.count + 1, 2) {
      let seen = text.prefix(end)
      let hits = stops.filter { seen.hasSuffix($0) }
      if let stop = hits.max(by: { $0.count < $1.count }) {
        return (String(seen.dropLast(stop.count)), stop)
      }
    }
    return (text, nil)
  }

  @Test("A text stream finds stop strings across tokens and inside characters' bytes")
  func stream() {
    var stream = TextStream(StreamingDetokenizer(ByteTokenizer()), stopStrings: ["é!", "zz"])
    let shown = "aéb zé!x".utf8.map { stream.append(TokenID($0)) }.joined() + stream.finish()
    #expect(shown == "aéb z")
    #expect(stream.isStopped)
    #expect(stream.stopString == "é!")
  }

  @Test("A text stream's end releases what was held back")
  func streamEnd() {
    var stream = TextStream(StreamingDetokenizer(ByteTokenizer()), stopStrings: ["zz"])
    #expect(stream.append(0x7A) == "")
    #expect(stream.append(0xE2) == "")
    #expect(stream.finish() == "z\u{FFFD}")
    #expect(!stream.isStopped)
  }
}

extension SeededGenerator {
  /// A string over a, b, é.
  mutating func letters(_ count: ClosedRange<Int>) -> String {
    String((0..<Int.random(in: count, using: &self)).map { _ in "abé".randomElement(using: &self) ?? "a" })
  }
}
