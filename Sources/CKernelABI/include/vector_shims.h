// Vector operations that Swift's SIMD types cannot express as one instruction. Each inlines into the kernel's loop.
// Only kernel sources use them; the code that they become depends on the level the including source is compiled for.
#pragma once

#include <stdint.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

typedef float nacre_f32x16 __attribute__((ext_vector_type(16)));
typedef int32_t nacre_i32x16 __attribute__((ext_vector_type(16)));
typedef uint32_t nacre_u32x16 __attribute__((ext_vector_type(16)));
typedef uint16_t nacre_u16x16 __attribute__((ext_vector_type(16)));
typedef int8_t nacre_i8x16 __attribute__((ext_vector_type(16)));
typedef uint8_t nacre_u8x16 __attribute__((ext_vector_type(16)));
typedef uint8_t nacre_u8x64 __attribute__((ext_vector_type(64)));

#define NACRE_SHIM static inline __attribute__((always_inline))

/// Widest tiles that the level's registers hold: inputs beside 16 rows of weights.
#if defined(__AVX512F__)
enum { NACRE_QUANTIZED_TILE_WIDTH = 8, NACRE_FLOAT_TILE_WIDTH = 8 };
#elif defined(__AVXVNNI__)
enum { NACRE_QUANTIZED_TILE_WIDTH = 4, NACRE_FLOAT_TILE_WIDTH = 3 };
#elif defined(__AVX2__)
// 8 rows at a time (half_row_shims.h).
enum { NACRE_QUANTIZED_TILE_WIDTH = 8, NACRE_FLOAT_TILE_WIDTH = 3 };
#elif defined(__aarch64__)
enum { NACRE_QUANTIZED_TILE_WIDTH = 4, NACRE_FLOAT_TILE_WIDTH = 2 };
#else
enum { NACRE_QUANTIZED_TILE_WIDTH = 2, NACRE_FLOAT_TILE_WIDTH = 1 };
#endif

/// Queries that share each load of keys (16 positions at a time), and of values (32 at a time).
#if defined(__AVX512F__)
enum { NACRE_SCORE_TILE_WIDTH = 8, NACRE_MIX_TILE_WIDTH = 8 };
#elif defined(__AVX2__) || defined(__aarch64__)
enum { NACRE_SCORE_TILE_WIDTH = 4, NACRE_MIX_TILE_WIDTH = 2 };
#else
enum { NACRE_SCORE_TILE_WIDTH = 2, NACRE_MIX_TILE_WIDTH = 1 };
#endif

/// Vector operations of one input against a block of 16 rows × 32 columns, about.
#if defined(__AVX512VNNI__)
enum { NACRE_BLOCK_OPERATIONS = 10 };
#elif defined(__AVXVNNI__)
enum { NACRE_BLOCK_OPERATIONS = 20 };
#elif defined(__AVX2__)
enum { NACRE_BLOCK_OPERATIONS = 80 };
#elif defined(__ARM_FEATURE_DOTPROD)
enum { NACRE_BLOCK_OPERATIONS = 40 };
#else
enum { NACRE_BLOCK_OPERATIONS = 160 };
#endif

/// The name of the level that the including source is compiled for.
NACRE_SHIM const char *nacre_level_name(void) {
#if defined(__AVX512VNNI__)
  return "x86-64-v4-vnni";
#elif defined(__AVXVNNI__)
  return "x86-64-v3-vnni";
#elif defined(__AVX2__)
  return "x86-64-v3";
#elif defined(__x86_64__)
  return "x86-64-v2";
#elif defined(__ARM_FEATURE_DOTPROD)
  return "armv8.2-dotprod";
#else
  return "armv8.0";
#endif
}

// Functions, since the compiler warns of code that a plain constant makes unreachable.
NACRE_SHIM int64_t nacre_score_tile_width(void) { return NACRE_SCORE_TILE_WIDTH; }
NACRE_SHIM int64_t nacre_mix_tile_width(void) { return NACRE_MIX_TILE_WIDTH; }

/// Asks for a cache line in the second-level cache: far ahead, where many lines may be under way.
NACRE_SHIM void nacre_prefetch_far(const void *address) { __builtin_prefetch(address, 0, 2); }
/// Asks for a cache line in the first-level cache.
NACRE_SHIM void nacre_prefetch_near(const void *address) { __builtin_prefetch(address, 0, 3); }

