/* The dictionaries of all segments merged: each step takes the smallest term that some segment stands
 * on, and moves all that stand on it.
 */
#include <string.h>

#include "api/handle.h"
#include "base/alloc.h"

struct lede_terms {
    struct snapshot *snapshot;
    struct termdict_walk *walks; /* one a segment */
    uint8_t prefix[LEDE_TERM_BYTES_MAX];
    uint32_t prefix_length;
    bool is_empty; /* the prefix is longer than any term */
    uint32_t term_length;
    char term[256]; /* the one given last, NUL behind it */
};

static bool is_at_prefix(const lede_terms *terms, const struct termdict_walk *walk)
{
    return walk->status == LEDE_OK && walk->term_length >= terms->prefix_length &&
           memcmp(walk->term, terms->prefix, terms->prefix_length) == 0;
}

static int compare_terms(const struct termdict_walk *a, const struct termdict_walk *b)
{
    return span_compare(span_of(a->term, a->term_length), span_of(b->term, b->term_length));
}

lede_status lede_terms_open(lede_index *index, const char *prefix, size_t prefix_length,
    lede_terms **terms_out, lede_error *error)
{
    if (index == NULL || (prefix == NULL && prefix_length > 0) || terms_out == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "terms: an argument is NULL");
    }
    lede_terms *terms = mem_zalloc(1, sizeof *terms);
    if (terms == NULL) {
        return lede_fail_nomem(error);
    }
    terms->snapshot = index_snapshot(index);
    const uint32_t segment_count = terms->snapshot->manifest.segment_count;
    terms->walks = mem_array(segment_count, sizeof *terms->walks);
    if (terms->walks == NULL) {
        lede_terms_free(terms);
        return lede_fail_nomem(error);
    }
    terms->is_empty = prefix_length > sizeof terms->prefix;
    if (!terms->is_empty && prefix_length > 0) {
        terms->prefix_length = (uint32_t)prefix_length;
        memcpy(terms->prefix, prefix, prefix_length);
    }
    for (uint32_t i = 0; i < segment_count; i++) {
        const struct segment *segment = snapshot_segment(terms->snapshot, i);
        termdict_walk_begin(
            &terms->walks[i], &segment->terms[FIELD_TEXT], terms->prefix, terms->prefix_length);
    }
    *terms_out = terms;
    return LEDE_OK;
}

/* The segment that stands on the smallest term, or segment_count at the end. */
static lede_status find_smallest(lede_terms *terms, uint32_t *smallest_out, lede_error *error)
{
    const uint32_t segment_count = terms->snapshot->manifest.segment_count;
    uint32_t smallest = segment_count;
    for (uint32_t i = 0; i < segment_count; i++) {
        const struct termdict_walk *walk = &terms->walks[i];
        if (walk->status != LEDE_OK && walk->status != LEDE_ERR_NOT_FOUND) {
            return lede_fail(error, walk->status, "%s: dictionary cannot be read",
                snapshot_segment(terms->snapshot, i)->container.name);
        }
        if (is_at_prefix(terms, walk) &&
            (smallest == segment_count || compare_terms(walk, &terms->walks[smallest]) < 0)) {
            smallest = i;
        }
    }
    *smallest_out = smallest;
    return LEDE_OK;
}

/* Sum up the term given last over all segments from `first` on and pass it in each. */
static lede_status take(lede_terms *terms, uint32_t first, lede_term *term, lede_error *error)
{
    for (uint32_t i = first; i < terms->snapshot->manifest.segment_count; i++) {
        struct termdict_walk *walk = &terms->walks[i];
        if (walk->status != LEDE_OK || walk->term_length != terms->term_length ||
            memcmp(walk->term, terms->term, terms->term_length) != 0) {
            continue;
        }
        struct termdict_hit hit = walk->hit;
        struct deletion_term deleted;
        const lede_status status = segment_resolve_term(snapshot_segment(terms->snapshot, i),
            FIELD_TEXT, walk->term, walk->term_length, &hit, &deleted, error);
        if (status != LEDE_OK) {
            return status;
        }
        term->documents += hit.entry.df - deleted.df;
        term->occurrences += hit.entry.cf - deleted.cf;
        termdict_walk_next(walk);
    }
    return LEDE_OK;
}

lede_status lede_terms_next(lede_terms *terms, lede_term *term_out, lede_error *error)
{
    if (terms == NULL || term_out == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "terms: an argument is NULL");
    }
    while (!terms->is_empty) {
        uint32_t smallest = 0;
        lede_status status = find_smallest(terms, &smallest, error);
        if (status != LEDE_OK) {
            return status;
        }
        if (smallest == terms->snapshot->manifest.segment_count) {
            break;
        }
        const struct termdict_walk *walk = &terms->walks[smallest];
        terms->term_length = walk->term_length;
        memcpy(terms->term, walk->term, walk->term_length);
        terms->term[walk->term_length] = '\0';
        lede_term term = {.text = {.data = terms->term, .length = terms->term_length}};
        status = take(terms, smallest, &term, error);
        if (status != LEDE_OK) {
            return status;
        }
        if (term.documents > 0) {
            *term_out = term;
            return LEDE_OK;
        }
    }
    return lede_fail(error, LEDE_ERR_NOT_FOUND, "there are no more terms");
}

void lede_terms_free(lede_terms *terms)
{
    if (terms != NULL) {
        snapshot_drop(terms->snapshot);
        mem_free(terms->walks);
        mem_free(terms);
    }
}
