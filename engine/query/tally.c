/* Each way counts the same matches: which one is taken depends on what their condition is, and on whether the ranking has use of
 * the set. */
#include "query/tally.h"

#include <string.h>

#include "query/docset.h"

enum {
    /* A rank look-up takes about as long as adding so many documents to a set. */
    RANK_COST = 256,
};

/* The list of a query that is one term, where a document's rank in it is a count of matches; *cursor_out is
 * NULL otherwise, or where the segment has no such term (*none_out). */
static lede_status lone_list(
    struct tally *tally, struct postings_cursor **cursor_out, bool *none_out, lede_error *error)
{
    const struct plan_node *root = tally->binder->plan->root;
    *cursor_out = NULL;
    *none_out = false;
    if (root->kind != PLAN_TERM || tally->binder->segment->deletions.deleted_count > 0) {
        return LEDE_OK;
    }
    const lede_status status = binder_list(tally->binder, &root->leaves[0], cursor_out, error);
    *none_out = status == LEDE_OK && *cursor_out == NULL;
    return status;
}

/* How many documents of the list are below `doc`; asked in ascending order. */
static uint32_t rank_of(const struct tally *tally, struct postings_cursor *cursor, uint32_t doc)
{
    return doc == 0                                        ? 0
           : doc >= tally->binder->segment->meta.doc_count ? cursor->entry.df
                                                           : postings_cursor_rank(cursor, doc);
}

/* Count the list in the interval, and in each of the facets' periods. */
static void count_list(
    struct tally *tally, struct postings_cursor *cursor, struct interval interval)
{
    struct facets *facets = &tally->facets;
    const bool has_facets = tally->facet_count > 0;
    const uint32_t undated = tally->binder->segment->dates.undated_count;
    const uint32_t first = rank_of(tally, cursor, interval.first);
    if (has_facets && interval.first < undated) {
        const uint32_t end = undated < interval.end ? undated : interval.end;
        facets->undated += rank_of(tally, cursor, end) - first;
    }
    for (uint32_t i = 0; has_facets && i < facets->period_count; i++) {
        struct facet_period *period = &facets->periods[i];
        const uint32_t from = period->first > interval.first ? period->first : interval.first;
        const uint32_t end = period->end < interval.end ? period->end : interval.end;
        if (from < end) {
            const uint32_t before = rank_of(tally, cursor, from);
            period->count = rank_of(tally, cursor, end) - before;
        }
    }
    tally->total += rank_of(tally, cursor, interval.end) - first;
}

/* Add up documents whose first bit is document `first`, a multiple of 64. */
static void count_words(
    struct tally *tally, const uint64_t *words, uint32_t word_count, uint32_t first)
{
    const uint64_t count =
        tally->binder->segment->postings.bitpack->wordset->count(words, word_count);
    tally->total += count;
    if (tally->facet_count > 0 && count > 0) {
        facets_add_words(&tally->facets, words, word_count, first);
    }
}

/* Add up documents that ascend. */
static void count_docs(struct tally *tally, const uint32_t *docs, uint64_t count)
{
    tally->total += count;
    for (uint64_t i = 0; tally->facet_count > 0 && i < count;) {
        struct docset_window window;
        const uint32_t first = docs[i] / DOCSET_DOCS * DOCSET_DOCS;
        memset(window.words, 0, sizeof window.words);
        for (; i < count && docs[i] - first < DOCSET_DOCS; i++) {
            window.words[(docs[i] - first) / 64] |= UINT64_C(1) << docs[i] % 64;
        }
        facets_add_words(&tally->facets, window.words, DOCSET_WORDS, first);
    }
}

static void count_set(struct tally *tally, const struct match_set *set)
{
    if (set->docs != NULL) {
        count_docs(tally, set->docs, set->count);
    } else {
        count_words(tally, set->words, tally->binder->segment->ranges.stride, 0);
    }
}

static void count_docset(struct tally *tally, struct docset *docset, struct interval interval)
{
    for (uint32_t first = interval.first / DOCSET_DOCS * DOCSET_DOCS; first < interval.end;
         first += DOCSET_DOCS) {
        const uint32_t left = interval.end - first;
        struct docset_window window;
        docset_fill(docset, first, first + (left < DOCSET_DOCS ? left : DOCSET_DOCS), &window);
        docset_live(tally->binder->segment, first, interval.first, window.words, DOCSET_WORDS);
        count_words(tally, window.words, DOCSET_WORDS, first);
    }
}

