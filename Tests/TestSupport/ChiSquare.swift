/// Whether observed counts are plausible draws from `probabilities`: Pearson's statistic against its mean plus five and a half
/// standard deviations (of a chi-square of as many degrees of freedom). Bins of less than five expected draws are pooled;
/// a draw from a bin of probability 0 is never plausible.
public func isPlausible(counts: [Int], probabilities: [Double]) -> Bool {
  let total = Double(counts.reduce(0, +))
  var statistic = 0.0
  var degrees = -1.0
  var rareCount = 0.0
  var rareExpected = 0.0
  for (count, probability) in zip(counts, probabilities) {
    if probability == 0 {
      if count > 0 { return false }
      continue
    }
    let expected = probability * total
    if expected < 5 {
      rareCount += Double(count)
      rareExpected += expected
      continue
    }
    statistic += (Double(count) - expected) * (Double(count) - expected) / expected
    degrees += 1
  }
  if rareExpected > 0 {
    statistic += (rareCount - rareExpected) * (rareCount - rareExpected) / max(rareExpected, 5)
    degrees += 1
  }
  return degrees <= 0 || statistic < degrees + 5.5 * (2 * degrees).squareRoot() + 8
}
