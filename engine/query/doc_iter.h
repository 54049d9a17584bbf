/* doc_iter.h -- the contract of everything that walks the documents of one segment.
 *
 * An iterator stands on a document, from the first one on; documents ascend. At its end it stands on
 * DOC_END and stays there. Where it stands is a *candidate*: `matches` settles whether it is a match, which
 * may cost more (positions, a column). So a conjunction brings the candidates of all its children
 * together before it asks any of them what is expensive.
 *
 *     next    to the next candidate          legal at the end
 *     seek    to the first candidate >= target, target >= doc
 *     matches is the candidate a match?      NULL: always; at most asked once a document
 *     score   its score in units (bm25.h)    NULL: 0; only after matches said yes
 *     explain the same, leaf by leaf         NULL: no leaves; only after matches said yes
 *
 * Corruption: cursors are sticky; whoever made the iterators asks the cursors at the end (bind.h).
 * Memory: the arena of the query. Errors: none but `status` of bind, for memory in phrases.
 */
#ifndef QUERY_DOC_ITER_H
#define QUERY_DOC_ITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "query/plan.h"

struct doc_iter;

/* Told of each leaf that scores in a document. */
struct part_sink {
    void (*add)(struct part_sink *sink, const struct plan_leaf *leaf, uint32_t tf,
        uint32_t title_tf, uint32_t length, uint32_t units);
};

struct doc_iter_ops {
    uint32_t (*next)(struct doc_iter *iter);
    uint32_t (*seek)(struct doc_iter *iter, uint32_t target);
    bool (*matches)(struct doc_iter *iter);
    uint32_t (*score)(struct doc_iter *iter);
    void (*explain)(struct doc_iter *iter, struct part_sink *sink);
};

struct doc_iter {
    const struct doc_iter_ops *ops;
    uint32_t doc;
    uint32_t match_cost; /* about what `matches` costs, to ask the cheapest first; 0: it is NULL */
    uint64_t cost;       /* expected candidates: what orders a conjunction */
};

static inline uint32_t doc_iter_next(struct doc_iter *iter)
{
    return iter->ops->next(iter);
}

static inline uint32_t doc_iter_seek(struct doc_iter *iter, uint32_t target)
{
    return iter->ops->seek(iter, target);
}

static inline bool doc_iter_matches(struct doc_iter *iter)
{
    return iter->ops->matches == NULL || iter->ops->matches(iter);
}

static inline uint32_t doc_iter_score(struct doc_iter *iter)
{
    return iter->ops->score == NULL ? 0 : iter->ops->score(iter);
}

static inline void doc_iter_explain(struct doc_iter *iter, struct part_sink *sink)
{
    if (iter->ops->explain != NULL) {
        iter->ops->explain(iter, sink);
    }
}

/* For an iterator that is moved along with documents that others found: is `doc` one of its matches?
 * doc must not descend from call to call, and not repeat. */
static inline bool doc_iter_is_at(struct doc_iter *iter, uint32_t doc)
{
    if (iter->doc < doc) {
        (void)doc_iter_seek(iter, doc);
    }
    return iter->doc == doc && doc_iter_matches(iter);
}

#endif
