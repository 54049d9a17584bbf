#include "query/loners.h"

#include <string.h>

#include "query/match_ranker.h"

enum {
    /* Lists are searched for documents that have several as far as they have one of so many together. */
    OVERLAP_SHARE = 32,
    OVERLAP_LANES_MAX = 64,    /* each two are intersected */
    PLACED_MATCHES_MAX = 1024, /* of so many documents most are scored */
    /* A list that one of so many documents has, or more, is not kept. */
    GROWN_SHARE = 12,
    /* What decoding a block and evaluating a range take, beside looking a document up. */
    BLOCK_COST = 60,
    RANGE_COST = 120,
    /* Beyond those kept from the start documents are many. What finding and looking up one of them takes, and, whatever their
     * number, sums that are made anew. */
    FOUND_COST = 100,
    DENSE_COST = 12,
    GROW_COST = 20000,
};

uint32_t loners_kept_most(const struct segment *segment)
{
    return segment->meta.doc_count / OVERLAP_SHARE;
}

/* ---- offering ---- */

/* Those of the documents found that can be hits and were not offered yet, into `docs`; returns how many. */
static uint64_t take_eligible(const struct loners *loners, uint32_t *docs)
{
    const struct overlap *overlap = &loners->overlap;
    struct eligible eligible = *loners->eligible;
    const uint32_t offered_count = eligible.offered_count;
    uint64_t kept = 0;
    eligible.offered_count = 0; /* they are among those found, and ascend as these do */
    for (uint32_t i = 0, at = 0; i < overlap->count; i++) {
        const uint32_t doc = overlap->docs[i];
        if (at < offered_count && eligible.offered[at] == doc) {
            at++;
            continue;
        }
        docs[kept] = doc;
        kept += (loners->sums->open == NULL ||
                    range_sums_is_open(loners->sums, doc / LEDE_RANGE_DOCS)) &&
                eligible_has(&eligible, doc);
    }
    return kept;
}

/* Where the matches are in the lists of which the documents are kept, unless they are too many. */
static lede_status add_places(const struct overlap *overlap, struct match_set *matches,
    struct arena *arena, lede_error *error)
{
    matches->lists = arena_array(arena, overlap->lane_count, sizeof(struct postings_cursor *));
    matches->places = arena_array(arena, overlap->lane_count, sizeof(uint32_t *));
    if (matches->lists == NULL || matches->places == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint32_t i = 0; i < overlap->lane_count && matches->count <= PLACED_MATCHES_MAX; i++) {
        const struct lane *lane = overlap->lanes[i];
        if (lane->docs != NULL && lane->leaf.cursor->block_count > 1) {
            uint32_t *places = arena_array(arena, matches->count, sizeof *places);
            if (places == NULL) {
                return lede_fail_nomem(error);
            }
            overlap_places(overlap, lane, matches->docs, (uint32_t)matches->count, places);
            matches->lists[matches->list_count] = lane->leaf.cursor;
            matches->places[matches->list_count++] = places;
        }
    }
    return LEDE_OK;
}

/* Offer what was found of the overlap, and not yet. */
static lede_status offer_found(struct loners *loners, lede_error *error)
{
    const struct overlap *overlap = &loners->overlap;
    if (overlap->count == loners->eligible->offered_count) {
        return LEDE_OK;
    }
    struct arena *arena = loners->arena;
    struct match_set matches = {.docs = arena_array(arena, overlap->count, sizeof *matches.docs)};
    if (matches.docs == NULL) {
        return lede_fail_nomem(error);
    }
    matches.count = take_eligible(loners, matches.docs);
    loners->seen += matches.count;
    loners->eligible->offered = overlap->docs;
    loners->eligible->offered_count = overlap->count;
    if (matches.count == 0) {
        return LEDE_OK;
    }
    lede_status status = add_places(overlap, &matches, arena, error);
    if (status == LEDE_OK) {
        status = match_ranker_run(loners->offering, &matches, arena, error);
    }
    loners->offering->scorer.places = NULL;
    return status;
}

/* ---- finding ---- */

