import Decoding
import SystemPackage
import TensorTypes
import Tokenization

/// Collects committed tokens as text, and streams it to standard output if asked.
final class GenerationOutput {
  private var stream: TextStream
  private let isStreaming: Bool
  private let highlight: Bool
  private var failure: OutputError?
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
    return stream.isStopped || failure != nil ? .stop : .continue
  }

  /// Shows what was held back.
  /// - Throws: What kept text from being written, now or before.
  func finish() throws(OutputError) {
    show(stream.finish(), isDrafted: false)
    if isStreaming, !text.isEmpty, text.last != "\n" { write("\n") }
    if let failure { throw failure }
  }

  private func show(_ piece: String, isDrafted: Bool) {
    guard !piece.isEmpty else { return }
    text += piece
    guard isStreaming else { return }
    write(highlight && isDrafted ? "\u{1b}[32m\(piece)\u{1b}[0m" : piece)
  }

  private func write(_ text: String) {
    guard failure == nil else { return }
    do {
      try FileDescriptor.standardOutput.writeAll(text.utf8)
    } catch {
      failure = OutputError(reason: "\(error)")
    }
  }
}

/// Standard output takes no more text: its reader has gone, or its disk is full.
struct OutputError: Error, Equatable, CustomStringConvertible {
  let reason: String

  var description: String { "standard output: \(reason)" }
}
