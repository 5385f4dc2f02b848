/// A growing list of plain values that several threads read while nobody changes it.
///
/// Iterating an array counts a reference to it: threads that do so at the same time wait for each other's cache lines.
public struct PlainList<Element: BitwiseCopyable>: ~Copyable {
  private var elements: UnsafeMutablePointer<Element>
  private var capacity: Int
  public private(set) var count = 0

  /// - Parameter capacity: As many elements allocate nothing more; at least 1.
  public init(capacity: Int) {
    precondition(capacity >= 1, "room for something")
    elements = .allocate(capacity: capacity)
    self.capacity = capacity
  }

  deinit { elements.deallocate() }

  public mutating func append(_ element: Element) {
    if count == capacity { grow() }
    (elements + count).initialize(to: element)
    count += 1
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: 2 * capacity)
    larger.initialize(from: elements, count: count)
    elements.deallocate()
    (elements, capacity) = (larger, 2 * capacity)
  }

  /// Keeps the memory.
  public mutating func removeAll() { count = 0 }

  public subscript(index: Int) -> Element {
    get {
      precondition(index >= 0 && index < count, "inside the list")
      return elements[index]
    }
    set {
      precondition(index >= 0 && index < count, "inside the list")
      elements[index] = newValue
    }
  }
}
