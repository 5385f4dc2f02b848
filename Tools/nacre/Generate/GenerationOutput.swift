import Decoding
import Foundation
import TensorTypes
import Tokenization

/// Collects committed tokens as text, and streams it to standard output if asked.
final class GenerationOutput {
  private var stream: TextStream
  private let isStreaming: Bool
  private let highlight: Bool
  private(set) var text = ""
  private(set) var tokens: [TokenID] = []

  init(_ stream: TextStream, isStreaming: Bool, highlight: Bool) {
    self.stream = stream
    self.isStreaming = isStreaming
    self.highlight = highlight
  }

  /// The stop string that ended the text, if one did.
  var stopString: String? { stream.stopString }

  func receive(_ token: CommittedToken) -> Continuation {
    tokens.append(token.id)
    show(stream.append(token.id), isDrafted: token.origin == .acceptedDraft)
    return stream.isStopped ? .stop : .continue
  }

  /// Shows what was held back.
  func finish() {
    show(stream.finish(), isDrafted: false)
    if isStreaming, !text.isEmpty, text.last != "\n" { write("\n") }
  }

  private func show(_ piece: String, isDrafted: Bool) {
    guard !piece.isEmpty else { return }
    text += piece
    guard isStreaming else { return }
    write(highlight && isDrafted ? "\u{1b}[32m\(piece)\u{1b}[0m" : piece)
  }

  private func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