/// The low and the high four bits of each byte. (Swift's own operators on 64 lanes become a loop over them.)
NACRE_SHIM nacre_u8x64 nacre_low_nibbles(nacre_u8x64 v) { return v & 15; }
NACRE_SHIM nacre_u8x64 nacre_high_nibbles(nacre_u8x64 v) { return v >> 4; }
NACRE_SHIM nacre_u8x16 nacre_low_nibbles16(nacre_u8x16 v) { return v & 15; }
NACRE_SHIM nacre_u8x16 nacre_high_nibbles16(nacre_u8x16 v) { return v >> 4; }

/// codes with bit `group` of each byte of `plane` put in as bit `place` (0…7).
NACRE_SHIM nacre_u8x64 nacre_insert_bit(nacre_u8x64 codes, nacre_u8x64 plane, int32_t group, int32_t place) {
  nacre_u8x64 shifted = group <= place ? plane << (place - group) : plane >> (group - place);
  return codes | (shifted & (uint8_t)(1 << place));
}
/// codes with the two bits at 2 · `pair` of each byte of `plane` put in at bit `place`.
NACRE_SHIM nacre_u8x64 nacre_insert_pair(nacre_u8x64 codes, nacre_u8x64 plane, int32_t pair, int32_t place) {
  nacre_u8x64 shifted = 2 * pair <= place ? plane << (place - 2 * pair) : plane >> (2 * pair - place);
  return codes | (shifted & (uint8_t)(3 << place));
}

/// The 4-bit codes of IQ4_NL and IQ4_XS stand for these values; here plus 128.
static const uint8_t nacre_nonlinear_table[16] __attribute__((aligned(16))) = {
    1, 24, 45, 63, 79, 93, 106, 118, 129, 141, 153, 166, 181, 197, 217, 241};
NACRE_SHIM int32_t nacre_nonlinear_value(uint8_t code) { return (int32_t)nacre_nonlinear_table[code] - 128; }
NACRE_SHIM nacre_u8x64 nacre_nonlinear_codes(nacre_u8x64 nibbles) {
#if defined(__AVX512BW__)
  __m512i table = _mm512_broadcast_i32x4(_mm_load_si128((const __m128i *)nacre_nonlinear_table));
  return (nacre_u8x64)_mm512_shuffle_epi8(table, (__m512i)nibbles);
#elif defined(__SSSE3__)
  __m128i bytes[4], table = _mm_load_si128((const __m128i *)nacre_nonlinear_table);
  __builtin_memcpy(bytes, &nibbles, 64);
  for (int i = 0; i < 4; i++) bytes[i] = _mm_shuffle_epi8(table, bytes[i]);
  __builtin_memcpy(&nibbles, bytes, 64);
  return nibbles;
#elif defined(__aarch64__)
  uint8x16_t bytes[4], table = vld1q_u8(nacre_nonlinear_table);
  __builtin_memcpy(bytes, &nibbles, 64);
  for (int i = 0; i < 4; i++) bytes[i] = vqtbl1q_u8(table, bytes[i]);
  __builtin_memcpy(&nibbles, bytes, 64);
  return nibbles;
#else
  for (int i = 0; i < 64; i++) nibbles[i] = nacre_nonlinear_table[nibbles[i]];
  return nibbles;
#endif
}

NACRE_SHIM nacre_f32x16 nacre_float_from_bytes(nacre_u8x16 v) { return __builtin_convertvector(v, nacre_f32x16); }
NACRE_SHIM nacre_f32x16 nacre_float_from_signed_bytes(nacre_i8x16 v) {
  return __builtin_convertvector(v, nacre_f32x16);
}

NACRE_SHIM nacre_f32x16 nacre_float_from_int(nacre_i32x16 v) { return __builtin_convertvector(v, nacre_f32x16); }
NACRE_SHIM nacre_i8x16 nacre_narrow_to_int8(nacre_i32x16 v) { return __builtin_convertvector(v, nacre_i8x16); }
NACRE_SHIM nacre_i32x16 nacre_int_from_signed_bytes(nacre_i8x16 v) { return __builtin_convertvector(v, nacre_i32x16); }
NACRE_SHIM float nacre_maximum(nacre_f32x16 v) { return __builtin_reduce_max(v); }
NACRE_SHIM int32_t nacre_sum_int(nacre_i32x16 v) { return __builtin_reduce_add(v); }
NACRE_SHIM int32_t nacre_maximum_int(nacre_i32x16 v) { return __builtin_reduce_max(v); }
NACRE_SHIM nacre_i32x16 nacre_larger_int(nacre_i32x16 a, nacre_i32x16 b) { return __builtin_elementwise_max(a, b); }
NACRE_SHIM nacre_f32x16 nacre_larger(nacre_f32x16 a, nacre_f32x16 b) { return a > b ? a : b; }
NACRE_SHIM nacre_f32x16 nacre_smaller(nacre_f32x16 a, nacre_f32x16 b) { return a < b ? a : b; }

