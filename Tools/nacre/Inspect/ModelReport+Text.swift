import Foundation

extension ModelReport {
  /// The report for people.
  var text: String {
    let metadataRows = metadataKeys.compactMap { key in
      metadata[key].map { [key.printable(), $0.type, $0.line] }
    }
    let sections = [
      [headline],
      ["metadata"] + Self.table(metadataRows),
      ["tensors"]
        + Self.table(tensors.map { [$0.name.printable(), $0.type, "\($0.shape)", Self.size($0.bytes)] }),
      ["types"] + TypeTotal.table(totals.types),
      ["problems"] + (problems.isEmpty ? ["  none found"] : problems.map { "  " + $0.printable() }),
    ]
    return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private var headline: String {
    var fields = ["GGUF version \(version)", "\(totals.tensors) tensors", "\(totals.parameters) parameters"]
    fields.append(Self.size(totals.bytes))
    if let bits = totals.bitsPerWeight { fields.append(String(format: "%.2f bits per weight", bits)) }
    if files.count > 1 { fields.append("\(files.count) files") }
    return "\(file.printable()): " + fields.joined(separator: ", ")
  }

  /// Such as `12.3 MiB`.
  static func size(_ bytes: Int) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"]
    guard bytes >= 1024 else { return "\(bytes) bytes" }
    var size = Double(bytes) / 1024
    var unit = 0
    while size >= 1024, unit + 1 < units.count {
      size /= 1024
      unit += 1
    }
    return String(format: "%.1f ", size) + units[unit]
  }

  /// Indented lines, all columns but the last padded to the same width.
  static func table(_ rows: [[String]], header: [String]? = nil) -> [String] {
    guard let columnCount = rows.first?.count else { return ["  none"] }
    let rows = (header.map { [$0] } ?? []) + rows
    let widths = (0..<columnCount).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.dropLast().enumerated().map { column, cell in
        cell + String(repeating: " ", count: widths[column] - cell.count)
      }
      return "  " + (cells + row.suffix(1)).joined(separator: "  ")
    }
  }
}

extension MetadataSummary {
  /// The value on one line.
  var line: String {
    guard case .array(let elements) = value else { return value.line }
    let more = (count ?? 0) > elements.count ? ["…"] : []
    return "\(count ?? 0): [" + (elements.map(\.line) + more).joined(separator: ", ") + "]"
  }
}

extension MetadataSummary.Content {
  fileprivate var line: String {
    switch self {
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .single(let value): "\(value)"
    case .double(let value): "\(value)"
    case .bool(let value): "\(value)"
    case .string(let value): value.printable(limit: 60)
    case .array(let values): "\(values.map(\.line))"
    }
  }
}

extension String {
  /// The text with control characters escaped, so that a file cannot steer the terminal, and cut at `limit`.
  func printable(limit: Int = 500) -> String {
    var text = ""
    for (index, scalar) in unicodeScalars.enumerated() {
      if index == limit { return text + "…" }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: text += scalar.escaped(asASCII: true)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
