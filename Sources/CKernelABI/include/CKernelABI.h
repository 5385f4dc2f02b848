// The versioned boundary between Nacre and its kernel libraries: one table of C function pointers per level.
#pragma once

#include <stdint.h>

#include "activation_layout.h"
#include "cache_layout.h"
#include "half_row_shims.h"
#include "packed_layout.h"
#include "vector_shims.h"

/// Raised whenever the table or a memory layout behind it changes.
enum { NACRE_KERNEL_ABI_VERSION = 7 };

/// output[c][r] = sum over k of weights[r][k] * input[c][k], for the row groups `group_begin..<group_end`.
/// - weights: packed, group 0 first; `column_count` weights in each row.
/// - input: `input_count` inputs, `input_stride` bytes apart: floats for float weights, else quantized activations.
/// - output: input c's results start at output + c * output_stride floats; row groups are written whole (16 rows).
typedef void (*nacre_multiply)(const void *weights, int64_t column_count, int64_t group_begin, int64_t group_end,
                               const void *input, int64_t input_stride, int64_t input_count, float *output,
                               int64_t output_stride);

/// Packs rows in the file's format into row groups; rows from `row_count` on are zero.
typedef void (*nacre_pack)(const void *rows, int64_t row_count, int64_t column_count, int64_t group_begin,
                           int64_t group_end, void *packed);

/// Decodes one row in the file's format to `column_count` floats.
typedef void (*nacre_dequantize)(const void *row, int64_t column_count, float *output);

/// Decodes one row of a packed matrix to `column_count` floats: the same bits as nacre_dequantize gives.
typedef void (*nacre_dequantize_packed)(const void *packed, int64_t column_count, int64_t row, float *output);

/// Rotates pairs of each head's first 2 * pair_count values by the angles with the given cosines and sines.
typedef void (*nacre_rotate)(float *heads, int64_t head_count, int64_t head_size, const float *cosines,
                             const float *sines, int64_t pair_count);

/// One KV head's cache, and queries that read it.
typedef struct {
  /// Tiles of 16 positions (cache_layout.h).
  const void *keys;
  const void *values;
  /// Row r's query heads of this KV head: [head_count][head_size] floats at queries + r * query_stride.
  const float *queries;
  int64_t query_stride;
  /// The same for results, which are overwritten.
  float *output;
  int64_t output_stride;
  /// nacre_attention_scratch_bytes(head_size) bytes, 64-byte aligned.
  void *scratch;
  /// Query q is head q % head_count of row q / head_count. At most NACRE_ATTENTION_QUERIES are attended in one call.
  int64_t query_begin;
  int64_t query_end;
  int64_t head_count;
  int64_t head_size;
  /// Positions that row 0 sees, at least 1; row r sees r more.
  int64_t position_count;
  float scale;
} nacre_attention;

/// What belongs to one type of cache.
typedef struct {
  /// Writes one position's keys, and values, of one KV head into its tiles.
  void (*store_key)(const float *key, int64_t head_size, int64_t position, void *keys);
  void (*store_value)(const float *value, int64_t head_size, int64_t position, void *values);
  /// softmax(q · keys * scale) · values for each query.
  void (*attend)(const nacre_attention *attention);
} nacre_cache_functions;

/// What a kernel library provides. Filled by its one exported function.
typedef struct {
  uint32_t abi_version;
  uint32_t byte_count;
  const char *level_name;
  nacre_multiply multiply[NACRE_ELEMENT_COUNT];
  nacre_pack pack[NACRE_ELEMENT_COUNT];
  nacre_dequantize dequantize[NACRE_ELEMENT_COUNT];
  nacre_dequantize_packed dequantize_packed[NACRE_ELEMENT_COUNT];
  /// Floats to records of 32 int8 values, an array of nacre_activation_block.
  void (*quantize_activations)(const float *input, int64_t count, void *output);
  /// output = input / sqrt(mean(input^2) + epsilon) * weights; output may be input.
  void (*rms_norm)(const float *input, const float *weights, float epsilon, int64_t count, float *output);
  /// Pair i is values 2i and 2i + 1.
  nacre_rotate rotate_pairs;
  /// Pair i is values i and i + pair_count.
  nacre_rotate rotate_halves;
  nacre_cache_functions cache[NACRE_CACHE_TYPE_COUNT];
  /// output = silu(gate) * up.
  void (*silu_multiply)(const float *gate, const float *up, int64_t count, float *output);
  /// accumulator += addend.
  void (*add)(const float *addend, int64_t count, float *accumulator);
  /// Reads every byte (a multiple of 512) as fast as the core can; returns something that depends on all of them.
  uint64_t (*read_all)(const void *start, int64_t byte_count);
} nacre_kernel_table;

/// The name under which each kernel library exports its filling function.
#define NACRE_KERNEL_ENTRY_POINT "nacre_fill_kernel_table"
