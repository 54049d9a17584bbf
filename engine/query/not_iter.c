/* Candidates are those of the positive side; the excluded one is sought only when asked. */
#include "query/not_iter.h"

struct not_iter {
    struct doc_iter base;
    struct doc_iter *positive;
    struct doc_iter *excluded;
};

/* Seeking in the excluded side. */
enum { NOT_MATCH_COST = 8 };

static uint32_t not_next(struct doc_iter *iter)
{
    return iter->doc = doc_iter_next(((struct not_iter *)iter)->positive);
}

static uint32_t not_seek(struct doc_iter *iter, uint32_t target)
{
    return iter->doc = doc_iter_seek(((struct not_iter *)iter)->positive, target);
}

static bool not_matches(struct doc_iter *iter)
{
    struct not_iter *not = (struct not_iter *)iter;
    return doc_iter_matches(not ->positive) && !doc_iter_is_at(not ->excluded, iter->doc);
}

static uint32_t not_score(struct doc_iter *iter)
{
    return doc_iter_score(((struct not_iter *)iter)->positive);
}

static void not_explain(struct doc_iter *iter, struct part_sink *sink)
{
    doc_iter_explain(((struct not_iter *)iter)->positive, sink);
}

static const struct doc_iter_ops NOT_OPS = {.next = not_next,
    .seek = not_seek,
    .matches = not_matches,
    .score = not_score,
    .explain = not_explain};

struct doc_iter *not_iter_new(
    struct arena *arena, struct doc_iter *positive, struct doc_iter *excluded)
{
    struct not_iter *not = arena_zalloc(arena, 1, sizeof *not );
    if (not == NULL) {
        return NULL;
    }
    *not = (struct not_iter){
        .base = {.ops = &NOT_OPS,
            .doc = positive->doc,
            .match_cost = positive->match_cost + excluded->match_cost + NOT_MATCH_COST,
            .cost = positive->cost},
        .positive = positive,
        .excluded = excluded,
    };
    return &not ->base;
}
