/* As score_ops_avx2.c, four at a time, with conversions of unsigned integers and unsigned comparisons. Products
 * and sums are instructions of their own (no fused ones), as in the scalar variant.
 */
#include <arm_neon.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "codec/byte_places.h"
#include "query/score_ops_kernels.h"

static void shares(const struct bm25 *bm25, float weight, const uint32_t *frequencies,
    const uint32_t *lengths, uint32_t count, uint32_t *shares)
{
    const struct bm25 copy = *bm25;
    const float32x4_t scaled_weight = vdupq_n_f32(weight);
    const float32x4_t length_free = vdupq_n_f32(copy.length_free);
    const float32x4_t length_factor = vdupq_n_f32(copy.length_factor);
    const float32x4_t half = vdupq_n_f32(0.5f);
    uint32_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const uint32x4_t frequency = vld1q_u32(frequencies + i);
        const float32x4_t tf = vcvtq_f32_u32(frequency);
        const float32x4_t norm =
            vaddq_f32(length_free, vmulq_f32(length_factor, vcvtq_f32_u32(vld1q_u32(lengths + i))));
        const float32x4_t quotient = vdivq_f32(tf, vaddq_f32(tf, norm));
        const int32x4_t share = vcvtq_s32_f32(vaddq_f32(vmulq_f32(scaled_weight, quotient), half));
        const uint32x4_t has_some = vtstq_u32(frequency, frequency);
        vst1q_u32(shares + i, vandq_u32(has_some, vreinterpretq_u32_s32(share)));
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

/* Bit i: whether sums[i] >= threshold, for i < 8. */
ALWAYS_INLINE uint32_t reached(const uint32_t *sums, uint32x4_t threshold)
{
    static const uint16_t bit[8] = {1, 2, 4, 8, 16, 32, 64, 128};
    const uint16x4_t low = vmovn_u32(vcgeq_u32(vld1q_u32(sums), threshold));
    const uint16x4_t high = vmovn_u32(vcgeq_u32(vld1q_u32(sums + 4), threshold));
    return vaddvq_u16(vandq_u16(vcombine_u16(low, high), vld1q_u16(bit)));
}

static uint32_t filter(const uint32_t *sums, uint32_t count, uint32_t threshold, uint32_t *places)
{
    const uint32x4_t wanted = vdupq_n_u32(threshold);
    uint32_t found = 0;
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const uint32_t ones = reached(sums + i, wanted);
        const uint16x8_t row = vmovl_u8(vcreate_u8(byte_places[ones]));
        const uint32x4_t start = vdupq_n_u32(i);
        vst1q_u32(places + found, vaddw_u16(start, vget_low_u16(row)));
        vst1q_u32(places + found + 4, vaddw_u16(start, vget_high_u16(row)));
        found += popcount64(ones);
    }
    return filter_each(sums, i, count, threshold, found, places);
}

static uint64_t reaching(const uint32_t *sums, uint32_t threshold)
{
    const uint32x4_t wanted = vdupq_n_u32(threshold);
    uint64_t bits = 0;
    for (uint32_t i = 0; i < 64; i += 8) {
        bits |= (uint64_t)reached(sums + i, wanted) << i;
    }
    return bits;
}

/* 64 entries a look-up, which gives 0, or leaves what is there, for places past them. */
static void add_levels(uint8_t *levels, const uint8_t *codes, uint32_t count, const uint8_t *table)
{
    const uint8x16x4_t t0 = vld1q_u8_x4(table);
    const uint8x16x4_t t1 = vld1q_u8_x4(table + 64);
    const uint8x16x4_t t2 = vld1q_u8_x4(table + 128);
    const uint8x16x4_t t3 = vld1q_u8_x4(table + 192);
    uint32_t i = 0;
    for (; i + 16 <= count; i += 16) {
        const uint8x16_t code = vld1q_u8(codes + i);
        uint8x16_t level = vqtbl4q_u8(t0, code);
        level = vqtbx4q_u8(level, t1, vsubq_u8(code, vdupq_n_u8(64)));
        level = vqtbx4q_u8(level, t2, vsubq_u8(code, vdupq_n_u8(128)));
        level = vqtbx4q_u8(level, t3, vsubq_u8(code, vdupq_n_u8(192)));
        vst1q_u8(levels + i, vqaddq_u8(vld1q_u8(levels + i), level));
    }
    add_levels_each(levels + i, codes + i, count - i, table);
}

static void raise_levels(
    uint8_t *levels, const uint8_t *codes, uint32_t count, const uint8_t *table)
{
    raise_levels_each(levels, codes, count, table);
}

static void largest_levels(const uint8_t *levels, uint32_t word_count, uint8_t *largest)
{
    for (uint32_t i = 0; i < word_count; i++, levels += 64) {
        const uint8x16_t low = vmaxq_u8(vld1q_u8(levels), vld1q_u8(levels + 16));
        const uint8x16_t high = vmaxq_u8(vld1q_u8(levels + 32), vld1q_u8(levels + 48));
        largest[i] = vmaxvq_u8(vmaxq_u8(low, high));
    }
}

/* Each level's bit of its byte, where it reaches `least`. */
ALWAYS_INLINE uint8x16_t level_bits(const uint8_t *levels, uint8x16_t least)
{
    static const uint8_t bit[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    return vandq_u8(vcgeq_u8(vld1q_u8(levels), least), vld1q_u8(bit));
}

/* Three additions of neighbours make a byte of eight. */
static uint64_t levels_reaching(const uint8_t *levels, uint32_t least)
{
    const uint8x16_t wanted = vdupq_n_u8((uint8_t)least);
    const uint8x16_t low = vpaddq_u8(level_bits(levels, wanted), level_bits(levels + 16, wanted));
    const uint8x16_t high =
        vpaddq_u8(level_bits(levels + 32, wanted), level_bits(levels + 48, wanted));
    const uint8x16_t quarters = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(quarters, quarters)), 0);
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

const struct score_ops score_ops_neon = {
    .name = "neon",
    .cpu_needs = CPU_NEON,
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
