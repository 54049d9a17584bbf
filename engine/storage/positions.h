/* positions.h -- where in its documents a term occurs: one posting block's positions.
 *
 * FORMAT.md, "Positions". A document's positions are written as its first and then the gaps less one; a
 * block's documents follow each other, so it has as many values as its frequencies add up to. They are
 * cut into chunks of LEDE_POSITION_CHUNK, packed with exceptions (codec/patched.h), whose heads of two bytes
 * stand together in front: where a chunk lies is the sum of the sizes before it, so that only the chunks
 * that hold a document's values are decoded. Fewer than four values are LEB128 numbers without a head.
 */
#ifndef STORAGE_POSITIONS_H
#define STORAGE_POSITIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/span.h"
#include "base/status.h"
#include "codec/patched.h"

/* Append the positions of `doc_count` documents (at most a block). `positions` has frequencies[0] of the first,
 * ascending, then frequencies[1] of the second, and so on. LEDE_ERR_INVALID where they do not ascend or
 * reach DOC_END, LEDE_ERR_LIMIT where a block has more than 2^32 - 1. */
lede_status positions_write(const uint32_t *positions, const uint32_t *frequencies,
    uint32_t doc_count, struct buf *out, lede_error *error) MUST_CHECK;

enum {
    /* Values that are decoded together, as many as there are marks in a word; a chunk is two of them. */
    POSITION_PIECE = 64,
    /* Sums that are held, and how many can be asked for at a time. */
    POSITION_SUMS_HELD = 512,
    POSITION_RUN_MAX = 256,
    POSITION_EXCEPTIONS_MAX = 63, /* of a chunk */
};

/* Reads one block at a time, a piece of a chunk where nothing more is asked for. What it gives are sums: of value i,
 * all values from some point before it on, each with 1 added, modulo 2^32. So a document's position is
 * the difference of its sum and that of the value before the document's first, less one. Allocates nothing. */
struct positions_reader {
    struct span bytes; /* of the block */
    uint32_t count;    /* values in the block */
    uint32_t chunk_count;
    uint32_t chunk; /* the one that begins at chunk_at, UINT32_MAX: none */
    size_t chunk_at;
    struct patched head; /* its head */
    uint32_t added;      /* of its exceptions, how many are before value `high` */
    uint64_t marks[LEDE_POSITION_CHUNK / 64];         /* which of its values are exceptions */
    uint32_t additions[POSITION_EXCEPTIONS_MAX + 16]; /* what is to be added to those */
    uint32_t low, high; /* values whose sums are held; multiples of POSITION_PIECE, or count */
    uint64_t chunks_read, bytes_read; /* counters of work, never set back */
    uint32_t sums[1 + POSITION_SUMS_HELD];
};

/* Read from the block `bytes` of `count` values. False where it cannot be one. */
bool positions_open(struct positions_reader *reader, struct span bytes, uint32_t count) MUST_CHECK;

/* Hold the sums of values [first, end), which are some, at most POSITION_RUN_MAX, and end <= count. False where the bytes
 * are none. Forward is cheap: a step for each chunk passed. */
bool positions_load(struct positions_reader *reader, const struct bitpack_ops *ops, uint32_t first,
    uint32_t end) MUST_CHECK;

/* The sum of value `first`, which is held, and behind it those of the following ones; before it that of
 * the value before. */
static inline const uint32_t *positions_sums(const struct positions_reader *reader, uint32_t first)
{
    return reader->sums + 1 + (first - reader->low);
}

/* Whether heads and chunks fill the block's bytes exactly. */
bool positions_fill_block(const struct positions_reader *reader);

#endif
