/* The optional side is an or_iter where there are several. It is settled once a document, as the contract of
 * `matches` asks. */
#include "query/optional_iter.h"

struct optional_iter {
    struct doc_iter base;
    struct doc_iter *required;
    struct doc_iter *optional;
    uint32_t settled_doc;
    bool optional_matches; /* at settled_doc */
};

static uint32_t optional_next(struct doc_iter *iter)
{
    return iter->doc = doc_iter_next(((struct optional_iter *)iter)->required);
}

static uint32_t optional_seek(struct doc_iter *iter, uint32_t target)
{
    return iter->doc = doc_iter_seek(((struct optional_iter *)iter)->required, target);
}

static bool optional_matches(struct doc_iter *iter)
{
    return doc_iter_matches(((struct optional_iter *)iter)->required);
}

static bool settle(struct optional_iter *optional)
{
    if (optional->settled_doc != optional->base.doc) {
        optional->settled_doc = optional->base.doc;
        optional->optional_matches = doc_iter_is_at(optional->optional, optional->base.doc);
    }
    return optional->optional_matches;
}

static uint32_t optional_score(struct doc_iter *iter)
{
    struct optional_iter *optional = (struct optional_iter *)iter;
    const uint32_t score = doc_iter_score(optional->required);
    return settle(optional) ? score + doc_iter_score(optional->optional) : score;
}

static void optional_explain(struct doc_iter *iter, struct part_sink *sink)
{
    struct optional_iter *optional = (struct optional_iter *)iter;
    doc_iter_explain(optional->required, sink);
    if (settle(optional)) {
        doc_iter_explain(optional->optional, sink);
    }
}

static const struct doc_iter_ops OPTIONAL_OPS = {.next = optional_next,
    .seek = optional_seek,
    .matches = optional_matches,
    .score = optional_score,
    .explain = optional_explain};

struct doc_iter *optional_iter_new(
    struct arena *arena, struct doc_iter *required, struct doc_iter *optional)
{
    struct optional_iter *both = arena_zalloc(arena, 1, sizeof *both);
    if (both == NULL) {
        return NULL;
    }
    *both = (struct optional_iter){
        .base = {.ops = &OPTIONAL_OPS,
            .doc = required->doc,
            .match_cost = required->match_cost + 1,
            .cost = required->cost},
        .required = required,
        .optional = optional,
        .settled_doc = DOC_END,
    };
    return &both->base;
}
