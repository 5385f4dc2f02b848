import GGUF
import Platform
import SystemPackage
import TensorTypes
import Tokenization

/// Why a model cannot be converted, with the name of the file that is at fault.
public struct ConversionError: Error, Equatable {
  public let path: FilePath
  public let problem: ConversionProblem

  public init(_ path: FilePath, _ problem: ConversionProblem) {
    self.path = path
    self.problem = problem
  }
}

/// What is wrong. Counts, sizes and texts are those that the file claims.
public enum ConversionProblem: Error, Equatable {
  case unreadable(MappedFileError)
  case gguf(GGUFProblem)
  case json(JSONProblem)
  case missingFile(lookedFor: [String])
  /// Weights are there only in a form that can run code when it is read.
  case pickledWeights(String)
  case loneSafetensors

  // Fields of JSON files; nested ones with dots between.
  case missingField(String)
  case wrongFieldType(String, expected: String, found: String)
  case invalidField(String, value: String, expected: String)

  // safetensors
  case headerTruncated(available: Int)
  case headerTooLarge(claimed: UInt64, limit: Int)
  case headerPastEnd(claimed: UInt64, available: Int)
  case unknownDtype(tensor: String, String)
  case elementCountOverflow(tensor: String, shape: [Int])
  case offsetsReversed(tensor: String, begin: Int, end: Int)
  case dataPastEnd(tensor: String, begin: Int, end: Int, available: Int)
  case wrongByteCount(tensor: String, expected: Int, found: Int)
  case overlappingTensors(String, String, offset: Int)
  case unclaimedBytes(begin: Int, end: Int)

  // the checkpoint
  case unsafeFileName(tensor: String, String)
  case missingFromShard(tensor: String, shard: String)
  case duplicateTensor(String)
  case unsupportedArchitecture(String, known: [String])
  case unsupportedFeature(String)
  case missingTensor(String)
  case unknownTensor(String)
  case wrongShape(tensor: String, expected: [Int], found: [Int])
  case unsupportedType(tensor: String, String)

  // the tokenizer
  case protobuf(field: String, offset: Int, reason: String)
  case unsupportedTokenizer(String)
  case unknownPreTokenizer(found: String)
  case duplicateToken(id: Int, String, String)
  case tooManyTokens(count: Int, vocabularySize: Int)
  case missingSpecialToken(role: String, String)
  case unreadableTokenizer(TokenizerError)

  // the importance matrix
  case invalidImportance(String)
  case wrongImportanceSize(tensor: String, expected: Int, found: Int)
  case importanceOfNothing(entryCount: Int)

  // the plan and the output
  case invalidRule(String, reason: String)
  case unwritableType(ElementType)
  case tooManyParts(Int, limit: Int)
  case missingFolder
  case outputExists
  case outputIsInput
  /// It is a folder, a device or a pipe.
  case outputIsNoFile
  case noSpace(needed: Int, available: Int)
  case unwritable(Errno)
  case cancelled
  case notAsWritten(tensor: String)
}
