/* A segment's hits come out as keys in order, whichever way they were found; the ranking merges them with those of
 * the other segments. */
#include "query/collector.h"

#include "query/matcher.h"
#include "query/ranker.h"
#include "query/topk.h"

enum {
    /* Documents of the first window of a walk from the newest; each next one is twice as large. */
    NEWEST_WINDOW_DOCS = 4 * LEDE_WINDOW_DOCS,
};

/* The documents that the plan's dates allow. */
static struct interval date_interval(const struct plan *plan, const struct segment *segment)
{
    struct interval interval = {0, segment->meta.doc_count};
    if (plan->first != DATE_NONE) {
        interval.first = dates_first_at(&segment->dates, plan->first);
    }
    if (plan->end != INT64_MAX) {
        interval.end = dates_first_at(&segment->dates, plan->end);
    }
    if (interval.end > segment->meta.doc_count) {
        interval.end = segment->meta.doc_count;
    }
    /* Dates that exclude each other leave nothing, not less than nothing. */
    if (interval.first > interval.end) {
        interval.first = interval.end;
    }
    return interval;
}

/* ---- hits from the matcher ---- */

static lede_status new_matcher(struct collector *collector, struct interval interval,
    struct matcher **matcher_out, lede_error *error)
{
    if (collector->batch == NULL) {
        collector->batch = arena_alloc(collector->binder->arena, sizeof *collector->batch);
        if (collector->batch == NULL) {
            return lede_fail_nomem(error);
        }
    }
    return matcher_new(collector->binder, interval.first, interval.end,
        collector->sort == LEDE_SORT_SCORE, matcher_out, error);
}

/* The numbers of oldest-first keys: documents of one date share the high half, which falls as dates rise;
 * undated ones come last. */
struct oldest {
    const struct dates *dates;
    date_key date; /* of the last document */
    uint32_t high; /* its key's high half */
};

static uint32_t oldest_high(struct oldest *oldest, uint32_t doc)
{
    if (doc < oldest->dates->undated_count) {
        return 0;
    }
    const date_key date = dates_at(oldest->dates, doc);
    if (date != oldest->date) {
        oldest->date = date;
        oldest->high = UINT32_MAX - doc;
    }
    return oldest->high;
}

static void offer_batch(struct collector *collector, struct oldest *oldest, struct topk *topk)
{
    const struct batch *batch = collector->batch;
    collector->seen += batch->count;
    for (uint32_t i = 0; i < batch->count; i++) {
        const uint32_t high = collector->sort == LEDE_SORT_SCORE ? batch->scores[i]
                              : collector->sort == LEDE_SORT_OLDEST
                                  ? oldest_high(oldest, batch->docs[i])
                                  : 0;
        topk_offer(topk, ranking_key(high, batch->docs[i]));
    }
}

/* Every match in the interval. */
static lede_status collect_every(
    struct collector *collector, struct interval interval, struct topk *topk, lede_error *error)
{
    struct oldest oldest = {.dates = &collector->binder->segment->dates, .date = DATE_NONE};
    struct matcher *matcher = NULL;
    const lede_status status = new_matcher(collector, interval, &matcher, error);
    while (status == LEDE_OK && matcher != NULL && matcher_next(matcher, collector->batch)) {
        offer_batch(collector, &oldest, topk);
    }
    return status;
}

/* From the newest document in windows that double, until there are enough. */
static lede_status collect_newest(
    struct collector *collector, struct interval interval, struct topk *topk, lede_error *error)
{
    struct oldest oldest = {.dates = &collector->binder->segment->dates, .date = DATE_NONE};
    uint32_t size = NEWEST_WINDOW_DOCS;
    while (interval.first < interval.end && !topk_is_full(topk)) {
        const struct interval newest = {
            interval.end - interval.first > size ? interval.end - size : interval.first,
            interval.end};
        struct matcher *matcher = NULL;
        const lede_status status = new_matcher(collector, newest, &matcher, error);
        if (status != LEDE_OK) {
            return status;
        }
        while (matcher != NULL && matcher_next(matcher, collector->batch)) {
            offer_batch(collector, &oldest, topk);
        }
        /* Without a matcher, nothing of the query is in this segment. */
        interval.end = matcher == NULL ? interval.first : newest.first;
        size = size > DOC_END / 2 ? size : size * 2;
    }
    collector->saw_all = collector->saw_all && interval.first >= interval.end;
    return LEDE_OK;
}

