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
};

/* Append a list to the three parts and fill its entry. Each part is a growing buffer that the caller may drain
 * to its section between lists; `..._base` is what was drained before. */
struct postings_writer {
    struct buf postings, rows, positions;
    uint64_t postings_base, rows_base, positions_base;
    uint64_t docs_bytes, frequencies_bytes; /* statistics for SECTION_META */
};

void postings_writer_init(struct postings_writer *writer);
void postings_writer_release(struct postings_writer *writer);

/* LEDE_ERR_INVALID where docids, frequencies or positions are not as posting_list says; LEDE_ERR_LIMIT where
 * a list needs 4 GiB or more in one part; LEDE_ERR_NOMEM. On failure the parts are as before. */
lede_status postings_writer_add(struct postings_writer *writer, const struct posting_list *list,
    struct term_entry *entry_out, lede_error *error) MUST_CHECK;

#endif
