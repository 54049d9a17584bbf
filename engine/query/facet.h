/* facet.h -- counts of the matches by period or by the values of a keyword field.
 *
 *     facets_begin       a segment: counters at zero
 *     facets_add_words   its matches, as a set; sets ascend
 *     facets_end         what was counted joins the whole
 *     facets_finish      the rows, merged over segments
 *
 * Documents are in order of date, so a period is an interval of them. The intervals of the finest precision that is
 * asked for are found in the segment's day table; a set is counted by the bits in each, and wider facets are
 * summed up at the end. A document whose date is coarser than the facet counts under what its date
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

/* The documents of a year, a month or a day: [first, end). */
struct facet_period {
    date_key key;
    uint32_t first, end;
    uint32_t count; /* of them match */
};

struct facets {
    struct arena *arena;
    struct facet_state *states;
    uint32_t count;
    bool wants_dates;
    bool wants_keywords;
    enum date_precision precision; /* the finest that is asked for */
    const struct segment *segment;
    struct facet_period *periods; /* of the segment at hand, ascending */
    uint32_t period_count;
    uint32_t period; /* where the last match lay, or before it */
    uint64_t undated;
    struct facet_chunk *dates;
    uint32_t *docs; /* of a set, where keywords are counted */
    uint32_t ordinals[LEDE_KEYWORD_VALUES_MAX];
};

/* `requests` is kept. */
lede_status facets_init(struct facets *facets, const struct facet_request *requests, uint32_t count,
    struct arena *arena, lede_error *error) MUST_CHECK;
lede_status facets_begin(
    struct facets *facets, const struct segment *segment, lede_error *error) MUST_CHECK;
/* The set's first bit stands for document `base`, a multiple of 64. */
void facets_add_words(
    struct facets *facets, const uint64_t *words, uint32_t word_count, uint32_t base);
lede_status facets_end(struct facets *facets, lede_error *error) MUST_CHECK;

/* The answer to each request into `facets_out` (facets->count of them), with texts in `results`. */
lede_status facets_finish(struct facets *facets, struct arena *results, lede_facet *facets_out,
    lede_error *error) MUST_CHECK;

#endif
