import GGUF
import SystemPackage
import TensorTypes

/// An acceptance head in a GGUF file.
///
/// Metadata, all under `nacre-acceptance-head` but `general.architecture`, which has that value:
///
/// | key | |
/// |---|---|
/// | `.embedding_length`, `.vocab_size` (u32) | the draft's sizes |
/// | `.block_count` (u32) | residual blocks |
/// | `.draft.name`, `.draft.fingerprint` (string) | the draft, see `DraftIdentity` |
/// | `.rejection_weight` (f32) | how many times a rejection counted as much as an acceptance |
/// | `.training.…` | how it was trained and what came out: for people, not read |
///
/// Tensors, F32, dimensions innermost first: `blk.N.weight` [inputs, outputs] and `blk.N.bias` of each block,
/// `output.weight` [inputs, 2] and `output.bias` [2]; of the two outputs the first is "rejected".
public struct HeadFile: Equatable, Sendable {
  public static let architecture = "nacre-acceptance-head"

  public let parameters: HeadParameters
  public let draft: DraftIdentity
  public let rejectionWeight: Float

  /// - Precondition: The draft's width is the head's.
  public init(parameters: HeadParameters, draft: DraftIdentity, rejectionWeight: Float) {
    precondition(draft.hiddenSize == parameters.shape.hiddenSize)
    self.parameters = parameters
    self.draft = draft
    self.rejectionWeight = rejectionWeight
  }

  enum Key {
    static let embeddingLength = "\(architecture).embedding_length"
    static let vocabularyCount = "\(architecture).vocab_size"
    static let blockCount = "\(architecture).block_count"
    static let draftName = "\(architecture).draft.name"
    static let draftFingerprint = "\(architecture).draft.fingerprint"
    static let rejectionWeight = "\(architecture).rejection_weight"
    static let training = "\(architecture).training"
  }

  /// Names, dimensions (innermost first) and places of all tensors of a head.
  static func tensors(_ shape: HeadShape) -> [(tensor: GGUFTensor, place: Range<Int>)] {
    let width = shape.hiddenSize
    var tensors: [(GGUFTensor, Range<Int>)] = []
    func add(_ name: String, _ dimensions: [Int], _ place: Range<Int>) {
      tensors.append((GGUFTensor(name: name, dimensions: dimensions, type: .f32), place))
    }
    for block in 0..<shape.blockCount {
      add("blk.\(block).weight", [width, width], shape.blockWeight(block))
      add("blk.\(block).bias", [width], shape.blockBias(block))
    }
    add("output.weight", [width, 2], shape.outputWeight)
    add("output.bias", [2], shape.outputBias)
    return tensors
  }
}

extension AcceptanceHead {
  /// Reads a head and makes sure that it belongs to a draft.
  /// - Throws: `HeadError`, among them `otherDraft`.
  public convenience init(path: FilePath, for draft: DraftIdentity) throws(HeadError) {
    let file = try HeadFile(path: path)
    guard file.draft.isSameModel(as: draft) else {
      throw HeadError(path: path, .otherDraft(trainedFor: file.draft, found: draft))
    }
    self.init(file.parameters, rejectionWeight: file.rejectionWeight)
  }
}
