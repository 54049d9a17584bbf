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
#include "codec/bitpack.h"

/* Append the positions of `doc_count` documents (at most a block). `positions` has frequencies[0] of the first,
 * ascending, then frequencies[1] of the second, and so on. LEDE_ERR_INVALID where they do not ascend or
 * reach DOC_END, LEDE_ERR_LIMIT where a block has more than 2^32 - 1. */
lede_status positions_write(const uint32_t *positions, const uint32_t *frequencies,
    uint32_t doc_count, struct buf *out, lede_error *error) MUST_CHECK;

/* Reads one block at a time; keeps one decoded chunk. Allocates nothing. */
struct positions_reader {
    struct span bytes; /* of the block */
    uint32_t count;    /* values in the block */
    uint32_t chunk_count;
    uint32_t walk_chunk; /* the chunk that begins at walk_at */
    size_t walk_at;
    uint32_t chunk; /* which is decoded; UINT32_MAX: none */
    uint32_t values[LEDE_POSITION_CHUNK];
};

/* Read from the block `bytes` of `count` values. False where it cannot be one. */
bool positions_open(struct positions_reader *reader, struct span bytes, uint32_t count) MUST_CHECK;

/* The values of chunk `chunk` (below chunk_count), borrowed until the next call; NULL where the bytes are
 * none. Forward is cheap: a step for each chunk passed. */
const uint32_t *positions_chunk(
    struct positions_reader *reader, const struct bitpack_ops *ops, uint32_t chunk);

/* Bytes of a chunk with its head. */
size_t positions_chunk_bytes(const struct positions_reader *reader, uint32_t chunk);

/* Values in that chunk. */
static inline uint32_t positions_chunk_size(const struct positions_reader *reader, uint32_t chunk)
{
    const uint32_t first = chunk * LEDE_POSITION_CHUNK;
    return reader->count - first < LEDE_POSITION_CHUNK ? reader->count - first
                                                       : LEDE_POSITION_CHUNK;
}

/* Whether heads and chunks fill the block's bytes exactly. */
bool positions_fill_block(const struct positions_reader *reader);

#endif
