/* postings_writer.h -- lists from memory to the bytes of their three parts.
 *
 * FORMAT.md, "Postings". The same list gives the same bytes whatever was written before it, but for
 * the offsets in its entry.
 */
#ifndef STORAGE_POSTINGS_WRITER_H
#define STORAGE_POSTINGS_WRITER_H

#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/status.h"
#include "storage/range_bounds.h"
#include "storage/term_entry.h"

/* A term's postings in memory, as the inverter hands them over. */
struct posting_list {
    const uint32_t *docs;        /* ascending, below DOC_END */
    const uint32_t *frequencies; /* 1..LEDE_DOCUMENT_TOKENS_MAX */
    uint32_t count;              /* >= 1 */
    const uint32_t *positions; /* all documents' positions in order, ascending inside each and below
                                    DOC_END; NULL: none */
    const uint32_t *lengths;   /* of all documents of the segment, by document */
    const struct range_scale *scale; /* of the segment */
    uint32_t doc_count; /* of the segment, in which the list may be dense; 0: it is to be none */
};

/* A block of a list that comes block by block: full but for the list's last one. */
struct posting_block {
    const uint32_t *docs, *frequencies; /* as in posting_list */
    const uint32_t *positions;          /* of these documents; NULL: none */
    uint32_t count;                     /* 1..LEDE_BLOCK_POSTINGS */
};

/* The list that is being written. */
struct posting_list_writing {
    const uint32_t *lengths;
    const struct range_scale *scale;
    uint64_t postings_begin, positions_begin; /* in their sections */
    size_t rows_begin;                        /* in the buffer */
    uint32_t count;                           /* documents so far */
    uint32_t last_doc, max_tf, min_length;
    uint64_t cf;
    uint32_t dense_doc_count; /* of the segment where the list is dense; 0: it is not */
};

/* Append a list to the three parts and fill its entry. Each part is a growing buffer that the caller may drain
 * to its section, rows between lists only; `..._base` is what was drained before. */
struct postings_writer {
    struct buf postings, rows, positions;
    uint64_t postings_base, rows_base, positions_base;
    uint64_t docs_bytes, frequencies_bytes; /* statistics for SECTION_META */
    struct posting_list_writing list;
    struct buf supers; /* super rows of the list */
    struct buf dense;  /* words of the list's documents, and room for ranks (dense_docs.h) */
};

void postings_writer_init(struct postings_writer *writer);
void postings_writer_release(struct postings_writer *writer);

/* LEDE_ERR_INVALID where docids, frequencies or positions are not as posting_list says; LEDE_ERR_LIMIT where
 * a list needs 4 GiB or more in one part; LEDE_ERR_NOMEM. On failure the parts are as before. */
lede_status postings_writer_add(struct postings_writer *writer, const struct posting_list *list,
    struct term_entry *entry_out, lede_error *error) MUST_CHECK;

/* The same block by block, so that no list need be in memory: the bytes are those of postings_writer_add. `lengths`
 * and `scale` are borrowed until the end. `dense_doc_count`: documents of the segment where the list will turn out to be
 * dense, otherwise 0. After a failure the writer is fit for release only. */
lede_status postings_writer_begin(struct postings_writer *writer, const uint32_t *lengths,
    const struct range_scale *scale, uint32_t dense_doc_count, lede_error *error) MUST_CHECK;
lede_status postings_writer_block(struct postings_writer *writer, const struct posting_block *block,
    lede_error *error) MUST_CHECK;
/* At least one block was given. */
lede_status postings_writer_end(
    struct postings_writer *writer, struct term_entry *entry_out, lede_error *error) MUST_CHECK;

#endif
