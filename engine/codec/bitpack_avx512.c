/* Sixteen values of `width` bits are 2 * width bytes, which one load has. A byte permutation brings each
 * value's four bytes to its 32-bit lane, a variable shift and a mask finish it; permutation and shifts follow
 * from the width, as in bitpack_avx2.c, and so does what is done about a fifth byte.
 *
 * Prefix sums: four shifted additions over the sixteen lanes; the carry is kept apart, so that the chain from
 * group to group is one addition long.
 *
 * Groups are read whole, 64 bytes; the last one is written through a mask. A group that is read has a bit
 * of the packed ones, or the width is 0: at most 64 bytes past them are read (LEDE_READ_PADDING).
 */
#include <immintrin.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/cpu.h"
#include "base/limits.h"
#include "codec/bitpack_kernels.h"
#include "codec/wordset_kernels.h"

struct layout {
    __m512i bytes, shift, mask;
    __m512i fifth, fifth_shift; /* wide values only */
};

ALWAYS_INLINE __m512i lanes(void)
{
    return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

ALWAYS_INLINE struct layout layout_of(uint32_t width, bool is_wide)
{
    const __m512i bit = _mm512_mullo_epi32(lanes(), _mm512_set1_epi32((int)width));
    const __m512i byte = _mm512_srli_epi32(bit, 3);
    struct layout layout = {
        .bytes = _mm512_add_epi32(
            _mm512_mullo_epi32(byte, _mm512_set1_epi32(0x01010101)), _mm512_set1_epi32(0x03020100)),
        .shift = _mm512_and_si512(bit, _mm512_set1_epi32(7)),
        .mask = _mm512_set1_epi32((int)((UINT64_C(1) << width) - 1)),
    };
    if (is_wide) {
        layout.fifth = _mm512_add_epi32(byte, _mm512_set1_epi32(4));
        layout.fifth_shift = _mm512_sub_epi32(_mm512_set1_epi32(32), layout.shift);
    }
    return layout;
}

ALWAYS_INLINE __m512i unpack_group(const uint8_t *at, const struct layout *layout, bool is_wide)
{
    const __m512i bytes = _mm512_loadu_si512(at);
    __m512i values =
        _mm512_srlv_epi32(_mm512_permutexvar_epi8(layout->bytes, bytes), layout->shift);
    if (is_wide) {
        const __m512i fifth =
            _mm512_maskz_permutexvar_epi8(UINT64_C(0x1111111111111111), layout->fifth, bytes);
        values = _mm512_or_si512(values, _mm512_sllv_epi32(fifth, layout->fifth_shift));
    }
    return _mm512_and_si512(values, layout->mask);
}

ALWAYS_INLINE __mmask16 first_lanes(uint32_t count)
{
    return (__mmask16)((1u << count) - 1);
}

ALWAYS_INLINE __m512i prefix_sum(__m512i x)
{
    const __m512i zero = _mm512_setzero_si512();
    x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 15));
    x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 14));
    x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 12));
    return _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 8));
}

/* Sixteen gaps less one to docids; *carry holds base + (1, 2, ... 16) and is moved on. */
ALWAYS_INLINE __m512i docs_of(__m512i gaps, __m512i *carry)
{
    const __m512i sums = prefix_sum(gaps);
    const __m512i docs = _mm512_add_epi32(sums, *carry);
    const __m512i total = _mm512_permutexvar_epi32(_mm512_set1_epi32(15), sums);
    *carry = _mm512_add_epi32(*carry, _mm512_add_epi32(total, _mm512_set1_epi32(16)));
    return docs;
}

ALWAYS_INLINE __m512i carry_of(uint32_t base)
{
    return _mm512_add_epi32(_mm512_set1_epi32((int)(base + 1)), lanes());
}

