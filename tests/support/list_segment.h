/* list_segment.h -- a segment in memory that has some random lists and lengths, deletions if wanted, and nothing else.
 */
#ifndef TESTS_SUPPORT_LIST_SEGMENT_H
#define TESTS_SUPPORT_LIST_SEGMENT_H

#include "storage/segment.h"
#include "support/guard.h"
#include "support/list_model.h"
#include "support/rng.h"

enum { SEGMENT_DOCS = 100003, SEGMENT_LISTS_MAX = 8 };

struct list_segment {
    struct segment segment;
    struct list_model
        models[SEGMENT_LISTS_MAX]; /* docs, frequencies and list are those of the segment */
    struct stored_list stored[SEGMENT_LISTS_MAX];
    struct postings_cursor cursors[SEGMENT_LISTS_MAX]; /* list_segment_rewind */
    uint32_t list_count;
    uint32_t places[SEGMENT_LISTS_MAX]
                   [SEGMENT_DOCS]; /* in the list; UINT32_MAX: it has not the document */
    uint32_t lengths[SEGMENT_DOCS];
    struct guard length_bytes, bitmap;
};

/* Lists of `dfs` documents. One in `live_in` documents is left by deletions; 0: all are. */
struct list_segment *list_segment_new(
    const uint32_t *dfs, uint32_t list_count, uint32_t live_in, struct rng *rng);
void list_segment_free(struct list_segment *made);

/* Cursors at the beginning of their lists, all with these kernels. */
void list_segment_rewind(struct list_segment *made, const struct bitpack_ops *ops);

#endif
