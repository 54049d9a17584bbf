/* term_block.h -- the bytes of one block of the dictionary: front-coded terms, and columns of what is known
 * of each.
 *
 * FORMAT.md, "Dictionary". For termdict's writer and reader only.
 *
 *   block    u16 bytes of the terms; where the lists of its terms begin in postings, rows, positions and
 *            champions: four varints; widths of the columns, u8 each; terms; columns
 *   term     u8: bytes shared with the term before (0..14, 15: 15 + a further u8) in the low half, bytes of
 *            its own less one in the high half (likewise; its u8 comes second); those bytes
 *   column   one number a term, `width` bits each, packed as in bitpack.h, to whole bytes
 *
 * Columns are of one width, so that the numbers of one term are read without those of others; only its lists'
 * offsets are sums, over the sizes of those before it in the block.
 */
#ifndef STORAGE_TERM_BLOCK_H
#define STORAGE_TERM_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/span.h"
#include "storage/term_entry.h"

enum term_column {
    COLUMN_DF,             /* df less one */
    COLUMN_REPEATS,        /* cf - df */
    COLUMN_MAX_TF,         /* largest tf less one */
    COLUMN_MIN_LENGTH,     /* */
    COLUMN_ALIAS,          /* 1: has no lists of its own, the columns below are 0 */
    COLUMN_DOC_OR_SIZE,    /* df == 1: the document, otherwise bytes in postings */
    COLUMN_POSITIONS_SIZE, /* */
    COLUMN_POSTINGS_GAP,   /* bytes between the list before and this: in postings, */
    COLUMN_ROWS_GAP,       /* in rows, */
    COLUMN_POSITIONS_GAP,  /* in positions, */
    COLUMN_CHAMPIONS_GAP,  /* in champions */
    TERM_COLUMNS,
};

/* ---- terms ---- */

/* A term as it is coded behind another. */
struct front_coded {
    uint32_t shared;       /* bytes of the term before */
    uint32_t suffix_bytes; /* >= 1 */
    const uint8_t *suffix;
};

/* Append a term; a failure is kept in the buffer. */
void front_coded_write(struct buf *out, struct front_coded coded);

/* The next term of a block; the suffix is borrowed from it. False at the end. */
static inline bool front_coded_read(struct cursor *terms, struct front_coded *coded)
{
    const uint8_t code = cursor_u8(terms);
    coded->shared = code & 15;
    coded->suffix_bytes = (code >> 4) + 1u;
    if (UNLIKELY(coded->shared == 15)) {
        coded->shared += cursor_u8(terms);
    }
    if (UNLIKELY(coded->suffix_bytes == 16)) {
        coded->suffix_bytes += cursor_u8(terms);
    }
    coded->suffix = cursor_bytes(terms, coded->suffix_bytes);
    return !terms->failed;
}

/* ---- columns ---- */

/* Where the lists of the next term begin if they follow the last term's. */
struct term_offsets {
    uint64_t postings, rows, positions, champions;
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

/* Append the block and begin the next. A failure is kept in the buffer. */
void term_block_write(struct buf *out, struct span terms, struct term_columns_writer *writer);

/* The columns of a block being read. Borrowed bytes, behind which LEDE_READ_PADDING are readable. */
struct term_columns {
    const uint8_t *column[TERM_COLUMNS];
    uint8_t width[TERM_COLUMNS];
    struct term_offsets at; /* where the lists of term `place` begin if nothing is between */
    uint32_t place;         /* of the next term, from 0 */
};

/* Cut a block of `count` terms into its parts, which are undefined on failure: false where its sizes do not add
 * up or a width is too large for its column. After that every number is within its limits and no offset passes
 * 2^64. */
bool term_block_open(struct span block, uint32_t count, struct cursor *terms,
    struct term_columns *columns) MUST_CHECK;

/* Pass `count` terms. */
void term_columns_skip(struct term_columns *columns, uint32_t count);

/* The next term's entry and whether it is an alias. At most as often as there are terms. */
void term_columns_next(
    struct term_columns *columns, struct term_entry *entry_out, bool *is_alias_out);

#endif