ALWAYS_INLINE void unpack_any(
    const uint8_t *packed, uint32_t count, uint32_t width, uint32_t *values, bool is_wide)
{
    const struct layout layout = layout_of(width, is_wide);
    uint32_t i = 0;
    for (; i + 16 <= count; i += 16, packed += 2 * (size_t)width) {
        _mm512_storeu_si512(values + i, unpack_group(packed, &layout, is_wide));
    }
    if (i < count) {
        _mm512_mask_storeu_epi32(
            values + i, first_lanes(count - i), unpack_group(packed, &layout, is_wide));
    }
}

ALWAYS_INLINE void unpack_docs_any(const uint8_t *packed, uint32_t count, uint32_t width,
    uint32_t base, uint32_t *values, bool is_wide)
{
    const struct layout layout = layout_of(width, is_wide);
    __m512i carry = carry_of(base);
    uint32_t i = 0;
    for (; i + 16 <= count; i += 16, packed += 2 * (size_t)width) {
        const __m512i gaps = unpack_group(packed, &layout, is_wide);
        _mm512_storeu_si512(values + i, docs_of(gaps, &carry));
    }
    if (i < count) {
        const __m512i gaps = unpack_group(packed, &layout, is_wide);
        _mm512_mask_storeu_epi32(values + i, first_lanes(count - i), docs_of(gaps, &carry));
    }
}

enum { NARROW_WIDTH_MAX = 25 }; /* with 7 bits below it still four bytes */

static void unpack(const uint8_t *packed, uint32_t count, uint32_t width, uint32_t *values)
{
    if (LIKELY(width <= NARROW_WIDTH_MAX)) {
        unpack_any(packed, count, width, values, false);
    } else {
        unpack_any(packed, count, width, values, true);
    }
}

static void unpack_docs(
    const uint8_t *packed, uint32_t count, uint32_t width, uint32_t base, uint32_t *values)
{
    if (LIKELY(width <= NARROW_WIDTH_MAX)) {
        unpack_docs_any(packed, count, width, base, values, false);
    } else {
        unpack_docs_any(packed, count, width, base, values, true);
    }
}

static void sum_docs(uint32_t *values, uint32_t count, uint32_t base)
{
    __m512i carry = carry_of(base);
    uint32_t i = 0;
    for (; i + 16 <= count; i += 16) {
        const __m512i gaps = _mm512_loadu_si512(values + i);
        _mm512_storeu_si512(values + i, docs_of(gaps, &carry));
    }
    if (i < count) {
        const __mmask16 rest = first_lanes(count - i);
        const __m512i gaps = _mm512_maskz_loadu_epi32(rest, values + i);
        _mm512_mask_storeu_epi32(values + i, rest, docs_of(gaps, &carry));
    }
}

static uint32_t increment(uint32_t *values, uint32_t count)
{
    const __m512i one = _mm512_set1_epi32(1);
    __m512i largest = _mm512_setzero_si512();
    for (uint32_t i = 0; i < count; i += 16) {
        const __mmask16 here = count - i < 16 ? first_lanes(count - i) : 0xffff;
        const __m512i group = _mm512_maskz_loadu_epi32(here, values + i);
        largest = _mm512_max_epu32(largest, group);
        _mm512_mask_storeu_epi32(values + i, here, _mm512_add_epi32(group, one));
    }
    return _mm512_reduce_max_epu32(largest);
}

/* The next of `additions` to the lanes that are marked. */
ALWAYS_INLINE __m512i additions_to(__mmask16 marked, const uint32_t *additions)
{
    return _mm512_maskz_expand_epi32(marked, _mm512_loadu_si512(additions));
}

