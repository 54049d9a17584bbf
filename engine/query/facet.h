/* facet.h -- counts of the matches by period or by the values of a keyword field.
 *
 *     facets_begin   a segment: counters at zero
 *     facets_add     its matches, ascending
 *     facets_end     what was counted joins the whole
 *     facets_finish  the rows, merged over segments
 *
 * Dates are counted in the buckets of the segment's day table, once for all date facets, and cut to years,
 * months or days at the end. A document whose date is coarser than the facet counts under what its date
 * says: "1912" among months. Keyword values are counted by ordinal and merged by value; a document with
 * several values counts under each.
 *
 * Memory: the query's arena; a row for each bucket or value that has matches in a segment.
 */
#ifndef QUERY_FACET_H
#define QUERY_FACET_H

#include "base/arena.h"
#include "base/date.h"
#include "base/span.h"
#include "storage/segment.h"

enum facet_kind { FACET_YEAR, FACET_MONTH, FACET_DAY, FACET_KEYWORD };

struct facet_request {
    struct span name; /* as asked */
    enum facet_kind kind;
    const char *keyword; /* the field's name */
    uint32_t limit;      /* values of a keyword facet */
};

/* Counts of one segment that are not zero. */
struct facet_chunk {
    struct facet_chunk *next;
    uint32_t count;
    struct facet_count {
        struct span value; /* of a keyword; mapped */
        date_key period;   /* of a date bucket */
        uint64_t count;
    } rows[];
};

struct facet_state {
    const struct facet_request *request;
    const struct keyword_column *column; /* of the segment at hand; NULL: it has none */
    uint32_t *counts;                    /* by ordinal */
    uint64_t missing;
    struct facet_chunk *chunks;
};

struct facets {
    struct arena *arena;
    struct facet_state *states;
    uint32_t count;
    bool wants_dates;
    const struct segment *segment;
    uint32_t *bucket_counts;           /* of the segment at hand */
    uint32_t bucket;                   /* where the last match lay */
    uint32_t bucket_first, bucket_end; /* its documents */
    uint64_t undated;
    struct facet_chunk *dates;
    uint32_t ordinals[LEDE_KEYWORD_VALUES_MAX];
};

/* `requests` is kept. */
lede_status facets_init(struct facets *facets, const struct facet_request *requests, uint32_t count,
    struct arena *arena, lede_error *error) MUST_CHECK;
lede_status facets_begin(
    struct facets *facets, const struct segment *segment, lede_error *error) MUST_CHECK;
void facets_add(struct facets *facets, const uint32_t *docs, uint32_t count);
lede_status facets_end(struct facets *facets, lede_error *error) MUST_CHECK;

/* The answer to each request into `facets_out` (facets->count of them), with texts in `results`. */
lede_status facets_finish(struct facets *facets, struct arena *results, lede_facet *facets_out,
    lede_error *error) MUST_CHECK;

#endif
