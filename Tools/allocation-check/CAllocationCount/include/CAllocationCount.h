#pragma once

#include <stdint.h>

/// Number of heap allocations of the whole process so far: malloc, calloc, realloc and the aligned ones.
uint64_t allocation_count(void);
