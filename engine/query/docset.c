/* A tree of sets, bound like the tree of iterators (bind.c): what cannot match is left away. Children of an
 * AND are ordered by how many documents they have, so that the first leaves little for the others. */
#include "query/docset.h"

#include <string.h>

#include "base/bits.h"
#include "query/phrase_match.h"
#include "storage/postings_set.h"

enum {
    /* The cost of a document that an iterator walks; that of one in a list is 1. */
    ITER_COST = 8,
};

enum docset_kind {
    DOCSET_TERM,
    DOCSET_AND,
    DOCSET_OR,
    DOCSET_BUT,
    DOCSET_RUN,
    DOCSET_PHRASE,
    DOCSET_ITER
};

struct docset {
    enum docset_kind kind;
    uint64_t cost; /* documents, about */
    const struct segment *segment;
    struct postings_cursor *cursor; /* of a term */
    struct docset **children;
    uint32_t child_count;
    struct docset_window *other; /* what children are filled in apart */
    uint32_t first, end;         /* of a run */
    struct phrase_match *phrase;
    struct doc_iter *iter; /* of the rest */
};

static void fill(struct docset *docset, uint32_t first, uint32_t end, struct docset_window *window);

static uint32_t words_of(uint32_t first, uint32_t end)
{
    return (end - first + LEDE_RANGE_DOCS - 1) / LEDE_RANGE_DOCS;
}

/* ---- filling ---- */

static void fill_run(
    const struct docset *docset, uint32_t first, uint32_t end, struct docset_window *window)
{
    uint32_t from = docset->first > first ? docset->first - first : 0;
    const uint32_t to = (docset->end < end ? docset->end : end) - first;
    for (; docset->end > first && from < to; from = (from / 64 + 1) * 64) {
        const uint64_t above = ~UINT64_C(0) << (from % 64);
        const uint64_t below = to / 64 > from / 64 ? 0 : ~UINT64_C(0) << (to % 64);
        window->words[from / 64] |= above & ~below;
    }
}

static void fill_iter(
    struct docset *docset, uint32_t first, uint32_t end, struct docset_window *window)
{
    struct doc_iter *iter = docset->iter;
    if (iter->doc < first) {
        (void)doc_iter_seek(iter, first);
    }
    while (iter->doc < end) {
        const uint32_t doc = iter->doc;
        if (doc_iter_matches(iter)) {
            window->words[(doc - first) / 64] |= UINT64_C(1) << (doc % 64);
        }
        (void)doc_iter_next(iter);
    }
}

static struct stretch stretch_of(uint32_t first, uint32_t end, struct docset_window *window)
{
    return (struct stretch){.first = first, .end = end, .words = window->words};
}

static void fill_term(
    struct docset *docset, uint32_t first, uint32_t end, struct docset_window *window)
{
    struct stretch stretch = stretch_of(first, end, window);
    (void)postings_set_add(docset->cursor, &stretch);
}

static void fill_and(
    struct docset *docset, uint32_t first, uint32_t end, struct docset_window *window)
{
    struct docset_window *other = docset->other;
    fill(docset->children[0], first, end, window);
    for (uint32_t i = 1; i < docset->child_count; i++) {
        struct docset *child = docset->children[i];
        if (child->kind == DOCSET_TERM) {
            struct stretch stretch = stretch_of(first, end, window);
            postings_set_retain(child->cursor, &stretch, other->words);
            continue;
        }
        docset_fill(child, first, end, other);
        docset->segment->postings.bitpack->wordset->intersect(
            window->words, other->words, words_of(first, end));
    }
}

static void fill_or(
    struct docset *docset, uint32_t first, uint32_t end, struct docset_window *window)
{
    for (uint32_t i = 0; i < docset->child_count; i++) {
        struct docset *child = docset->children[i];
        if (child->kind == DOCSET_TERM) {
            fill_term(child, first, end, window);
            continue;
        }
        docset_fill(child, first, end, docset->other);
        docset->segment->postings.bitpack->wordset->unite(
            window->words, docset->other->words, words_of(first, end));
    }
}

