import Foundation

/// Shapes of an SVG file, written as text.
struct SVGBody {
  private var elements: [String] = []

  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, fill: String, radius: Double = 0,
    stroke: String? = nil
  ) {
    let outline = stroke.map { #" stroke="\#($0)" stroke-width="1.5""# } ?? ""
    elements.append(
      #"<rect x="\#(number(x))" y="\#(number(y))" width="\#(number(max(0, width)))" "#
        + #"height="\#(number(height))" rx="\#(number(radius))" fill="\#(fill)"\#(outline)/>"#)
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, color: String) {
    elements.append(
      #"<line x1="\#(number(x1))" y1="\#(number(y1))" x2="\#(number(x2))" y2="\#(number(y2))" "#
        + #"stroke="\#(color)"/>"#)
  }

  /// - Parameter y: Of the line that the letters stand on.
  mutating func text(
    _ text: String, x: Double, y: Double, size: Int, weight: String = "normal", fill: String = "#101828",
    anchor: String = "start"
  ) {
    elements.append(
      #"<text x="\#(number(x))" y="\#(number(y))" font-size="\#(size)" font-weight="\#(weight)" "#
        + #"fill="\#(fill)" text-anchor="\#(anchor)">\#(Self.escaped(text))</text>"#)
  }

  /// The whole file.
  func file(width: Double, height: Double) -> String {
    let (width, height) = (number(width), number(height))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" \
      font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', Arial, sans-serif">

      """ + elements.map { $0 + "\n" }.joined() + "</svg>\n"
  }

  /// Text that means itself in XML; what XML cannot hold becomes U+FFFD.
  static func escaped(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
          switch scalar {
          case "&": Array("&amp;".unicodeScalars)
          case "<": Array("&lt;".unicodeScalars)
          case ">": Array("&gt;".unicodeScalars)
          case "\"": Array("&quot;".unicodeScalars)
          case "\t", "\n", "\r", "\u{20}"..."\u{FFFD}", "\u{10000}"...: [scalar]
          default: ["\u{FFFD}"]
          }
        }))
  }

  private func number(_ value: Double) -> String {
    let text = String(format: "%.1f", value)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
