/* offering.h -- documents on their way into the best: some hundred wait, are scored together, and offered.
 *
 * Scores tell what need not be looked at once there is a threshold; before, phrases tell what need not be scored.
 */
#ifndef QUERY_OFFERING_H
#define QUERY_OFFERING_H

#include "query/scorer.h"
#include "query/topk.h"

struct offering {
    struct scorer scorer;
    struct topk *topk;
    bool verifies; /* the phrases of the scorer's lanes are still to be looked for */
    uint64_t seen; /* documents that were found to have them */
    struct scorer_batch batch;
};

/* Put a document behind those that wait, which are lower. score: what it has already; to_come: no more than this will be
 * added; match: its number in the scorer's matches, if there are such. Makes room where there is none. */
void offering_add(
    struct offering *offering, uint32_t doc, uint32_t score, uint32_t to_come, uint32_t match);

/* The same for the documents `docs` of range `range`. scores: what they have already, by document of the range; NULL:
 * nothing. */
void offering_add_range(struct offering *offering, uint32_t range, uint64_t docs,
    const uint32_t *scores, uint32_t to_come);

/* Score those that wait, and offer them. */
void offering_flush(struct offering *offering);

#endif