// Comparisons and shifts of Swift's own vectors become loops over the lanes in large functions.
/// 2^n, n being the integer in the low bits of a float that 1.5 * 2^23 was added to.
NACRE_SHIM nacre_f32x16 nacre_power_of_two(nacre_f32x16 n) {
  return (nacre_f32x16)(((nacre_u32x16)n + 127) << 23);
}
/// 0 where `tested` is less than `limit`, else the value.
NACRE_SHIM nacre_f32x16 nacre_zero_below(nacre_f32x16 v, nacre_f32x16 tested, nacre_f32x16 limit) {
  return tested < limit ? (nacre_f32x16)(0) : v;
}
/// The first `count` lanes; the others are -infinity.
NACRE_SHIM nacre_f32x16 nacre_hide_from(nacre_f32x16 v, int32_t count) {
  nacre_i32x16 lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return lanes < count ? v : (nacre_f32x16)(-__builtin_inff());
}

/// accumulator + a * b, fused where the level has the instruction.
NACRE_SHIM nacre_f32x16 nacre_multiply_add(nacre_f32x16 accumulator, nacre_f32x16 a, nacre_f32x16 b) {
#if defined(__FMA__) || defined(__aarch64__)
  return __builtin_elementwise_fma(a, b, accumulator);
#else
  return accumulator + a * b;
#endif
}

NACRE_SHIM nacre_f32x16 nacre_float_from_bfloat(nacre_u16x16 v) {
  return (nacre_f32x16)(__builtin_convertvector(v, nacre_u32x16) << 16);
}

#if defined(__AVX512F__)

