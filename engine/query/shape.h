/* shape.h -- a plan as the ranker can answer it: what is required, what only scores, what restricts.
 *
 *     [ filters ]  [ required terms and phrases ]  [ optional terms ]  [ exclusions ]
 *
 * So words side by side (all optional), words with a plus, an AND, a phrase, a lone word, each with filters around
 * and exclusions. Other trees, an OR with a phrase in it for one, have no shape.
 */
#ifndef QUERY_SHAPE_H
#define QUERY_SHAPE_H

#include "base/arena.h"
#include "base/status.h"
#include "query/plan.h"

struct shape {
    const struct plan_node **terms; /* of both kinds, required first */
    uint32_t required_count, term_count;
    const struct plan_node **phrases; /* required */
    uint32_t phrase_count;
    struct plan_node **filters; /* keyword conditions */
    uint32_t filter_count;
    struct plan_node **exclusions;
    uint32_t exclusion_count;
};

/* Fill *shape_out, in the arena; *taken_out: whether the plan has a shape. */
lede_status shape_take(struct arena *arena, const struct plan *plan, struct shape *shape_out,
    bool *taken_out, lede_error *error) MUST_CHECK;

#endif
