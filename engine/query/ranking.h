/* ranking.h -- the order of hits, and the best of several segments.
 *
 *     by score    higher first; equal ones newer first, undated last, then by id
 *     newest      by date descending, undated last, then by id
 *     oldest      by date ascending, undated last, then by id
 *
 * Ids compare as bytes, the smaller first. Inside a segment documents are numbered so that among equals
 * the higher number comes first: a key of 64 bits (topk.h) orders them. Across segments dates and ids are
 * read from the columns.
 */
#ifndef QUERY_RANKING_H
#define QUERY_RANKING_H

#include "base/arena.h"
#include "base/date.h"
#include "storage/snapshot.h"

struct hit_ref {
    uint32_t score;   /* in units of bm25.h; 0 where the order is by date */
    uint32_t segment; /* of the snapshot */
    uint32_t doc;
    date_key date;
};

struct ranking {
    const struct snapshot *snapshot;
    lede_sort sort;
    size_t wanted;
    struct hit_ref *hits; /* the best so far, in order */
    struct hit_ref *spare;
    size_t count;
};

/* `wanted` >= 1 hits at most. */
lede_status ranking_init(struct ranking *ranking, const struct snapshot *snapshot, lede_sort sort,
    size_t wanted, struct arena *arena, lede_error *error) MUST_CHECK;

/* Whether `a` comes before `b`. */
bool ranking_before(
    const struct ranking *ranking, const struct hit_ref *a, const struct hit_ref *b);

/* The key of a document by score, and what it holds. By date, the high half is of the caller's making. */
static inline uint64_t ranking_key(uint32_t high, uint32_t doc)
{
    return (uint64_t)high << 32 | doc;
}

/* Add the best of a segment: keys in descending order, of which the low half is the document and the high
 * half, by score, the score. */
void ranking_merge(struct ranking *ranking, uint32_t segment, const uint64_t *keys, size_t count);

static inline bool ranking_is_full(const struct ranking *ranking)
{
    return ranking->count == ranking->wanted;
}

#endif