/* Forward from the oldest of the interval, until there are enough and the date changes. */
static lede_status collect_oldest(
    struct collector *collector, struct interval interval, struct topk *topk, lede_error *error)
{
    struct oldest oldest = {.dates = &collector->binder->segment->dates, .date = DATE_NONE};
    struct matcher *matcher = NULL;
    const lede_status status = new_matcher(collector, interval, &matcher, error);
    if (status != LEDE_OK) {
        return status;
    }
    while (matcher != NULL && matcher_next(matcher, collector->batch)) {
        offer_batch(collector, &oldest, topk);
        if (topk_is_full(topk) && topk->least >> 32 > oldest.high) {
            /* All that are kept are of an earlier date than the last document. */
            collector->saw_all = false;
            break;
        }
    }
    return LEDE_OK;
}

/* The best of the interval by date, as far as they are needed. */
static lede_status collect_by_date(struct collector *collector, struct interval interval,
    uint64_t floor, struct topk *topk, lede_error *error)
{
    if (collector->sort == LEDE_SORT_NEWEST) {
        if (floor > interval.first) {
            collector->saw_all = false;
            interval.first = (uint32_t)floor;
        }
        return collect_newest(collector, interval, topk, error);
    }
    const uint32_t undated = collector->binder->segment->dates.undated_count;
    struct interval dated = interval;
    dated.first = dated.first < undated ? undated : dated.first;
    lede_status status = collect_oldest(collector, dated, topk, error);
    if (status == LEDE_OK && interval.first < undated) {
        interval.end = interval.end < undated ? interval.end : undated;
        if (topk_is_full(topk)) {
            collector->saw_all = false;
        } else {
            status = collect_newest(collector, interval, topk, error);
        }
    }
    return status;
}

/* ---- hits ---- */

/* Keys below this cannot be among the wanted. */
static uint64_t key_floor(const struct collector *collector, const struct segment *segment)
{
    const struct ranking *ranking = &collector->ranking;
    if (!ranking_is_full(ranking)) {
        return 0;
    }
    const struct hit_ref *last = &ranking->hits[ranking->count - 1];
    if (collector->sort == LEDE_SORT_SCORE) {
        return ranking_key(last->score, 0);
    }
    return collector->sort == LEDE_SORT_NEWEST ? dates_first_at(&segment->dates, last->date) : 0;
}

/* `matches`: where they are known already; NULL otherwise. */
static lede_status collect_by_score(struct collector *collector, struct interval interval,
    const struct match_set *matches, struct topk *topk, lede_error *error)
{
    if (!collector->request->exhaustive && collector->has_shape) {
        struct ranked ranked;
        const lede_status status = ranker_run(collector->binder, &collector->shape, matches,
            interval.first, interval.end, topk, &ranked, error);
        if (status != LEDE_OK || ranked.done) {
            collector->seen += ranked.seen;
            collector->saw_all = collector->saw_all && ranked.saw_all;
            return status;
        }
    }
    return collect_every(collector, interval, topk, error);
}

static lede_status collect_hits(struct collector *collector, uint32_t at, struct interval interval,
    const struct match_set *matches, lede_error *error)
{
    const struct segment *segment = collector->binder->segment;
    const uint64_t floor = key_floor(collector, segment);
    const size_t docs = segment->meta.doc_count > 0 ? segment->meta.doc_count : 1;
    const size_t wanted = collector->ranking.wanted;
    struct topk topk;
    topk_init(&topk, collector->keys, docs < wanted ? docs : wanted, floor);
    const lede_status status = collector->sort == LEDE_SORT_SCORE
                                   ? collect_by_score(collector, interval, matches, &topk, error)
                                   : collect_by_date(collector, interval, floor, &topk, error);
    if (status == LEDE_OK) {
        topk_sort(&topk);
        ranking_merge(&collector->ranking, at, topk.keys, topk.count);
    }
    return status;
}

