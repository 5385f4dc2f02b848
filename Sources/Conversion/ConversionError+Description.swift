extension ConversionError: CustomStringConvertible {
  /// One line: the file, then what is wrong with it.
  public var description: String { "\(path): \(problem)" }
}

extension ConversionProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let error): error.reason
    case .gguf(let problem): problem.description
    case .json(let problem): problem.description
    case .missingFile(let names): "none of these files is there: \(names.joined(separator: ", "))"
    case .pickledWeights(let name):
      "weights are only in \(name), which can run code when it is read; "
        + "have them as safetensors (most models on Hugging Face have them)"
    case .loneSafetensors:
      "is a safetensors file; give the folder that it is in, with config.json and tokenizer"
    case .missingField(let field): "\(field) is missing"
    case .wrongFieldType(let field, let expected, let found): "\(field): expected \(expected), found \(found)"
    case .invalidField(let field, let value, let expected): "\(field) is \(value), expected \(expected)"
    default: safetensorsDescription
    }
  }

  private var safetensorsDescription: String {
    switch self {
    case .headerTruncated(let available): "\(available) bytes, too few for the 8 bytes of the header's size"
    case .headerTooLarge(let claimed, let limit): "a header of \(claimed) bytes (at most \(limit) are read)"
    case .headerPastEnd(let claimed, let available):
      "a header of \(claimed) bytes, but only \(available) bytes follow"
    case .unknownDtype(let tensor, let name): "\(tensor): unknown dtype \(name.debugDescription)"
    case .elementCountOverflow(let tensor, let shape): "\(tensor): shape \(shape) has too many elements"
    case .offsetsReversed(let tensor, let begin, let end):
      "\(tensor): data_offsets [\(begin), \(end)] end before they begin"
    case .dataPastEnd(let tensor, let begin, let end, let available):
      "\(tensor): data_offsets [\(begin), \(end)], but the file has only \(available) bytes of data"
    case .wrongByteCount(let tensor, let expected, let found):
      "\(tensor): dtype and shape take \(expected) bytes, data_offsets \(found)"
    case .overlappingTensors(let first, let second, let offset):
      "tensors \(first.debugDescription) and \(second.debugDescription) overlap at byte \(offset) of the data"
    case .unclaimedBytes(let begin, let end): "bytes \(begin)..<\(end) of the data belong to no tensor"
    default: checkpointDescription
    }
  }

  private var checkpointDescription: String {
    switch self {
    case .unsafeFileName(let tensor, let name):
      "\(tensor): \(name.debugDescription) is not the name of a file in this folder"
    case .missingFromShard(let tensor, let shard): "\(tensor) is said to be in \(shard), but is not"
    case .duplicateTensor(let name): "tensor \(name.debugDescription) is there twice"
    case .unsupportedArchitecture(let name, let known):
      "architecture \(name.debugDescription) is not supported; supported: \(known.joined(separator: ", "))"
    case .unsupportedFeature(let feature): "not supported: \(feature)"
    case .missingTensor(let name): "tensor \(name.debugDescription) is missing"
    case .unknownTensor(let name): "tensor \(name.debugDescription) has no place in this architecture"
    case .wrongShape(let tensor, let expected, let found):
      "\(tensor): shape \(found), expected \(expected)"
    case .unsupportedType(let tensor, let type): "\(tensor): weights of type \(type) cannot be converted"
    default: tokenizerDescription
    }
  }

  private var tokenizerDescription: String {
    switch self {
    case .protobuf(let field, let offset, let reason): "\(field) at byte \(offset): \(reason)"
    case .unsupportedTokenizer(let what): "tokenizer not supported: \(what)"
    case .unknownPreTokenizer(let found): "the pre-tokenizer is not known: \(found)"
    case .duplicateToken(let id, let first, let second):
      "token \(id) is both \(first.debugDescription) and \(second.debugDescription)"
    case .tooManyTokens(let count, let size): "\(count) tokens, but vocab_size is \(size)"
    case .missingSpecialToken(let role, let text):
      "\(role) is \(text.debugDescription), which is not in the vocabulary"
    case .unreadableTokenizer(let error): "the tokenizer would not be readable: \(error)"
    default: importanceDescription
    }
  }

  private var importanceDescription: String {
    switch self {
    case .invalidImportance(let reason): "not a usable importance matrix: \(reason)"
    case .wrongImportanceSize(let tensor, let expected, let found):
      "importance of \(tensor): \(found) values, expected \(expected)"
    case .importanceOfNothing(let count):
      "none of the importance matrix's \(count) entries is of a tensor that is quantized here"
    default: outputDescription
    }
  }

  private var outputDescription: String {
    switch self {
    case .invalidRule(let rule, let reason): "rule \(rule.debugDescription): \(reason)"
    case .unwritableType(let type): "type \(type) cannot be written"
    case .tooManyParts(let count, let limit):
      "--split-max-size makes \(count) parts, at most \(limit) are written; choose a larger size"
    case .missingFolder: "there is no such folder to write to"
    case .outputIsNoFile: "is no regular file, and is never replaced"
    case .noSpace(let needed, let available):
      "not enough space: \(needed) bytes of weights, \(available) bytes are free; nothing was written. "
        + "Make room, or write to another folder"
    case .unwritable(.fileTooLarge):
      "cannot write: files may not be that large here; nothing was written. --split-max-size makes smaller ones"
    case .outputExists: "is there already (--force replaces it)"
    case .outputIsInput: "would be written over the model it is made from"
    case .unwritable(let error): "cannot write: \(error)"
    case .cancelled: "interrupted; nothing was written. The same command begins again"
    case .notAsWritten(let tensor): "\(tensor) does not read back as it was written"
    default: "invalid model"
    }
  }
}
