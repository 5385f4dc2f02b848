import GGUF
import Platform
import SystemPackage

/// Why a head cannot be trained.
public enum HeadTrainingError: Error, Equatable, CustomStringConvertible {
  case noOpenBLAS(reason: String)
  /// The file of examples was made from something else; `what` names it.
  case otherExamples(path: FilePath, what: String)
  case notExamples(path: FilePath)
  /// Another process writes to the same file.
  case inUse(path: FilePath)
  case unwritable(path: FilePath, Errno)
  case unreadable(MappedFileError)
  /// Too few prompts or examples for training and validation.
  case tooFew(what: String, found: Int, needed: Int)
  /// The loss is no number any more: the learning rate is too high.
  case diverged(step: Int)
  case state(GGUFError)

  public var description: String {
    switch self {
    case .noOpenBLAS(let reason):
      "training needs OpenBLAS, which cannot be loaded (\(reason)); Debian's package is libopenblas0"
    case .otherExamples(let path, let what):
      "\(path): these examples were made with another \(what); remove the file, or write to another output"
    case .notExamples(let path): "\(path): not a file of examples; it is left as it is"
    case .inUse(let path): "\(path): another process writes to it"
    case .unwritable(let path, let error): "\(path): cannot write: \(error)"
    case .unreadable(let error): "\(error)"
    case .tooFew(let what, let found, let needed): "\(found) \(what), but at least \(needed) are needed"
    case .diverged(let step): "the loss is not finite in step \(step); try a lower learning rate"
    case .state(let error): "\(error)"
    }
  }
}
