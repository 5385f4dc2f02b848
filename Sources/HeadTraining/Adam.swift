import Glibc

/// Adam (Kingma and Ba, arXiv 1412.6980, algorithm 1) with β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸.
struct Adam: Equatable {
  /// Gradients longer than this are shortened to it, as `transformers` does by default.
  static let largestNorm = 1.0

  private(set) var stepCount: Int
  /// Running means of the gradient and of its square, one value for each parameter.
  private(set) var firstMoments, secondMoments: [Float]

  init(parameterCount: Int) {
    stepCount = 0
    firstMoments = [Float](repeating: 0, count: parameterCount)
    secondMoments = firstMoments
  }

  /// Goes on where another left off.
  /// - Precondition: Both moments have the same count.
  init(stepCount: Int, firstMoments: [Float], secondMoments: [Float]) {
    precondition(firstMoments.count == secondMoments.count && stepCount >= 0)
    (self.stepCount, self.firstMoments, self.secondMoments) = (stepCount, firstMoments, secondMoments)
  }

  /// One step against the gradient.
  mutating func update(_ parameters: inout [Float], gradient: [Float], learningRate: Double) {
    stepCount += 1
    let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    let scale = Float(min(1, Self.largestNorm / (norm + 1e-6)))
    let firstCorrection = 1 - pow(0.9, Double(stepCount))
    let secondCorrection = Float((1 - pow(0.999, Double(stepCount))).squareRoot())
    let size = Float(learningRate / firstCorrection)
    for index in parameters.indices {
      let slope = gradient[index] * scale
      firstMoments[index] = 0.9 * firstMoments[index] + 0.1 * slope
      secondMoments[index] = 0.999 * secondMoments[index] + 0.001 * slope * slope
      let spread = secondMoments[index].squareRoot() / secondCorrection + 1e-8
      parameters[index] -= size * firstMoments[index] / spread
    }
  }
}

/// A learning rate that rises linearly from 0, then falls to 0 like a cosine's half wave (as in `transformers`).
struct CosineSchedule {
  let peak: Double
  let stepCount: Int
  let warmUpCount: Int

  init(peak: Double, stepCount: Int, warmUpShare: Double) {
    self.peak = peak
    self.stepCount = stepCount
    warmUpCount = Int((Double(stepCount) * warmUpShare).rounded(.up))
  }

  /// - Parameter step: From 0.
  func rate(step: Int) -> Double {
    if step < warmUpCount { return peak * Double(step) / Double(warmUpCount) }
    let progress = Double(step - warmUpCount) / Double(max(1, stepCount - warmUpCount))
    return peak * 0.5 * (1 + cos(.pi * progress))
  }
}
