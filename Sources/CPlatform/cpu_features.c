#include "CPlatform.h"

#if defined(__x86_64__)

#include <cpuid.h>

static uint64_t enabled_register_state(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

static int has(uint32_t bits, uint32_t wanted) { return (bits & wanted) == wanted; }

// The levels are those of the x86-64 psABI.
uint32_t cplatform_cpu_features(void) {
  uint32_t a, b, c, d, extended_c = 0;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
  uint32_t leaf1 = c;
  if (__get_cpuid(0x80000001, &a, &b, &c, &d)) extended_c = c;
  uint32_t leaf7b = 0, leaf7c = 0, last_subleaf = 0, subleaf1a = 0;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) last_subleaf = a, leaf7b = b, leaf7c = c;
  if (last_subleaf >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d)) subleaf1a = a;

  uint32_t features = 0;
  uint32_t v2 = bit_SSE3 | bit_SSSE3 | bit_SSE4_1 | bit_SSE4_2 | bit_POPCNT | bit_CMPXCHG16B;
  if (!has(leaf1, v2)) return 0;
  features |= CPLATFORM_X86_64_V2;

  if (!has(leaf1, bit_OSXSAVE | bit_AVX | bit_FMA | bit_F16C | bit_MOVBE)) return features;
  uint64_t state = enabled_register_state();
  if ((state & 0x6) != 0x6) return features;
  if (!has(leaf7b, bit_AVX2 | bit_BMI | bit_BMI2) || !has(extended_c, bit_LZCNT)) return features;
  features |= CPLATFORM_X86_64_V3;
  if (has(subleaf1a, bit_AVXVNNI)) features |= CPLATFORM_AVX_VNNI;

  uint32_t v4 = bit_AVX512F | bit_AVX512BW | bit_AVX512CD | bit_AVX512DQ | bit_AVX512VL;
  if ((state & 0xe6) != 0xe6 || !has(leaf7b, v4)) return features;
  features |= CPLATFORM_X86_64_V4;
  if (has(leaf7c, bit_AVX512VNNI)) features |= CPLATFORM_AVX512_VNNI;
  return features;
}

#elif defined(__aarch64__)

#include <asm/hwcap.h>
#include <sys/auxv.h>

uint32_t cplatform_cpu_features(void) {
  unsigned long capabilities = getauxval(AT_HWCAP);
  uint32_t features = CPLATFORM_ARM_V8;
  if (capabilities & HWCAP_ASIMDDP) features |= CPLATFORM_ARM_DOTPROD;
  if (capabilities & HWCAP_ASIMDHP) features |= CPLATFORM_ARM_FP16;
  return features;
}

#else

uint32_t cplatform_cpu_features(void) { return 0; }

#endif
