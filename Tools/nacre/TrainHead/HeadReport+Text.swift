import Foundation

extension HeadReport {
  var text: String {
    var lines = [
      String(
        format: "%@: trained on %d examples of %d texts in %.1f s, after %.1f s to make them",
        head.printable(),
        examples.training, examples.trainingTexts, trainingSeconds, exampleSeconds),
      String(
        format: "validation: %d examples of %d texts, %.3f of them accepted", examples.validation,
        examples.validationTexts, examples.acceptance),
      String(
        format: "loss %.4f, AUC %@ of at most %@", validation.loss, Self.number(validation.auc),
        Self.number(validation.largestAUC)),
      String(
        format: "calibration error %.4f; %.4f with the weight of rejections taken out:",
        validation.calibrationError, validation.calibrationErrorUnweighted),
    ]
    lines += ModelReport.table(
      [["predicted", "accepted", "examples"]]
        + validation.reliability.filter { $0.count > 0 }.map {
          [
            String(format: "%.3f", $0.meanPrediction), String(format: "%.3f", $0.meanLabel), "\($0.count)",
          ]
        })
    if let speeds {
      lines.append("expected speed over the target alone, whose pass takes as long as c of the draft's:")
      lines += ModelReport.table(speedRows(speeds))
    }
    return lines.joined(separator: "\n")
  }

  private func speedRows(_ speeds: [HeadSpeeds]) -> [[String]] {
    let header = ["c", "best fixed length", "p̂"] + speeds[0].thresholds.map { "h=\($0.stopThreshold)" }
    return [header]
      + speeds.flatMap { row in
        let first = [
          String(format: "%.0f", row.costRatio),
          String(format: "%.2f× (%d)", row.bestFixedSpeed, row.bestFixedLength),
        ]
        return [
          first + ["as it is"] + row.thresholds.map { String(format: "%.2f×", $0.speed) },
          ["", "", "weight taken out"] + row.thresholds.map { String(format: "%.2f×", $0.speedUnweighted) },
        ]
      }
  }

  private static func number(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "–" }

  /// The losses as a line of bars, means over equal parts.
  var sparkline: String {
    let columns = min(60, losses.count)
    let means = (0..<columns).map { column in
      let part = losses[column * losses.count / columns..<(column + 1) * losses.count / columns]
      return part.reduce(0) { $0 + Double($1) } / Double(part.count)
    }
    let (lowest, highest) = (means.min() ?? 0, means.max() ?? 0)
    let bars = Array("▁▂▃▄▅▆▇█")
    let line = means.map { bars[Int(((($0 - lowest) / max(highest - lowest, 1e-9)) * 7).rounded())] }
    return String(format: "loss %.4f ", means.first ?? 0) + String(line)
      + String(format: " %.4f in %d steps", means.last ?? 0, losses.count)
  }

  /// The loss of each step; validation where an epoch ends.
  var curveCSV: String {
    let stepsPerEpoch = losses.count / max(1, epochs.count)
    var text = "step,training_loss,validation_loss,validation_auc\n"
    for (index, loss) in losses.enumerated() {
      let isLast = (index + 1).isMultiple(of: stepsPerEpoch)
      let epoch = isLast ? epochs[(index + 1) / stepsPerEpoch - 1] : nil
      let values = [epoch?.validationLoss, epoch?.validationAUC].map { $0.map { "\($0)" } ?? "" }
      text += "\(index + 1),\(loss),\(values.joined(separator: ","))\n"
    }
    return text
  }
}