/* The first without the others. */
static void fill_but(
    struct docset *docset, uint32_t first, uint32_t end, struct docset_window *window)
{
    fill(docset->children[0], first, end, window);
    for (uint32_t i = 1; i < docset->child_count; i++) {
        docset_fill(docset->children[i], first, end, docset->other);
        docset->segment->postings.bitpack->wordset->subtract(
            window->words, docset->other->words, words_of(first, end));
    }
}

/* Add the documents of the set to a window, which is empty. */
static void fill(struct docset *docset, uint32_t first, uint32_t end, struct docset_window *window)
{
    switch (docset->kind) {
    case DOCSET_TERM: fill_term(docset, first, end, window); break;
    case DOCSET_AND: fill_and(docset, first, end, window); break;
    case DOCSET_OR: fill_or(docset, first, end, window); break;
    case DOCSET_BUT: fill_but(docset, first, end, window); break;
    case DOCSET_RUN: fill_run(docset, first, end, window); break;
    case DOCSET_PHRASE: phrase_match_fill(docset->phrase, first, end, window->words); break;
    case DOCSET_ITER: fill_iter(docset, first, end, window); break;
    }
}

void docset_fill(struct docset *docset, uint32_t first, uint32_t end, struct docset_window *window)
{
    memset(window, 0, sizeof *window);
    fill(docset, first, end, window);
}

void docset_live(const struct segment *segment, uint32_t first, uint32_t from, uint64_t *words,
    uint32_t word_count)
{
    for (uint32_t word = 0; word < word_count && first + word * 64 < from; word++) {
        const uint32_t before = from - first - word * 64;
        words[word] &= before < 64 ? ~UINT64_C(0) << before : 0;
    }
    const struct deletions *deletions = &segment->deletions;
    const uint32_t words_left = (segment->meta.doc_count + 63) / 64 - first / 64;
    for (uint32_t i = 0; deletions->deleted_count > 0 && i < word_count && i < words_left; i++) {
        words[i] &= ~load_le64(deletions->bitmap.bytes + (size_t)(first / 64 + i) * 8);
    }
}

/* ---- making one ---- */

static lede_status new_docset(
    struct binder *binder, enum docset_kind kind, struct docset **docset_out, lede_error *error)
{
    struct docset *docset = arena_zalloc(binder->arena, 1, sizeof *docset);
    if (docset == NULL) {
        return lede_fail_nomem(error);
    }
    docset->kind = kind;
    docset->segment = binder->segment;
    *docset_out = docset;
    return LEDE_OK;
}

static lede_status new_term(struct binder *binder, const struct plan_node *node,
    struct docset **docset_out, lede_error *error)
{
    struct postings_cursor *cursor = NULL;
    struct docset *docset = NULL;
    lede_status status = binder_list(binder, &node->leaves[0], &cursor, error);
    if (status == LEDE_OK && cursor != NULL) {
        status = new_docset(binder, DOCSET_TERM, &docset, error);
    }
    if (docset != NULL) {
        docset->cursor = cursor;
        docset->cost = cursor->entry.df;
    }
    *docset_out = docset;
    return status;
}

/* Of an AND by cost. */
static void insert_child(struct docset *parent, struct docset *child)
{
    uint32_t at = parent->child_count++;
    for (; parent->kind == DOCSET_AND && at > 0; at--) {
        if (parent->children[at - 1]->cost <= child->cost) {
            break;
        }
        parent->children[at] = parent->children[at - 1];
    }
    parent->children[at] = child;
}

