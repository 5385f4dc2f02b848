import ArgumentParser
import Foundation
import GGUF
import SystemPackage
import TensorTypes
import Tokenization

/// `nacre tokenize`: text to tokens as a model sees them, and back.
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Shows the tokens of a text, or the text of tokens.",
    discussion: "Without --prompt, --prompt-file and --decode, the text is read from standard input.")

  @Option(help: "A GGUF file; its vocabulary is used.")
  var model: String

  @Option(help: "The text.")
  var prompt: String?

  @Option(help: "A file with the text, in UTF-8.")
  var promptFile: String?

  @Option(help: "Token ids, with spaces or commas between them: shows their text.")
  var decode: String?

  @Flag(help: "Does not add the tokens that begin and end a text.")
  var noSpecial = false

  @Flag(help: "Reads the texts of control tokens, such as <s>, as these tokens.")
  var parseSpecial = false

  @Flag(help: "Writes JSON.")
  var json = false

  func validate() throws {
    let sources = [prompt, promptFile, decode].compactMap(\.self)
    if sources.count > 1 {
      throw ValidationError("Give only one of --prompt, --prompt-file and --decode.")
    }
  }

  func run() throws {
    let text = try output()
    guard !text.isEmpty else { return }
    try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
  }

  /// What the command writes.
  func output() throws -> String {
    let tokenizer = try loadTokenizer(from: GGUFFile(path: FilePath(model)))
    if let decode {
      let ids = try Self.ids(decode, vocabulary: tokenizer.vocabulary)
      let text = tokenizer.decode(ids, showSpecial: parseSpecial)
      return json ? try jsonText(["text": text]) : text
    } else {
      let text = try promptText(prompt, file: promptFile)
      let ids = tokenizer.encode(text, addSpecial: !noSpecial, parseSpecial: parseSpecial)
      let rows = ids.map { Row(id: $0, piece: tokenizer.vocabulary.text(of: $0)) }
      return json ? try jsonText(rows) : rows.map(\.line).joined(separator: "\n")
    }
  }

  private struct Row: Encodable {
    let id: TokenID
    let piece: String

    var line: String { "\(id)\t\(piece.debugDescription)" }
  }

  private static func ids(_ list: String, vocabulary: Vocabulary) throws -> [TokenID] {
    try list.split(whereSeparator: { $0.isWhitespace || $0 == "," }).map { word in
      guard let id = TokenID(word), id >= 0, id < vocabulary.count else {
        throw ValidationError("\"\(word)\" is not a token id: the vocabulary has \(vocabulary.count) tokens")
      }
      return id
    }
  }
}
