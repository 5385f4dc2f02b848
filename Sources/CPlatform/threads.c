#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

void cplatform_futex_wait(const void *word, uint32_t expected) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
}

void cplatform_futex_wake(const void *word, int count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

// CPU numbers above the fixed cpu_set_t exist on large servers; this holds 8192.
enum { MAXIMUM_CPU_COUNT = 8192 };

int cplatform_set_affinity(const int *cpus, int count) {
  unsigned long words[MAXIMUM_CPU_COUNT / (8 * sizeof(unsigned long))] = {0};
  for (int i = 0; i < count; i++) {
    if (cpus[i] < 0 || cpus[i] >= MAXIMUM_CPU_COUNT) return EINVAL;
    words[cpus[i] / (8 * sizeof(long))] |= 1UL << (cpus[i] % (8 * sizeof(long)));
  }
  return syscall(SYS_sched_setaffinity, 0, sizeof(words), words) == 0 ? 0 : errno;
}

int cplatform_pin_current_thread(int cpu) { return cplatform_set_affinity(&cpu, 1); }

int cplatform_get_affinity(int *cpus, int capacity) { return cplatform_get_affinity_of(0, cpus, capacity); }

int cplatform_get_affinity_of(int thread_id, int *cpus, int capacity) {
  unsigned long words[MAXIMUM_CPU_COUNT / (8 * sizeof(unsigned long))] = {0};
  if (syscall(SYS_sched_getaffinity, thread_id, sizeof(words), words) < 0) return -1;
  int count = 0;
  for (int cpu = 0; cpu < MAXIMUM_CPU_COUNT && count < capacity; cpu++) {
    if (words[cpu / (8 * sizeof(long))] >> (cpu % (8 * sizeof(long))) & 1) cpus[count++] = cpu;
  }
  return count;
}

void cplatform_name_current_thread(const char *name) { prctl(PR_SET_NAME, name); }

int cplatform_thread_id(void) { return (int)syscall(SYS_gettid); }

int cplatform_current_cpu(void) { return sched_getcpu(); }

void cplatform_advise_huge_pages(void *start, size_t length) { madvise(start, length, MADV_HUGEPAGE); }
