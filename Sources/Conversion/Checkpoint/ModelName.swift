import SystemPackage

/// What a folder's name says about its model: `TinyLlama-1.1B-Chat` is a TinyLlama of 1.1B.
struct ModelName {
  let title: String
  /// What comes before the size, if there is one.
  let basename: String?
  let sizeLabel: String

  init(_ folder: FilePath, parameterCount: Int) {
    let name = folder.lexicallyNormalized().lastComponent?.string ?? ""
    let words = name.split(separator: "-").map(String.init)
    title = words.map { word in
      word.allSatisfy { $0.isLowercase || $0.isNumber }
        ? word.prefix(1).uppercased() + word.dropFirst() : word
    }.joined(separator: " ")
    if let size = words.firstIndex(where: { Self.isSize($0, of: parameterCount) }) {
      basename = size > 0 ? words[..<size].joined(separator: "-") : nil
      sizeLabel = words[size].uppercased()
    } else {
      basename = nil
      sizeLabel = Self.label(parameterCount)
    }
  }

  /// Whether a word such as `7b` is near the number of parameters, and not a context length.
  private static func isSize(_ word: String, of parameterCount: Int) -> Bool {
    guard let unit = word.last, let scale = scale(unit), let number = Double(word.dropLast()), number > 0
    else {
      return false
    }
    return abs(number * scale - Double(parameterCount)) <= 0.875 * Double(parameterCount)
  }

  private static func scale(_ unit: Character) -> Double? {
    switch unit {
    case "K", "k": 1e3
    case "M", "m": 1e6
    case "B", "b": 1e9
    case "T", "t": 1e12
    default: nil
    }
  }

  /// A count with at least two digits, such as `1.1B` or `360M`.
  private static func label(_ count: Int) -> String {
    let units: [(Double, String)] = [(1e12, "T"), (1e9, "B"), (1e6, "M")]
    let (scale, unit) = units.first { Double(count) > $0.0 } ?? (1e3, "K")
    let scaled = Double(count) / scale
    guard scaled.rounded(.toNearestOrEven) < 10 else {
      return "\(Int(scaled.rounded(.toNearestOrEven)))\(unit)"
    }
    let tenths = Int((scaled * 10).rounded(.toNearestOrEven))
    return "\(tenths / 10).\(tenths % 10)\(unit)"
  }
}
