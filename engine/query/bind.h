/* bind.h -- a plan in one segment: conditions become iterators over its lists and columns.
 *
 * A binder serves one query and goes from segment to segment. Cursors, by far the largest part, are kept and
 * used again; all else is left behind in the query's arena.
 */
#ifndef QUERY_BIND_H
#define QUERY_BIND_H

#include "query/leaf.h"
#include "query/plan.h"
#include "storage/occurrences.h"
#include "storage/segment.h"

/* A cursor, and its positions where they were asked for. */
struct bound_list {
    struct postings_cursor *cursor;
    struct occurrences *occurrences; /* NULL until some query's list had them */
    bool has_occurrences;            /* in the segment at hand */
};

struct binder {
    struct arena *arena;
    const struct plan *plan;
    const char *const *keyword_names; /* of the index, in its order */
    struct lede_counters *counters;
    /* The segment at hand: binder_begin. */
    const struct segment *segment;
    const struct termdict_hit *const *hits; /* by term of the plan; NULL: not in this segment */
    uint64_t lengths_before;                /* lengths touched in other segments */
    /* Cursors made so far, of which `used` serve the segment at hand. */
    struct bound_list *lists;
    uint32_t cursor_count, cursor_capacity, used;
    struct window *window; /* matcher.c's, made when first needed */
};

void binder_init(struct binder *binder, struct arena *arena, const struct plan *plan,
    const char *const *keyword_names, struct lede_counters *counters);

/* Turn to a segment. Iterators made before are dead from here on. */
void binder_begin(
    struct binder *binder, const struct segment *segment, const struct termdict_hit *const *hits);

/* The iterator of a condition; *iter_out is NULL where nothing can match. */
lede_status binder_bind(struct binder *binder, const struct plan_node *node,
    struct doc_iter **iter_out, lede_error *error) MUST_CHECK;

/* A leaf with its cursors; *leaf_out.cursor is NULL where the segment has no such term. */
lede_status binder_leaf(struct binder *binder, const struct plan_leaf *plan_leaf,
    struct leaf *leaf_out, lede_error *error) MUST_CHECK;

/* A leaf's list alone, for who scores nothing; *cursor_out is NULL where the segment has no such term. */
lede_status binder_list(struct binder *binder, const struct plan_leaf *plan_leaf,
    struct postings_cursor **cursor_out, lede_error *error) MUST_CHECK;

/* A phrase by its parts (phrase_match.h), which share their cursors; phrase_out->match is NULL where no document of the
 * segment can have it. */
struct bound_phrase;
lede_status binder_phrase(struct binder *binder, const struct plan_node *node,
    struct bound_phrase *phrase_out, lede_error *error) MUST_CHECK;

/* A cursor at the beginning of a list in `source` of the segment; binder_end looks after it. NULL: no memory. */
struct postings_cursor *binder_cursor(
    struct binder *binder, const struct postings_source *source, const struct term_entry *entry);

/* The positions of the list of a cursor that came from binder_cursor since binder_begin, likewise. */
struct occurrences *binder_occurrences(struct binder *binder, const struct postings_cursor *cursor);

/* Add the cursors' counters, and say whether all went well: LEDE_ERR_CORRUPT names the segment. */
lede_status binder_end(struct binder *binder, lede_error *error) MUST_CHECK;

/* What a search that met damage in a segment fails with. */
lede_status binder_corrupt(const struct segment *segment, const char *what, lede_error *error);

#endif
