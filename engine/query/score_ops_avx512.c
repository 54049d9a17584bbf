/* As score_ops_avx2.c, sixteen at a time, with conversions of unsigned integers and comparisons that give masks.
 * The division is a true one: an approximation and a step of Newton's would round otherwise than the scalar
 * one.
 *
 * Bounds: the table's 256 entries of four bytes are taken apart into four tables of 256 bytes, which sixteen
 * registers hold; two permutations look 64 codes up in one of them (128 bytes each, chosen by the codes'
 * highest bit), and unpacking puts the four bytes together again. Unpacking takes bytes from each quarter
 * of a register in turn, so the codes are put in that order before. Taking the table apart is only worth it
 * for many codes. Reads of lengths and additions to sums stay scalar, as there.
 */
#include <immintrin.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "query/score_ops_kernels.h"

enum { TABLED_CODES_MIN = 512 };

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

static uint32_t largest(const uint32_t *sums, uint32_t count)
{
    __m512i largest = _mm512_setzero_si512();
    for (uint32_t i = 0; i < count; i += 16) {
        const __m512i here = _mm512_maskz_loadu_epi32(lanes_from(i, count), sums + i);
        largest = _mm512_max_epu32(largest, here);
    }
    return _mm512_reduce_max_epu32(largest);
}

/* Byte b of entries 0..255: 64 in each register. */
struct byte_tables {
    __m512i of[4][4];
};

/* The bytes `b` of 64 entries, for each b. From two registers of 16 entries a permutation takes two bytes of
 * each: 32 of the one, 32 of the other. */
ALWAYS_INLINE void take_apart(const uint32_t *entries, size_t quarter, struct byte_tables *tables)
{
    uint8_t places[2][64];
    for (uint32_t i = 0; i < 64; i++) {
        places[0][i] = (uint8_t)(i % 32 * 4 + i / 32);
        places[1][i] = (uint8_t)(i % 32 * 4 + i / 32 + 2);
    }
    const __m512i a = _mm512_loadu_si512(entries);
    const __m512i b = _mm512_loadu_si512(entries + 16);
    const __m512i c = _mm512_loadu_si512(entries + 32);
    const __m512i d = _mm512_loadu_si512(entries + 48);
    for (size_t pair = 0; pair < 2; pair++) {
        const __m512i place = _mm512_loadu_si512(places[pair]);
        const __m512i low = _mm512_permutex2var_epi8(a, place, b);
        const __m512i high = _mm512_permutex2var_epi8(c, place, d);
        tables->of[2 * pair][quarter] = _mm512_shuffle_i64x2(low, high, 0x44);
        tables->of[2 * pair + 1][quarter] = _mm512_shuffle_i64x2(low, high, 0xee);
    }
}

ALWAYS_INLINE __m512i look_up(const __m512i table[4], __m512i codes, __mmask64 is_high)
{
    const __m512i low = _mm512_permutex2var_epi8(table[0], codes, table[1]);
    const __m512i high = _mm512_permutex2var_epi8(table[2], codes, table[3]);
    return _mm512_mask_blend_epi8(is_high, low, high);
}

ALWAYS_INLINE void add_to(uint32_t *sums, __m512i bounds)
{
    _mm512_storeu_si512(sums, _mm512_add_epi32(_mm512_loadu_si512(sums), bounds));
}

/* Returns how many codes there were in whole groups of 64. */
static uint32_t add_tabled_bounds(
    uint32_t *sums, const uint8_t *codes, uint32_t count, const uint32_t *table)
{
    struct byte_tables tables;
    uint32_t i = 0;
    for (size_t quarter = 0; quarter < 4; quarter++) {
        take_apart(table + 64 * quarter, quarter, &tables);
    }
    /* Four codes in a row are one number; number 4 * j + k goes to place 4 * k + j. */
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    for (; i + 64 <= count; i += 64) {
        const __m512i code = _mm512_permutexvar_epi32(order, _mm512_loadu_si512(codes + i));
        const __mmask64 is_high = _mm512_movepi8_mask(code);
        const __m512i b0 = look_up(tables.of[0], code, is_high);
        const __m512i b1 = look_up(tables.of[1], code, is_high);
        const __m512i b2 = look_up(tables.of[2], code, is_high);
        const __m512i b3 = look_up(tables.of[3], code, is_high);
        const __m512i b01_low = _mm512_unpacklo_epi8(b0, b1);
        const __m512i b01_high = _mm512_unpackhi_epi8(b0, b1);
        const __m512i b23_low = _mm512_unpacklo_epi8(b2, b3);
        const __m512i b23_high = _mm512_unpackhi_epi8(b2, b3);
        add_to(sums + i, _mm512_unpacklo_epi16(b01_low, b23_low));
        add_to(sums + i + 16, _mm512_unpackhi_epi16(b01_low, b23_low));
        add_to(sums + i + 32, _mm512_unpacklo_epi16(b01_high, b23_high));
        add_to(sums + i + 48, _mm512_unpackhi_epi16(b01_high, b23_high));
    }
    return i;
}

static void add_bounds(uint32_t *sums, const uint8_t *codes, uint32_t count, const uint32_t *table)
{
    const uint32_t done =
        count < TABLED_CODES_MIN ? 0 : add_tabled_bounds(sums, codes, count, table);
    add_bounds_each(sums + done, codes + done, count - done, table);
}

const struct score_ops score_ops_avx512 = {
    .name = "avx512",
    .cpu_needs = CPU_AVX512_VBMI,
    .shares = shares,
    .lengths = lengths,
    .accumulate = accumulate,
    .filter = filter,
    .largest = largest,
    .add_bounds = add_bounds,
    .reaching = reaching,
};
