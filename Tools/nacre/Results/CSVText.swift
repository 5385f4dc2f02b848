/// A table as RFC 4180 has it: a line of names, and a line per row.
func csvText(header: [String], _ rows: [[String]]) -> String {
  ([header] + rows).map { $0.map(csvField).joined(separator: ",") + "\r\n" }.joined()
}

/// A field, in quotes where it has a comma, a quote or a line's end.
private func csvField(_ text: String) -> String {
  guard text.contains(where: { ",\"\r\n".contains($0) || $0.isNewline }) else { return text }
  return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
    + "\""
}
