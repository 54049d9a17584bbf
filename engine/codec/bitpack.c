/* Packing shifts values into a 64-bit word from above and spills whole bytes from below, so at most 7 + 32
 * bits are ever held. Unpacking is in the variants. */
#include "codec/bitpack.h"

#include "base/assert.h"
#include "base/bytes.h"
#include "codec/bitpack_kernels.h"

static const struct bitpack_ops *const variants[] = {
#if defined(__x86_64__)
    &bitpack_avx512,
    &bitpack_avx2,
#elif defined(__aarch64__)
    &bitpack_neon,
#endif
    &bitpack_scalar,
};

enum { VARIANT_COUNT = sizeof variants / sizeof variants[0] };

const struct bitpack_ops *bitpack_ops_at(size_t i)
{
    return i < VARIANT_COUNT ? variants[i] : NULL;
}

const struct bitpack_ops *bitpack_ops_for(uint32_t features)
{
    for (size_t i = 0; i + 1 < VARIANT_COUNT; i++) {
        if ((variants[i]->cpu_needs & ~features) == 0) {
            return variants[i];
        }
    }
    return &bitpack_scalar;
}

void bitpack_pack(const uint32_t *values, uint32_t count, uint32_t width, uint8_t *packed)
{
    ASSERT(width <= 32);
    uint64_t held = 0;
    uint32_t held_bits = 0;
    for (uint32_t i = 0; i < count; i++) {
        DASSERT(width == 32 || values[i] >> width == 0);
        held |= (uint64_t)values[i] << held_bits;
        held_bits += width;
        if (held_bits >= 32) {
            store_le32(packed, (uint32_t)held);
            packed += 4;
            held >>= 32;
            held_bits -= 32;
        }
    }
    for (; held_bits > 0; held_bits -= held_bits < 8 ? held_bits : 8) {
        *packed++ = (uint8_t)held;
        held >>= 8;
    }
}

uint32_t bitpack_get(const uint8_t *packed, uint64_t index, uint32_t width)
{
    const uint64_t bit = index * width;
    const uint64_t mask = (UINT64_C(1) << width) - 1;
    return (uint32_t)((load_le64(packed + bit / 8) >> (bit % 8)) & mask);
}
