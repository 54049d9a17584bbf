/* bits.h -- questions about the bits of a word. */
#ifndef BASE_BITS_H
#define BASE_BITS_H

#include <stdint.h>

/* How many bits `value` needs: 0 for 0, 32 for 2^31 and above. */
static inline uint32_t bit_width32(uint32_t value)
{
    /* A bit below lets 0 be counted without being asked for. */
    return 63 - (uint32_t)__builtin_clzll((uint64_t)value << 1 | 1);
}

static inline uint32_t bit_width64(uint64_t value)
{
    return value == 0 ? 0 : 64 - (uint32_t)__builtin_clzll(value);
}

static inline uint32_t popcount64(uint64_t value)
{
    return (uint32_t)__builtin_popcountll(value);
}

/* The place of the lowest set bit; `value` is not 0. */
static inline uint32_t lowest_bit32(uint32_t value)
{
    return (uint32_t)__builtin_ctz(value);
}

static inline uint32_t lowest_bit64(uint64_t value)
{
    return (uint32_t)__builtin_ctzll(value);
}

/* The high bits of the eight bytes that are not 0. */
static inline uint64_t bytes_not_zero(uint64_t value)
{
    const uint64_t low_bits = UINT64_C(0x7f7f7f7f7f7f7f7f);
    return (((value & low_bits) + low_bits) | value) & ~low_bits;
}

/* The high bit of each byte, gathered: that of byte i is bit i. All other bits of `value` are 0. */
static inline uint32_t gather_high_bits(uint64_t value)
{
    return (uint32_t)((value >> 7) * UINT64_C(0x0102040810204080) >> 56);
}

/* `value` rounded up to a multiple of `unit`, a power of two. */
static inline uint64_t round_up(uint64_t value, uint64_t unit)
{
    return (value + unit - 1) & ~(unit - 1);
}

#endif
