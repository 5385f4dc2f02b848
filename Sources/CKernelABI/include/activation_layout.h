// One quantized input: int8 values, then one float scale per block of 32, then one int32 sum of values per block.
#pragma once

#include <stdint.h>

static inline int64_t nacre_activation_scale_offset(int64_t count) { return count; }

static inline int64_t nacre_activation_sum_offset(int64_t count) { return count + count / 32 * 4; }

/// Bytes from one input to the next: a multiple of 64.
static inline int64_t nacre_activation_bytes(int64_t count) { return (count + count / 32 * 8 + 63) / 64 * 64; }
