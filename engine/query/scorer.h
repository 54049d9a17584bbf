/* scorer.h -- exact scores of documents, some hundred at a time.
 *
 * Lane by lane: at which places of its list the documents are; their frequencies; their shares, by a kernel. After each
 * lane those are left out that cannot reach the least key any more (topk.h). A document's length is read once for all
 * lanes.
 */
#ifndef QUERY_SCORER_H
#define QUERY_SCORER_H

#include "query/lane_set.h"

enum { SCORER_DOCS_MAX = 128 };

struct scorer_batch {
    uint32_t count;
    uint32_t docs[SCORER_DOCS_MAX];    /* ascending */
    uint32_t scores[SCORER_DOCS_MAX];  /* what was added so far */
    uint32_t to_come[SCORER_DOCS_MAX]; /* no more than this will be added */
    uint32_t matches[SCORER_DOCS_MAX]; /* by which `places` are found; without them, anything */
    uint32_t lengths[SCORER_DOCS_MAX]; /* scorer_run's */
};

struct scorer {
    const struct lane_set *set;
    const struct segment *segment;
    const struct score_ops *ops;
    struct lede_counters *counters;
    uint32_t first_lane; /* those before have been added */
    uint32_t
        window; /* in which the lanes are open for all ranges of the documents, or SCORER_NO_WINDOW */
    /* By lane, where each match is in its list, or LANE_NO_PLACE; NULL: it has to be looked for. NULL: no lane's are known. */
    const uint32_t *const *places;
};

#define SCORER_NO_WINDOW UINT32_MAX

/* Add to the scores of the batch; documents whose key cannot be `least` or more are dropped from it. */
void scorer_run(const struct scorer *scorer, struct scorer_batch *batch, uint64_t least);

#endif
