/* An OR of terms goes through windows: each cursor adds its shares to sums[] and marks the documents it
 * has; then the marks are read in order. Adding is in the order of the query's terms, but as the sums are
 * of integers it could be any. */
#include "query/matcher.h"

#include <string.h>

#include "base/bits.h"
#include "query/term_iter.h"

enum walk { WALK_TERM, WALK_ALL_TERMS, WALK_ANY_TERM, WALK_ITERATOR };

struct window {
    uint32_t sums[LEDE_WINDOW_DOCS];
    uint64_t marks[LEDE_WINDOW_DOCS / 64];
};

struct matcher {
    enum walk walk;
    bool wants_scores;
    bool is_picky; /* some candidates may not be admitted */
    uint32_t at;   /* documents below are done */
    uint32_t end;
    const struct deletions *deletions;
    struct leaf *leaves; /* of the terms; by ascending df where all are needed */
    uint32_t leaf_count;
    struct doc_iter *iter;
    struct window *window;
    struct doc_iter **filters; /* documents must be in all */
    uint32_t filter_count;
    struct doc_iter **exclusions; /* and in none of these */
    uint32_t exclusion_count;
};

/* Whether a candidate is alive and passes what is asked per document. */
static bool admits(struct matcher *matcher, uint32_t doc)
{
    if (deletions_has(matcher->deletions, doc)) {
        return false;
    }
    for (uint32_t i = 0; i < matcher->filter_count; i++) {
        if (!doc_iter_is_at(matcher->filters[i], doc)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < matcher->exclusion_count; i++) {
        if (doc_iter_is_at(matcher->exclusions[i], doc)) {
            return false;
        }
    }
    return true;
}

static void batch_add(struct batch *batch, uint32_t doc, uint32_t score)
{
    batch->docs[batch->count] = doc;
    batch->scores[batch->count++] = score;
}

/* ---- one term ---- */

static void fill_term(struct matcher *matcher, struct batch *batch)
{
    struct leaf *leaf = &matcher->leaves[0];
    struct postings_cursor *cursor = leaf->cursor;
    uint32_t shares[LEDE_BLOCK_POSTINGS] = {0};
    while (cursor->doc < matcher->end && batch->count + LEDE_BLOCK_POSTINGS <= LEDE_WINDOW_DOCS) {
        const uint32_t count = postings_cursor_run(cursor, matcher->end);
        if (matcher->wants_scores && !leaf_shares(leaf, count, shares)) {
            break;
        }
        for (uint32_t i = 0; i < count; i++) {
            const uint32_t doc = cursor->docs[cursor->index + i];
            if (!matcher->is_picky || admits(matcher, doc)) {
                batch_add(batch, doc, shares[i]);
            }
        }
        (void)postings_cursor_pass(cursor, count);
    }
    matcher->at = cursor->doc < matcher->end ? cursor->doc : matcher->end;
}

/* ---- all of some terms ---- */

/* From the first cursor's document on, to one that all stand on. */
static uint32_t align(struct matcher *matcher)
{
    struct postings_cursor *lead = matcher->leaves[0].cursor;
    uint32_t target = lead->doc;
    for (uint32_t i = 1; i < matcher->leaf_count && target < matcher->end;) {
        struct postings_cursor *cursor = matcher->leaves[i].cursor;
        const uint32_t doc =
            cursor->doc < target ? postings_cursor_seek(cursor, target) : cursor->doc;
        if (doc == target) {
            i++;
            continue;
        }
        target = doc == DOC_END ? DOC_END : postings_cursor_seek(lead, doc);
        i = 1;
    }
    return target;
}

static void fill_all_terms(struct matcher *matcher, struct batch *batch)
{
    struct postings_cursor *lead = matcher->leaves[0].cursor;
    uint32_t doc = align(matcher);
    while (doc < matcher->end && batch->count < LEDE_WINDOW_DOCS) {
        if (admits(matcher, doc)) {
            uint32_t score = 0;
            for (uint32_t i = 0; matcher->wants_scores && i < matcher->leaf_count; i++) {
                score += leaf_share(&matcher->leaves[i]);
            }
            batch_add(batch, doc, score);
        }
        (void)postings_cursor_next(lead);
        doc = align(matcher);
    }
    matcher->at = doc < matcher->end ? doc : matcher->end;
}

/* ---- any of some terms ---- */

static void add_term(struct matcher *matcher, struct leaf *leaf, uint32_t base, uint32_t end)
{
    struct window *window = matcher->window;
    struct postings_cursor *cursor = leaf->cursor;
    uint32_t shares[LEDE_BLOCK_POSTINGS];
    while (cursor->doc < end) {
        const uint32_t count = postings_cursor_run(cursor, end);
        const uint32_t *docs = cursor->docs + cursor->index;
        if (matcher->wants_scores) {
            if (!leaf_shares(leaf, count, shares)) {
                return;
            }
            for (uint32_t i = 0; i < count; i++) {
                window->sums[docs[i] - base] += shares[i];
            }
        }
        for (uint32_t i = 0; i < count; i++) {
            const uint32_t place = docs[i] - base;
            window->marks[place / 64] |= UINT64_C(1) << (place % 64);
        }
        (void)postings_cursor_pass(cursor, count);
    }
}

/* The smallest document that any cursor stands on. */
static uint32_t nearest(const struct matcher *matcher)
{
    uint32_t doc = DOC_END;
    for (uint32_t i = 0; i < matcher->leaf_count; i++) {
        const uint32_t other = matcher->leaves[i].cursor->doc;
        doc = other < doc ? other : doc;
    }
    return doc;
}

static void fill_any_term(struct matcher *matcher, struct batch *batch)
{
    const uint32_t base = nearest(matcher);
    if (base >= matcher->end) {
        matcher->at = matcher->end;
        return;
    }
    const uint32_t end =
        matcher->end - base < LEDE_WINDOW_DOCS ? matcher->end : base + (uint32_t)LEDE_WINDOW_DOCS;
    struct window *window = matcher->window;
    memset(window, 0, sizeof *window);
    for (uint32_t i = 0; i < matcher->leaf_count; i++) {
        add_term(matcher, &matcher->leaves[i], base, end);
    }
    for (uint32_t word = 0; word < LEDE_WINDOW_DOCS / 64; word++) {
        for (uint64_t marks = window->marks[word]; marks != 0; marks &= marks - 1) {
            const uint32_t place = word * 64 + lowest_bit64(marks);
            if (!matcher->is_picky || admits(matcher, base + place)) {
                batch_add(batch, base + place, window->sums[place]);
            }
        }
    }
    matcher->at = end;
}

/* ---- anything ---- */

static void fill_iterator(struct matcher *matcher, struct batch *batch)
{
    struct doc_iter *iter = matcher->iter;
    while (iter->doc < matcher->end && batch->count < LEDE_WINDOW_DOCS) {
        const uint32_t doc = iter->doc;
        if (admits(matcher, doc) && doc_iter_matches(iter)) {
            batch_add(batch, doc, matcher->wants_scores ? doc_iter_score(iter) : 0);
        }
        (void)doc_iter_next(iter);
    }
    matcher->at = iter->doc < matcher->end ? iter->doc : matcher->end;
}

bool matcher_next(struct matcher *matcher, struct batch *batch)
{
    batch->count = 0;
    while (batch->count == 0 && matcher->at < matcher->end) {
        switch (matcher->walk) {
        case WALK_TERM: fill_term(matcher, batch); break;
        case WALK_ALL_TERMS: fill_all_terms(matcher, batch); break;
        case WALK_ANY_TERM: fill_any_term(matcher, batch); break;
        case WALK_ITERATOR: fill_iterator(matcher, batch); break;
        }
    }
    return batch->count > 0;
}

/* ---- making one ---- */

/* Bind a condition that is asked per document into `list`. *none_out becomes true where it has none. */
static lede_status bind_into(struct binder *binder, const struct plan_node *node,
    struct doc_iter **list, uint32_t *count, bool *none_out, lede_error *error)
{
    struct doc_iter *iter = NULL;
    const lede_status status = binder_bind(binder, node, &iter, error);
    if (status != LEDE_OK) {
        return status;
    }
    if (iter == NULL) {
        *none_out = true;
    } else {
        list[(*count)++] = iter;
    }
    return LEDE_OK;
}

/* Exclusions off the root; what is left is *core_out. */
static lede_status take_exclusions(struct matcher *matcher, struct binder *binder,
    const struct plan_node *root, const struct plan_node **core_out, lede_error *error)
{
    *core_out = root;
    if (root->kind != PLAN_BUT) {
        return LEDE_OK;
    }
    *core_out = root->children[0];
    matcher->exclusions = arena_array(binder->arena, root->child_count, sizeof(struct doc_iter *));
    lede_status status = matcher->exclusions == NULL ? lede_fail_nomem(error) : LEDE_OK;
    for (uint32_t i = 1; status == LEDE_OK && i < root->child_count; i++) {
        bool none;
        status = bind_into(binder, root->children[i], matcher->exclusions,
            &matcher->exclusion_count, &none, error);
    }
    return status;
}

/* Keyword filters off a conjunction. *core_out is what is left of it, NULL where nothing is; *none_out where
 * a filter has no document. */
static lede_status take_filters(struct matcher *matcher, struct binder *binder,
    const struct plan_node *node, const struct plan_node **core_out, bool *none_out,
    lede_error *error)
{
    *core_out = node;
    if (node->kind != PLAN_AND) {
        return LEDE_OK;
    }
    struct plan_node *rest = arena_copy(binder->arena, node, sizeof *node);
    struct plan_node **children =
        arena_array(binder->arena, node->child_count, sizeof(struct plan_node *));
    matcher->filters = arena_array(binder->arena, node->child_count, sizeof(struct doc_iter *));
    if (rest == NULL || children == NULL || matcher->filters == NULL) {
        return lede_fail_nomem(error);
    }
    rest->children = children;
    rest->child_count = 0;
    lede_status status = LEDE_OK;
    for (uint32_t i = 0; status == LEDE_OK && i < node->child_count; i++) {
        if (node->children[i]->kind == PLAN_KEYWORD) {
            status = bind_into(binder, node->children[i], matcher->filters, &matcher->filter_count,
                none_out, error);
        } else {
            children[rest->child_count++] = node->children[i];
        }
    }
    *core_out = rest->child_count == 0 ? NULL : rest->child_count == 1 ? children[0] : rest;
    return status;
}

static bool is_flat(const struct plan_node *node)
{
    for (uint32_t i = 0; i < node->child_count; i++) {
        if (node->children[i]->kind != PLAN_TERM) {
            return false;
        }
    }
    return node->kind == PLAN_TERM || node->kind == PLAN_AND || node->kind == PLAN_OR;
}

static void insert_leaf(struct matcher *matcher, struct leaf leaf)
{
    uint32_t at = matcher->leaf_count++;
    const uint32_t df = leaf.cursor->entry.df;
    for (; at > 0 && matcher->leaves[at - 1].cursor->entry.df > df; at--) {
        matcher->leaves[at] = matcher->leaves[at - 1];
    }
    matcher->leaves[at] = leaf;
}

/* Leaves of a flat condition; none where nothing can match. */
static lede_status bind_leaves(
    struct matcher *matcher, struct binder *binder, const struct plan_node *node, lede_error *error)
{
    const uint32_t count = node->kind == PLAN_TERM ? 1 : node->child_count;
    matcher->leaves = arena_array(binder->arena, count, sizeof(struct leaf));
    if (matcher->leaves == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct plan_node *term = node->kind == PLAN_TERM ? node : node->children[i];
        struct leaf leaf;
        const lede_status status = binder_leaf(binder, &term->leaves[0], &leaf, error);
        if (status != LEDE_OK) {
            return status;
        }
        if (leaf.cursor != NULL) {
            insert_leaf(matcher, leaf);
        } else if (node->kind == PLAN_AND) {
            matcher->leaf_count = 0;
            return LEDE_OK;
        }
    }
    for (uint32_t i = 0; i < matcher->leaf_count; i++) {
        struct postings_cursor *cursor = matcher->leaves[i].cursor;
        if (cursor->doc < matcher->at) {
            (void)postings_cursor_seek(cursor, matcher->at);
        }
    }
    return LEDE_OK;
}

/* Set up the walk over `core`; *none_out where nothing can match. */
static lede_status choose_walk(struct matcher *matcher, struct binder *binder,
    const struct plan_node *core, bool *none_out, lede_error *error)
{
    if (core != NULL && is_flat(core)) {
        const lede_status status = bind_leaves(matcher, binder, core, error);
        if (status != LEDE_OK) {
            return status;
        }
        *none_out = matcher->leaf_count == 0;
        matcher->walk = matcher->leaf_count == 1 ? WALK_TERM
                        : core->kind == PLAN_OR  ? WALK_ANY_TERM
                                                 : WALK_ALL_TERMS;
        if (matcher->walk == WALK_ANY_TERM) {
            if (binder->window == NULL) {
                binder->window = arena_alloc(binder->arena, sizeof(struct window));
            }
            matcher->window = binder->window;
            return matcher->window == NULL ? lede_fail_nomem(error) : LEDE_OK;
        }
        return LEDE_OK;
    }
    const struct plan_node everything = {.kind = PLAN_ALL};
    matcher->walk = WALK_ITERATOR;
    const lede_status status =
        binder_bind(binder, core == NULL ? &everything : core, &matcher->iter, error);
    if (status != LEDE_OK) {
        return status;
    }
    *none_out = matcher->iter == NULL;
    if (matcher->iter != NULL && matcher->iter->doc < matcher->at) {
        (void)doc_iter_seek(matcher->iter, matcher->at);
    }
    return LEDE_OK;
}

lede_status matcher_new(struct binder *binder, uint32_t first, uint32_t end, bool wants_scores,
    struct matcher **matcher_out, lede_error *error)
{
    struct matcher *matcher = arena_zalloc(binder->arena, 1, sizeof *matcher);
    if (matcher == NULL) {
        return lede_fail_nomem(error);
    }
    matcher->at = first;
    matcher->end = end;
    matcher->wants_scores = wants_scores;
    matcher->deletions = &binder->segment->deletions;
    bool none = first >= end;
    const struct plan_node *core = NULL;
    lede_status status = take_exclusions(matcher, binder, binder->plan->root, &core, error);
    if (status == LEDE_OK) {
        status = take_filters(matcher, binder, core, &core, &none, error);
    }
    matcher->is_picky = matcher->deletions->deleted_count > 0 || matcher->filter_count > 0 ||
                        matcher->exclusion_count > 0;
    if (status == LEDE_OK && !none) {
        status = choose_walk(matcher, binder, core, &none, error);
    }
    if (status == LEDE_OK) {
        *matcher_out = none ? NULL : matcher;
    }
    return status;
}
