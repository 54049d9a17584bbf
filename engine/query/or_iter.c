/* heap[0] stands on the smallest document. `current` holds the children that match at `doc`, found once a
 * document by going down the heap as far as children stand there. */
#include "query/or_iter.h"

#include "base/assert.h"

struct or_iter {
    struct doc_iter base;
    struct doc_iter **heap;
    struct doc_iter **current;
    uint32_t count;
    uint32_t current_count;
    uint32_t current_doc; /* that `current` is of; DOC_END: of none */
};

static void sift_down(struct or_iter * or, uint32_t at)
{
    struct doc_iter **heap = or->heap;
    struct doc_iter *moved = heap[at];
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= or->count) {
            break;
        }
        if (child + 1 < or->count && heap[child + 1]->doc < heap[child]->doc) {
            child++;
        }
        if (heap[child]->doc >= moved->doc) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
}

static uint32_t or_seek(struct doc_iter *iter, uint32_t target)
{
    struct or_iter * or = (struct or_iter *)iter;
    while (or->heap[0]->doc < target) {
        (void)doc_iter_seek(or->heap[0], target);
        sift_down(or, 0);
    }
    return iter->doc = or->heap[0]->doc;
}

static uint32_t or_next(struct doc_iter *iter)
{
    struct or_iter * or = (struct or_iter *)iter;
    if (iter->doc == DOC_END) {
        return DOC_END;
    }
    const uint32_t left = iter->doc;
    while (or->heap[0]->doc == left) {
        (void)doc_iter_next(or->heap[0]);
        sift_down(or, 0);
    }
    return iter->doc = or->heap[0]->doc;
}

static void gather(struct or_iter * or, uint32_t at)
{
    if (at >= or->count || or->heap[at]->doc != or->base.doc) {
        return;
    }
    if (doc_iter_matches(or->heap[at])) {
        or->current[or->current_count++] = or->heap[at];
    }
    gather(or, 2 * at + 1); /* as deep as the heap: log2 of the children */
    gather(or, 2 * at + 2);
}

static void gather_current(struct or_iter * or)
{
    if (or->current_doc != or->base.doc) {
        or->current_count = 0;
        or->current_doc = or->base.doc;
        gather(or, 0);
    }
}

static bool or_matches(struct doc_iter *iter)
{
    struct or_iter * or = (struct or_iter *)iter;
    gather_current(or);
    return or->current_count > 0;
}

static uint32_t or_score(struct doc_iter *iter)
{
    struct or_iter * or = (struct or_iter *)iter;
    gather_current(or);
    uint32_t score = 0;
    for (uint32_t i = 0; i < or->current_count; i++) {
        score += doc_iter_score(or->current[i]);
    }
    return score;
}

static void or_explain(struct doc_iter *iter, struct part_sink *sink)
{
    struct or_iter * or = (struct or_iter *)iter;
    gather_current(or);
    for (uint32_t i = 0; i < or->current_count; i++) {
        doc_iter_explain(or->current[i], sink);
    }
}

static const struct doc_iter_ops OR_OPS = {.next = or_next,
    .seek = or_seek,
    .matches = or_matches,
    .score = or_score,
    .explain = or_explain};
static const struct doc_iter_ops OR_EXACT_OPS = {
    .next = or_next, .seek = or_seek, .score = or_score, .explain = or_explain};

struct doc_iter *or_iter_new(struct arena *arena, struct doc_iter **children, uint32_t count)
{
    ASSERT(count >= 1);
    struct or_iter * or = arena_zalloc(arena, 1, sizeof * or);
    struct doc_iter **current = arena_array(arena, count, sizeof(struct doc_iter *));
    if (or == NULL || current == NULL) {
        return NULL;
    }
    or->heap = children;
    or->current = current;
    or->count = count;
    or->current_doc = DOC_END;
    for (uint32_t i = 0; i < count; i++) {
        or->base.match_cost += children[i]->match_cost;
        or->base.cost += children[i]->cost;
    }
    for (uint32_t at = count / 2; at-- > 0;) {
        sift_down(or, at);
    }
    or->base.ops = or->base.match_cost > 0 ? &OR_OPS : &OR_EXACT_OPS;
    or->base.doc = children[0]->doc;
    return & or->base;
}
