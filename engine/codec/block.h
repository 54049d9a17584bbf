/* block.h -- blocks of up to LEDE_BLOCK_POSTINGS integers as bytes: docids, frequencies, positions.
 *
 * FORMAT.md, "Blocks", has the bytes. The first byte of an encoded block is its tag: kind in the high
 * three bits, width in the low five (0 where it is 32, block.c).
 *
 *   docids      RUN     every gap is 1: no payload
 *               BITSET  bits from base + 1 on: u16 number of bytes, then those bytes
 *               FOR     gaps less one, bit-packed
 *               PFOR    the same with a narrower width and exceptions (patched.h)
 *   numbers     ZERO (all 0: a block of frequencies that are all 1), FOR, PFOR
 *
 * The encoder takes the smallest, but for what decoding costs: PFOR must save half a bit a value over FOR, and
 * BITSET may take a bit more than either.
 *
 * Decoders trust nothing: they take the bytes that there are and fail on a tag, width, count or
 * place that does not fit. They may read (never use) up to LEDE_READ_PADDING bytes past the end.
 */
#ifndef CODEC_BLOCK_H
#define CODEC_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/span.h"
#include "codec/bitpack.h"

enum {
    /* No block of 256 integers is longer: 256 x 4 bytes, tag, and slack. */
    BLOCK_BYTES_MAX = 1100,
};

enum block_kind { BLOCK_ZERO = 0, BLOCK_FOR = 1, BLOCK_PFOR = 2, BLOCK_RUN = 3, BLOCK_BITSET = 4 };

/* Encode ascending docids, all above `base` (UINT32_MAX: there is none before, any is above). count
 * 1..LEDE_BLOCK_POSTINGS. `bytes` has BLOCK_BYTES_MAX room. Returns the bytes written. */
size_t block_encode_docs(const uint32_t *docs, uint32_t count, uint32_t base, uint8_t *bytes);

/* Encode any numbers. */
size_t block_encode_numbers(const uint32_t *numbers, uint32_t count, uint8_t *bytes);

/* Decode exactly `count` docids. Returns the bytes used, 0 where the bytes are no such block (also where
 * docids would pass DOC_END - 1 or not ascend). `docs` has room for LEDE_BLOCK_POSTINGS values, all of
 * which may be written. */
size_t block_decode_docs(const struct bitpack_ops *ops, struct span bytes, uint32_t count,
    uint32_t base, uint32_t *docs) MUST_CHECK;

size_t block_decode_numbers(
    const struct bitpack_ops *ops, struct span bytes, uint32_t count, uint32_t *numbers) MUST_CHECK;

/* One of `count` numbers, index < count. False where the bytes are no such block. */
bool block_number_at(
    struct span bytes, uint32_t count, uint32_t index, uint32_t *number_out) MUST_CHECK;

/* How long the encoded block of `count` integers at the front is, from its head alone; 0: no block. */
size_t block_size(struct span bytes, uint32_t count) MUST_CHECK;

/* The bit string of a block of docids of kind BITSET: bit i is docid base + 1 + i. False where it is of
 * another kind, or no block. */
bool block_bits(struct span bytes, struct span *bits_out) MUST_CHECK;

/* Its kind, for statistics and for probing bitsets in place. `bytes` has at least one. */
enum block_kind block_kind_of(struct span bytes);

#endif
