import CKernelABI

/// softmax(q · Kᵀ · scale) · V for the queries of one KV head, block of positions after block (FlashAttention, Dao et
/// al. 2022): a block is read once from memory for all queries, and scratch does not grow with the context.
///
/// Blocks begin at fixed positions and each query takes its own positions of them in order, so its result is the
/// same bits whatever queries are attended beside it.
func attend<Format: CacheFormat>(_ format: Format.Type, _ attention: nacre_attention) {
  let queries = AttentionQueries<Format>(attention)
  queries.prepare()
  let block = Int(NACRE_ATTENTION_BLOCK)
  let keyBytes = Int(nacre_key_tile_bytes(Format.type, attention.head_size)) * (block / 16)
  let valueBytes = Int(nacre_value_tile_bytes(Format.type, attention.head_size)) * (block / 16)
  let blockCount = (queries.positionCount(queries.count - 1) + block - 1) / block
  for index in 0..<blockCount {
    let (keys, values) = (attention.keys + index * keyBytes, attention.values + index * valueBytes)
    let nextKeys = index + 1 < blockCount ? keys + keyBytes : nil
    queries.forEachTile { query, width in
      let first = index * block
      if queries.positionCount(query + width - 1) <= first { return }
      switch width {
      case 8: queries.attend(Score8<Format.Score>.self, query, keys, values, nextKeys, first: first)
      case 4: queries.attend(Score4<Format.Score>.self, query, keys, values, nextKeys, first: first)
      case 2: queries.attend(Score2<Format.Score>.self, query, keys, values, nextKeys, first: first)
      default: queries.attend(Format.Score.self, query, keys, values, nextKeys, first: first)
      }
    }
  }
  queries.store()
}
