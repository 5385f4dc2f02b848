// Checks one level's kernels against vectors written by ConformanceVectors.swift, and against plain arithmetic in double
// precision. Usage: conformance VECTORS LEVEL-NAME
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernelABI.h"

void nacre_fill_kernel_table(nacre_kernel_table *table);

static nacre_kernel_table table;
static int failures;
static long checks;

static void check(int holds, const char *what, int a, int b) {
  checks++;
  if (!holds && failures++ < 20) printf("FAILED: %s (%d, %d)\n", what, a, b);
}

static void *aligned(size_t bytes) { return aligned_alloc(64, (bytes + 8192 + 63) / 64 * 64); }

static uint64_t random_state = 7;
static float random_float(void) {
  random_state = random_state * 6364136223846793005u + 1442695040888963407u;
  return (float)((double)(random_state >> 11) / (1ull << 53) * 4 - 2);
}
static float *random_floats(int count) {
  float *values = aligned(count * 4);
  for (int i = 0; i < count; i++) values[i] = random_float();
  return values;
}

static const char *vectors;
static const void *take(size_t bytes) {
  const void *start = vectors;
  vectors += bytes;
  return start;
}

typedef struct {
  int columns, inputs, rows, formats;
  const float *values;
  const int8_t *codes;
  const float *scales;
} Vectors;

static void check_activations(const Vectors *v) {
  int blocks = v->columns / 32;
  nacre_activation_block *row = aligned(nacre_activation_bytes(v->columns));
  for (int i = 0; i < v->inputs; i++) {
    table.quantize_activations(v->values + i * v->columns, v->columns, row);
    for (int b = 0; b < blocks; b++) {
      const int8_t *codes = v->codes + i * v->columns + b * 32;
      int32_t low = 0, high = 0;
      for (int k = 0; k < 16; k++) low += codes[k], high += codes[16 + k];
      check(!memcmp(row[b].words, codes, 32), "activation codes", i, b);
      check(!memcmp(&row[b].scale, v->scales + i * blocks + b, 4), "activation scale", i, b);
      check(row[b].low_start == -128 * low && row[b].start == -128 * (low + high), "activation sums", i, b);
    }
  }
}

static void check_multiply(const Vectors *v, int element) {
  int columns = v->columns, groups = (v->rows + 15) / 16, is_float = element <= NACRE_BF16;
  int row_bytes = *(const int32_t *)take(4);
  const char *bytes = take((size_t)v->rows * row_bytes);
  const float *decoded = take((size_t)v->rows * columns * 4);

  float *row = aligned(columns * 4);
  for (int r = 0; r < v->rows; r++) {
    table.dequantize[element](bytes + r * row_bytes, columns, row);
    for (int k = 0; k < columns; k++) {
      check(fabs(row[k] - decoded[r * columns + k]) <= 1e-6 * (fabs(decoded[r * columns + k]) + 1), "decoding", element, r);
    }
  }

  char *packed = aligned((size_t)groups * nacre_group_bytes(element, columns));
  table.pack[element](bytes, v->rows, columns, 0, groups, packed);
  int stride = is_float ? columns * 4 : nacre_activation_bytes(columns), output_stride = groups * 16;
  char *input = aligned((size_t)v->inputs * stride);
  for (int i = 0; i < v->inputs; i++) {
    const float *values = v->values + i * columns;
    if (is_float) memcpy(input + i * stride, values, columns * 4);
    else table.quantize_activations(values, columns, input + i * stride);
  }
  float *alone = aligned((size_t)v->inputs * output_stride * 4), *output = aligned((size_t)v->inputs * output_stride * 4);
  for (int i = 0; i < v->inputs; i++) {
    table.multiply[element](packed, columns, 0, groups, input + i * stride, stride, 1, alone + i * output_stride, output_stride);
    for (int r = 0; r < v->rows; r++) {
      double expected = 0, magnitude = 0;
      for (int k = 0; k < columns; k++) {
        int at = i * columns + k;
        double x = is_float ? v->values[at] : (double)v->codes[at] * v->scales[at / 32];
        double term = decoded[r * columns + k] * x;
        expected += term;
        magnitude += fabs(term);
      }
      check(fabs(alone[i * output_stride + r] - expected) <= 2e-6 * magnitude + 1e-30, "product", element, r);
    }
  }
  // The bits of a result do not depend on how many inputs are multiplied together, nor on how rows are split.
  for (int m = 1; m <= v->inputs; m++) {
    memset(output, 0xff, (size_t)v->inputs * output_stride * 4);
    for (int g = 0; g < groups; g += 2) {
      int end = g + 2 < groups ? g + 2 : groups;
      table.multiply[element](packed, columns, g, end, input, stride, m, output, output_stride);
    }
    check(!memcmp(output, alone, (size_t)m * output_stride * 4), "same bits for every number of inputs", element, m);
  }
}

