// One quantized input of `count` values, a multiple of 32. Planes, one after the other:
//   values       int8  [count]
//   scales       float [count / 32]   max|x| / 127 of each block
//   sums         int32 [count / 32]   Σ values of each block
//   scaled sums  float [count / 32]   scale · Σ values: what a block's minimum is multiplied with
//   half sums    int32 [count / 16]   Σ values of each half block, for formats with scales per 16 columns
#pragma once

#include <stdint.h>

static inline int64_t nacre_activation_scale_offset(int64_t count) { return count; }

static inline int64_t nacre_activation_sum_offset(int64_t count) { return count + count / 32 * 4; }

static inline int64_t nacre_activation_scaled_sum_offset(int64_t count) { return count + count / 32 * 8; }

static inline int64_t nacre_activation_half_sum_offset(int64_t count) { return count + count / 32 * 12; }

/// Bytes from one input to the next: a multiple of 64.
static inline int64_t nacre_activation_bytes(int64_t count) { return (count + count / 32 * 20 + 63) / 64 * 64; }
