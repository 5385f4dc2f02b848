import AcceptanceHead
import GGUF
import Inference
import KernelDispatch
import TensorTypes

extension GGUFFile {
  /// Why this valid file may still not run, one line each; empty when nothing was found.
  var problems: [String] {
    if (try? metadata.string("general.architecture")) == HeadFile.architecture { return headProblems }
    var problems: [String] = []
    func require(_ key: String, _ reason: String, isPresent: () throws(GGUFError) -> Bool) {
      do throws(GGUFError) {
        if try !isPresent() { problems.append("\(reason): \(key) is missing") }
      } catch {
        problems.append("\(error.problem)")
      }
    }
    require("general.architecture", "unknown architecture") { () throws(GGUFError) in
      try metadata.string("general.architecture") != nil
    }
    require("tokenizer.ggml.model", "no tokenizer") { () throws(GGUFError) in
      try metadata.string("tokenizer.ggml.model") != nil
    }
    require("tokenizer.ggml.tokens", "no vocabulary") { () throws(GGUFError) in
      try metadata.strings("tokenizer.ggml.tokens") != nil
    }
    if tensors.isEmpty { problems.append("no tensors") }
    for type in ElementType.allCases where KernelElement(type) == nil {
      let count = tensors.count { $0.type == type }
      if count > 0 { problems.append("type \(type) cannot be run (tensors: \(count))") }
    }
    return problems
  }

  /// Why this is not a usable acceptance head.
  private var headProblems: [String] {
    do throws(HeadError) {
      _ = try HeadFile(path: path)
      return []
    } catch {
      return ["\(error.problem)"]
    }
  }
}
