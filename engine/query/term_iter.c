/* A cursor behind the contract of doc_iter.h. Every candidate is a match. */
#include "query/term_iter.h"

static uint32_t term_next(struct doc_iter *iter)
{
    struct term_iter *term = (struct term_iter *)iter;
    return iter->doc = postings_cursor_next(term->leaf.cursor);
}

static uint32_t term_seek(struct doc_iter *iter, uint32_t target)
{
    struct term_iter *term = (struct term_iter *)iter;
    return iter->doc = postings_cursor_seek(term->leaf.cursor, target);
}

static uint32_t term_score(struct doc_iter *iter)
{
    return leaf_share(&((struct term_iter *)iter)->leaf);
}

static void term_explain(struct doc_iter *iter, struct part_sink *sink)
{
    leaf_explain(&((struct term_iter *)iter)->leaf, sink);
}

static const struct doc_iter_ops TERM_OPS = {
    .next = term_next, .seek = term_seek, .score = term_score, .explain = term_explain};

struct doc_iter *term_iter_new(struct arena *arena, const struct leaf *leaf)
{
    struct term_iter *term = arena_zalloc(arena, 1, sizeof *term);
    if (term == NULL) {
        return NULL;
    }
    term->leaf = *leaf;
    term->base = (struct doc_iter){
        .ops = &TERM_OPS, .doc = leaf->cursor->doc, .cost = leaf->cursor->entry.df};
    return &term->base;
}
