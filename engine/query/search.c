/* The parts in their order. A segment is collected in one of four ways (see collect_segment); whichever it
 * is, what comes out is a list of keys in order, which the ranking merges with the other segments'. */
#include "query/search.h"

#include "query/bind.h"
#include "query/fetch.h"
#include "query/matcher.h"
#include "query/ranking.h"
#include "query/topk.h"

enum {
    /* Documents of the first window of a walk from the newest; each next one is twice as large. */
    NEWEST_WINDOW_DOCS = 4 * WINDOW_DOCS,
};

struct search {
    const struct search_request *request;
    const struct search_environment *environment;
    struct plan *plan;
    const struct termdict_hit **hits; /* by segment, then by term */
    lede_sort sort;
    bool needs_all; /* every match must be seen */
    struct binder binder;
    struct batch *batch;
    struct facets facets;
    struct ranking ranking;
    uint64_t *keys; /* room of topk */
    struct lede_results *results;
    lede_error *error;
};

/* ---- statistics ---- */

/* Look up term `term` in segment `segment`, and add its live documents. */
static lede_status find_term(
    struct search *search, uint32_t segment_at, uint32_t term_at, uint64_t *documents)
{
    const struct segment *segment = snapshot_segment(search->environment->snapshot, segment_at);
    const struct plan_term *term = &search->plan->terms[term_at];
    struct termdict_hit hit;
    struct deletion_term deleted;
    const lede_status status = segment_find_term(segment, term->field, term->text.bytes,
        (uint32_t)term->text.size, &hit, &deleted, search->error);
    if (status == LEDE_ERR_NOT_FOUND) {
        return LEDE_OK;
    }
    if (status != LEDE_OK) {
        return status;
    }
    const struct termdict_hit *copy = arena_copy(search->environment->arena, &hit, sizeof hit);
    if (copy == NULL) {
        return lede_fail_nomem(search->error);
    }
    search->hits[(size_t)segment_at * search->plan->term_count + term_at] = copy;
    *documents += hit.entry.df > deleted.df ? hit.entry.df - deleted.df : 0;
    return LEDE_OK;
}

static lede_status weigh(struct search *search)
{
    const struct snapshot *snapshot = search->environment->snapshot;
    struct arena *arena = search->environment->arena;
    const uint32_t terms = search->plan->term_count;
    uint64_t *documents = arena_zalloc(arena, terms, sizeof *documents);
    search->hits =
        arena_zalloc(arena, (size_t)snapshot->manifest.segment_count * terms, sizeof *search->hits);
    if (documents == NULL || search->hits == NULL) {
        return lede_fail_nomem(search->error);
    }
    for (uint32_t i = 0; i < snapshot->manifest.segment_count; i++) {
        for (uint32_t term = 0; term < terms; term++) {
            const lede_status status = find_term(search, i, term, &documents[term]);
            if (status != LEDE_OK) {
                return status;
            }
        }
    }
    const struct collection_stats stats = {.documents = snapshot->live_count,
        .length = snapshot->live_length,
        .term_documents = documents};
    plan_weigh(search->plan, &stats, &search->request->bm25);
    return LEDE_OK;
}

/* ---- collecting ---- */

struct range {
    uint32_t first, end;
};

/* The documents of the segment that the plan's dates allow. */
static struct range date_range(const struct plan *plan, const struct segment *segment)
{
    struct range range = {0, segment->meta.doc_count};
    if (plan->first != DATE_NONE) {
        range.first = dates_first_at(&segment->dates, plan->first);
    }
    if (plan->end != INT64_MAX) {
        range.end = dates_first_at(&segment->dates, plan->end);
    }
    if (range.end > segment->meta.doc_count) {
        range.end = segment->meta.doc_count;
    }
    return range;
}

