/* merge_docs.h -- the documents of the segments that are merged: which are alive, and in which order they stand.
 *
 * Each segment has its documents in the order of doc_order.h; they are merged to one such order. Segments that are
 * not in it, or that have a document in common, are damaged.
 *
 * Memory   9 bytes a document, and a bit; 1 after merge_docs_drop_numbers.
 */
#ifndef INDEX_MERGE_DOCS_H
#define INDEX_MERGE_DOCS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "storage/segment.h"

enum {
    /* Segments merged at once: each has a decompressor, a cursor a list, and its place in a byte. */
    MERGE_SOURCES_MAX = 10,
    /* Documents a walk passes before it lets go of the pages that were read: their ids are 8 MiB at most. */
    MERGE_FORGET_DOCS = 1 << 14,
};

struct merge_source {
    const struct segment *segment; /* borrowed */
    const uint64_t *deleted;       /* borrowed: a bit a document; NULL: all are alive */
};

struct merge_docs {
    struct merge_source sources[MERGE_SOURCES_MAX];
    uint32_t source_count;
    uint32_t doc_count; /* alive */
    uint64_t token_count;
    uint8_t *from;     /* by number: which source it is from */
    uint32_t *lengths; /* by number */
    uint32_t *numbers
        [MERGE_SOURCES_MAX]; /* by source and document: its number, DOC_END for deleted ones */
};

/* LEDE_ERR_CORRUPT where the segments are not as above. A zeroed one may be released. */
lede_status merge_docs_init(struct merge_docs *docs, const struct merge_source *sources,
    uint32_t source_count, lede_error *error) MUST_CHECK;
void merge_docs_release(struct merge_docs *docs);

/* No list is going to be renumbered any more. */
void merge_docs_drop_numbers(struct merge_docs *docs);

static inline bool merge_source_has(const struct merge_source *source, uint32_t doc)
{
    return source->deleted == NULL || (source->deleted[doc / 64] >> (doc % 64) & 1) == 0;
}

/* Let go of the pages of the segments that were read. */
void merge_docs_forget(const struct merge_docs *docs);

/* A walk over the documents by number, which lets go of pages on the way. */
struct merge_walk {
    const struct merge_docs *docs;
    uint32_t number; /* of the document that stands next */
    uint32_t source, doc;
    uint32_t next[MERGE_SOURCES_MAX]; /* by source: the first document that was not passed */
};

void merge_walk_begin(struct merge_walk *walk, const struct merge_docs *docs);

/* Go to the next document: its source and its number there. False behind the last. */
bool merge_walk_next(struct merge_walk *walk);

#endif
