import Foundation
import HeadTraining
import Platform

/// What `nacre train-head` found.
struct HeadReport: Encodable {
  struct Examples: Encodable {
    let training: Int
    let validation: Int
    let trainingTexts: Int
    let validationTexts: Int
    /// Share of the draft's tokens that the target accepts, on the validation texts.
    let acceptance: Double
  }

  struct Epoch: Encodable {
    /// Mean over the epoch's steps.
    let trainingLoss: Double
    let validationLoss: Double
    let validationAUC: Double?
  }

  struct Bin: Encodable {
    let count: Int
    let meanPrediction: Double
    let meanLabel: Double
  }

  struct Validation: Encodable {
    let loss: Double
    let auc: Double?
    /// What the labels themselves would reach.
    let largestAUC: Double?
    /// Expected calibration error of the head's output, and with the weight of rejections taken out.
    let calibrationError: Double
    let calibrationErrorUnweighted: Double
    /// In tenths, of the predictions with that weight taken out.
    let reliability: [Bin]
  }

  let head: String
  let examples: Examples
  let epochs: [Epoch]
  /// Of each step.
  let losses: [Float]
  let validation: Validation
  /// Nil where the examples do not follow the target's text.
  let speeds: [HeadSpeeds]?
  let exampleSeconds: Double
  let trainingSeconds: Double
  let peakBytes: Int?

  init(
    _ trainer: HeadTrainer, _ evaluation: HeadEvaluation, examples: ExampleSet, output: String,
    exampleTime: Duration, trainingTime: Duration
  ) {
    head = output
    self.examples = Examples(
      training: trainer.trainingSequences.reduce(0) { $0 + examples.count($1) },
      validation: evaluation.exampleCount, trainingTexts: trainer.trainingSequences.count,
      validationTexts: evaluation.sequences.count, acceptance: evaluation.acceptance)
    losses = trainer.state.losses
    epochs = trainer.state.epochs.enumerated().map { index, epoch in
      let steps = trainer.state.losses[index * trainer.batchCount..<(index + 1) * trainer.batchCount]
      return Epoch(
        trainingLoss: steps.reduce(0) { $0 + Double($1) } / Double(steps.count), validationLoss: epoch.loss,
        validationAUC: epoch.area.isNaN ? nil : epoch.area)
    }
    let weight = trainer.options.rejectionWeight
    let unweight = { (p: Float) in weight * p / (1 - p + weight * p) }
    let unweighted = evaluation.calibration(unweight)
    validation = Validation(
      loss: evaluation.loss, auc: evaluation.area, largestAUC: evaluation.largestArea,
      calibrationError: evaluation.calibration().expectedError,
      calibrationErrorUnweighted: unweighted.expectedError,
      reliability: unweighted.bins.map {
        Bin(count: $0.count, meanPrediction: $0.meanPrediction, meanLabel: $0.meanLabel)
      })
    speeds =
      examples.source.candidates == .branched
      ? HeadSpeeds.all(
        SpeedEstimate(evaluation), unweighted: SpeedEstimate(evaluation, transform: unweight)) : nil
    exampleSeconds = exampleTime / .seconds(1)
    trainingSeconds = trainingTime / .seconds(1)
    peakBytes = ProcessMemory.peakResidentBytes
  }
}

/// Expected speeds over the target alone, where a target's pass takes as long as `costRatio` of the draft's.
struct HeadSpeeds: Encodable {
  struct Threshold: Encodable {
    let stopThreshold: Double
    let speed: Double
    /// With the weight of rejections taken out of p̂.
    let speedUnweighted: Double
  }

  let costRatio: Double
  let bestFixedLength: Int
  let bestFixedSpeed: Double
  let thresholds: [Threshold]

  static func all(_ estimate: SpeedEstimate, unweighted: SpeedEstimate) -> [HeadSpeeds] {
    [5.0, 10, 20, 100].map { ratio in
      let best = estimate.bestFixedLength(costRatio: ratio)
      let thresholds = (1...9).map { tenths in
        let threshold = Float(tenths) / 10
        return Threshold(
          stopThreshold: Double(tenths) / 10,
          speed: estimate.speed(stopThreshold: threshold, costRatio: ratio),
          speedUnweighted: unweighted.speed(stopThreshold: threshold, costRatio: ratio))
      }
      return HeadSpeeds(
        costRatio: ratio, bestFixedLength: best.length, bestFixedSpeed: best.speed, thresholds: thresholds)
    }
  }
}