NACRE_SHIM nacre_f32x16 nacre_float_from_half(nacre_u16x16 v) {
  return (nacre_f32x16)_mm512_cvtph_ps((__m256i)v);
}
NACRE_SHIM nacre_u16x16 nacre_half_from_float(nacre_f32x16 v) {
  return (nacre_u16x16)_mm512_cvtps_ph((__m512)v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

#elif defined(__F16C__)

NACRE_SHIM nacre_f32x16 nacre_float_from_half(nacre_u16x16 v) {
  __m128i half[2];
  __m256 single[2];
  __builtin_memcpy(half, &v, 32);
  for (int i = 0; i < 2; i++) single[i] = _mm256_cvtph_ps(half[i]);
  nacre_f32x16 result;
  __builtin_memcpy(&result, single, 64);
  return result;
}
NACRE_SHIM nacre_u16x16 nacre_half_from_float(nacre_f32x16 v) {
  __m256 single[2];
  __m128i half[2];
  __builtin_memcpy(single, &v, 64);
  for (int i = 0; i < 2; i++) half[i] = _mm256_cvtps_ph(single[i], _MM_FROUND_TO_NEAREST_INT);
  nacre_u16x16 result;
  __builtin_memcpy(&result, half, 32);
  return result;
}

#elif defined(__aarch64__)

typedef __fp16 nacre_fp16x16 __attribute__((ext_vector_type(16)));
NACRE_SHIM nacre_f32x16 nacre_float_from_half(nacre_u16x16 v) {
  nacre_fp16x16 half;
  __builtin_memcpy(&half, &v, 32);
  return __builtin_convertvector(half, nacre_f32x16);
}
NACRE_SHIM nacre_u16x16 nacre_half_from_float(nacre_f32x16 v) {
  nacre_fp16x16 half = __builtin_convertvector(v, nacre_fp16x16);
  nacre_u16x16 result;
  __builtin_memcpy(&result, &half, 32);
  return result;
}

#else

// The exponent is moved by multiplying with a power of two, which also handles subnormal halves.
NACRE_SHIM nacre_f32x16 nacre_float_from_half(nacre_u16x16 v) {
  nacre_u32x16 bits = __builtin_convertvector(v, nacre_u32x16);
  nacre_u32x16 sign = (bits & 0x8000) << 16;
  nacre_u32x16 magnitude = (bits & 0x7fff) << 13;
  nacre_u32x16 finite = (nacre_u32x16)((nacre_f32x16)magnitude * 0x1p112f);
  nacre_u32x16 special = magnitude | 0x7f800000;
  return (nacre_f32x16)(sign | ((bits & 0x7c00) == 0x7c00 ? special : finite));
}
// Round to nearest even: once in a wide exponent for normal results, by an aligning addition for subnormal ones.
NACRE_SHIM nacre_u16x16 nacre_half_from_float(nacre_f32x16 v) {
  nacre_u32x16 bits = (nacre_u32x16)v;
  nacre_u32x16 sign = bits >> 16 & 0x8000;
  nacre_u32x16 magnitude = bits & 0x7fffffff;
  nacre_u32x16 normal = (magnitude - 0x38000000 + 0xfff + (magnitude >> 13 & 1)) >> 13;
  nacre_u32x16 subnormal = (nacre_u32x16)((nacre_f32x16)magnitude + 0.5f) - 0x3f000000;
  nacre_u32x16 result = magnitude < 0x38800000 ? subnormal : normal;
  result = magnitude >= 0x477ff000 ? (nacre_u32x16)0x7c00 : result;
  result = magnitude > 0x7f800000 ? (nacre_u32x16)0x7e00 : result;
  return __builtin_convertvector(sign | result, nacre_u16x16);
}

#endif

/// Four neighbouring activations as one word of a 16-row dot product.
#if defined(__AVX512VNNI__) || defined(__AVXVNNI__)

/// First value of an accumulator for codes that stand for `value + 128`, given the input's −128 · Σ values.
NACRE_SHIM nacre_i32x16 nacre_dot_start_128(int32_t start) { return (nacre_i32x16)(start); }
/// sums[r] += Σ codes[4r + i] * word.byte[i], codes being unsigned.
NACRE_SHIM void nacre_add_dots(nacre_i32x16 *sums, const nacre_u8x64 *codes, int32_t word) {
#if defined(__AVX512VNNI__)
  *sums = (nacre_i32x16)_mm512_dpbusd_epi32((__m512i)*sums, (__m512i)*codes, _mm512_set1_epi32(word));
#else
  __m256i halves[2], bytes[2], activation = _mm256_set1_epi32(word);
  __builtin_memcpy(halves, sums, 64);
  __builtin_memcpy(bytes, codes, 64);
  for (int i = 0; i < 2; i++) halves[i] = _mm256_dpbusd_avx_epi32(halves[i], bytes[i], activation);
  __builtin_memcpy(sums, halves, 64);
#endif
}
/// accumulator[r] += Σ codes[4r + i] * word.byte[i], codes standing for value + 128.
NACRE_SHIM nacre_i32x16 nacre_dot_128(nacre_i32x16 accumulator, nacre_u8x64 codes, int32_t word) {
  nacre_add_dots(&accumulator, &codes, word);
  return accumulator;
}
/// The same for codes of at most 7 bits that are the factors themselves.
NACRE_SHIM nacre_i32x16 nacre_dot_small(nacre_i32x16 accumulator, nacre_u8x64 codes, int32_t word) {
  nacre_add_dots(&accumulator, &codes, word);
  return accumulator;
}

#else

NACRE_SHIM nacre_i32x16 nacre_dot_start_128(int32_t start) {
  (void)start;
  return (nacre_i32x16)(0);
}

#if defined(__AVX2__)

NACRE_SHIM nacre_i32x16 nacre_dot_small(nacre_i32x16 accumulator, nacre_u8x64 codes, int32_t word) {
  __m256i sums[2], bytes[2], activation = _mm256_set1_epi32(word);
  __builtin_memcpy(sums, &accumulator, 64);
  __builtin_memcpy(bytes, &codes, 64);
  for (int i = 0; i < 2; i++) {
    __m256i pairs = _mm256_maddubs_epi16(bytes[i], activation);
    sums[i] = _mm256_add_epi32(sums[i], _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }
  __builtin_memcpy(&accumulator, sums, 64);
  return accumulator;
}
// |value| times sign(activation): a full unsigned byte times a signed one would saturate 16 bits.
NACRE_SHIM nacre_i32x16 nacre_dot_128(nacre_i32x16 accumulator, nacre_u8x64 codes, int32_t word) {
  __m256i sums[2], bytes[2], activation = _mm256_set1_epi32(word);
  __builtin_memcpy(sums, &accumulator, 64);
  __builtin_memcpy(bytes, &codes, 64);
  for (int i = 0; i < 2; i++) {
    __m256i value = _mm256_xor_si256(bytes[i], _mm256_set1_epi8((char)0x80));
    __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(value), _mm256_sign_epi8(activation, value));
    sums[i] = _mm256_add_epi32(sums[i], _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }
  __builtin_memcpy(&accumulator, sums, 64);
  return accumulator;
}

#elif defined(__SSSE3__)

NACRE_SHIM nacre_i32x16 nacre_dot_small(nacre_i32x16 accumulator, nacre_u8x64 codes, int32_t word) {
  __m128i sums[4], bytes[4], activation = _mm_set1_epi32(word);
  __builtin_memcpy(sums, &accumulator, 64);
  __builtin_memcpy(bytes, &codes, 64);
  for (int i = 0; i < 4; i++) {
    __m128i pairs = _mm_maddubs_epi16(bytes[i], activation);
    sums[i] = _mm_add_epi32(sums[i], _mm_madd_epi16(pairs, _mm_set1_epi16(1)));
  }
  __builtin_memcpy(&accumulator, sums, 64);
  return accumulator;
}
NACRE_SHIM nacre_i32x16 nacre_dot_128(nacre_i32x16 accumulator, nacre_u8x64 codes, int32_t word) {
  __m128i sums[4], bytes[4], activation = _mm_set1_epi32(word);
  __builtin_memcpy(sums, &accumulator, 64);
  __builtin_memcpy(bytes, &codes, 64);
  for (int i = 0; i < 4; i++) {
    __m128i value = _mm_xor_si128(bytes[i], _mm_set1_epi8((char)0x80));
    __m128i pairs = _mm_maddubs_epi16(_mm_abs_epi8(value), _mm_sign_epi8(activation, value));
    sums[i] = _mm_add_epi32(sums[i], _mm_madd_epi16(pairs, _mm_set1_epi16(1)));
  }
  __builtin_memcpy(&accumulator, sums, 64);
  return accumulator;
}

#elif defined(__aarch64__)

NACRE_SHIM int32x4_t nacre_dot_quarter(int32x4_t sums, int8x16_t bytes, int8x16_t activation) {
#if defined(__ARM_FEATURE_DOTPROD)
  return vdotq_s32(sums, bytes, activation);
#else
  int16x8_t low = vmull_s8(vget_low_s8(bytes), vget_low_s8(activation));
  int16x8_t high = vmull_high_s8(bytes, activation);
  return vaddq_s32(sums, vpaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high)));
#endif
}
NACRE_SHIM nacre_i32x16 nacre_dot_small(nacre_i32x16 accumulator, nacre_u8x64 codes, int32_t word) {
  int32x4_t sums[4];
  int8x16_t bytes[4], activation = vreinterpretq_s8_s32(vdupq_n_s32(word));
  __builtin_memcpy(sums, &accumulator, 64);
  __builtin_memcpy(bytes, &codes, 64);
  for (int i = 0; i < 4; i++) sums[i] = nacre_dot_quarter(sums[i], bytes[i], activation);
  __builtin_memcpy(&accumulator, sums, 64);
  return accumulator;
}
NACRE_SHIM nacre_i32x16 nacre_dot_128(nacre_i32x16 accumulator, nacre_u8x64 codes, int32_t word) {
  return nacre_dot_small(accumulator, codes ^ 0x80, word);
}

#else

// No kernel is compiled for less; this lets the header be read at any level.
NACRE_SHIM nacre_i32x16 nacre_dot_small(nacre_i32x16 accumulator, nacre_u8x64 codes, int32_t word) {
  for (int r = 0; r < 16; r++) {
    for (int i = 0; i < 4; i++) accumulator[r] += codes[4 * r + i] * (int32_t)(int8_t)(word >> 8 * i);
  }
  return accumulator;
}
NACRE_SHIM nacre_i32x16 nacre_dot_128(nacre_i32x16 accumulator, nacre_u8x64 codes, int32_t word) {
  for (int r = 0; r < 16; r++) {
    for (int i = 0; i < 4; i++) accumulator[r] += (codes[4 * r + i] - 128) * (int32_t)(int8_t)(word >> 8 * i);
  }
  return accumulator;
}

#endif
#endif