/* ---- the whole ---- */

/* Hits can be no more than documents. */
static size_t wanted_at_most(const struct snapshot *snapshot, size_t wanted)
{
    uint64_t docs = 1;
    for (uint32_t i = 0; i < snapshot->manifest.segment_count; i++) {
        docs += snapshot_segment(snapshot, i)->meta.doc_count;
    }
    return wanted < docs ? wanted : (size_t)docs;
}

lede_status collector_init(struct collector *collector, const struct search_request *request,
    const struct snapshot *snapshot, struct binder *binder, lede_error *error)
{
    struct arena *arena = binder->arena;
    *collector = (struct collector){
        .request = request,
        .snapshot = snapshot,
        .binder = binder,
        /* Without scores all are equal, and equals are ordered from the newest. */
        .sort = request->sort == LEDE_SORT_SCORE && binder->plan->leaf_count == 0 ? LEDE_SORT_NEWEST
                                                                                  : request->sort,
        .counts = request->wanted == 0 || request->wants_total || request->facet_count > 0,
        .saw_all = true,
    };
    lede_status status =
        shape_take(arena, binder->plan, &collector->shape, &collector->has_shape, error);
    if (status == LEDE_OK) {
        status =
            tally_init(&collector->tally, binder, collector->has_shape ? &collector->shape : NULL,
                request->facets, request->facet_count, error);
    }
    if (status == LEDE_OK && request->wanted > 0) {
        const size_t wanted = wanted_at_most(snapshot, request->wanted);
        collector->keys = arena_array(arena, wanted, sizeof *collector->keys);
        status = collector->keys == NULL ? lede_fail_nomem(error)
                                         : ranking_init(&collector->ranking, snapshot,
                                               collector->sort, wanted, arena, error);
    }
    return status;
}

/* Whether terms are required, more than one or with others: a lone term's matches are its list. */
static bool shape_is_selective(const struct collector *collector)
{
    const struct shape *shape = &collector->shape;
    return collector->has_shape && (shape->phrase_count > 0 || shape->required_count > 1 ||
                                       (shape->required_count == 1 && shape->filter_count > 0));
}

lede_status collector_collect(struct collector *collector, uint32_t at,
    const struct termdict_hit *const *hits, lede_error *error)
{
    const struct segment *segment = snapshot_segment(collector->snapshot, at);
    binder_begin(collector->binder, segment, hits);
    const struct interval interval = date_interval(collector->binder->plan, segment);
    const bool wants_hits = collector->request->wanted > 0;
    /* What is found for the total and serves the ranking, too. */
    const bool are_shared = wants_hits && collector->counts && shape_is_selective(collector) &&
                            collector->sort == LEDE_SORT_SCORE && !collector->request->exhaustive;
    struct match_set matches;
    lede_status status = LEDE_OK;
    if (collector->counts) {
        status = tally_add(&collector->tally, interval, are_shared ? &matches : NULL, error);
    }
    if (status == LEDE_OK && wants_hits) {
        status = collect_hits(collector, at, interval, are_shared ? &matches : NULL, error);
    }
    return status == LEDE_OK ? binder_end(collector->binder, error) : status;
}

bool collector_total(const struct collector *collector, uint64_t *total_out)
{
    const struct plan *plan = collector->binder->plan;
    if (collector->counts || collector->saw_all) {
        *total_out = collector->counts ? collector->tally.total : collector->seen;
        return true;
    }
    /* Documents with the most frequent of some words match if nothing else is asked of them. */
    uint64_t total = collector->seen;
    const bool is_open = plan->first == DATE_NONE && plan->end == INT64_MAX;
    const bool is_lone = is_open && plan->root->kind == PLAN_TERM;
    for (uint32_t i = 0; is_open && plan->root->kind == PLAN_OR && i < plan->root->child_count;
         i++) {
        const struct plan_node *child = plan->root->children[i];
        const uint64_t documents =
            child->kind == PLAN_TERM ? plan->terms[child->leaves[0].term].documents : 0;
        total = documents > total ? documents : total;
    }
    *total_out = is_lone ? plan->terms[plan->root->leaves[0].term].documents : total;
    return is_lone;
}
