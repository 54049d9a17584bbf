/* As bitpack_avx2.c, by halves: of eight values, 0..3 lie in the 16 bytes from the first, 4..7 in the 16 bytes
 * from byte width/2 (half a byte in when the width is odd). A table look-up brings each value's four bytes to
 * its lane, a shift by a negative number and a mask finish it; a value wider than 25 bits takes a fifth byte
 * from a second look-up.
 *
 * Groups are read whole; the last one is stored to the stack and copied. At most 32 bytes past the packed ones
 * are read.
 */
#include <arm_neon.h>
#include <stdbool.h>
#include <string.h>

#include "base/attr.h"
#include "base/cpu.h"
#include "codec/bitpack_kernels.h"
#include "codec/wordset_kernels.h"

/* Of one half. */
struct layout {
    uint8x16_t bytes, fifth; /* `fifth` and its shift: wide values only */
    int32x4_t shift, fifth_shift;
};

struct layouts {
    struct layout low, high;
    uint32x4_t mask;
    size_t half; /* bytes to value 4, rounded down */
};

ALWAYS_INLINE uint32x4_t lanes(void)
{
    static const uint32_t lane[4] = {0, 1, 2, 3};
    return vld1q_u32(lane);
}

/* `skew`: the bit of the first byte in which value 0 begins. */
ALWAYS_INLINE struct layout layout_of(uint32_t width, uint32_t skew)
{
    const uint32x4_t bit = vmlaq_n_u32(vdupq_n_u32(skew), lanes(), width);
    const uint32x4_t byte = vshrq_n_u32(bit, 3);
    const int32x4_t shift = vreinterpretq_s32_u32(vandq_u32(bit, vdupq_n_u32(7)));
    const uint32x4_t bytes = vmlaq_n_u32(vdupq_n_u32(0x03020100), byte, 0x01010101);
    /* Places beyond the table give 0. */
    const uint32x4_t fifth = vaddq_u32(byte, vdupq_n_u32(0xffffff04));
    return (struct layout){
        .bytes = vreinterpretq_u8_u32(bytes),
        .fifth = vreinterpretq_u8_u32(fifth),
        .shift = vnegq_s32(shift),
        .fifth_shift = vsubq_s32(vdupq_n_s32(32), shift),
    };
}

ALWAYS_INLINE struct layouts layouts_of(uint32_t width)
{
    return (struct layouts){
        .low = layout_of(width, 0),
        .high = layout_of(width, 4 * width % 8),
        .mask = vdupq_n_u32((uint32_t)((UINT64_C(1) << width) - 1)),
        .half = width / 2,
    };
}

ALWAYS_INLINE uint32x4_t unpack_half(
    const uint8_t *at, const struct layout *layout, uint32x4_t mask, bool is_wide)
{
    const uint8x16_t bytes = vld1q_u8(at);
    uint32x4_t values =
        vshlq_u32(vreinterpretq_u32_u8(vqtbl1q_u8(bytes, layout->bytes)), layout->shift);
    if (is_wide) {
        const uint32x4_t fifth = vreinterpretq_u32_u8(vqtbl1q_u8(bytes, layout->fifth));
        values = vorrq_u32(values, vshlq_u32(fifth, layout->fifth_shift));
    }
    return vandq_u32(values, mask);
}

ALWAYS_INLINE uint32x4x2_t unpack_group(
    const uint8_t *at, const struct layouts *layouts, bool is_wide)
{
    return (uint32x4x2_t){{
        unpack_half(at, &layouts->low, layouts->mask, is_wide),
        unpack_half(at + layouts->half, &layouts->high, layouts->mask, is_wide),
    }};
}

ALWAYS_INLINE uint32x4_t prefix_sum(uint32x4_t x)
{
    const uint32x4_t zero = vdupq_n_u32(0);
    x = vaddq_u32(x, vextq_u32(zero, x, 3));
    return vaddq_u32(x, vextq_u32(zero, x, 2));
}

