#include "COpenBLAS.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>

// The C interface of BLAS, with 32-bit integers.
enum { row_major = 101, no_transpose = 111, transpose = 112 };
typedef void (*sgemm_function)(
    int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float *a, int lda,
    const float *b, int ldb, float beta, float *c, int ldc);
typedef void (*set_threads_function)(int count);

static sgemm_function sgemm;
static set_threads_function set_threads;

static const char *open_library(void) {
  // Without this, a thread for every CPU starts while the library is loaded.
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) library = dlopen("libopenblas.so", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return dlerror();
  set_threads = (set_threads_function)dlsym(library, "openblas_set_num_threads");
  if (set_threads == NULL) return dlerror();
  sgemm = (sgemm_function)dlsym(library, "cblas_sgemm");
  return sgemm == NULL ? dlerror() : NULL;
}

const char *copenblas_load(int thread_count) {
  if (sgemm == NULL) {
    const char *problem = open_library();
    if (problem != NULL) return problem;
  }
  set_threads(thread_count);
  return NULL;
}

void copenblas_multiply(
    int transposes_a, int transposes_b, int m, int n, int k, const float *a, int stride_a, const float *b,
    int stride_b, float beta, float *c, int stride_c) {
  sgemm(
      row_major, transposes_a ? transpose : no_transpose, transposes_b ? transpose : no_transpose, m, n, k, 1,
      a, stride_a, b, stride_b, beta, c, stride_c);
}