ALWAYS_INLINE uint32_t unpack_docs_adding_any(const uint8_t *packed, uint32_t count, uint32_t width,
    uint32_t base, const uint64_t *marks, const uint32_t *additions, uint32_t *values, bool is_wide)
{
    const struct layout layout = layout_of(width, is_wide);
    __m512i carry = carry_of(base);
    uint32_t added = 0;
    for (uint32_t i = 0; i < count; i += 16, packed += 2 * (size_t)width) {
        const __mmask16 here = count - i < 16 ? first_lanes(count - i) : 0xffff;
        const __mmask16 marked = (__mmask16)(marks[i / 64] >> i % 64 & here);
        const __m512i gaps = _mm512_add_epi32(
            unpack_group(packed, &layout, is_wide), additions_to(marked, additions + added));
        _mm512_mask_storeu_epi32(values + i, here, docs_of(gaps, &carry));
        added += (uint32_t)_mm_popcnt_u32(marked);
    }
    return added;
}

static uint32_t unpack_docs_adding(const uint8_t *packed, uint32_t count, uint32_t width,
    uint32_t base, const uint64_t *marks, const uint32_t *additions, uint32_t *values)
{
    return LIKELY(width <= NARROW_WIDTH_MAX)
               ? unpack_docs_adding_any(packed, count, width, base, marks, additions, values, false)
               : unpack_docs_adding_any(packed, count, width, base, marks, additions, values, true);
}

enum { COMPARED_MAX = 64 }; /* longer lists are sooner walked than compared as a whole */

static bool meet(const uint32_t *first, uint32_t first_count, const uint32_t *second,
    uint32_t second_count, uint32_t distance)
{
    if (first_count > second_count) {
        return meet(second, second_count, first, first_count, 0u - distance);
    }
    if (second_count > COMPARED_MAX) {
        return meet_walking(first, first_count, second, second_count, distance);
    }
    const uint32_t whole = (second_count - 1) / 16 * 16;
    const __mmask16 rest = (__mmask16)_bzhi_u32(0xffff, second_count - whole);
    const __m512i last = _mm512_maskz_loadu_epi32(rest, second + whole);
    uint32_t met = 0;
    for (uint32_t i = 0; i < first_count; i++) {
        const __m512i wanted = _mm512_set1_epi32((int)(first[i] + distance));
        met |= _mm512_mask_cmpeq_epi32_mask(rest, last, wanted);
        for (uint32_t j = 0; j < whole; j += 16) {
            met |= _mm512_cmpeq_epi32_mask(_mm512_loadu_si512(second + j), wanted);
        }
    }
    return met != 0;
}

/* Sixteenths of a block are told apart by their last docids, and a sixteenth is compared at once. */
static uint32_t locate(const uint32_t *docs, uint32_t count, const uint32_t *wanted, uint32_t first,
    uint32_t end, uint32_t base, uint32_t *found, uint32_t *places)
{
    if (count != LEDE_BLOCK_POSTINGS || end - first < LOCATED_MIN) {
        return locate_walking(docs, count, wanted, first, end, base, found, places);
    }
    uint32_t kept = 0;
    const __m512i sixteenths = _mm512_slli_epi32(
        _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), 4);
    const __m512i ends = _mm512_i32gather_epi32(sixteenths, docs + 15, sizeof *docs);
    for (uint32_t i = first; i < end; i++) {
        const __m512i doc = _mm512_set1_epi32((int)wanted[i]);
        /* The last one's end is not asked for. */
        const uint32_t below = _mm512_mask_cmplt_epu32_mask(0x7fff, ends, doc);
        const uint32_t at = 16 * (uint32_t)_mm_popcnt_u32(below);
        const uint32_t equal = _mm512_cmpeq_epi32_mask(_mm512_loadu_si512(docs + at), doc);
        found[kept] = i;
        places[kept] = base + at + (uint32_t)_tzcnt_u32(equal);
        kept += equal != 0;
    }
    return kept;
}

const struct bitpack_ops bitpack_avx512 = {
    .name = "avx512",
    .cpu_needs = CPU_AVX512_VBMI,
    .unpack = unpack,
    .unpack_docs = unpack_docs,
    .unpack_docs_adding = unpack_docs_adding,
    .sum_docs = sum_docs,
    .increment = increment,
    .meet = meet,
    .locate = locate,
    .wordset = &wordset_avx512,
};
