/* bitpack.h -- unsigned integers of one width, packed end to end.
 *
 * Layout (horizontal, little-endian): value i occupies bits [i*width, (i+1)*width) of the byte string,
 * bit 0 being the lowest bit of byte 0. `count` values of `width` bits take
 * bitpack_bytes(count, width) bytes. The layout knows no instruction set, takes any count, and allows
 * one value to be read without the others.
 *
 * Variants: scalar (the specification), AVX2, AVX-512 and NEON, alike on all inputs. Sources: the layout and the
 * in-register prefix sum are common knowledge since Lemire & Boytsov 2015 (SPE 45), whose vertical
 * layout loses once deltas are summed.
 *
 * Reading: a kernel may read up to LEDE_READ_PADDING bytes past the packed bytes; it writes exactly
 * `count` values, which may be any number up to LEDE_BLOCK_POSTINGS.
 */
#ifndef CODEC_BITPACK_H
#define CODEC_BITPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wordset_ops;

struct bitpack_ops {
    const char *name;
    uint32_t cpu_needs; /* enum cpu_feature */
    /* values[i] = packed value i. width 0..32. */
    void (*unpack)(const uint8_t *packed, uint32_t count, uint32_t width, uint32_t *values);
    /* values[i] = base + sum over j <= i of (packed value j + 1), modulo 2^32: docids of a block from
     * gaps less one, `base` being the last docid before it (UINT32_MAX where there is none). */
    void (*unpack_docs)(
        const uint8_t *packed, uint32_t count, uint32_t width, uint32_t base, uint32_t *values);
    /* The same with something added to some of the packed values, modulo 2^32: to those whose bit in `marks` is set (bit
     * i % 64 of word i / 64), from `additions` in their order, of which 16 more than there are marks are readable.
     * Returns how many were added. */
    uint32_t (*unpack_docs_adding)(const uint8_t *packed, uint32_t count, uint32_t width,
        uint32_t base, const uint64_t *marks, const uint32_t *additions, uint32_t *values);
    /* Turn gaps less one, already unpacked (and patched), into docids in place, as above. */
    void (*sum_docs)(uint32_t *values, uint32_t count, uint32_t base);
    /* Add 1 to each value, modulo 2^32, and return the largest as they were before; 0 for none. */
    uint32_t (*increment)(uint32_t *values, uint32_t count);
    /* Whether some first[i] + distance is some second[j], all modulo 2^32. Both ascend, that is, differences
     * to the first are below 2^31 and ascend. Counts 1..LEDE_BLOCK_POSTINGS. */
    bool (*meet)(const uint32_t *first, uint32_t first_count, const uint32_t *second,
        uint32_t second_count, uint32_t distance);
    /* Which of wanted[first..end) are among the `count` docids, and where: for each such i, ascending, found[] gets i and
     * places[] base + j where docs[j] is wanted[i]. Returns how many; both have room for end - first. Docids and wanted
     * ascend strictly and are below 2^31. */
    uint32_t (*locate)(const uint32_t *docs, uint32_t count, const uint32_t *wanted, uint32_t first,
        uint32_t end, uint32_t base, uint32_t *found, uint32_t *places);
    /* Kernels of the same instruction set for blocks that are bit strings. */
    const struct wordset_ops *wordset;
};

/* The best variant for this processor; `features` is cpu_features(), or a part of it in tests. */
const struct bitpack_ops *bitpack_ops_for(uint32_t features);

/* Every variant compiled in, best first, scalar last; NULL past the end. */
const struct bitpack_ops *bitpack_ops_at(size_t i);

static inline size_t bitpack_bytes(uint32_t count, uint32_t width)
{
    return ((size_t)count * width + 7) / 8;
}

/* Pack `count` values, each below 2^width, to bitpack_bytes bytes at `packed`. */
void bitpack_pack(const uint32_t *values, uint32_t count, uint32_t width, uint8_t *packed);

/* One value out of the middle: reads at most 8 bytes from the one in which it begins. width 0..32. */
uint32_t bitpack_get(const uint8_t *packed, uint64_t index, uint32_t width);

#endif