static void check_elementwise(void) {
  for (int count = 1; count <= 130; count += count < 40 ? 1 : 15) {
    float *x = random_floats(count), *y = random_floats(count), *output = aligned(count * 4);
    double mean = 0;
    for (int i = 0; i < count; i++) mean += (double)x[i] * x[i] / count;
    table.rms_norm(x, y, 1e-5f, count, output);
    for (int i = 0; i < count; i++) {
      double expected = x[i] / sqrt(mean + 1e-5) * y[i];
      check(fabs(output[i] - expected) <= 1e-6 * fabs(expected) + 1e-12, "rms_norm", count, i);
    }
    table.silu_multiply(x, y, count, output);
    for (int i = 0; i < count; i++) {
      double expected = x[i] / (1 + exp(-x[i])) * y[i];
      check(fabs(output[i] - expected) <= 1e-6 * fabs(expected) + 1e-12, "silu_multiply", count, i);
    }
    memcpy(output, y, count * 4);
    table.add(x, count, output);
    for (int i = 0; i < count; i++) check(output[i] == x[i] + y[i], "add", count, i);
  }
}

static void check_rotation(nacre_rotate rotate, int of_halves, const char *name) {
  int shapes[][2] = {{64, 32}, {20, 10}, {16, 3}, {2, 1}, {80, 40}, {128, 64}};
  for (int s = 0; s < 6; s++) {
    int size = shapes[s][0], pairs = shapes[s][1], heads = 3;
    float *input = random_floats(heads * size), *output = aligned(heads * size * 4);
    float *cosines = aligned(pairs * 4), *sines = aligned(pairs * 4);
    for (int p = 0; p < pairs; p++) cosines[p] = cos(p * 0.37 + 0.1), sines[p] = sin(p * 0.37 + 0.1);
    memcpy(output, input, heads * size * 4);
    rotate(output, heads, size, cosines, sines, pairs);
    for (int i = 0; i < heads * size; i++) {
      int place = i % size, start = i - place, pair = of_halves ? place % pairs : place / 2;
      int is_second = of_halves ? place >= pairs : place % 2;
      double expected = input[i];
      if (place < 2 * pairs) {
        int first = start + (of_halves ? pair : 2 * pair);
        double x = input[first], y = input[of_halves ? first + pairs : first + 1];
        double angle = pair * 0.37 + 0.1;
        expected = is_second ? x * sin(angle) + y * cos(angle) : x * cos(angle) - y * sin(angle);
      }
      check(fabs(output[i] - expected) <= 1e-5, name, size, i);
    }
  }
}

// What a cache of that type makes of one value of a row; of a query too, whose scale stays a float.
static double rounded(int type, const float *row, int size, int i, int is_query) {
  if (type == NACRE_CACHE_F16) return is_query ? row[i] : (double)(__fp16)row[i];
  float largest = 0;
  for (int j = i / 32 * 32; j < size && j < i / 32 * 32 + 32; j++) largest = fmaxf(largest, fabsf(row[j]));
  float scale = is_query ? largest / 127 : (float)(__fp16)(largest / 127);
  return (double)nearbyintf(row[i] * (1 / scale)) * scale;
}