static lede_status new_matcher(
    struct search *search, struct range range, struct matcher **matcher_out)
{
    return matcher_new(&search->binder, range.first, range.end,
        search->sort == LEDE_SORT_SCORE && search->request->wanted > 0, matcher_out, search->error);
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

static void offer_batch(struct search *search, struct oldest *oldest, struct topk *topk)
{
    const struct batch *batch = search->batch;
    for (uint32_t i = 0; i < batch->count; i++) {
        const uint32_t high = search->sort == LEDE_SORT_SCORE ? batch->scores[i]
                              : search->sort == LEDE_SORT_OLDEST
                                  ? oldest_high(oldest, batch->docs[i])
                                  : 0;
        topk_offer(topk, ranking_key(high, batch->docs[i]));
    }
}

/* Every match in the range: counted, faceted, offered. */
static lede_status collect_all(struct search *search, struct range range, struct topk *topk)
{
    const struct segment *segment = search->binder.segment;
    struct oldest oldest = {.dates = &segment->dates, .date = DATE_NONE};
    struct matcher *matcher = NULL;
    lede_status status = new_matcher(search, range, &matcher);
    if (status == LEDE_OK && search->request->facet_count > 0) {
        status = facets_begin(&search->facets, segment, search->error);
    }
    if (status != LEDE_OK) {
        return status;
    }
    if (matcher != NULL && topk == NULL && search->request->facet_count == 0) {
        search->results->total += matcher_count(matcher, search->batch);
        return LEDE_OK;
    }
    while (matcher != NULL && matcher_next(matcher, search->batch)) {
        search->results->total += search->batch->count;
        if (search->request->facet_count > 0) {
            facets_add(&search->facets, search->batch->docs, search->batch->count);
        }
        if (topk != NULL) {
            offer_batch(search, &oldest, topk);
        }
    }
    return search->request->facet_count > 0 ? facets_end(&search->facets, search->error) : LEDE_OK;
}

/* From the newest document in windows that double, until there are enough. */
static lede_status collect_newest(struct search *search, struct range range, struct topk *topk)
{
    struct oldest oldest = {.dates = &search->binder.segment->dates, .date = DATE_NONE};
    uint32_t size = NEWEST_WINDOW_DOCS;
    while (range.first < range.end && !topk_is_full(topk)) {
        const uint32_t first = range.end - range.first > size ? range.end - size : range.first;
        struct matcher *matcher = NULL;
        const lede_status status = new_matcher(search, (struct range){first, range.end}, &matcher);
        if (status != LEDE_OK) {
            return status;
        }
        while (matcher != NULL && matcher_next(matcher, search->batch)) {
            search->results->total += search->batch->count;
            offer_batch(search, &oldest, topk);
        }
        /* Without a matcher, nothing of the query is in this segment. */
        range.end = matcher == NULL ? range.first : first;
        size = size > DOC_END / 2 ? size : size * 2;
    }
    search->results->total_is_exact = search->results->total_is_exact && range.first >= range.end;
    return LEDE_OK;
}

/* Forward from the oldest of the range, until there are enough and the date changes. */
static lede_status collect_oldest(struct search *search, struct range range, struct topk *topk)
{
    struct oldest oldest = {.dates = &search->binder.segment->dates, .date = DATE_NONE};
    struct matcher *matcher = NULL;
    const lede_status status = new_matcher(search, range, &matcher);
    if (status != LEDE_OK) {
        return status;
    }
    while (matcher != NULL && matcher_next(matcher, search->batch)) {
        offer_batch(search, &oldest, topk);
        search->results->total += search->batch->count;
        if (topk_is_full(topk) && topk->least >> 32 > oldest.high) {
            /* All that are kept are of an earlier date than the last document. */
            search->results->total_is_exact = false;
            break;
        }
    }
    return LEDE_OK;
}

/* Keys below this cannot be among the wanted. */
static uint64_t key_floor(const struct search *search, const struct segment *segment)
{
    const struct ranking *ranking = &search->ranking;
    if (!ranking_is_full(ranking)) {
        return 0;
    }
    const struct hit_ref *last = &ranking->hits[ranking->count - 1];
    if (search->sort == LEDE_SORT_SCORE) {
        return ranking_key(last->score, 0);
    }
    return search->sort == LEDE_SORT_NEWEST ? dates_first_at(&segment->dates, last->date) : 0;
}

/* The best of the range by date, as far as they are needed. */
static lede_status collect_by_date(
    struct search *search, struct range range, uint64_t floor, struct topk *topk)
{
    if (search->sort == LEDE_SORT_NEWEST) {
        if (floor > range.first) {
            search->results->total_is_exact = false;
            range.first = (uint32_t)floor;
        }
        return collect_newest(search, range, topk);
    }
    const uint32_t undated = search->binder.segment->dates.undated_count;
    struct range dated = range;
    dated.first = dated.first < undated ? undated : dated.first;
    lede_status status = collect_oldest(search, dated, topk);
    if (status == LEDE_OK && range.first < undated) {
        range.end = range.end < undated ? range.end : undated;
        if (topk_is_full(topk)) {
            search->results->total_is_exact = false;
        } else {
            status = collect_newest(search, range, topk);
        }
    }
    return status;
}

static lede_status collect_segment(struct search *search, uint32_t at)
{
    const struct segment *segment = snapshot_segment(search->environment->snapshot, at);
    binder_begin(&search->binder, segment, search->hits + (size_t)at * search->plan->term_count);
    const struct range range = date_range(search->plan, segment);
    if (search->request->wanted == 0) {
        const lede_status status = collect_all(search, range, NULL);
        return status == LEDE_OK ? binder_end(&search->binder, search->error) : status;
    }
    const uint64_t floor = key_floor(search, segment);
    const size_t docs = segment->meta.doc_count > 0 ? segment->meta.doc_count : 1;
    struct topk topk;
    topk_init(&topk, search->keys, docs < search->request->wanted ? docs : search->request->wanted,
        floor);
    lede_status status = search->needs_all ? collect_all(search, range, &topk)
                                           : collect_by_date(search, range, floor, &topk);
    if (status == LEDE_OK) {
        status = binder_end(&search->binder, search->error);
    }
    if (status == LEDE_OK) {
        topk_sort(&topk);
        ranking_merge(&search->ranking, at, topk.keys, topk.count);
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

static lede_status prepare(struct search *search)
{
    const struct search_request *request = search->request;
    struct arena *arena = search->environment->arena;
    /* Without scores all are equal, and equals are ordered from the newest. */
    search->sort = request->sort == LEDE_SORT_SCORE && search->plan->leaf_count == 0
                       ? LEDE_SORT_NEWEST
                       : request->sort;
    search->needs_all =
        search->sort == LEDE_SORT_SCORE || request->wants_total || request->facet_count > 0;
    search->results->total_is_exact = true;
    binder_init(&search->binder, arena, search->plan, search->environment->fields->names,
        &search->results->counters);
    search->batch = arena_alloc(arena, sizeof *search->batch);
    if (search->batch == NULL) {
        return lede_fail_nomem(search->error);
    }
    lede_status status = LEDE_OK;
    if (request->facet_count > 0) {
        status = facets_init(
            &search->facets, request->facets, request->facet_count, arena, search->error);
    }
    if (status == LEDE_OK && request->wanted > 0) {
        const size_t wanted = wanted_at_most(search->environment->snapshot, request->wanted);
        search->keys = arena_array(arena, wanted, sizeof *search->keys);
        status = search->keys == NULL
                     ? lede_fail_nomem(search->error)
                     : ranking_init(&search->ranking, search->environment->snapshot, search->sort,
                           wanted, arena, search->error);
    }
    return status;
}

static lede_status finish(struct search *search)
{
    const struct search_request *request = search->request;
    struct lede_results *results = search->results;
    lede_status status = LEDE_OK;
    if (request->facet_count > 0) {
        results->facets =
            arena_zalloc(&results->arena, request->facet_count, sizeof *results->facets);
        results->facet_count = request->facet_count;
        status = results->facets == NULL ? lede_fail_nomem(search->error)
                                         : facets_finish(&search->facets, &results->arena,
                                               results->facets, search->error);
    }
    if (status == LEDE_OK && request->wanted > 0 && search->ranking.count > request->offset) {
        status = fetch_hits(request, search->environment, &search->binder, search->hits,
            search->ranking.hits + request->offset, search->ranking.count - request->offset,
            request->offset + 1, results, search->error);
    }
    return status;
}

static lede_status make_plan(struct search *search)
{
    const struct search_request *request = search->request;
    const struct search_environment *environment = search->environment;
    const struct plan_options options = {.all = request->all,
        .has_positions = environment->snapshot->manifest.has_positions,
        .filters = request->filters,
        .filter_count = request->filter_count,
        .first = request->first,
        .end = request->end};
    const struct ast *root = NULL;
    lede_status status = parser_parse(request->query, request->query_length, environment->fields,
        environment->arena, &root, search->error);
    if (status == LEDE_OK) {
        status = plan_build(root, environment->analyzer, &options, environment->arena,
            &search->plan, search->error);
    }
    return status == LEDE_OK ? weigh(search) : status;
}

lede_status search_run(const struct search_request *request,
    const struct search_environment *environment, struct lede_results **results_out,
    lede_error *error)
{
    struct search search = {.request = request, .environment = environment, .error = error};
    lede_status status = make_plan(&search);
    if (status != LEDE_OK) {
        return status;
    }
    search.results = results_new(environment->results_pool);
    status = search.results == NULL ? lede_fail_nomem(error) : prepare(&search);
    const uint32_t segments = environment->snapshot->manifest.segment_count;
    for (uint32_t i = 0; status == LEDE_OK && i < segments; i++) {
        status = collect_segment(&search, i);
    }
    if (status == LEDE_OK) {
        status = finish(&search);
    }
    if (status != LEDE_OK) {
        results_free(search.results);
        return status;
    }
    *results_out = search.results;
    return LEDE_OK;
}
