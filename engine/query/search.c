/* The parts in their order. */
#include "query/search.h"

#include "query/bind.h"
#include "query/collector.h"
#include "query/fetch.h"

struct search {
    const struct search_request *request;
    const struct search_environment *environment;
    struct plan *plan;
    const struct termdict_hit **hits; /* by segment, then by term */
    struct binder binder;
    struct collector collector;
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

/* ---- the whole ---- */

static lede_status finish(struct search *search)
{
    const struct search_request *request = search->request;
    struct lede_results *results = search->results;
    lede_status status = LEDE_OK;
    results->total_is_exact = collector_total(&search->collector, &results->total);
    if (request->facet_count > 0) {
        results->facets =
            arena_zalloc(&results->arena, request->facet_count, sizeof *results->facets);
        results->facet_count = request->facet_count;
        status = results->facets == NULL ? lede_fail_nomem(search->error)
                                         : facets_finish(&search->collector.tally.facets,
                                               &results->arena, results->facets, search->error);
    }
    if (status == LEDE_OK && request->wanted > 0 &&
        search->collector.ranking.count > request->offset) {
        status = fetch_hits(request, search->environment, &search->binder, search->hits,
            search->collector.ranking.hits + request->offset,
            search->collector.ranking.count - request->offset, request->offset + 1, results,
            search->error);
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
    stopwatch_lap(environment->watch, LAP_PARSE);
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
    stopwatch_lap(environment->watch, LAP_PLAN);
    search.results = results_new(environment->results_pool);
    if (search.results == NULL) {
        return lede_fail_nomem(error);
    }
    binder_init(&search.binder, environment->arena, search.plan, environment->fields->names,
        &search.results->counters);
    status =
        collector_init(&search.collector, request, environment->snapshot, &search.binder, error);
    const uint32_t segments = environment->snapshot->manifest.segment_count;
    for (uint32_t i = 0; status == LEDE_OK && i < segments; i++) {
        status = collector_collect(
            &search.collector, i, search.hits + (size_t)i * search.plan->term_count, error);
    }
    stopwatch_lap(environment->watch, LAP_MATCH);
    if (status == LEDE_OK) {
        status = finish(&search);
    }
    stopwatch_lap(environment->watch, LAP_FETCH);
    if (status != LEDE_OK) {
        results_free(search.results);
        return status;
    }
    *results_out = search.results;
    return LEDE_OK;
}