/* Eight gaps less one to docids; *carry holds base + (1, 2, 3, 4) and is moved on. */
ALWAYS_INLINE uint32x4x2_t docs_of(uint32x4x2_t gaps, uint32x4_t *carry)
{
    const uint32x4_t low = prefix_sum(gaps.val[0]);
    const uint32x4_t high = vaddq_u32(prefix_sum(gaps.val[1]), vdupq_laneq_u32(low, 3));
    const uint32x4_t four = vdupq_n_u32(4);
    const uint32x4x2_t docs = {{vaddq_u32(low, *carry), vaddq_u32(high, vaddq_u32(*carry, four))}};
    *carry = vaddq_u32(*carry, vaddq_u32(vdupq_laneq_u32(high, 3), vaddq_u32(four, four)));
    return docs;
}

ALWAYS_INLINE uint32x4_t carry_of(uint32_t base)
{
    return vaddq_u32(vdupq_n_u32(base + 1), lanes());
}

ALWAYS_INLINE void store(uint32_t *values, uint32x4x2_t group)
{
    vst1q_u32(values, group.val[0]);
    vst1q_u32(values + 4, group.val[1]);
}

/* The first `count` of the group, less than eight. */
ALWAYS_INLINE void store_some(uint32_t *values, uint32x4x2_t group, uint32_t count)
{
    uint32_t all[8];
    store(all, group);
    memcpy(values, all, count * sizeof *all);
}

ALWAYS_INLINE void unpack_any(
    const uint8_t *packed, uint32_t count, uint32_t width, uint32_t *values, bool is_wide)
{
    const struct layouts layouts = layouts_of(width);
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8, packed += width) {
        store(values + i, unpack_group(packed, &layouts, is_wide));
    }
    if (i < count) {
        store_some(values + i, unpack_group(packed, &layouts, is_wide), count - i);
    }
}

ALWAYS_INLINE void unpack_docs_any(const uint8_t *packed, uint32_t count, uint32_t width,
    uint32_t base, uint32_t *values, bool is_wide)
{
    const struct layouts layouts = layouts_of(width);
    uint32x4_t carry = carry_of(base);
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8, packed += width) {
        store(values + i, docs_of(unpack_group(packed, &layouts, is_wide), &carry));
    }
    if (i < count) {
        const uint32x4x2_t docs = docs_of(unpack_group(packed, &layouts, is_wide), &carry);
        store_some(values + i, docs, count - i);
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
    uint32x4_t carry = carry_of(base);
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const uint32x4x2_t gaps = {{vld1q_u32(values + i), vld1q_u32(values + i + 4)}};
        store(values + i, docs_of(gaps, &carry));
    }
    base = vgetq_lane_u32(carry, 0) - 1;
    for (; i < count; i++) {
        base += values[i] + 1;
        values[i] = base;
    }
}

static uint32_t increment(uint32_t *values, uint32_t count)
{
    uint32x4_t largest = vdupq_n_u32(0);
    uint32_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const uint32x4_t group = vld1q_u32(values + i);
        largest = vmaxq_u32(largest, group);
        vst1q_u32(values + i, vaddq_u32(group, vdupq_n_u32(1)));
    }
    uint32_t most = vmaxvq_u32(largest);
    for (; i < count; i++) {
        most = values[i] > most ? values[i] : most;
        values[i]++;
    }
    return most;
}

static uint32_t unpack_docs_adding(const uint8_t *packed, uint32_t count, uint32_t width,
    uint32_t base, const uint64_t *marks, const uint32_t *additions, uint32_t *values)
{
    unpack(packed, count, width, values);
    const uint32_t added = add_marked(values, count, marks, additions);
    sum_docs(values, count, base);
    return added;
}

static bool meet(const uint32_t *first, uint32_t first_count, const uint32_t *second,
    uint32_t second_count, uint32_t distance)
{
    return meet_walking(first, first_count, second, second_count, distance);
}

static uint32_t locate(const uint32_t *docs, uint32_t count, const uint32_t *wanted, uint32_t first,
    uint32_t end, uint32_t base, uint32_t *found, uint32_t *places)
{
    return locate_walking(docs, count, wanted, first, end, base, found, places);
}

const struct bitpack_ops bitpack_neon = {
    .name = "neon",
    .cpu_needs = CPU_NEON,
    .unpack = unpack,
    .unpack_docs = unpack_docs,
    .unpack_docs_adding = unpack_docs_adding,
    .sum_docs = sum_docs,
    .increment = increment,
    .meet = meet,
    .locate = locate,
    .wordset = &wordset_neon,
};
