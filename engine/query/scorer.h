/* scorer.h -- exact scores of documents of a window, some hundred at a time.
 *
 * Lane by lane: which of the documents have the term, and at which places of its list; their frequencies; their shares,
 * by a kernel. After each lane those are left out that cannot reach the threshold any more. A document's length is
 * read once for all lanes.
 */
#ifndef QUERY_SCORER_H
#define QUERY_SCORER_H

#include "query/lane_set.h"

enum { SCORER_DOCS_MAX = 256 };

/* Documents of one window. */
struct scorer_batch {
    uint32_t count;
    uint32_t places[SCORER_DOCS_MAX];  /* in the window, ascending */
    uint32_t scores[SCORER_DOCS_MAX];  /* what was added so far */
    uint32_t lengths[SCORER_DOCS_MAX]; /* scorer_run */
};

struct scorer {
    const struct lane_set *set;
    const struct segment *segment;
    const struct score_ops *ops;
    struct lede_counters *counters;
};

/* What is to be added to scores in a window. */
struct scorer_task {
    uint32_t window;
    uint32_t first_lane; /* those before have been added */
    bool
        opens_lanes; /* lanes are not open yet: they are opened for those ranges alone that have something left */
    const uint32_t
        *to_come; /* the sum of the bounds of lanes from first_lane on, by range of the window */
};

/* Add to the scores of the batch; what cannot reach `threshold` is dropped from it. Without opens_lanes, lanes must be
 * open for the documents' ranges. */
void scorer_run(const struct scorer *scorer, const struct scorer_task *task,
    struct scorer_batch *batch, uint32_t threshold);

#endif