/* The lone list where rank look-ups are the shorter way; NULL otherwise. */
static lede_status list_to_count(
    struct tally *tally, struct postings_cursor **cursor_out, bool *none_out, lede_error *error)
{
    const struct facets *facets = &tally->facets;
    const lede_status status = lone_list(tally, cursor_out, none_out, error);
    if (*cursor_out != NULL && tally->facet_count > 0 &&
        (facets->wants_keywords ||
            (uint64_t)facets->period_count * RANK_COST > (*cursor_out)->entry.df)) {
        *cursor_out = NULL;
    }
    return status;
}

/* Whether matches are those of some lists alone. */
static bool is_of_lists(const struct tally *tally)
{
    const struct shape *shape = tally->shape;
    return shape != NULL && shape->required_count > 1 && shape->phrase_count == 0 &&
           shape->filter_count == 0 && shape->exclusion_count == 0;
}

/* The lists of required terms; *none_out where the segment lacks one. */
static lede_status required_lists(
    struct tally *tally, struct match_conditions *conditions, bool *none_out, lede_error *error)
{
    struct binder *binder = tally->binder;
    const struct shape *shape = tally->shape;
    conditions->lists =
        arena_array(binder->arena, shape->required_count, sizeof(struct postings_cursor *));
    if (conditions->lists == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint32_t i = 0; i < shape->required_count; i++) {
        struct postings_cursor **list = &conditions->lists[conditions->list_count++];
        const lede_status status = binder_list(binder, &shape->terms[i]->leaves[0], list, error);
        if (status != LEDE_OK) {
            return status;
        }
        *none_out = *none_out || *list == NULL;
    }
    return LEDE_OK;
}

/* Count all matches, and keep them. */
static lede_status count_and_keep(
    struct tally *tally, struct interval interval, struct match_set *matches_out, lede_error *error)
{
    struct binder *binder = tally->binder;
    struct match_conditions conditions = {0};
    bool none = false;
    lede_status status;
    if (is_of_lists(tally)) {
        status = required_lists(tally, &conditions, &none, error);
    } else {
        status = docset_new(binder, binder->plan->root, &conditions.docset, error);
        none = conditions.docset == NULL;
    }
    if (none) {
        conditions = (struct match_conditions){0};
    }
    if (status == LEDE_OK) {
        status = match_set_make(matches_out, binder, &conditions, interval.first,
            none ? interval.first : interval.end, error);
    }
    if (status == LEDE_OK) {
        count_set(tally, matches_out);
    }
    return status;
}

/* Count all matches, and keep none. */
static lede_status count_alone(struct tally *tally, struct interval interval, lede_error *error)
{
    struct postings_cursor *cursor = NULL;
    struct docset *docset = NULL;
    bool none = false;
    lede_status status = list_to_count(tally, &cursor, &none, error);
    if (cursor != NULL) {
        count_list(tally, cursor, interval);
    } else if (status == LEDE_OK && !none) {
        status = docset_new(tally->binder, tally->binder->plan->root, &docset, error);
        if (status == LEDE_OK && docset != NULL) {
            count_docset(tally, docset, interval);
        }
    }
    return status;
}

lede_status tally_init(struct tally *tally, struct binder *binder, const struct shape *shape,
    const struct facet_request *facets, uint32_t facet_count, lede_error *error)
{
    tally->binder = binder;
    tally->shape = shape;
    tally->facet_count = facet_count;
    tally->total = 0;
    return facet_count == 0
               ? LEDE_OK
               : facets_init(&tally->facets, facets, facet_count, binder->arena, error);
}

lede_status tally_add(
    struct tally *tally, struct interval interval, struct match_set *matches_out, lede_error *error)
{
    const bool has_facets = tally->facet_count > 0;
    struct match_set unused;
    lede_status status =
        has_facets ? facets_begin(&tally->facets, tally->binder->segment, error) : LEDE_OK;
    if (status == LEDE_OK) {
        status = matches_out != NULL || is_of_lists(tally)
                     ? count_and_keep(
                           tally, interval, matches_out != NULL ? matches_out : &unused, error)
                     : count_alone(tally, interval, error);
    }
    return status == LEDE_OK && has_facets ? facets_end(&tally->facets, error) : status;
}
