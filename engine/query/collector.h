/* collector.h -- what a search wants of its matches, segment by segment: the best hits, how many there are, facets.
 *
 *     hits by score     ranker.h, where the condition allows; otherwise every match is scored (matcher.h)
 *     hits by date      a walk from the end that counts, until there are enough
 *     total, facets     tally.h. Where terms are required the hits are looked for in the same set
 *
 * Where neither total nor facets are asked for, not every match is seen, and the total is at least what it says.
 */
#ifndef QUERY_COLLECTOR_H
#define QUERY_COLLECTOR_H

#include "query/bind.h"
#include "query/ranking.h"
#include "query/search.h"
#include "query/shape.h"
#include "query/tally.h"

struct collector {
    const struct search_request *request;
    const struct snapshot *snapshot;
    struct binder *binder;
    struct shape shape; /* of the plan, */
    bool has_shape;     /* where it has one */
    lede_sort sort;
    bool counts;            /* every match must be seen */
    struct batch *batch;    /* of matches; made when first needed */
    struct tally tally;     /* where it counts */
    struct ranking ranking; /* the best hits so far */
    uint64_t *keys;         /* room of topk */
    uint64_t seen;          /* matches met on the way to the hits */
    bool saw_all;           /* these are all */
};

/* All is borrowed, and lies in the binder's arena. */
lede_status collector_init(struct collector *collector, const struct search_request *request,
    const struct snapshot *snapshot, struct binder *binder, lede_error *error) MUST_CHECK;

/* Segment `at` of the snapshot; `hits`: its terms, by term of the plan. */
lede_status collector_collect(struct collector *collector, uint32_t at,
    const struct termdict_hit *const *hits, lede_error *error) MUST_CHECK;

/* How many matches there are: exactly where true is returned, otherwise at least. After the last segment. */
bool collector_total(const struct collector *collector, uint64_t *total_out);

#endif
