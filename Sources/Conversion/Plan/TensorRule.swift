import Quantization
import SystemPackage
import TensorTypes

/// A user's wish for some tensors: `regex=type`.
public struct TensorRule: Sendable {
  public let pattern: String
  public let type: ElementType

  /// Reads `regex=type`; the last `=` divides.
  public init(_ text: String) throws(ConversionError) {
    func invalid(_ reason: String) -> ConversionError {
      ConversionError("", .invalidRule(text, reason: reason))
    }
    guard let divider = text.lastIndex(of: "="), divider > text.startIndex else {
      throw invalid("expected REGEX=TYPE")
    }
    let name = String(text[text.index(after: divider)...])
    guard let type = ElementType(name: name) else { throw invalid("\(name) is not a type") }
    guard BlockFormats.writableFormat(for: type) != nil else {
      throw invalid("type \(type) cannot be written")
    }
    pattern = String(text[..<divider])
    self.type = type
    do { _ = try Regex(pattern) } catch { throw invalid("\(pattern) is not a regular expression") }
  }

  /// Whether the pattern occurs in a tensor's name.
  func matches(_ name: String) -> Bool {
    guard let regex = try? Regex(pattern) else { return false }
    return name.firstMatch(of: regex) != nil
  }
}
