import Platform
import Testing

@Suite struct PlainListTests {
  @Test("a list keeps what was appended while it grows, and its memory when it is emptied")
  func grows() {
    var list = PlainList<Int>(capacity: 1)
    for number in 0..<100 { list.append(number) }
    for index in 0..<100 { #expect(list[index] == index) }
    list[99] = -1
    let count = list.count
    list.removeAll()
    list.append(7)
    let (countAfter, first) = (list.count, list[0])
    #expect(count == 100 && countAfter == 1 && first == 7)
  }
}
