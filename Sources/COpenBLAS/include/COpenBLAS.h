// OpenBLAS, loaded when it is first needed: programs that do not train never load it, nor start its threads.
#pragma once

/// Loads OpenBLAS and has it compute on `thread_count` threads, which inherit the caller's affinity.
/// NULL, or why it cannot be loaded. Must not be called by two threads at the same time.
const char *copenblas_load(int thread_count);

/// The single-precision product of row-major matrices, C = A · B + beta · C (BLAS: SGEMM with alpha 1).
/// A is m × k and B is k × n once they are transposed where `transposes_…` says so; `stride_…`: elements from one row to
/// the next, as they lie in memory. Only after `copenblas_load` has returned NULL.
void copenblas_multiply(
    int transposes_a, int transposes_b, int m, int n, int k, const float *a, int stride_a, const float *b,
    int stride_b, float beta, float *c, int stride_c);
