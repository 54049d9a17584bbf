/* postings.h -- the documents of a term with their frequencies: writer and cursor.
 *
 * FORMAT.md, "Postings". A list is cut into blocks of LEDE_BLOCK_POSTINGS; the last may be shorter. A
 * block's bytes (docids, then frequencies less one; codec/block.h) lie in SECTION_POSTINGS. What is
 * needed to pass a block without touching it lies in SECTION_BLOCK_ROWS for lists of more than one
 * block, one row a block, with a super row before every LEDE_SUPER_BLOCKS rows. A list of one document
 * is in the dictionary's entry and has no bytes here.
 *
 * Bounds are pairs (largest tf, smallest length), not scores, so they hold for any k1, b and boost;
 * both are rounded in the safe direction. Each eighth of a block has a bound of one byte (bound.h).
 */
#ifndef STORAGE_POSTINGS_H
#define STORAGE_POSTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/span.h"
#include "base/status.h"
#include "codec/bitpack.h"

/* Where a term's list lies and what it is like: the dictionary's entry (termdict.h). */
struct term_entry {
    uint32_t df;                               /* documents, >= 1 */
    uint64_t cf;                               /* occurrences, >= df */
    uint32_t max_tf;                           /* largest frequency */
    uint32_t min_length;                       /* smallest length of its documents */
    uint32_t single_doc;                       /* df == 1: the document (its tf is max_tf) */
    uint64_t postings_offset, postings_size;   /* in SECTION_POSTINGS; size 0 where df == 1 */
    uint64_t rows_offset, rows_size;           /* in SECTION_BLOCK_ROWS; size 0 where one block */
    uint64_t positions_offset, positions_size; /* in SECTION_POSITIONS; size 0 without positions */
    uint64_t champions_offset;                 /* in SECTION_CHAMPIONS; used where df >=
                                                  LEDE_CHAMPION_DF_MIN */
};

static inline uint32_t term_entry_blocks(const struct term_entry *entry)
{
    return (entry->df + LEDE_BLOCK_POSTINGS - 1) / LEDE_BLOCK_POSTINGS;
}

/* ---- writing ---- */

/* A term's postings in memory, as the inverter hands them over. */
struct posting_list {
    const uint32_t *docs;        /* ascending */
    const uint32_t *frequencies; /* >= 1 */
    uint32_t count;              /* >= 1 */
    const uint32_t
        *positions; /* all documents' positions in order, ascending inside each; NULL: none */
    const uint32_t *lengths; /* of all documents of the segment, by document */
    double average_length;   /* of the segment, for choosing champions */
};

/* Append a list to the four parts and fill its entry but for the term. Each part is a growing buffer
 * that the caller may drain to its section between lists; `..._base` is what was drained before. */
struct postings_writer {
    struct buf postings, rows, champions, positions;
    uint64_t postings_base, rows_base, champions_base, positions_base;
    uint64_t docs_bytes, frequencies_bytes; /* statistics for SECTION_META */
};

void postings_writer_init(struct postings_writer *writer);
void postings_writer_release(struct postings_writer *writer);
lede_status postings_writer_add(struct postings_writer *writer, const struct posting_list *list,
    struct term_entry *entry_out, lede_error *error) MUST_CHECK;

/* ---- reading ---- */

/* The sections that lists lie in, as the segment opened them. Borrowed by every cursor. */
struct postings_source {
    struct span postings, rows, champions, positions;
    uint32_t doc_count; /* of the segment: every docid is below it */
    const struct bitpack_ops *bitpack;
};

/* Bounds of a block: nothing in it scores more than (max_tf, min_length) does. */
struct block_bound {
    uint32_t last_doc;
    uint32_t max_tf;
    uint32_t min_length;
};

/* A cursor over one list. Starts on its first document. Sticky: on bytes that are no list, `status`
 * becomes LEDE_ERR_CORRUPT, doc becomes DOC_END, and it stays there; ask once at the end.
 * Holds one decoded block; allocates nothing. */
struct postings_cursor {
    const struct postings_source *source;
    struct term_entry entry;
    lede_status status;
    uint32_t doc;   /* where it stands; DOC_END behind the last */
    uint32_t index; /* of `doc` within the decoded block */
    uint32_t block; /* which block is decoded (or being passed), from 0 */
    uint32_t block_count;
    uint32_t block_size;   /* documents in the decoded block */
    uint32_t block_last;   /* last docid of block `block` */
    struct span rows;      /* validated: super rows and rows of this list */
    struct span bytes;     /* validated: the list's postings bytes */
    size_t frequencies_at; /* where the decoded block's frequencies begin in `bytes` */
    size_t block_end;      /* where the decoded block ends in `bytes` */
    bool has_frequencies;  /* frequencies[] is decoded for this block */
    bool has_offsets;      /* occurrences[] is summed for this block */
    uint64_t blocks_decoded, blocks_skipped, position_chunks; /* counters of work */
    uint32_t docs[LEDE_BLOCK_POSTINGS];
    uint32_t frequencies[LEDE_BLOCK_POSTINGS];
    uint32_t occurrences[LEDE_BLOCK_POSTINGS]; /* occurrences in the block before this document */
};

/* Stand on the first document. `entry` is copied. Extents are checked here. */
void postings_cursor_init(struct postings_cursor *cursor, const struct postings_source *source,
    const struct term_entry *entry);

/* The next document, or DOC_END; legal at the end. */
uint32_t postings_cursor_next(struct postings_cursor *cursor);

/* The first document >= target, or DOC_END; target >= cursor->doc. Blocks that end before it are passed
 * by their rows, not decoded. */
uint32_t postings_cursor_seek(struct postings_cursor *cursor, uint32_t target);

/* Occurrences of the term in the document it stands on; decodes the block's frequencies on first use.
 * 0 at the end or on corruption. */
uint32_t postings_cursor_frequency(struct postings_cursor *cursor);

/* The bound of the block that holds the first document >= target (target >= cursor->doc), without
 * decoding it; last_doc is DOC_END - 1 and the rest 0 where there is none. Does not move the cursor. */
struct block_bound postings_cursor_bound(struct postings_cursor *cursor, uint32_t target);

/* How many of the list's documents are below `target`: a rank look-up, one block decoded at most. Does
 * move the cursor: it then stands on the first document >= target. target >= cursor->doc. */
uint32_t postings_cursor_rank(struct postings_cursor *cursor, uint32_t target);

/* The positions of the term in the document it stands on, ascending, into `positions` of at least
 * `capacity` values: as many as fit; the number there are is returned (0 where the index has none or on
 * corruption). */
uint32_t postings_cursor_positions(
    struct postings_cursor *cursor, uint32_t *positions, uint32_t capacity);

/* The stored best documents, ascending, at most LEDE_CHAMPIONS; their number, 0 where the list has
 * none. `docs` and `frequencies` have LEDE_CHAMPIONS room. */
uint32_t postings_champions(const struct postings_source *source, const struct term_entry *entry,
    uint32_t *docs, uint32_t *frequencies);

/* ---- verifying ---- */

/* Walk a whole list and check every invariant: order, counts, rows, bounds against lengths, champions,
 * positions. Writes a sentence without the term's name into `message` on the first fault. */
bool postings_verify(const struct postings_source *source, const struct term_entry *entry,
    const uint32_t *lengths, char *message, size_t message_size);

#endif
