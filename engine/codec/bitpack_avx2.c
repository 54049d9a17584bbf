/* Eight values of `width` bits are `width` bytes. Values 0..3 lie in the 16 bytes from the first, values 4..7
 * in the 16 bytes from byte width/2 (where bit 4*width is, half a byte in when the width is odd): two loads
 * make one register, a byte shuffle brings each value's four bytes to its 32-bit lane, a variable shift
 * and a mask finish it. Shuffle and shifts follow from the width by a handful of vector operations, so there
 * is one loop for all widths and no table.
 *
 * A value wider than 25 bits may reach into a fifth byte; for those a second shuffle fetches it, shifted up
 * to where it belongs. Where the fifth byte is not needed its bits land above the width and the mask takes
 * them off; that makes any index for it right.
 *
 * Prefix sums: two shifted additions inside each half, the low half's total into the high half, then the
 * carry, which is kept apart so that the chain from group to group is one addition long.
 *
 * Groups are read whole; the last one is written through a mask. At most 32 bytes past the packed ones are
 * read (limits.h has LEDE_READ_PADDING).
 */
#include <immintrin.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/cpu.h"
#include "base/limits.h"
#include "codec/bitpack_kernels.h"
#include "codec/wordset_kernels.h"

struct layout {
    __m256i shuffle, shift, mask;
    __m256i fifth, fifth_shift; /* wide values only */
    size_t half;                /* bytes to value 4, rounded down */
};

ALWAYS_INLINE struct layout layout_of(uint32_t width, bool is_wide)
{
    const int skew = (int)(4 * width % 8);
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 0, 1, 2, 3);
    const __m256i bit = _mm256_add_epi32(_mm256_mullo_epi32(lane, _mm256_set1_epi32((int)width)),
        _mm256_setr_epi32(0, 0, 0, 0, skew, skew, skew, skew));
    const __m256i byte = _mm256_srli_epi32(bit, 3);
    struct layout layout = {
        .shuffle = _mm256_add_epi32(
            _mm256_mullo_epi32(byte, _mm256_set1_epi32(0x01010101)), _mm256_set1_epi32(0x03020100)),
        .shift = _mm256_and_si256(bit, _mm256_set1_epi32(7)),
        .mask = _mm256_set1_epi32((int)((UINT64_C(1) << width) - 1)),
        .half = width / 2,
    };
    if (is_wide) {
        layout.fifth = _mm256_or_si256(
            _mm256_add_epi32(byte, _mm256_set1_epi32(4)), _mm256_set1_epi32((int)0x80808000));
        layout.fifth_shift = _mm256_sub_epi32(_mm256_set1_epi32(32), layout.shift);
    }
    return layout;
}

ALWAYS_INLINE __m256i unpack_group(const uint8_t *at, const struct layout *layout, bool is_wide)
{
    const __m128i low = _mm_loadu_si128((const __m128i *)at);
    const __m128i high = _mm_loadu_si128((const __m128i *)(at + layout->half));
    const __m256i bytes = _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
    __m256i values = _mm256_srlv_epi32(_mm256_shuffle_epi8(bytes, layout->shuffle), layout->shift);
    if (is_wide) {
        const __m256i fifth =
            _mm256_sllv_epi32(_mm256_shuffle_epi8(bytes, layout->fifth), layout->fifth_shift);
        values = _mm256_or_si256(values, fifth);
    }
    return _mm256_and_si256(values, layout->mask);
}

