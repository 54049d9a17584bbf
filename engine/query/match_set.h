/* match_set.h -- the live documents of a segment that meet some conditions.
 *
 * As bits: 12.5 KB for 100,000 documents, made in one pass over the lists (docset.h, storage/postings_set.h). Or, where
 * one of the lists is short beside the segment, as an array: the documents of that list are looked up in the others,
 * and nothing is done that grows with the segment. What counts matches, ranks them and makes facets of them can share it.
 */
#ifndef QUERY_MATCH_SET_H
#define QUERY_MATCH_SET_H

#include "query/docset.h"

struct match_set {
    uint64_t *words; /* whole windows of LEDE_WINDOW_DOCS; or NULL, and: */
    uint32_t *docs;  /* ascending */
    uint64_t count;  /* documents */
    /* With an array, of each list but dense ones where in it each document is: see match_set_places. */
    struct postings_cursor **lists;
    uint32_t **places;
    uint32_t list_count;
};

/* What documents must meet: they are in all lists, and in the docset (NULL: any). Lists are used by the set alone
 * while it is made, and stand anywhere afterwards. */
struct match_conditions {
    struct postings_cursor **lists;
    uint32_t list_count;
    struct docset *docset;
};

/* Of documents [first, end) of the segment that the binder is at, in its arena. Orders the lists. */
lede_status match_set_make(struct match_set *set, struct binder *binder,
    const struct match_conditions *conditions, uint32_t first, uint32_t end,
    lede_error *error) MUST_CHECK;

/* The documents of an array as bits, in *bits_out, which lie in the arena of the binder that made the set. */
lede_status match_set_spread(const struct match_set *set, struct binder *binder,
    struct match_set *bits_out, lede_error *error) MUST_CHECK;

/* The places in `list` of the documents of an array; NULL where they are not known. */
const uint32_t *match_set_places(const struct match_set *set, const struct postings_cursor *list);

#endif