/* AND, OR and BUT; *docset_out is NULL where nothing can match. */
static lede_status new_operator(struct binder *binder, const struct plan_node *node,
    enum docset_kind kind, struct docset **docset_out, lede_error *error)
{
    struct docset *docset = NULL;
    *docset_out = NULL;
    lede_status status = new_docset(binder, kind, &docset, error);
    if (status != LEDE_OK) {
        return status;
    }
    docset->children = arena_array(binder->arena, node->child_count, sizeof(struct docset *));
    docset->other = arena_array(binder->arena, 1, sizeof *docset->other);
    if (docset->children == NULL || docset->other == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint32_t i = 0; i < node->child_count; i++) {
        struct docset *child = NULL;
        status = docset_new(binder, node->children[i], &child, error);
        if (status != LEDE_OK) {
            return status;
        }
        if (child == NULL) {
            if (kind == DOCSET_AND || (kind == DOCSET_BUT && i == 0)) {
                return LEDE_OK;
            }
        } else {
            insert_child(docset, child);
        }
    }
    if (docset->child_count <= 1) {
        *docset_out = docset->child_count == 0 ? NULL : docset->children[0];
        return LEDE_OK;
    }
    docset->cost = docset->children[0]->cost;
    for (uint32_t i = 1; kind == DOCSET_OR && i < docset->child_count; i++) {
        docset->cost += docset->children[i]->cost;
    }
    *docset_out = docset;
    return LEDE_OK;
}

static lede_status new_run(struct binder *binder, const struct plan_node *node,
    struct docset **docset_out, lede_error *error)
{
    const struct segment *segment = binder->segment;
    uint32_t first = 0;
    uint32_t end = segment->meta.doc_count;
    *docset_out = NULL;
    if (node->kind == PLAN_DATES) {
        first = dates_first_at(&segment->dates, node->first);
        end = dates_first_at(&segment->dates, node->end);
    }
    if (first >= end) {
        return LEDE_OK;
    }
    const lede_status status = new_docset(binder, DOCSET_RUN, docset_out, error);
    if (status == LEDE_OK) {
        (*docset_out)->first = first;
        (*docset_out)->end = end;
        (*docset_out)->cost = end - first;
    }
    return status;
}

static lede_status new_phrase(struct binder *binder, const struct plan_node *node,
    struct docset **docset_out, lede_error *error)
{
    struct bound_phrase phrase;
    *docset_out = NULL;
    lede_status status = binder_phrase(binder, node, &phrase, error);
    if (status == LEDE_OK && phrase.match != NULL) {
        status = new_docset(binder, DOCSET_PHRASE, docset_out, error);
        if (status == LEDE_OK) {
            (*docset_out)->phrase = phrase.match;
            (*docset_out)->cost = (uint64_t)phrase_match_cost(phrase.match) * ITER_COST;
        }
    }
    return status;
}

static lede_status new_iter(struct binder *binder, const struct plan_node *node,
    struct docset **docset_out, lede_error *error)
{
    struct doc_iter *iter = NULL;
    *docset_out = NULL;
    lede_status status = binder_bind(binder, node, &iter, error);
    if (status == LEDE_OK && iter != NULL) {
        status = new_docset(binder, DOCSET_ITER, docset_out, error);
        if (status == LEDE_OK) {
            (*docset_out)->iter = iter;
            (*docset_out)->cost = iter->cost * ITER_COST;
        }
    }
    return status;
}

lede_status docset_new(struct binder *binder, const struct plan_node *node,
    struct docset **docset_out, lede_error *error)
{
    switch (node->kind) {
    case PLAN_TERM: return new_term(binder, node, docset_out, error);
    case PLAN_AND: return new_operator(binder, node, DOCSET_AND, docset_out, error);
    case PLAN_OR: return new_operator(binder, node, DOCSET_OR, docset_out, error);
    case PLAN_BUT: return new_operator(binder, node, DOCSET_BUT, docset_out, error);
    case PLAN_OPTIONAL: return docset_new(binder, node->children[0], docset_out, error);
    case PLAN_PHRASE: return new_phrase(binder, node, docset_out, error);
    case PLAN_DATES:
    case PLAN_ALL: return new_run(binder, node, docset_out, error);
    default: return new_iter(binder, node, docset_out, error);
    }
}