/* All ones in the first `count` lanes. */
ALWAYS_INLINE __m256i first_lanes(uint32_t count)
{
    return _mm256_cmpgt_epi32(
        _mm256_set1_epi32((int)count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

ALWAYS_INLINE __m256i prefix_sum(__m256i x)
{
    x = _mm256_add_epi32(x, _mm256_slli_si256(x, 4));
    x = _mm256_add_epi32(x, _mm256_slli_si256(x, 8));
    const __m256i totals = _mm256_shuffle_epi32(x, 0xff);
    return _mm256_add_epi32(x, _mm256_permute2x128_si256(totals, totals, 0x08));
}

/* Eight gaps less one to docids; *carry holds base + (1, 2, ... 8) and is moved on. */
ALWAYS_INLINE __m256i docs_of(__m256i gaps, __m256i *carry)
{
    const __m256i sums = prefix_sum(gaps);
    const __m256i docs = _mm256_add_epi32(sums, *carry);
    const __m256i total = _mm256_permutevar8x32_epi32(sums, _mm256_set1_epi32(7));
    *carry = _mm256_add_epi32(*carry, _mm256_add_epi32(total, _mm256_set1_epi32(8)));
    return docs;
}

ALWAYS_INLINE __m256i carry_of(uint32_t base)
{
    return _mm256_add_epi32(
        _mm256_set1_epi32((int)base), _mm256_setr_epi32(1, 2, 3, 4, 5, 6, 7, 8));
}

ALWAYS_INLINE void unpack_any(
    const uint8_t *packed, uint32_t count, uint32_t width, uint32_t *values, bool is_wide)
{
    const struct layout layout = layout_of(width, is_wide);
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8, packed += width) {
        _mm256_storeu_si256((__m256i *)(values + i), unpack_group(packed, &layout, is_wide));
    }
    if (i < count) {
        _mm256_maskstore_epi32(
            (int *)(values + i), first_lanes(count - i), unpack_group(packed, &layout, is_wide));
    }
}

ALWAYS_INLINE void unpack_docs_any(const uint8_t *packed, uint32_t count, uint32_t width,
    uint32_t base, uint32_t *values, bool is_wide)
{
    const struct layout layout = layout_of(width, is_wide);
    __m256i carry = carry_of(base);
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8, packed += width) {
        const __m256i gaps = unpack_group(packed, &layout, is_wide);
        _mm256_storeu_si256((__m256i *)(values + i), docs_of(gaps, &carry));
    }
    if (i < count) {
        const __m256i gaps = unpack_group(packed, &layout, is_wide);
        _mm256_maskstore_epi32((int *)(values + i), first_lanes(count - i), docs_of(gaps, &carry));
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
    __m256i carry = carry_of(base);
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const __m256i gaps = _mm256_loadu_si256((const __m256i *)(values + i));
        _mm256_storeu_si256((__m256i *)(values + i), docs_of(gaps, &carry));
    }
    if (i < count) {
        const __m256i lanes = first_lanes(count - i);
        const __m256i gaps = _mm256_maskload_epi32((const int *)(values + i), lanes);
        _mm256_maskstore_epi32((int *)(values + i), lanes, docs_of(gaps, &carry));
    }
}

static uint32_t increment(uint32_t *values, uint32_t count)
{
    const __m256i one = _mm256_set1_epi32(1);
    __m256i largest = _mm256_setzero_si256();
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const __m256i group = _mm256_loadu_si256((const __m256i *)(values + i));
        largest = _mm256_max_epu32(largest, group);
        _mm256_storeu_si256((__m256i *)(values + i), _mm256_add_epi32(group, one));
    }
    if (i < count) {
        const __m256i lanes = first_lanes(count - i);
        const __m256i group = _mm256_maskload_epi32((const int *)(values + i), lanes);
        largest = _mm256_max_epu32(largest, group);
        _mm256_maskstore_epi32((int *)(values + i), lanes, _mm256_add_epi32(group, one));
    }
    __m128i quad =
        _mm_max_epu32(_mm256_castsi256_si128(largest), _mm256_extracti128_si256(largest, 1));
    quad = _mm_max_epu32(quad, _mm_shuffle_epi32(quad, 0x4e));
    quad = _mm_max_epu32(quad, _mm_shuffle_epi32(quad, 0xb1));
    return (uint32_t)_mm_cvtsi128_si32(quad);
}

static uint32_t unpack_docs_adding(const uint8_t *packed, uint32_t count, uint32_t width,
    uint32_t base, const uint64_t *marks, const uint32_t *additions, uint32_t *values)
{
    unpack(packed, count, width, values);
    const uint32_t added = add_marked(values, count, marks, additions);
    sum_docs(values, count, base);
    return added;
}

ALWAYS_INLINE uint32_t equal_mask(__m256i a, __m256i b)
{
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(a, b)));
}

ALWAYS_INLINE uint32_t popcount_mask(__m256i lanes)
{
    return (uint32_t)_mm_popcnt_u32((uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(lanes)));
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
    const uint32_t whole = second_count / 8 * 8;
    const __m256i rest = first_lanes(second_count - whole);
    const __m256i last = _mm256_maskload_epi32((const int *)(second + whole), rest);
    __m256i met = _mm256_setzero_si256();
    for (uint32_t i = 0; i < first_count; i++) {
        const __m256i wanted = _mm256_set1_epi32((int)(first[i] + distance));
        met = _mm256_or_si256(met, _mm256_and_si256(rest, _mm256_cmpeq_epi32(last, wanted)));
        for (uint32_t j = 0; j < whole; j += 8) {
            const __m256i values = _mm256_loadu_si256((const __m256i *)(second + j));
            met = _mm256_or_si256(met, _mm256_cmpeq_epi32(values, wanted));
        }
    }
    return !_mm256_testz_si256(met, met);
}

/* Eighths of a block are told apart by their last docids; in an eighth the last docid below the wanted one is looked
 * for, all 32 at once. */
static uint32_t locate(const uint32_t *docs, uint32_t count, const uint32_t *wanted, uint32_t first,
    uint32_t end, uint32_t base, uint32_t *found, uint32_t *places)
{
    if (count != LEDE_BLOCK_POSTINGS || end - first < LOCATED_MIN) {
        return locate_walking(docs, count, wanted, first, end, base, found, places);
    }
    uint32_t kept = 0;
    const __m256i ends = _mm256_setr_epi32((int)docs[31], (int)docs[63], (int)docs[95],
        (int)docs[127], (int)docs[159], (int)docs[191], (int)docs[223], INT32_MAX);
    for (uint32_t i = first; i < end; i++) {
        const __m256i doc = _mm256_set1_epi32((int)wanted[i]);
        const uint32_t at = 32 * popcount_mask(_mm256_cmpgt_epi32(doc, ends));
        uint64_t equal = 0;
        for (uint32_t j = 0; j < 32; j += 8) {
            const __m256i here = _mm256_loadu_si256((const __m256i *)(docs + at + j));
            equal |= (uint64_t)equal_mask(here, doc) << j;
        }
        found[kept] = i;
        places[kept] = base + at + lowest_bit64(equal | UINT64_C(1) << 32);
        kept += equal != 0;
    }
    return kept;
}

const struct bitpack_ops bitpack_avx2 = {
    .name = "avx2",
    .cpu_needs = CPU_AVX2,
    .unpack = unpack,
    .unpack_docs = unpack_docs,
    .unpack_docs_adding = unpack_docs_adding,
    .sum_docs = sum_docs,
    .increment = increment,
    .meet = meet,
    .locate = locate,
    .wordset = &wordset_avx2,
};
