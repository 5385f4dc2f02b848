import ArgumentParser
import Conversion
import TensorTypes

/// Reads the names of types on the command line; a name that is not known is answered with those that are.
enum TypeNames {
  /// The type of a whole model.
  static func target(_ name: String) throws -> TargetType {
    if let type = TargetType(name: name) { return type }
    throw unknown(name, among: TargetType.allCases.map(\.rawValue))
  }

  /// The type of a tensor.
  static func element(_ name: String) throws -> ElementType {
    if let type = ElementType(name: name), ConversionOptions.isWritable(type) { return type }
    throw unknown(name, among: elementNames)
  }

  /// A type for tensors by name: `regex=type`.
  static func rule(_ text: String) throws -> TensorRule {
    if let divider = text.lastIndex(of: "="), divider > text.startIndex {
      _ = try element(String(text[text.index(after: divider)...]))
    }
    do throws(ConversionError) { return try TensorRule(text) } catch {
      throw ValidationError("\(error.problem)")
    }
  }

  private static var elementNames: [String] {
    ElementType.allCases.filter(ConversionOptions.isWritable).map { $0.name.lowercased() }
  }

  private static func unknown(_ name: String, among names: [String]) -> ValidationError {
    ValidationError(
      "\(name) is not a type that can be written; \(NameSuggestion.question(name, among: names))"
        + "these are: \(names.joined(separator: ", "))")
  }
}
