/// Work that a pinned thread runs once per request. A class, so that handing it over allocates nothing.
public protocol Job: AnyObject {
  func run()
}
