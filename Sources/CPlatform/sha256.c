#include "CPlatform.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

int cplatform_has_sha256(void) {
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1)) return 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

// Variables carry the names of the state's words in their lanes, highest lane first.
__attribute__((target("sha,ssse3,sse4.1"))) void cplatform_sha256_blocks(
    uint32_t state[8], const void *blocks, size_t block_count, const uint32_t constants[64]) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xb1);
  __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1b);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
  __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);

  const __m128i *input = blocks;
  for (; block_count > 0; block_count--, input += 4) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i words[4];  // The last sixteen words of the message schedule.
#pragma clang loop unroll(full)
    for (int group = 0; group < 16; group++) {
      __m128i *next = &words[group % 4];
      if (group < 4) {
        *next = _mm_shuffle_epi8(_mm_loadu_si128(input + group), big_endian);
      } else {
        const __m128i last = words[(group + 3) % 4];
        const __m128i partial = _mm_sha256msg1_epu32(*next, words[(group + 1) % 4]);
        const __m128i seventh = _mm_alignr_epi8(last, words[(group + 2) % 4], 4);
        *next = _mm_sha256msg2_epu32(_mm_add_epi32(partial, seventh), last);
      }
      const __m128i sum = _mm_add_epi32(*next, _mm_loadu_si128((const __m128i *)(constants + 4 * group)));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }

  const __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#else

int cplatform_has_sha256(void) { return 0; }

void cplatform_sha256_blocks(
    uint32_t state[8], const void *blocks, size_t block_count, const uint32_t constants[64]) {
  (void)state, (void)blocks, (void)block_count, (void)constants;
  __builtin_trap();
}

#endif
