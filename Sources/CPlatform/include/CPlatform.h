// Thin C shims for what Swift cannot import from the C library: CPU sets, futex, CPU features.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Tells the core that this is a spin-wait loop.
static inline void cplatform_relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb" ::: "memory");
#endif
}

/// Sleeps until woken, unless `*word != expected`. May also return early.
void cplatform_futex_wait(const void *word, uint32_t expected);
/// Wakes at most `count` threads that sleep on `word`.
void cplatform_futex_wake(const void *word, int count);

/// Pins the calling thread to one CPU; 0, or an errno value.
int cplatform_pin_current_thread(int cpu);
/// Names the calling thread; the system keeps 15 bytes.
void cplatform_name_current_thread(const char *name);
/// Lets the calling thread run on `count` CPUs; 0, or an errno value.
int cplatform_set_affinity(const int *cpus, int count);
/// Fills `cpus` with at most `capacity` CPU numbers that the calling thread may run on; their number, or -1.
int cplatform_get_affinity(int *cpus, int capacity);
/// The same for another thread of this process; 0: the calling one.
int cplatform_get_affinity_of(int thread_id, int *cpus, int capacity);
/// The number by which the system knows the calling thread.
int cplatform_thread_id(void);
/// The CPU that the calling thread runs on at this moment, or -1.
int cplatform_current_cpu(void);

/// Instruction levels as the processor and the operating system offer them; bits of `cplatform_cpu_features`.
enum {
  CPLATFORM_X86_64_V2 = 1 << 0,
  CPLATFORM_X86_64_V3 = 1 << 1,
  CPLATFORM_X86_64_V4 = 1 << 2,
  CPLATFORM_AVX512_VNNI = 1 << 3,
  CPLATFORM_AVX_VNNI = 1 << 4,
  CPLATFORM_ARM_V8 = 1 << 8,
  CPLATFORM_ARM_DOTPROD = 1 << 9,
  CPLATFORM_ARM_FP16 = 1 << 10,
};
uint32_t cplatform_cpu_features(void);

/// Whether the processor has instructions for SHA-256 that `cplatform_sha256_blocks` knows.
int cplatform_has_sha256(void);
/// Takes `block_count` blocks of 64 bytes into a SHA-256 state (FIPS 180-4); `constants` are the standard's K.
/// Only where `cplatform_has_sha256`.
void cplatform_sha256_blocks(
    uint32_t state[8], const void *blocks, size_t block_count, const uint32_t constants[64]);

/// Asks for huge pages in an address range; advice only.
void cplatform_advise_huge_pages(void *start, size_t length);

/// On which NUMA nodes pages are made when they are first touched.
enum {
  /// Only there: where that is impossible, the system ends the process.
  CPLATFORM_BIND,
  /// There while there is room; `count` is 1.
  CPLATFORM_PREFER,
  /// On each in turn.
  CPLATFORM_INTERLEAVE,
};
/// Sets one of these policies for an address range that begins at a page; 0, or an errno value.
int cplatform_place_memory(void *start, size_t length, int policy, const int *nodes, int count);
/// Fills `nodes` with the node of each page, or a negative errno value (-ENOENT, -EFAULT: not touched yet); 0, or an
/// errno value.
int cplatform_page_nodes(const void *const *pages, size_t count, int *nodes);

/// Opens a new file without a name in `folder`, to be written; its descriptor, or -1 with `errno`.
int cplatform_open_unnamed(const char *folder);
/// Gives an open file without a name its name, which nobody may have yet; 0, or an errno value.
int cplatform_name_file(int descriptor, const char *path);
