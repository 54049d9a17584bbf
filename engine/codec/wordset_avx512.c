/* As wordset_avx2.c, with less to do: a word's ones become the bytes that say
 * where they are by one instruction (VPCOMPRESSB), sixteen of which are widened at a time and stored through a
 * mask, so that nothing is stored beyond.
 */
#include <immintrin.h>

#include "base/attr.h"
#include "base/cpu.h"
#include "codec/wordset_kernels.h"

static void set_bits(uint64_t *words, uint32_t at, const uint8_t *bits, uint32_t bit_count)
{
    set_shifted(words, at, bits, bit_count);
}

/* The lanes of the eight words from `i` on that there are. BZHI looks at the lowest byte of a number alone. */
ALWAYS_INLINE __mmask8 lanes_from(uint32_t i, uint32_t word_count)
{
    const uint32_t left = word_count - i;
    return (__mmask8)_bzhi_u32(0xff, left < 8 ? left : 8);
}

ALWAYS_INLINE __m512i load(__mmask8 lanes, const uint64_t *words)
{
    return _mm512_maskz_loadu_epi64(lanes, words);
}

ALWAYS_INLINE __m512i load_others(__mmask8 lanes, const void *others, uint32_t i)
{
    return _mm512_maskz_loadu_epi64(lanes, (const uint8_t *)others + (size_t)i * 8);
}

static void intersect(uint64_t *words, const void *others, uint32_t word_count)
{
    for (uint32_t i = 0; i < word_count; i += 8) {
        const __mmask8 lanes = lanes_from(i, word_count);
        _mm512_mask_storeu_epi64(words + i, lanes,
            _mm512_and_si512(load(lanes, words + i), load_others(lanes, others, i)));
    }
}

static void subtract(uint64_t *words, const void *others, uint32_t word_count)
{
    for (uint32_t i = 0; i < word_count; i += 8) {
        const __mmask8 lanes = lanes_from(i, word_count);
        _mm512_mask_storeu_epi64(words + i, lanes,
            _mm512_andnot_si512(load_others(lanes, others, i), load(lanes, words + i)));
    }
}

static void unite(uint64_t *words, const void *others, uint32_t word_count)
{
    for (uint32_t i = 0; i < word_count; i += 8) {
        const __mmask8 lanes = lanes_from(i, word_count);
        _mm512_mask_storeu_epi64(words + i, lanes,
            _mm512_or_si512(load(lanes, words + i), load_others(lanes, others, i)));
    }
}

static uint64_t count(const uint64_t *words, uint32_t word_count)
{
    __m512i found = _mm512_setzero_si512();
    for (uint32_t i = 0; i < word_count; i += 8) {
        const __m512i here = load(lanes_from(i, word_count), words + i);
        found = _mm512_add_epi64(found, _mm512_popcnt_epi64(here));
    }
    return (uint64_t)_mm512_reduce_add_epi64(found);
}

static uint64_t count_range(const uint64_t *words, uint64_t first, uint64_t end)
{
    return count_between(words, first, end, count);
}

static uint32_t count_bits(const uint8_t *bits, uint32_t first, uint32_t end)
{
    return count_bits_each(bits, first, end);
}

static uint32_t look_up(const uint64_t *words, const uint32_t *starts, const uint32_t *bits,
    uint32_t count, uint32_t *found, uint32_t *places)
{
    return look_up_each(words, starts, bits, count, found, places);
}

static uint32_t docs(const uint64_t *words, uint32_t word_count, uint32_t base, uint32_t *docs)
{
    uint8_t places[64];
    for (uint32_t i = 0; i < 64; i++) {
        places[i] = (uint8_t)i;
    }
    const __m512i all_places = _mm512_loadu_si512(places);
    uint32_t found = 0;
    for (uint32_t i = 0; i < word_count; i++) {
        const __m512i first = _mm512_set1_epi32((int)(base + 64 * i));
        const uint32_t end = found + popcount64(words[i]);
        __m512i ones = _mm512_maskz_compress_epi8(words[i], all_places);
        for (; found < end; found += 16) {
            const __m512i sixteen = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(ones));
            _mm512_mask_storeu_epi32(docs + found, (__mmask16)_bzhi_u32(0xffff, end - found),
                _mm512_add_epi32(sixteen, first));
            ones = _mm512_alignr_epi64(ones, ones, 2);
        }
        found = end;
    }
    return found;
}

static void starts(const uint64_t *words, uint32_t word_count, uint32_t first, uint32_t *starts)
{
    starts_each(words, word_count, first, starts);
}

const struct wordset_ops wordset_avx512 = {
    .name = "avx512",
    .cpu_needs = CPU_AVX512_VBMI,
    .set_bits = set_bits,
    .intersect = intersect,
    .subtract = subtract,
    .unite = unite,
    .count = count,
    .count_range = count_range,
    .count_bits = count_bits,
    .look_up = look_up,
    .docs = docs,
    .starts = starts,
};
