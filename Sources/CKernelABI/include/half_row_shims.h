// Products of 8 rows × 32 columns of codes, summed in 16 bits: for levels that multiply bytes in pairs (AVX2). They take
// half the instructions of dot products of four with codes of at most 4 bits, as many with codes of 8, and no more
// registers than there are. Only kernel sources use them.
#pragma once

#include "vector_shims.h"

typedef uint8_t nacre_u8x32 __attribute__((ext_vector_type(32)));
typedef int16_t nacre_i16x16 __attribute__((ext_vector_type(16)));
typedef int32_t nacre_i32x8 __attribute__((ext_vector_type(8)));

/// Whether the level multiplies 8 of 16 rows at a time, every word of codes by all inputs before the next word.
#if defined(__AVX2__) && !defined(__AVXVNNI__) && !defined(__AVX512VNNI__)
enum { NACRE_MULTIPLIES_HALF_ROWS = 1 };
#else
enum { NACRE_MULTIPLIES_HALF_ROWS = 0 };
#endif

/// Keeps the compiler from holding codes of the first 8 rows in registers for the last 8.
NACRE_SHIM void nacre_forget_codes(void) { __asm__ volatile("" ::: "memory"); }

/// Rows 0–7 (`half` 0) or 8–15 of four columns.
NACRE_SHIM nacre_u8x32 nacre_half_of(nacre_u8x64 codes, int32_t half) {
  nacre_u8x32 halves[2];
  __builtin_memcpy(halves, &codes, 64);
  return halves[half];
}
NACRE_SHIM nacre_u8x32 nacre_low_nibbles32(nacre_u8x32 v) { return v & 15; }
NACRE_SHIM nacre_u8x32 nacre_high_nibbles32(nacre_u8x32 v) { return v >> 4; }

/// sums[2r + i] += codes[4r + 2i] * word.byte[2i] + codes[4r + 2i + 1] * word.byte[2i + 1]; must fit.
NACRE_SHIM nacre_i16x16 nacre_add_pairs(nacre_i16x16 sums, nacre_u8x32 codes, int32_t word) {
#if defined(__AVX2__)
  sums += (nacre_i16x16)_mm256_maddubs_epi16((__m256i)codes, _mm256_set1_epi32(word));
  // Sums stay in this order: all inputs' words at once would not fit the registers.
  __asm__("" : "+x"(sums));
#else
  for (int pair = 0; pair < 16; pair++) {
    int32_t activations = word >> 16 * (pair & 1);
    sums[pair] += (int16_t)(codes[2 * pair] * (int8_t)activations + codes[2 * pair + 1] * (int8_t)(activations >> 8));
  }
#endif
  return sums;
}

/// The sums of the 8 rows, times `factor`.
NACRE_SHIM nacre_i32x8 nacre_sum_pairs(nacre_i16x16 sums, int32_t factor) {
#if defined(__AVX2__)
  return (nacre_i32x8)_mm256_madd_epi16((__m256i)sums, _mm256_set1_epi16((int16_t)factor));
#else
  nacre_i32x8 result;
  for (int row = 0; row < 8; row++) result[row] = (sums[2 * row] + sums[2 * row + 1]) * factor;
  return result;
#endif
}

NACRE_SHIM nacre_i32x8 nacre_add_rows(nacre_i32x8 a, nacre_i32x8 b) { return a + b; }
/// 16 rows of two halves, each with `start` added.
NACRE_SHIM nacre_i32x16 nacre_join_rows(nacre_i32x8 low, nacre_i32x8 high, int32_t start) {
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) + start;
}
