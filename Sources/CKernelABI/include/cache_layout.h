// The key and value cache of one KV head: tiles of 16 positions, one after the other, keys and values apart.
//
//   f16   keys    [head size][16 positions] halves, so that one query's scores of 16 positions come out as one vector
//         values  [16 positions][width] halves; width is the head size rounded up to 16
//   q8_0  keys    [width / 4][16 positions][4] bytes, value + 128; then [width / 32][16 positions] half scales
//         values  [16 positions][width] int8; then [width / 32][16 positions] half scales
//                 width is the head size rounded up to 32; what is behind the head is zero
//
// A scale belongs to 32 neighbouring values of one position: max|x| / 127 as a half.
#pragma once

#include <stdint.h>

/// Types of caches, in table order.
enum { NACRE_CACHE_F16, NACRE_CACHE_Q8_0, NACRE_CACHE_TYPE_COUNT };

enum {
  /// Positions of a tile.
  NACRE_CACHE_TILE = 16,
  /// Positions between two corrections of the running softmax. Blocks begin at multiples of it, whatever is asked
  /// for: so each result is added up in one order only.
  NACRE_ATTENTION_BLOCK = 128,
  /// Queries of one call at most, and of one tile that shares loads of keys and values.
  NACRE_ATTENTION_QUERIES = 64, NACRE_ATTENTION_TILE = 8
};

/// Values that one position's values take up.
static inline int64_t nacre_cache_width(int32_t type, int64_t head_size) {
  int64_t unit = type == NACRE_CACHE_Q8_0 ? 32 : 16;
  return (head_size + unit - 1) / unit * unit;
}

/// Bytes of one tile of keys: a multiple of 32.
static inline int64_t nacre_key_tile_bytes(int32_t type, int64_t head_size) {
  int64_t width = nacre_cache_width(type, head_size);
  return type == NACRE_CACHE_Q8_0 ? 17 * width : 32 * head_size;
}

/// Bytes of one tile of values: a multiple of 32.
static inline int64_t nacre_value_tile_bytes(int32_t type, int64_t head_size) {
  int64_t width = nacre_cache_width(type, head_size);
  return type == NACRE_CACHE_Q8_0 ? 17 * width : 32 * width;
}

/// Floats from one query's running sums to the next.
static inline int64_t nacre_attention_sum_stride(int64_t head_size) { return (head_size + 63) / 64 * 64; }

/// Bytes of scratch for one call: packed queries, running sums, denominators and maxima, and two sets of strips.
static inline int64_t nacre_attention_scratch_bytes(int64_t head_size) {
  int64_t per_query = 2 * nacre_attention_sum_stride(head_size) + 16 + 16;
  return 4 * (NACRE_ATTENTION_QUERIES * per_query + 2 * NACRE_ATTENTION_TILE * NACRE_ATTENTION_BLOCK);
}
