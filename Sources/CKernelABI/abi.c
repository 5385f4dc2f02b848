// The module is headers only; this file gives it an object to link.
#include "CKernelABI.h"

_Static_assert(sizeof(nacre_kernel_table) % sizeof(void *) == 0, "the table has no tail padding");
