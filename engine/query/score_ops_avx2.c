/* Shares, eight at a time: conversion, product, sum, quotient, product, sum and truncation as bm25_share has
 * them, each rounded by itself. There is no conversion of unsigned integers; where one of the eight
 * frequencies or lengths is 2^31 or more, which no list of this library's making has, the eight go one by one.
 * Comparisons are signed: sums are below 2^31.
 *
 * Reads at places (lengths) and additions to them stay scalar: a gather is no faster than
 * the loads that it stands for, and is many times slower where microcode guards it.
 */
#include <immintrin.h>
#include <stdbool.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "codec/byte_places.h"
#include "query/score_ops_kernels.h"

ALWAYS_INLINE __m256i load(const uint32_t *values)
{
    return _mm256_loadu_si256((const __m256i *)values);
}

static void shares(const struct bm25 *bm25, float weight, const uint32_t *frequencies,
    const uint32_t *lengths, uint32_t count, uint32_t *shares)
{
    const struct bm25 copy = *bm25;
    const __m256 scaled_weight = _mm256_set1_ps(weight);
    const __m256 length_free = _mm256_set1_ps(copy.length_free);
    const __m256 length_factor = _mm256_set1_ps(copy.length_factor);
    const __m256 half = _mm256_set1_ps(0.5f);
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const __m256i frequency = load(frequencies + i);
        const __m256i length = load(lengths + i);
        if (UNLIKELY(_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_or_si256(frequency, length))))) {
            shares_each(&copy, weight, frequencies + i, lengths + i, 8, shares + i);
            continue;
        }
        const __m256 tf = _mm256_cvtepi32_ps(frequency);
        const __m256 norm =
            _mm256_add_ps(length_free, _mm256_mul_ps(length_factor, _mm256_cvtepi32_ps(length)));
        const __m256 quotient = _mm256_div_ps(tf, _mm256_add_ps(tf, norm));
        const __m256i share =
            _mm256_cvttps_epi32(_mm256_add_ps(_mm256_mul_ps(scaled_weight, quotient), half));
        const __m256i has_none = _mm256_cmpeq_epi32(frequency, _mm256_setzero_si256());
        _mm256_storeu_si256((__m256i *)(shares + i), _mm256_andnot_si256(has_none, share));
    }
    shares_each(&copy, weight, frequencies + i, lengths + i, count - i, shares + i);
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

/* Bit i: whether sums[i] > below, for i < 32. Packing works within halves; the permutation undoes that. */
ALWAYS_INLINE uint32_t above(const uint32_t *sums, __m256i below)
{
    const __m256i a = _mm256_packs_epi32(
        _mm256_cmpgt_epi32(load(sums), below), _mm256_cmpgt_epi32(load(sums + 8), below));
    const __m256i b = _mm256_packs_epi32(
        _mm256_cmpgt_epi32(load(sums + 16), below), _mm256_cmpgt_epi32(load(sums + 24), below));
    const __m256i ordered = _mm256_permutevar8x32_epi32(
        _mm256_packs_epi16(a, b), _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    return (uint32_t)_mm256_movemask_epi8(ordered);
}

/* Few reach it as a rule: 32 sums are looked at together. */
static uint32_t filter(const uint32_t *sums, uint32_t count, uint32_t threshold, uint32_t *places)
{
    const __m256i below = _mm256_set1_epi32((int)(threshold - 1));
    uint32_t found = 0;
    uint32_t i = 0;
    for (; i + 32 <= count; i += 32) {
        const uint32_t reached = above(sums + i, below);
        for (uint32_t from = 0; reached >> from != 0; from += 8) {
            const uint32_t ones = reached >> from & 0xff;
            const __m128i row = _mm_loadl_epi64((const __m128i *)(byte_places + ones));
            const __m256i place =
                _mm256_add_epi32(_mm256_cvtepu8_epi32(row), _mm256_set1_epi32((int)(i + from)));
            _mm256_storeu_si256((__m256i *)(places + found), place);
            found += popcount64(ones);
            if (from == 24) {
                break;
            }
        }
    }
    return filter_each(sums, i, count, threshold, found, places);
}

static uint64_t reaching(const uint32_t *sums, uint32_t threshold)
{
    const __m256i below = _mm256_set1_epi32((int)(threshold - 1));
    return above(sums, below) | (uint64_t)above(sums + 32, below) << 32;
}

/* A row of 16 entries answers for the codes whose high half is its number: exclusive or makes that half 0, and a
 * saturating addition sets the highest bit of all others, for which a shuffle gives 0. */
/* Returns how many there were in whole groups of 32. */
ALWAYS_INLINE uint32_t join_levels(
    uint8_t *levels, const uint8_t *codes, uint32_t count, const uint8_t *table, bool adds)
{
    const __m256i bias = _mm256_set1_epi8(0x70);
    uint32_t i = 0;
    for (; i + 32 <= count; i += 32) {
        const __m256i code = _mm256_loadu_si256((const __m256i *)(codes + i));
        if (_mm256_testz_si256(code, code)) { /* a rare term is in few ranges */
            continue;
        }
        __m256i level = _mm256_setzero_si256();
#pragma GCC unroll 16
        for (uint32_t row = 0; row < 16; row++) {
            const __m256i entries = _mm256_broadcastsi128_si256(
                _mm_loadu_si128((const __m128i *)(table + (size_t)row * 16)));
            const __m256i place =
                _mm256_adds_epu8(_mm256_xor_si256(code, _mm256_set1_epi8((char)(row << 4))), bias);
            level = _mm256_or_si256(level, _mm256_shuffle_epi8(entries, place));
        }
        __m256i *to = (__m256i *)(levels + i);
        const __m256i before = _mm256_loadu_si256(to);
        _mm256_storeu_si256(
            to, adds ? _mm256_adds_epu8(before, level) : _mm256_max_epu8(before, level));
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
        const __m256i *here = (const __m256i *)(levels + (size_t)i * 64);
        const __m256i half =
            _mm256_max_epu8(_mm256_loadu_si256(here), _mm256_loadu_si256(here + 1));
        const __m128i quarter =
            _mm_max_epu8(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
        const __m128i missing = _mm_xor_si128(quarter, _mm_set1_epi8(-1));
        const __m128i pairs = _mm_min_epu8(missing, _mm_srli_epi16(missing, 8));
        largest[i] = (uint8_t)~_mm_extract_epi8(_mm_minpos_epu16(pairs), 0);
    }
}

ALWAYS_INLINE uint32_t half_reaching(const uint8_t *levels, __m256i least)
{
    const __m256i here = _mm256_loadu_si256((const __m256i *)levels);
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(here, least), here));
}

static uint64_t levels_reaching(const uint8_t *levels, uint32_t least)
{
    const __m256i wanted = _mm256_set1_epi8((char)least);
    return half_reaching(levels, wanted) | (uint64_t)half_reaching(levels + 32, wanted) << 32;
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

const struct score_ops score_ops_avx2 = {
    .name = "avx2",
    .cpu_needs = CPU_AVX2,
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
