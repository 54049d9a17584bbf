/* The cursors of the pairs, and of words that are in no pair, are brought together as in and_iter.c; other
 * words' cursors follow where they are needed. */
#include "query/phrase_iter.h"

struct phrase_iter {
    struct doc_iter base;
    struct phrase_word *words;
    uint32_t word_count;
    struct postings_cursor **lists; /* what a candidate is in, the shortest first, which leads */
    uint32_t list_count;
    struct phrase_match *match;
};

/* Reading and comparing positions. */
enum { PHRASE_MATCH_COST = 128 };

static uint32_t align(struct phrase_iter *phrase)
{
    struct postings_cursor *lead = phrase->lists[0];
    uint32_t target = lead->doc;
    for (uint32_t i = 1; i < phrase->list_count && target != DOC_END;) {
        struct postings_cursor *cursor = phrase->lists[i];
        const uint32_t doc =
            cursor->doc < target ? postings_cursor_seek(cursor, target) : cursor->doc;
        if (doc == target) {
            i++;
            continue;
        }
        target = doc == DOC_END ? DOC_END : postings_cursor_seek(lead, doc);
        i = 1;
    }
    return phrase->base.doc = target;
}

static uint32_t phrase_next(struct doc_iter *iter)
{
    struct phrase_iter *phrase = (struct phrase_iter *)iter;
    if (iter->doc == DOC_END) {
        return DOC_END;
    }
    (void)postings_cursor_next(phrase->lists[0]);
    return align(phrase);
}

static uint32_t phrase_seek(struct doc_iter *iter, uint32_t target)
{
    struct phrase_iter *phrase = (struct phrase_iter *)iter;
    if (iter->doc >= target) {
        return iter->doc;
    }
    if (phrase->lists[0]->doc < target) {
        (void)postings_cursor_seek(phrase->lists[0], target);
    }
    return align(phrase);
}

/* Bring a cursor to the document; false where it is not in its list. */
static bool follow(struct postings_cursor *cursor, uint32_t doc)
{
    return cursor->doc == doc || postings_cursor_place(cursor, doc) == doc;
}

static bool phrase_matches(struct doc_iter *iter)
{
    return phrase_match_has(((struct phrase_iter *)iter)->match, iter->doc);
}

static uint32_t phrase_score(struct doc_iter *iter)
{
    struct phrase_iter *phrase = (struct phrase_iter *)iter;
    uint32_t score = 0;
    for (uint32_t i = 0; i < phrase->word_count; i++) {
        struct leaf *leaf = &phrase->words[i].leaf;
        score += follow(leaf->cursor, iter->doc) ? leaf_share(leaf) : 0;
    }
    return score;
}

static void phrase_explain(struct doc_iter *iter, struct part_sink *sink)
{
    struct phrase_iter *phrase = (struct phrase_iter *)iter;
    for (uint32_t i = 0; i < phrase->word_count; i++) {
        struct leaf *leaf = &phrase->words[i].leaf;
        if (follow(leaf->cursor, iter->doc)) {
            leaf_explain(leaf, sink);
        }
    }
}

static const struct doc_iter_ops PHRASE_OPS = {.next = phrase_next,
    .seek = phrase_seek,
    .matches = phrase_matches,
    .score = phrase_score,
    .explain = phrase_explain};

/* Where the lists say all. */
static const struct doc_iter_ops EXACT_OPS = {
    .next = phrase_next, .seek = phrase_seek, .score = phrase_score, .explain = phrase_explain};

struct doc_iter *phrase_iter_new(
    struct arena *arena, const struct plan_node *node, const struct bound_phrase *bound)
{
    struct phrase_iter *phrase = arena_alloc(arena, sizeof *phrase);
    if (phrase == NULL) {
        return NULL;
    }
    *phrase = (struct phrase_iter){
        .base = {.ops = bound->pairs.is_exact ? &EXACT_OPS : &PHRASE_OPS,
            .match_cost = bound->pairs.is_exact ? 0 : PHRASE_MATCH_COST,
            .cost = phrase_match_cost(bound->match)},
        .words = bound->words,
        .word_count = node->leaf_count,
        .match = bound->match,
    };
    phrase->lists = phrase_match_lists(bound->match, &phrase->list_count);
    (void)align(phrase);
    return &phrase->base;
}
