/* Shares, eight at a time: conversion, product, sum, quotient, product, sum and truncation as bm25_share has
 * them, each rounded by itself. There is no conversion of unsigned integers; where one of the eight
 * frequencies or lengths is 2^31 or more, which no list of this library's making has, the eight go one by one.
 * Comparisons are signed: sums are below 2^31.
 *
 * Reads at places (lengths, table of bounds) and additions to them stay scalar: a gather is no faster than
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

static uint32_t largest(const uint32_t *sums, uint32_t count)
{
    __m256i largest = _mm256_setzero_si256();
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8) {
        largest = _mm256_max_epu32(largest, load(sums + i));
    }
    __m128i quad =
        _mm_max_epu32(_mm256_castsi256_si128(largest), _mm256_extracti128_si256(largest, 1));
    quad = _mm_max_epu32(quad, _mm_shuffle_epi32(quad, 0x4e));
    quad = _mm_max_epu32(quad, _mm_shuffle_epi32(quad, 0xb1));
    uint32_t most = (uint32_t)_mm_cvtsi128_si32(quad);
    for (; i < count; i++) {
        most = sums[i] > most ? sums[i] : most;
    }
    return most;
}

static void add_bounds(uint32_t *sums, const uint8_t *codes, uint32_t count, const uint32_t *table)
{
    add_bounds_each(sums, codes, count, table);
}

static uint64_t reaching(const uint32_t *sums, uint32_t threshold)
{
    const __m256i below = _mm256_set1_epi32((int)(threshold - 1));
    return above(sums, below) | (uint64_t)above(sums + 32, below) << 32;
}

const struct score_ops score_ops_avx2 = {
    .name = "avx2",
    .cpu_needs = CPU_AVX2,
    .shares = shares,
    .lengths = lengths,
    .accumulate = accumulate,
    .filter = filter,
    .largest = largest,
    .add_bounds = add_bounds,
    .reaching = reaching,
};
