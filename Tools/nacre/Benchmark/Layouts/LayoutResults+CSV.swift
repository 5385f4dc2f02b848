extension LayoutResults {
  /// One line per case below a line of names, as RFC 4180 has it.
  var csv: String {
    let header = [
      "layout", "mode", "draft_length", "tokens_per_second", "lower_quartile", "upper_quartile", "ratio",
      "acceptance_rate", "tokens_per_target_pass", "wasted", "overlap_share", "target_pass_seconds",
      "draft_pass_seconds", "target_slowdown", "draft_slowdown", "bandwidth_share",
    ]
    let rows = cases.map { result -> [String] in
      let costs = lanes[result.case.layout]
      let speed = result.tokensPerSecond
      let text = { (value: Double?) in value.map { "\($0)" } ?? "" }
      return [
        result.case.layout, result.case.mode.rawValue, result.case.draftLength.map { "\($0)" } ?? "",
        "\(speed.median)", "\(speed.lowerQuartile)", "\(speed.upperQuartile)", "\(result.ratio.median)",
        text(result.acceptanceRate), "\(result.tokensPerTargetPass)", "\(result.wastedCount)",
        "\(result.overlapShare)", text(costs?.targetPass), text(costs?.draftPass),
        text(costs?.targetSlowdown), text(costs?.draftSlowdown), text(costs?.bandwidthShare),
      ]
    }
    return ([header] + rows).map { $0.map(Self.field).joined(separator: ",") + "\r\n" }.joined()
  }

  /// A field, in quotes where it has a comma, a quote or a line's end.
  private static func field(_ text: String) -> String {
    guard text.contains(where: { ",\"\r\n".contains($0) || $0.isNewline }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
