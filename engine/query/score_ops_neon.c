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

static uint32_t largest(const uint32_t *sums, uint32_t count)
{
    uint32x4_t largest = vdupq_n_u32(0);
    uint32_t i = 0;
    for (; i + 4 <= count; i += 4) {
        largest = vmaxq_u32(largest, vld1q_u32(sums + i));
    }
    uint32_t most = vmaxvq_u32(largest);
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
    const uint32x4_t wanted = vdupq_n_u32(threshold);
    uint64_t bits = 0;
    for (uint32_t i = 0; i < 64; i += 8) {
        bits |= (uint64_t)reached(sums + i, wanted) << i;
    }
    return bits;
}

const struct score_ops score_ops_neon = {
    .name = "neon",
    .cpu_needs = CPU_NEON,
    .shares = shares,
    .lengths = lengths,
    .accumulate = accumulate,
    .filter = filter,
    .largest = largest,
    .add_bounds = add_bounds,
    .reaching = reaching,
};
