import ArgumentParser
import Foundation
import TensorTypes
import Tokenization

/// The prompts that a head is trained on: those to train with, then those to validate with.
struct HeadPrompts {
  let prompts: [[TokenID]]
  /// How many of the last ones are for validation only; 0: a share of all is to be chosen.
  let validationCount: Int

  init(_ command: TrainHeadCommand, tokenizer: any Tokenizer) throws {
    func prompts(_ paths: [String]) throws -> [[TokenID]] {
      try paths.flatMap {
        try Self.read($0, promptTokens: command.examples.promptTokens, tokenizer)
      }
    }
    var training = try prompts(command.text)
    if let limit = command.examples.limit { training = Array(training.prefix(limit)) }
    let validation = try prompts(command.validationText)
    let needed = command.validationText.isEmpty ? 2 : 1
    guard training.count >= needed else {
      throw ValidationError("--text has \(training.count) prompts, but at least \(needed) are needed.")
    }
    guard command.validationText.isEmpty || !validation.isEmpty else {
      throw ValidationError("--validation-text has no prompt.")
    }
    self.prompts = training + validation
    validationCount = validation.count
  }

  private init(prompts: [[TokenID]], validationCount: Int) {
    (self.prompts, self.validationCount) = (prompts, validationCount)
  }

  /// The same with long prompts cut to their ends.
  func shortened(to longest: Int) -> HeadPrompts {
    HeadPrompts(prompts: prompts.map { $0.suffix(longest) }, validationCount: validationCount)
  }

  private static func read(
    _ path: String, promptTokens: Int, _ tokenizer: any Tokenizer
  ) throws -> [[TokenID]] {
    let text = try promptText(nil, file: path)
    if path.hasSuffix(".jsonl") {
      return try promptFields(text, path).map {
        tokenizer.encode($0, addSpecial: true, parseSpecial: false)
      }.filter { !$0.isEmpty }
    }
    let tokens = tokenizer.encode(text, addSpecial: false, parseSpecial: false)
    let first = tokenizer.encode("", addSpecial: true, parseSpecial: false)
    return stride(from: 0, to: tokens.count, by: promptTokens).map {
      first + tokens[$0..<min($0 + promptTokens, tokens.count)]
    }
  }

  private static func promptFields(_ text: String, _ path: String) throws -> [String] {
    try text.split(whereSeparator: \.isNewline).enumerated().map { index, line in
      let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      guard let prompt = object?["prompt"] as? String else {
        throw ValidationError("\(path): line \(index + 1) is no JSON object with a text \"prompt\"")
      }
      return prompt
    }
  }
}
