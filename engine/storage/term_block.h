/* term_block.h -- the bytes of one block of the dictionary: front-coded terms, and columns of what is known
 * of each.
 *
 * FORMAT.md, "Dictionary". For termdict's writer and reader only.
 *
 *   block    where the lists of its terms begin in postings, rows and positions: u64 each; bytes of
 *            the rests: u16; widths of the columns: u8 each; shared, own, heads: u8 a term each; rests;
 *            columns
 *   shared   how many bytes of the term before the term begins with
 *   own      how many follow, at least one
 *   heads    the first of these; the others are the term's part of the rests
 *   column   one number a term, `width` bits each, packed as in bitpack.h, to whole bytes
 *
 * So what decides nearly every comparison of a search, lengths and first differing bytes, lies in arrays of 32
 * bytes that are looked at whole (byte_mask.h), without going from term to term.
 * Columns are of one width, so that the numbers of one term are read without those of others.
 */
#ifndef STORAGE_TERM_BLOCK_H
#define STORAGE_TERM_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/span.h"
#include "storage/term_entry.h"

enum term_column {
    COLUMN_DF,              /* df less one */
    COLUMN_REPEATS,         /* cf - df */
    COLUMN_MAX_TF,          /* largest tf less one */
    COLUMN_MIN_LENGTH,      /* */
    COLUMN_ALIAS,           /* 1: has no lists of its own, the columns below are 0 */
    COLUMN_DOC_OR_SIZE,     /* df == 1: the document, otherwise bytes in postings */
    COLUMN_POSITIONS_SIZE,  /* */
    COLUMN_POSTINGS_BEGIN,  /* bytes from the block's base to its list: in postings, */
    COLUMN_ROWS_BEGIN,      /* in rows, */
    COLUMN_POSITIONS_BEGIN, /* in positions */
    TERM_COLUMNS,
};

/* ---- columns ---- */

/* Places in the three sections that lists lie in. */
struct term_offsets {
    uint64_t postings, rows, positions;
};

/* The columns of a block being filled. */
struct term_columns_writer {
    uint64_t values[TERM_COLUMNS][LEDE_TERM_BLOCK];
    uint32_t count;
    struct term_offsets base; /* where the block's lists begin */
    struct term_offsets at;   /* where the last term's end */
};

/* Whether the numbers of an entry fit the columns: within their limits, not contradicting each other, its lists
 * not before the last term's. */
bool term_columns_accept(
    const struct term_columns_writer *writer, const struct term_entry *entry, bool is_alias);

/* Add an accepted entry; there are fewer than LEDE_TERM_BLOCK. */
void term_columns_add(
    struct term_columns_writer *writer, const struct term_entry *entry, bool is_alias);

/* The terms of a block being filled, as many as columns->count says. */
struct terms_writer {
    uint8_t shared[LEDE_TERM_BLOCK];
    uint8_t own[LEDE_TERM_BLOCK];
    uint8_t heads[LEDE_TERM_BLOCK];
    uint32_t rest_bytes;
    uint8_t rests[LEDE_TERM_BLOCK * LEDE_TERM_BYTES_MAX];
};

/* Make `term` the next one, which begins with `shared` bytes of the one before; at least one follows. */
void terms_writer_add(struct terms_writer *writer, uint32_t place, const uint8_t *term,
    uint32_t term_length, uint32_t shared);

/* Append the block and begin the next. A failure is kept in the buffer. */
void term_block_write(
    struct buf *out, struct terms_writer *terms, struct term_columns_writer *columns);

/* The columns of a block being read. */
struct term_columns {
    const uint8_t *column[TERM_COLUMNS];
    uint8_t width[TERM_COLUMNS];
    struct term_offsets base;
};

/* A block being read. Borrowed bytes, behind which LEDE_READ_PADDING are readable. */
struct term_block {
    uint32_t count;        /* of terms */
    const uint8_t *shared; /* by term: all three */
    const uint8_t *own;
    const uint8_t *heads;
    struct span rests;
    struct term_columns columns;
};

/* Cut a block of `count` terms, 1..LEDE_TERM_BLOCK, into its parts, which are undefined on failure: false where
 * its sizes do not add up or a width is too large for its column. After that every number of the columns is
 * within its limits and no offset passes 2^64; of the terms nothing is known. */
bool term_block_open(struct span bytes, uint32_t count, struct term_block *block_out) MUST_CHECK;

/* A term as it is coded behind another. */
struct front_coded {
    uint32_t shared; /* bytes of the term before */
    uint32_t own;    /* bytes of its own, `head` among them */
    uint8_t head;
    const uint8_t *rest; /* own - 1 bytes, borrowed */
};

/* Term `place`, whose rest begins `rest_at` bytes behind that of the first. False: damaged. */
static inline bool term_block_at(
    const struct term_block *block, uint32_t place, size_t rest_at, struct front_coded *coded_out)
{
    const uint32_t own = block->own[place];
    *coded_out = (struct front_coded){
        .shared = block->shared[place],
        .own = own,
        .head = block->heads[place],
        .rest = block->rests.bytes + rest_at,
    };
    return own >= 1 && rest_at <= block->rests.size && own - 1 <= block->rests.size - rest_at;
}

/* Look for a term of 1..255 bytes; its place, or `count` where it is not there. False: damaged. */
bool term_block_find(const struct term_block *block, const uint8_t *term, uint32_t term_length,
    uint32_t *place_out) MUST_CHECK;

/* The entry of term `place` < count, and whether it is an alias. */
void term_columns_entry(const struct term_columns *columns, uint32_t place,
    struct term_entry *entry_out, bool *is_alias_out);

#endif
