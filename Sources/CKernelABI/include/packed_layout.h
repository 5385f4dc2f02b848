// The x16 layout: 16 rows ("a row group") are interleaved, so that one vector load feeds 16 dot products.
//
// A float row group is [column][16 rows] of the file's own element, columns padded with zeros to a multiple of 4.
//
// A quantized row group is one stream, read from its first byte to its last: unit after unit of 32 or 256 columns. A
// unit is its head, then for each block of 32 columns the codes, then the scales of that block. Hardware prefetchers
// follow one stream at full speed; planes of scales and codes apart cost a quarter of the bandwidth at every row group.
// Codes of one block, low bits first; "word" is 16 rows × 4 columns of one byte each, 64 bytes:
//   8 bits       [8] words: word k holds columns 4k…4k+3
//   4 bits       [4] words: low nibbles are columns 0–15, high nibbles 16–31
//   2 bits       [2] words: bits 2j of word v are columns 16v + 4j…
//   1 bit        [1] word: bit k is columns 4k…
//   5, 6 and 3 bits are 4 + 1, 4 + 2 and 2 + 1.
// Heads and scales, for 16 rows side by side:
//                           unit  head               scales of a block
//   q8_0 q4_0 q5_0 iq4_nl   32    –                  half scale
//   q4_1 q5_1               32    –                  half scale, half minimum
//   q4_k q5_k               256   half d, half dmin  byte scale, byte minimum
//   iq4_xs                  256   half d             signed byte scale
//   q6_k q3_k               256   half d             2 × signed byte scale (one per 16 columns)
//   q2_k                    256   half d, half dmin  2 × (4-bit scale, 4-bit minimum) (one per 16 columns)
#pragma once

#include <stdint.h>

enum { NACRE_GROUP_ROWS = 16, NACRE_BLOCK_COLUMNS = 32 };

/// Element types that kernels multiply, in table order.
enum {
  NACRE_F32, NACRE_F16, NACRE_BF16, NACRE_Q8_0, NACRE_Q4_0, NACRE_Q4_1, NACRE_Q5_0, NACRE_Q5_1,
  NACRE_Q2_K, NACRE_Q3_K, NACRE_Q4_K, NACRE_Q5_K, NACRE_Q6_K, NACRE_IQ4_NL, NACRE_IQ4_XS,
  NACRE_ELEMENT_COUNT
};

/// Columns of one unit; also what a row's length must be a multiple of.
static inline int64_t nacre_unit_columns(int32_t element) {
  switch (element) {
    case NACRE_Q4_K: case NACRE_Q5_K: case NACRE_IQ4_XS: case NACRE_Q6_K: case NACRE_Q3_K: case NACRE_Q2_K: return 256;
    default: return 32;
  }
}

/// Bytes before the blocks of a unit.
static inline int64_t nacre_unit_head_bytes(int32_t element) {
  switch (element) {
    case NACRE_Q4_K: case NACRE_Q5_K: case NACRE_Q2_K: return 64;
    case NACRE_IQ4_XS: case NACRE_Q6_K: case NACRE_Q3_K: return 32;
    default: return 0;
  }
}

/// Bytes of scales after the codes of a block.
static inline int64_t nacre_block_scale_bytes(int32_t element) {
  switch (element) {
    case NACRE_Q4_1: case NACRE_Q5_1: return 64;
    case NACRE_IQ4_XS: return 16;
    default: return 32;
  }
}

static inline int64_t nacre_code_bits(int32_t element) {
  switch (element) {
    case NACRE_F32: return 32;
    case NACRE_F16: case NACRE_BF16: return 16;
    case NACRE_Q8_0: return 8;
    case NACRE_Q6_K: return 6;
    case NACRE_Q5_0: case NACRE_Q5_1: case NACRE_Q5_K: return 5;
    case NACRE_Q3_K: return 3;
    case NACRE_Q2_K: return 2;
    default: return 4;
  }
}

/// Bytes of the codes of one block: 32 columns of 16 rows.
static inline int64_t nacre_block_code_bytes(int32_t element) { return 64 * nacre_code_bits(element); }

/// Bytes from one block to the next inside a unit.
static inline int64_t nacre_block_bytes(int32_t element) {
  return nacre_block_code_bytes(element) + nacre_block_scale_bytes(element);
}

/// Bytes of one unit.
static inline int64_t nacre_unit_bytes(int32_t element) {
  return nacre_unit_head_bytes(element) + nacre_unit_columns(element) / NACRE_BLOCK_COLUMNS * nacre_block_bytes(element);
}

/// Bytes of one row group: a multiple of 16.
static inline int64_t nacre_group_bytes(int32_t element, int64_t column_count) {
  if (element <= NACRE_BF16) {
    return (column_count + 3) / 4 * 4 * NACRE_GROUP_ROWS * nacre_code_bits(element) / 8;
  }
  return column_count / nacre_unit_columns(element) * nacre_unit_bytes(element);
}
