/// Metadata keys of tokenizers; those of special tokens are the raw values of `SpecialToken`.
enum TokenizerKey {
  static let model = "tokenizer.ggml.model"
  static let preTokenizer = "tokenizer.ggml.pre"
  static let tokens = "tokenizer.ggml.tokens"
  static let types = "tokenizer.ggml.token_type"
  static let scores = "tokenizer.ggml.scores"
  static let merges = "tokenizer.ggml.merges"
  static let addBOS = "tokenizer.ggml.add_bos_token"
  static let addEOS = "tokenizer.ggml.add_eos_token"
  static let addSpacePrefix = "tokenizer.ggml.add_space_prefix"
}
