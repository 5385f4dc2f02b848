import Foundation

extension LayoutResults {
  /// The results for people, the best marked.
  var table: String {
    let header = [
      "mode", "tokens/s", "middle half", "ratio", "accepted", "tokens/pass", "both busy",
    ]
    var lines: [String] = []
    for (layout, results) in byLayout {
      lines.append(layout + (lanes[layout].map { "  (\($0.summary))" } ?? ""))
      lines += ModelReport.table(results.map(cells), header: header)
      lines.append("")
    }
    if let best {
      lines.append(
        "best: --layout \(best.case.layout) --mode \(best.case.mode.rawValue)"
          + (best.case.draftLength.map { " --draft-length \($0)" } ?? "")
          + String(format: ", %.1f tokens/s", best.tokensPerSecond.median))
    }
    return lines.joined(separator: "\n")
  }

  private func cells(_ result: LayoutCaseResult) -> [String] {
    let speed = result.tokensPerSecond
    let percent = { (share: Double?) in share.map { String(format: "%.0f %%", $0 * 100) } ?? "–" }
    return [
      result.case.modeText + (result == best ? " ★" : ""), String(format: "%.1f", speed.median),
      String(format: "%.1f–%.1f", speed.lowerQuartile, speed.upperQuartile),
      String(format: "%.2f×", result.ratio.median), percent(result.acceptanceRate),
      String(format: "%.2f", result.tokensPerTargetPass), percent(result.overlapShare),
    ]
  }
}

extension LaneCosts {
  /// Such as `target 20.8 ms, 91 % of the bandwidth; draft 1.02 ms; together 4 % and 7 % slower`.
  var summary: String {
    var parts = [
      String(format: "target %.3g ms, %.0f %% of the bandwidth", targetPass * 1000, bandwidthShare * 100)
    ]
    if let draftPass { parts.append(String(format: "draft %.3g ms", draftPass * 1000)) }
    if let targetSlowdown, let draftSlowdown {
      parts.append(
        String(format: "together %.0f %% and %.0f %% slower", targetSlowdown * 100, draftSlowdown * 100))
    }
    return parts.joined(separator: "; ")
  }
}
