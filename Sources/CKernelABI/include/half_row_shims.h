// Products of 8 rows × 32 columns of codes, for levels that multiply bytes in pairs (AVX2): the sums of eight inputs are
// as many registers as there are beside the codes. Sums in 16 bits, which codes of at most 6 bits fit, take half the
// instructions of dot products of four. Only kernel sources use them.
#pragma once

#include "vector_shims.h"

typedef uint8_t nacre_u8x32 __attribute__((ext_vector_type(32)));
typedef int8_t nacre_i8x32 __attribute__((ext_vector_type(32)));
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
/// The values that codes of value + 128 stand for.
NACRE_SHIM nacre_i8x32 nacre_values32(nacre_u8x32 codes) { return (nacre_i8x32)(codes ^ 0x80); }
/// |value|: at most 128.
NACRE_SHIM nacre_u8x32 nacre_magnitudes32(nacre_i8x32 values) {
  return (nacre_u8x32)__builtin_elementwise_abs(values);
}

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

/// The sums of the 8 rows.
NACRE_SHIM nacre_i32x8 nacre_sum_pairs(nacre_i16x16 sums) {
#if defined(__AVX2__)
  return (nacre_i32x8)_mm256_madd_epi16((__m256i)sums, _mm256_set1_epi16(1));
#else
  nacre_i32x8 result;
  for (int row = 0; row < 8; row++) result[row] = sums[2 * row] + sums[2 * row + 1];
  return result;
#endif
}

/// sums[r] += Σ values[4r + i] * word.byte[i]; |values| · |word| are multiplied, with the sign put to the word: a
/// pair of products, at most 2 · 128 · 127, fits 16 bits.
NACRE_SHIM nacre_i32x8 nacre_add_signed(nacre_i32x8 sums, nacre_i8x32 values, nacre_u8x32 magnitudes, int32_t word) {
#if defined(__AVX2__)
  __m256i signedWord = _mm256_sign_epi8(_mm256_set1_epi32(word), (__m256i)values);
  __m256i pairs = _mm256_maddubs_epi16((__m256i)magnitudes, signedWord);
  sums += (nacre_i32x8)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
  __asm__("" : "+x"(sums));
#else
  (void)magnitudes;
  for (int r = 0; r < 8; r++) {
    for (int i = 0; i < 4; i++) sums[r] += values[4 * r + i] * (int32_t)(int8_t)(word >> 8 * i);
  }
#endif
  return sums;
}

NACRE_SHIM nacre_i32x8 nacre_add_rows(nacre_i32x8 a, nacre_i32x8 b) { return a + b; }
/// 16 rows of two halves, each with `start` added.
NACRE_SHIM nacre_i32x16 nacre_join_rows(nacre_i32x8 low, nacre_i32x8 high, int32_t start) {
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) + start;
}
