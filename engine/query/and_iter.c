/* children[] is ordered by cost, askers[] holds those with a `matches` by match_cost. */
#include "query/and_iter.h"

#include "base/assert.h"

struct and_iter {
    struct doc_iter base;
    struct doc_iter **children;
    uint32_t count;
    struct doc_iter **askers;
    uint32_t asker_count;
};

/* From the lead's document on, to the first that all children stand on. */
static uint32_t align(struct and_iter *and)
{
    struct doc_iter **children = and->children;
    uint32_t target = children[0]->doc;
    for (uint32_t i = 1; i < and->count;) {
        if (target == DOC_END) {
            break;
        }
        const uint32_t doc =
            children[i]->doc < target ? doc_iter_seek(children[i], target) : children[i]->doc;
        if (doc == target) {
            i++;
            continue;
        }
        target = doc == DOC_END ? DOC_END : doc_iter_seek(children[0], doc);
        i = 1;
    }
    return and->base.doc = target;
}

static uint32_t and_next(struct doc_iter *iter)
{
    struct and_iter *and = (struct and_iter *)iter;
    if (iter->doc == DOC_END) {
        return DOC_END;
    }
    (void)doc_iter_next(and->children[0]);
    return align(and);
}

static uint32_t and_seek(struct doc_iter *iter, uint32_t target)
{
    struct and_iter *and = (struct and_iter *)iter;
    if (iter->doc >= target) {
        return iter->doc;
    }
    if (and->children[0]->doc < target) {
        (void)doc_iter_seek(and->children[0], target);
    }
    return align(and);
}

static bool and_matches(struct doc_iter *iter)
{
    struct and_iter *and = (struct and_iter *)iter;
    for (uint32_t i = 0; i < and->asker_count; i++) {
        if (!and->askers[i]->ops->matches(and->askers[i])) {
            return false;
        }
    }
    return true;
}

static uint32_t and_score(struct doc_iter *iter)
{
    struct and_iter *and = (struct and_iter *)iter;
    uint32_t score = 0;
    for (uint32_t i = 0; i < and->count; i++) {
        score += doc_iter_score(and->children[i]);
    }
    return score;
}

static void and_explain(struct doc_iter *iter, struct part_sink *sink)
{
    struct and_iter *and = (struct and_iter *)iter;
    for (uint32_t i = 0; i < and->count; i++) {
        doc_iter_explain(and->children[i], sink);
    }
}

static const struct doc_iter_ops AND_OPS = {.next = and_next,
    .seek = and_seek,
    .matches = and_matches,
    .score = and_score,
    .explain = and_explain};
static const struct doc_iter_ops AND_EXACT_OPS = {
    .next = and_next, .seek = and_seek, .score = and_score, .explain = and_explain};

static void sort_by_cost(struct doc_iter **children, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct doc_iter *child = children[i];
        uint32_t at = i;
        for (; at > 0 && children[at - 1]->cost > child->cost; at--) {
            children[at] = children[at - 1];
        }
        children[at] = child;
    }
}

static void insert_asker(struct and_iter *and, struct doc_iter *child)
{
    uint32_t at = and->asker_count++;
    for (; at > 0 && and->askers[at - 1]->match_cost > child->match_cost; at--) {
        and->askers[at] = and->askers[at - 1];
    }
    and->askers[at] = child;
}

struct doc_iter *and_iter_new(struct arena *arena, struct doc_iter **children, uint32_t count)
{
    ASSERT(count >= 1);
    struct and_iter *and = arena_zalloc(arena, 1, sizeof *and);
    struct doc_iter **askers = arena_array(arena, count, sizeof(struct doc_iter *));
    if (and == NULL || askers == NULL) {
        return NULL;
    }
    sort_by_cost(children, count);
    and->children = children;
    and->count = count;
    and->askers = askers;
    for (uint32_t i = 0; i < count; i++) {
        if (children[i]->ops->matches != NULL) {
            insert_asker(and, children[i]);
            and->base.match_cost += children[i]->match_cost;
        }
    }
    and->base.ops = and->asker_count > 0 ? &AND_OPS : &AND_EXACT_OPS;
    and->base.cost = children[0]->cost;
    (void)align(and);
    return &and->base;
}
