// A quantized input: one record for each 32 values, so that a kernel follows a single pointer through it.
#pragma once

#include <stdint.h>

typedef struct {
  /// 32 int8 values, four to a word, the first in the lowest byte.
  int32_t words[8];
  /// max|x| / 127
  float scale;
  /// scale · Σ values: what a block's minimum is multiplied with.
  float scaled_sum;
  /// −128 · Σ values: what codes that are larger by 128 than their factors add too much, taken back; codes that are
  /// larger by 128 / 2^k need it shifted right by k.
  int32_t start;
  /// The same of the first 16 values, for formats with a scale per 16 columns.
  int32_t low_start;
} nacre_activation_block;

/// Bytes of one quantized input of `count` values, a multiple of 32: those from one input to the next.
static inline int64_t nacre_activation_bytes(int64_t count) {
  return (count / 32 * (int64_t)sizeof(nacre_activation_block) + 63) / 64 * 64;
}
