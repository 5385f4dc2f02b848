#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <linux/mempolicy.h>
#include <sys/syscall.h>
#include <unistd.h>

// The kernel's own limit (CONFIG_NODES_SHIFT is at most 10).
enum { MAXIMUM_NODE_COUNT = 1024 };

int cplatform_place_memory(void *start, size_t length, int policy, const int *nodes, int count) {
  const int bits = 8 * sizeof(unsigned long);
  unsigned long words[MAXIMUM_NODE_COUNT / (8 * sizeof(unsigned long))] = {0};
  for (int i = 0; i < count; i++) {
    if (nodes[i] < 0 || nodes[i] >= MAXIMUM_NODE_COUNT) return EINVAL;
    words[nodes[i] / bits] |= 1UL << (nodes[i] % bits);
  }
  const int mode = policy == CPLATFORM_BIND     ? MPOL_BIND
                   : policy == CPLATFORM_PREFER ? MPOL_PREFERRED
                                                : MPOL_INTERLEAVE;
  // The kernel reads one bit less than it is told.
  return syscall(SYS_mbind, start, length, mode, words, (unsigned long)MAXIMUM_NODE_COUNT + 1, 0) == 0 ? 0 : errno;
}

int cplatform_page_nodes(const void *const *pages, size_t count, int *nodes) {
  return syscall(SYS_move_pages, 0, (unsigned long)count, pages, NULL, nodes, 0) == 0 ? 0 : errno;
}
