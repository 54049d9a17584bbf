/* As score_ops_avx2.c, sixteen at a time, with conversions of unsigned integers and comparisons that give masks.
 * The division is a true one: an approximation and a step of Newton's would round otherwise than the scalar
 * one.
 *
 * Levels: four registers hold the table's 256 bytes; two permutations look 64 codes up in 128 of them each, and the
 * codes' highest bits choose. Reads of lengths and additions to sums stay scalar, as there.
 */
#include <immintrin.h>
#include <stdbool.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "query/score_ops_kernels.h"

ALWAYS_INLINE __mmask16 lanes_from(uint32_t i, uint32_t count)
{
    return (__mmask16)_bzhi_u32(0xffff, count - i < 16 ? count - i : 16);
}

static void shares(const struct bm25 *bm25, float weight, const uint32_t *frequencies,
    const uint32_t *lengths, uint32_t count, uint32_t *shares)
{
    const __m512 scaled_weight = _mm512_set1_ps(weight);
    const __m512 length_free = _mm512_set1_ps(bm25->length_free);
    const __m512 length_factor = _mm512_set1_ps(bm25->length_factor);
    const __m512 half = _mm512_set1_ps(0.5f);
    for (uint32_t i = 0; i < count; i += 16) {
        const __mmask16 lanes = lanes_from(i, count);
        const __m512i frequency = _mm512_maskz_loadu_epi32(lanes, frequencies + i);
        const __m512i length = _mm512_maskz_loadu_epi32(lanes, lengths + i);
        const __m512 tf = _mm512_cvtepu32_ps(frequency);
        const __m512 norm =
            _mm512_add_ps(length_free, _mm512_mul_ps(length_factor, _mm512_cvtepu32_ps(length)));
        const __m512 quotient = _mm512_div_ps(tf, _mm512_add_ps(tf, norm));
        const __m512 rounded = _mm512_add_ps(_mm512_mul_ps(scaled_weight, quotient), half);
        const __m512i share =
            _mm512_maskz_cvttps_epi32(_mm512_test_epi32_mask(frequency, frequency), rounded);
        _mm512_mask_storeu_epi32(shares + i, lanes, share);
    }
}

static void lengths(
    const struct lengths *lengths, const uint32_t *docs, uint32_t count, uint32_t *found)
{
    lengths_each(lengths, docs, count, found);
}

static void accumulate(
    uint32_t *sums, const uint32_t *docs, uint32_t count, uint32_t base, const uint32_t *shares)
{
    accumulate_each(sums, docs, count, base, shares);
}

ALWAYS_INLINE uint64_t reached_at(const uint32_t *sums, __m512i threshold, uint32_t i)
{
    return _mm512_cmpge_epu32_mask(_mm512_loadu_si512(sums + i), threshold);
}

ALWAYS_INLINE uint64_t reached(const uint32_t *sums, __m512i threshold)
{
    return reached_at(sums, threshold, 0) | reached_at(sums, threshold, 16) << 16 |
           reached_at(sums, threshold, 32) << 32 | reached_at(sums, threshold, 48) << 48;
}

static uint64_t reaching(const uint32_t *sums, uint32_t threshold)
{
    return reached(sums, _mm512_set1_epi32((int)threshold));
}

/* Few reach it as a rule: 64 sums are looked at together. */
static uint32_t filter(const uint32_t *sums, uint32_t count, uint32_t threshold, uint32_t *places)
{
    const __m512i wanted = _mm512_set1_epi32((int)threshold);
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    uint32_t found = 0;
    uint32_t i = 0;
    for (; i + 64 <= count; i += 64) {
        uint64_t here = reached(sums + i, wanted);
        for (uint32_t from = i; here != 0; here >>= 16, from += 16) {
            const __m512i place = _mm512_add_epi32(lane, _mm512_set1_epi32((int)from));
            _mm512_storeu_si512(
                places + found, _mm512_maskz_compress_epi32((__mmask16)here, place));
            found += popcount64(here & 0xffff);
        }
    }
    return filter_each(sums, i, count, threshold, found, places);
}

/* Returns how many there were in whole groups of 64. */
ALWAYS_INLINE uint32_t join_levels(
    uint8_t *levels, const uint8_t *codes, uint32_t count, const uint8_t *table, bool adds)
{
    const __m512i t0 = _mm512_loadu_si512(table);
    const __m512i t1 = _mm512_loadu_si512(table + 64);
    const __m512i t2 = _mm512_loadu_si512(table + 128);
    const __m512i t3 = _mm512_loadu_si512(table + 192);
    uint32_t i = 0;
    for (; i + 64 <= count; i += 64) {
        const __m512i code = _mm512_loadu_si512(codes + i);
        const __m512i low = _mm512_permutex2var_epi8(t0, code, t1);
        const __m512i high = _mm512_permutex2var_epi8(t2, code, t3);
        const __m512i level = _mm512_mask_blend_epi8(_mm512_movepi8_mask(code), low, high);
        const __m512i before = _mm512_loadu_si512(levels + i);
        _mm512_storeu_si512(
            levels + i, adds ? _mm512_adds_epu8(before, level) : _mm512_max_epu8(before, level));
    }
    return i;
}

static void add_levels(uint8_t *levels, const uint8_t *codes, uint32_t count, const uint8_t *table)
{
    const uint32_t done = join_levels(levels, codes, count, table, true);
    add_levels_each(levels + done, codes + done, count - done, table);
}

static void raise_levels(
    uint8_t *levels, const uint8_t *codes, uint32_t count, const uint8_t *table)
{
    const uint32_t done = join_levels(levels, codes, count, table, false);
    raise_levels_each(levels + done, codes + done, count - done, table);
}

/* The processor has a minimum of eight numbers of 16 bits: so of what is missing to 255, of pairs of bytes. */
static void largest_levels(const uint8_t *levels, uint32_t word_count, uint8_t *largest)
{
    for (uint32_t i = 0; i < word_count; i++) {
        const __m512i here = _mm512_loadu_si512(levels + (size_t)i * 64);
        const __m256i half =
            _mm256_max_epu8(_mm512_castsi512_si256(here), _mm512_extracti64x4_epi64(here, 1));
        const __m128i quarter =
            _mm_max_epu8(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
        const __m128i missing = _mm_xor_si128(quarter, _mm_set1_epi8(-1));
        const __m128i pairs = _mm_min_epu8(missing, _mm_srli_epi16(missing, 8));
        largest[i] = (uint8_t)~_mm_extract_epi8(_mm_minpos_epu16(pairs), 0);
    }
}

static uint64_t levels_reaching(const uint8_t *levels, uint32_t least)
{
    return _mm512_cmpge_epu8_mask(_mm512_loadu_si512(levels), _mm512_set1_epi8((char)least));
}

static uint32_t count_levels(
    const uint8_t *levels, const uint64_t *words, uint32_t word_count, uint32_t least)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < word_count; i++) {
        count += popcount64(levels_reaching(levels + (size_t)i * 64, least) & words[i]);
    }
    return count;
}

const struct score_ops score_ops_avx512 = {
    .name = "avx512",
    .cpu_needs = CPU_AVX512_VBMI,
    .shares = shares,
    .lengths = lengths,
    .accumulate = accumulate,
    .filter = filter,
    .reaching = reaching,
    .add_levels = add_levels,
    .raise_levels = raise_levels,
    .largest_levels = largest_levels,
    .levels_reaching = levels_reaching,
    .count_levels = count_levels,
};
