/* postings_cursor.h -- walk the documents of one term in a mapped segment.
 *
 * FORMAT.md, "Postings". Borrows the sections and keeps one decoded block and its frequencies: about
 * 2 KiB, so it belongs in an arena. Allocates nothing. One cursor per thread. Positions: occurrences.h.
 *
 * Bytes that are no list never lead a cursor outside its sections, and what it gives always holds: documents
 * ascend and are below doc_count, frequencies are 1..entry.max_tf.
 */
#ifndef STORAGE_POSTINGS_CURSOR_H
#define STORAGE_POSTINGS_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/span.h"
#include "base/status.h"
#include "codec/bitpack.h"
#include "codec/wordset.h"
#include "storage/block_rows.h"
#include "storage/dense_docs.h"
#include "storage/term_entry.h"

/* The sections that lists lie in, as the segment opened them. Borrowed by every cursor. Behind each,
 * LEDE_READ_PADDING bytes are readable. */
struct postings_source {
    struct span postings, rows, positions;
    uint32_t doc_count; /* of the segment: every docid is below it */
    bool has_dense;     /* lists that are in enough documents are dense (dense_docs.h) */
    const struct bitpack_ops *bitpack;
};

/* A cursor over one list. Starts on its first document. Sticky: on bytes that are no list, `status`
 * becomes LEDE_ERR_CORRUPT, doc becomes DOC_END, and it stays there; ask once at the end. */
struct postings_cursor {
    const struct postings_source *source;
    struct term_entry entry;
    lede_status status;
    /* doc and index do not stand side by side: gcc would store them as one vector, and the next step
     * would wait for it (34 cycles a posting instead of 5). */
    uint32_t doc;        /* where it stands; DOC_END behind the last */
    uint32_t block_last; /* last docid of block `block` */
    uint32_t index;      /* of `doc` within the decoded block */
    uint32_t block_size; /* documents in the decoded block; 0 at the end */
    uint32_t block;      /* which block is decoded, from 0; block_count at the end */
    uint32_t block_count;
    struct span bits;      /* the bit string that postings_places_ranges found last: */
    uint32_t bits_first;   /* its first document */
    uint32_t bits_last;    /* and its last; 0: there is none */
    uint32_t bits_start;   /* the place of its first document in the list */
    uint32_t bits_counted; /* bits before this one have */
    uint32_t bits_ones;    /* so many ones */
    uint32_t lookups;      /* frequencies of the decoded block looked up one by one */
    uint32_t fill_block;   /* where the last call of postings_set.h or postings_places.h ended */
    const uint8_t *super_rows; /* validated extents; NULL where there is one block */
    const uint8_t *rows;
    struct span bytes; /* validated: the bytes of the list's blocks */
    struct dense_docs dense;
    struct span positions; /* validated: the list's positions */
    size_t frequencies_at; /* where the decoded block's frequencies begin in `bytes` */
    size_t block_end;      /* where the decoded block ends in `bytes` */
    bool has_frequencies;  /* frequencies[] is decoded for this block */
    uint64_t blocks_decoded, blocks_skipped; /* counters of work */
    uint64_t bytes_read;                     /* of postings and their rows */
    uint32_t docs[LEDE_BLOCK_POSTINGS];
    uint32_t frequencies[LEDE_BLOCK_POSTINGS];
};

/* Stand on the first document. `entry` is copied. Extents are checked here. */
void postings_cursor_init(struct postings_cursor *cursor, const struct postings_source *source,
    const struct term_entry *entry);

/* What is behind the functions below: not called from elsewhere. */
uint32_t postings_cursor_next_block(struct postings_cursor *cursor);
bool postings_cursor_load_frequencies(struct postings_cursor *cursor);
bool postings_cursor_look_up_frequency(struct postings_cursor *cursor);

/* The next document, or DOC_END; legal at the end. */
static inline uint32_t postings_cursor_next(struct postings_cursor *cursor)
{
    if (LIKELY(cursor->index + 1 < cursor->block_size)) {
        return cursor->doc = cursor->docs[++cursor->index];
    }
    return postings_cursor_next_block(cursor);
}

/* For loops over whole blocks. How many documents of the decoded block, from the one it stands on, are
 * below `end`: they are docs[index..index + count). 0 at the end. */
uint32_t postings_cursor_run(const struct postings_cursor *cursor, uint32_t end);

/* Past `count` of these, to the document behind them or DOC_END. */
static inline uint32_t postings_cursor_pass(struct postings_cursor *cursor, uint32_t count)
{
    if (cursor->index + count < cursor->block_size) {
        cursor->index += count;
        return cursor->doc = cursor->docs[cursor->index];
    }
    return postings_cursor_next_block(cursor);
}

/* The first document >= target, or DOC_END; target >= cursor->doc. Blocks that end before it are passed
 * by their rows, not decoded. */
uint32_t postings_cursor_seek(struct postings_cursor *cursor, uint32_t target);

/* The first document >= target, wherever the cursor stands: backwards too. Stays on the block it has where
 * that holds it; past the list's end it is DOC_END, and the cursor can be placed again. */
uint32_t postings_cursor_place(struct postings_cursor *cursor, uint32_t target);

/* Occurrences of the term in the document it stands on; decodes the block's frequencies on first use: from
 * then on frequencies[0..block_size) are theirs. 0 at the end or on corruption. */
static inline uint32_t postings_cursor_frequency(struct postings_cursor *cursor)
{
    if (LIKELY(cursor->has_frequencies) || postings_cursor_load_frequencies(cursor)) {
        return cursor->frequencies[cursor->index];
    }
    return 0;
}

/* The same for who asks in few documents of a block: does not decode them all for the first ones. */
static inline uint32_t postings_cursor_lone_frequency(struct postings_cursor *cursor)
{
    if (LIKELY(cursor->has_frequencies) || postings_cursor_look_up_frequency(cursor)) {
        return cursor->frequencies[cursor->index];
    }
    return 0;
}

/* The range code (range_bounds.h) of documents sub * LEDE_SUB_BLOCK_POSTINGS and on of the decoded block, which
 * are there. Lists of one block have none: block_count > 1. */
uint8_t postings_cursor_sub_code(const struct postings_cursor *cursor, uint32_t sub);

/* The range code of the eighth of a block that the list's document at `place` lies in. block_count > 1. */
static inline uint8_t postings_cursor_code_at(const struct postings_cursor *cursor, uint32_t place)
{
    return row_code(cursor->rows + (size_t)(place / LEDE_BLOCK_POSTINGS) * ROW_BYTES,
        place % LEDE_BLOCK_POSTINGS / LEDE_SUB_BLOCK_POSTINGS);
}

/* How many of the list's documents are below `target`: a rank look-up, one block decoded at most. Does
 * move the cursor: it then stands on the first document >= target. target >= cursor->doc. */
uint32_t postings_cursor_rank(struct postings_cursor *cursor, uint32_t target);

#endif
