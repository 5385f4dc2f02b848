// The x16 layout: 16 rows ("a row group") are interleaved, so that one vector load feeds 16 dot products.
//
// A quantized row group is a plane of scales, then a plane of codes, both block after block of 32 columns:
//   scales: [block][16 rows] halves, padded to 64 bytes in all
//   q8_0:   [block][8][16 rows][4 columns] bytes, value + 128
//   q4_0:   [block][4][16 rows][4 columns] bytes; low nibbles hold columns 0–15 of the block, high nibbles 16–31
// A float row group is [column][16 rows] of the file's own element, columns padded with zeros to a multiple of 4.
#pragma once

#include <stdint.h>

enum { NACRE_GROUP_ROWS = 16, NACRE_BLOCK_COLUMNS = 32 };

static inline int64_t nacre_scale_plane_bytes(int64_t column_count) {
  return (column_count / NACRE_BLOCK_COLUMNS * NACRE_GROUP_ROWS * 2 + 63) / 64 * 64;
}

/// Bytes of one row group of codes of `bits` bits with their scales.
static inline int64_t nacre_quantized_group_bytes(int64_t column_count, int64_t bits) {
  return nacre_scale_plane_bytes(column_count) + column_count * NACRE_GROUP_ROWS * bits / 8;
}

/// Bytes of one row group of floats of `element_bytes` bytes.
static inline int64_t nacre_float_group_bytes(int64_t column_count, int64_t element_bytes) {
  return (column_count + 3) / 4 * 4 * NACRE_GROUP_ROWS * element_bytes;
}
