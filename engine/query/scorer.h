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
    uint32_t places[SCORER_DOCS_MAX]; /* in the window, ascending */
    uint32_t scores[SCORER_DOCS_MAX]; /* scorer_run */
    uint32_t lengths[SCORER_DOCS_MAX];
};

struct scorer {
    const struct lane_set *set;
    const struct segment *segment;
    const struct score_ops *ops;
    struct lede_counters *counters;
    bool opens_lanes;
};

/* Set scores of the batch; what cannot reach `threshold` is dropped from it. Lanes are open for the documents' ranges, or
 * with `opens_lanes` are opened here, for those ranges alone that have something left when it is their turn. sums: of
 * all lanes' bounds, by range of the window. */
void scorer_run(const struct scorer *scorer, struct scorer_batch *batch, uint32_t window,
    const uint32_t *sums, uint32_t threshold);

#endif