lede_status loners_find(struct loners *loners, lede_error *error)
{
    const struct lane_set *set = loners->set;
    const struct segment *segment = loners->eligible->segment;
    const uint32_t kept_most = loners_kept_most(segment);
    uint32_t kept = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < set->count; i++) {
        struct lane *lane = set->lanes[i];
        if (lane->docs != NULL && lane->doc_count <= kept_most - kept &&
            count < OVERLAP_LANES_MAX) {
            kept += lane->doc_count;
            lane->is_alone = true;
            count++;
        }
    }
    lede_status status = overlap_init(
        &loners->overlap, set->count, kept, segment->postings.bitpack, loners->arena, error);
    for (uint32_t i = 0; i < set->count && status == LEDE_OK; i++) {
        if (set->lanes[i]->is_alone) {
            status = overlap_add(&loners->overlap, set->lanes[i], error);
        }
    }
    return status == LEDE_OK ? offer_found(loners, error) : status;
}

/* ---- growing ---- */

/* What was offered is kept by itself: the overlap's arrays change as it grows. */
static lede_status keep_offered(struct loners *loners, lede_error *error)
{
    struct eligible *eligible = loners->eligible;
    const size_t bytes = eligible->offered_count * sizeof *eligible->offered;
    if (bytes > 0) {
        uint32_t *offered = arena_alloc(loners->arena, bytes);
        if (offered == NULL) {
            return lede_fail_nomem(error);
        }
        eligible->offered = memcpy(offered, eligible->offered, bytes);
    }
    return LEDE_OK;
}

/* The least frequent of the lanes that are not alone yet, without `except`; NULL: there is none. */
static struct lane *rarest(const struct lane_set *set, const struct lane *except)
{
    struct lane *found = NULL;
    for (uint32_t i = 0; i < set->count; i++) {
        struct lane *lane = set->lanes[i];
        /* cppcheck-suppress nullPointerRedundantCheck ; no lane is NULL */
        if (!lane->is_alone && lane != except &&
            (found == NULL || lane->leaf.cursor->entry.df < found->leaf.cursor->entry.df)) {
            found = lane;
        }
    }
    return found;
}

static lede_status add(struct loners *loners, struct lane *lane, lede_error *error)
{
    lane->is_alone = true;
    return overlap_add(&loners->overlap, lane, error);
}

/* `base`, which has no documents yet, is what they are looked up from, beside those that others keep; NULL: others alone. */
static uint64_t cost_of(
    const struct loners *loners, const struct lane *base, const struct lane *next)
{
    const struct postings_cursor *list = next->leaf.cursor;
    uint64_t kept = loners->overlap.kept;
    uint64_t cost = 0;
    if (base != NULL) {
        const uint64_t df = base->leaf.cursor->entry.df;
        kept += df;
        cost = GROW_COST + df * DENSE_COST +
               df * list->entry.df / loners->eligible->segment->meta.doc_count * FOUND_COST;
    }
    return cost + kept + BLOCK_COST * (list->block_count < kept ? list->block_count : kept);
}

lede_status loners_grow(struct loners *loners, uint64_t ranges, bool *grown_out, lede_error *error)
{
    const bool is_first = loners->overlap.lane_count == 0;
    struct lane *base = is_first ? rarest(loners->set, NULL) : loners->last;
    struct lane *next = rarest(loners->set, base);
    *grown_out = false;
    if (next == NULL ||
        (base != NULL && base->leaf.cursor->entry.df >
                             loners->eligible->segment->meta.doc_count / GROWN_SHARE) ||
        loners->overlap.lane_count >= OVERLAP_LANES_MAX ||
        cost_of(loners, base, next) >= RANGE_COST * ranges) {
        return LEDE_OK;
    }
    lede_status status = keep_offered(loners, error);
    if (status != LEDE_OK) {
        return status;
    }
    if (base != NULL && base->docs == NULL && lane_keep_docs(base, loners->arena) != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    if (is_first) {
        status = add(loners, base, error);
    }
    if (status == LEDE_OK) {
        status = add(loners, next, error);
    }
    if (status == LEDE_OK) {
        status = offer_found(loners, error);
    }
    loners->last = next->docs == NULL ? next : NULL;
    range_sums_renew(loners->sums);
    *grown_out = true;
    return status;
}