static void check_attention(int type, int size, int heads, int positions) {
  const nacre_cache_functions *cache = &table.cache[type];
  int rows = 3, all = positions + rows - 1, tiles = (all + 15) / 16;
  size_t key_bytes = tiles * nacre_key_tile_bytes(type, size), value_bytes = tiles * nacre_value_tile_bytes(type, size);
  char *keys = aligned(key_bytes), *values = aligned(value_bytes);
  // What a rolled-back position leaves behind must not matter: halves and scales that are no numbers.
  memset(keys, 0x7e, key_bytes);
  memset(values, 0x7e, value_bytes);
  float *k = random_floats(all * size), *v = random_floats(all * size), *queries = random_floats(rows * heads * size);
  for (int p = 0; p < all; p++) {
    cache->store_key(k + p * size, size, p, keys);
    cache->store_value(v + p * size, size, p, values);
  }
  int count = rows * heads;
  float *output = aligned((count * size + 1) * 4), *alone = aligned(count * size * 4);
  output[count * size] = 42;
  nacre_attention attention = {
      keys, values, queries, heads * size, output, heads * size, aligned(nacre_attention_scratch_bytes(size)),
      0, count, heads, size, positions, 0.25f};
  cache->attend(&attention);
  attention.output = alone;
  for (int q = 0; q < count; q++) {
    attention.query_begin = q, attention.query_end = q + 1;
    cache->attend(&attention);
  }
  check(!memcmp(output, alone, count * size * 4), "attend: same bits beside other queries", size, positions);
  double *weights = malloc(all * sizeof(double));
  for (int q = 0; q < count; q++) {
    int seen = positions + q / heads;
    double largest = -INFINITY, sum = 0;
    for (int p = 0; p < seen; p++) {
      weights[p] = 0;
      for (int i = 0; i < size; i++) {
        weights[p] += 0.25 * rounded(type, queries + q * size, size, i, 1) * rounded(type, k + p * size, size, i, 0);
      }
      largest = fmax(largest, weights[p]);
    }
    for (int p = 0; p < seen; p++) sum += weights[p] = exp(weights[p] - largest);
    for (int i = 0; i < size; i++) {
      double expected = 0;
      for (int p = 0; p < seen; p++) expected += weights[p] / sum * rounded(type, v + p * size, size, i, 0);
      check(fabs(output[q * size + i] - expected) <= 1e-5, "attend", size, positions);
    }
  }
  check(output[count * size] == 42, "attend writes past the last head", size, positions);
}

static void check_halves(void) {
  static uint16_t patterns[65536];
  float *output = aligned(65536 * 4);
  for (int i = 0; i < 65536; i++) patterns[i] = i;
  table.dequantize[NACRE_F16](patterns, 65536, output);
  for (int i = 0; i < 65536; i++) {
    __fp16 half;
    memcpy(&half, &patterns[i], 2);
    check(output[i] == (float)half || (isnan(output[i]) && isnan((float)half)), "half to float", i, 0);
  }
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  FILE *file = fopen(arguments[1], "rb");
  if (!file) return perror(arguments[1]), 2;
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  char *content = aligned(size);
  if (fread(content, 1, size, file) != (size_t)size) return perror(arguments[1]), 2;
  vectors = content;

  nacre_fill_kernel_table(&table);
  check(table.abi_version == NACRE_KERNEL_ABI_VERSION && table.byte_count == sizeof table, "ABI version", table.abi_version, 0);
  if (strcmp(table.level_name, arguments[2])) return printf("level %s, not %s\n", table.level_name, arguments[2]), 2;

  const int32_t *shape = take(16);
  Vectors v = {shape[0], shape[1], shape[2], shape[3], NULL, NULL, NULL};
  if (v.formats != NACRE_ELEMENT_COUNT) return printf("vectors for %d formats, not %d\n", v.formats, NACRE_ELEMENT_COUNT), 2;
  v.values = take((size_t)v.inputs * v.columns * 4);
  v.codes = take((size_t)v.inputs * v.columns);
  v.scales = take((size_t)v.inputs * v.columns / 32 * 4);
  check_activations(&v);
  for (int element = 0; element < NACRE_ELEMENT_COUNT; element++) check_multiply(&v, element);
  check(vectors == content + size, "all vectors were used", 0, 0);
  check_elementwise();
  check_rotation(table.rotate_pairs, 0, "rotate_pairs");
  check_rotation(table.rotate_halves, 1, "rotate_halves");
  int shapes[][2] = {{64, 2}, {128, 1}, {80, 3}, {20, 1}, {33, 2}, {8, 5}};
  int positions[] = {1, 2, 15, 16, 17, 127};
  for (int type = 0; type < NACRE_CACHE_TYPE_COUNT; type++) {
    for (int s = 0; s < 6; s++) {
      for (int p = 0; p < 6; p++) check_attention(type, shapes[s][0], shapes[s][1], positions[p]);
    }
  }
  check_halves();
  printf("%s: %ld checks, %d failed\n", table.level_name, checks, failures);
  return failures ? 1 : 0;
}
