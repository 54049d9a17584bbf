/* patched.h -- bit-packed integers of which a few may be wider: the body of blocks and position chunks.
 *
 * FORMAT.md, "Blocks". `count` low parts of `width` bits, then for each exception its place (u8,
 * ascending), then the exceptions' high parts less one, `high_width` bits each. The two widths and the
 * number of exceptions are the head, which is kept elsewhere: by block.h in front, by positions.h in
 * a table. Without exceptions this is plain bit packing.
 *
 * Source: PFOR of Zukowski, Heman, Nes & Boncz 2006, with exceptions as pairs (Lemire & Boytsov 2015).
 */
#ifndef CODEC_PATCHED_H
#define CODEC_PATCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/span.h"
#include "codec/bitpack.h"

struct patched {
    uint32_t width;      /* 0..32 */
    uint32_t exceptions; /* 0..255; with any, width + high_width <= 32 and width <= 31 */
    uint32_t high_width; /* 0 without exceptions */
};

/* The smallest head for these values: with exceptions only where they save at least `saving_bytes`, and
 * never more than `exceptions_max` (<= 255) of them. count 1..LEDE_BLOCK_POSTINGS. */
struct patched patched_choose(
    const uint32_t *values, uint32_t count, uint32_t exceptions_max, size_t saving_bytes);

/* Bytes of the body of `count` integers. */
static inline size_t patched_bytes(struct patched head, uint32_t count)
{
    return bitpack_bytes(count, head.width) + head.exceptions +
           bitpack_bytes(head.exceptions, head.high_width);
}

/* Whether a head read from a file is one. */
static inline bool patched_is_valid(struct patched head, uint32_t count)
{
    return head.exceptions == 0
               ? head.width <= 32 && head.high_width == 0
               : head.width + head.high_width <= 32 && head.width <= 31 && head.exceptions <= count;
}

/* Write the body: exactly patched_bytes bytes. The head came from patched_choose for these values. */
void patched_encode(const uint32_t *values, uint32_t count, struct patched head, uint8_t *bytes);

/* Read the body from `bytes`, of which patched_bytes are there and LEDE_READ_PADDING more are readable.
 * False where a place is not below `count`. The head is valid. Writes `count` values. */
bool patched_decode(const struct bitpack_ops *ops, const uint8_t *bytes, uint32_t count,
    struct patched head, uint32_t *values) MUST_CHECK;

/* One integer of such a body; index < count. */
uint32_t patched_get(const uint8_t *bytes, uint32_t count, struct patched head, uint32_t index);

#endif
