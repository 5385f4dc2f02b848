/// The roles that a vocabulary can give to one of its tokens; raw values are the metadata keys that name them.
public enum SpecialToken: String, CaseIterable, Sendable {
  case beginningOfText = "tokenizer.ggml.bos_token_id"
  case endOfText = "tokenizer.ggml.eos_token_id"
  case endOfTurn = "tokenizer.ggml.eot_token_id"
  case endOfMessage = "tokenizer.ggml.eom_token_id"
  case unknown = "tokenizer.ggml.unknown_token_id"
  case separator = "tokenizer.ggml.seperator_token_id"
  case padding = "tokenizer.ggml.padding_token_id"
  case mask = "tokenizer.ggml.mask_token_id"
  case fillPrefix = "tokenizer.ggml.fim_pre_token_id"
  case fillSuffix = "tokenizer.ggml.fim_suf_token_id"
  case fillMiddle = "tokenizer.ggml.fim_mid_token_id"
  case fillPadding = "tokenizer.ggml.fim_pad_token_id"
  case fillRepository = "tokenizer.ggml.fim_rep_token_id"
  case fillSeparator = "tokenizer.ggml.fim_sep_token_id"

  /// Texts by which the role is recognised where no key names it, in order of preference.
  var knownTexts: [String] {
    switch self {
    case .endOfTurn:
      [
        "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|end_of_text|>", "<EOT>",
        "_<EOT>", "<｜end▁of▁sentence｜>", "<end_of_utterance>",
      ]
    case .endOfMessage: ["<|eom_id|>"]
    case .fillPrefix:
      [
        "<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>",
        "<|code_prefix|>",
      ]
    case .fillSuffix:
      [
        "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>",
        "<|code_suffix|>",
      ]
    case .fillMiddle:
      [
        "<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>",
        "<|code_middle|>",
      ]
    case .fillPadding: ["<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>"]
    case .fillRepository: ["<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"]
    case .fillSeparator: ["<|file_sep|>"]
    default: []
    }
  }

  /// Roles that end a generated text.
  static let endingRoles: [SpecialToken] = [
    .endOfText, .endOfTurn, .endOfMessage, .fillPadding, .fillRepository, .fillSeparator,
  ]

  /// Texts that end a generated text whatever role the file gives them.
  static let endingTexts = [
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<end_of_turn>", "<|endoftext|>",
    "<|eom_id|>", "<EOT>", "_<EOT>", "<|end_of_text|>", "<end_of_utterance>",
  ]
}
