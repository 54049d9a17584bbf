/* lede_search: options checked and put into the engine's terms, a worker borrowed, and the results'
 * accessors. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "api/handle.h"
#include "api/options.h"
#include "base/clock.h"
#include "query/search.h"

/* What a request is made of besides its numbers; texts in the worker's arena. */
struct request_maker {
    const lede_search_options *options;
    const struct field_names *fields;
    struct arena *arena;
    struct search_request *request;
    lede_error *error;
};

enum { FACET_VALUES_DEFAULT = 10, FACET_VALUES_DIGITS_MAX = 9 };

/* ---- numbers ---- */

static bool in_range(double value, double least, double most)
{
    return isfinite(value) && value >= least && value <= most;
}

static lede_status check_numbers(const lede_search_options *options, lede_error *error)
{
    const size_t k = options->k == 0 ? 10 : options->k;
    if (k > LEDE_RESULTS_MAX || options->offset > LEDE_RESULTS_MAX - k) {
        return lede_fail(error, LEDE_ERR_LIMIT, "search: k and offset are at most %d together",
            LEDE_RESULTS_MAX);
    }
    if (options->snippet_bytes > LEDE_SNIPPET_BYTES_MAX) {
        return lede_fail(error, LEDE_ERR_LIMIT, "search: a snippet has at most %d bytes",
            LEDE_SNIPPET_BYTES_MAX);
    }
    if (options->facet_count > LEDE_FACETS_MAX) {
        return lede_fail(
            error, LEDE_ERR_LIMIT, "search: there are at most %d facets", LEDE_FACETS_MAX);
    }
    if (options->filter_count > LEDE_QUERY_TERMS_MAX) {
        return lede_fail(
            error, LEDE_ERR_LIMIT, "search: there are at most %d filters", LEDE_QUERY_TERMS_MAX);
    }
    if ((options->filter_count > 0 && options->filters == NULL) ||
        (options->facet_count > 0 && options->facets == NULL)) {
        return lede_fail(error, LEDE_ERR_INVALID, "search: filters or facets are NULL");
    }
    if (!in_range(options->k1, 0, LEDE_K1_MAX)) {
        return lede_fail(error, LEDE_ERR_INVALID, "search: k1 is a number from 0 to %d, not %g",
            LEDE_K1_MAX, options->k1);
    }
    if (!in_range(options->b, 0, 1)) {
        return lede_fail(
            error, LEDE_ERR_INVALID, "search: b is a number from 0 to 1, not %g", options->b);
    }
    if (!in_range(options->title_boost, 0, LEDE_TITLE_BOOST_MAX)) {
        return lede_fail(error, LEDE_ERR_INVALID,
            "search: title_boost is a number from 0 to %d, not %g", LEDE_TITLE_BOOST_MAX,
            options->title_boost);
    }
    if ((options->combine != LEDE_ANY && options->combine != LEDE_ALL) ||
        (options->sort != LEDE_SORT_SCORE && options->sort != LEDE_SORT_NEWEST &&
            options->sort != LEDE_SORT_OLDEST) ||
        (options->markup != LEDE_MARKUP_HTML && options->markup != LEDE_MARKUP_PLAIN)) {
        return lede_fail(
            error, LEDE_ERR_INVALID, "search: combine, sort or markup has no such value");
    }
    if (options->fetch != LEDE_FETCH_STORED && options->fetch != LEDE_FETCH_IDS &&
        options->fetch != LEDE_FETCH_NONE) {
        return lede_fail(error, LEDE_ERR_INVALID, "search: fetch has no such value");
    }
    if (options->fetch == LEDE_FETCH_NONE && options->explain) {
        return lede_fail(
            error, LEDE_ERR_INVALID, "search: to explain, hits must be read: fetch is NONE");
    }
    return LEDE_OK;
}

/* ---- dates ---- */

static lede_status read_dates(struct request_maker *maker)
{
    const char *from = maker->options->from;
    const char *to = maker->options->to;
    struct search_request *request = maker->request;
    date_key unused;
    request->first = DATE_NONE;
    request->end = INT64_MAX;
    if (from != NULL) {
        if (!parser_period(from, strlen(from), &request->first, &unused)) {
            return lede_fail(maker->error, LEDE_ERR_INVALID,
                "search: from: \"%.40s\" is not a date (YYYY, YYYY-MM, YYYY-MM-DD)", from);
        }
        request->first = date_period_first(request->first);
    }
    if (to != NULL && !parser_period(to, strlen(to), &unused, &request->end)) {
        return lede_fail(maker->error, LEDE_ERR_INVALID,
            "search: to: \"%.40s\" is not a date (YYYY, YYYY-MM, YYYY-MM-DD)", to);
    }
    if (to != NULL && from == NULL) {
        request->first = DATE_NONE + 1; /* undated documents are in no range */
    }
    if (request->first >= request->end) {
        return lede_fail(maker->error, LEDE_ERR_INVALID,
            "search: from \"%.40s\" is later than to \"%.40s\"", from, to);
    }
    return LEDE_OK;
}

/* ---- keyword fields ---- */

/* Which keyword field this is; fields->count where none. */
static uint32_t find_field(const struct field_names *fields, const char *name, size_t length)
{
    uint32_t i = 0;
    while (i < fields->count &&
           (strlen(fields->names[i]) != length || memcmp(fields->names[i], name, length) != 0)) {
        i++;
    }
    return i;
}

static void list_keywords(const struct field_names *fields, char *text, size_t size)
{
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < fields->count && length < size; i++) {
        length += (size_t)snprintf(
            text + length, size - length, "%s%s", i == 0 ? "" : ", ", fields->names[i]);
    }
    if (fields->count == 0) {
        (void)snprintf(text, size, "none");
    }
}

/* Values of one field are gathered in one filter. */
static lede_status read_filters(struct request_maker *maker)
{
    const lede_search_options *options = maker->options;
    const size_t count = options->filter_count;
    struct plan_filter *filters = arena_zalloc(maker->arena, count, sizeof *filters);
    if (filters == NULL) {
        return lede_fail_nomem(maker->error);
    }
    uint32_t filter_count = 0;
    for (size_t i = 0; i < count; i++) {
        const lede_field *field = &options->filters[i];
        const uint32_t keyword = find_field(maker->fields, field->name.data, field->name.length);
        if (keyword == maker->fields->count) {
            char known[256];
            list_keywords(maker->fields, known, sizeof known);
            return lede_fail(maker->error, LEDE_ERR_NOT_FOUND,
                "search: there is no keyword field \"%.*s\", there are: %s",
                (int)(field->name.length < 64 ? field->name.length : 64), field->name.data, known);
        }
        uint32_t at = 0;
        while (at < filter_count && filters[at].keyword != keyword) {
            at++;
        }
        if (at == filter_count) {
            filters[at].keyword = keyword;
            filters[at].values = arena_array(maker->arena, count, sizeof(struct span));
            if (filters[at].values == NULL) {
                return lede_fail_nomem(maker->error);
            }
            filter_count++;
        }
        filters[at].values[filters[at].value_count++] =
            span_of(field->value.data, field->value.length);
    }
    maker->request->filters = filters;
    maker->request->filter_count = filter_count;
    return LEDE_OK;
}

/* FIELD or FIELD:N. */
static bool read_keyword_facet(
    const struct field_names *fields, const char *name, struct facet_request *facet)
{
    size_t length = strlen(name);
    const char *colon = strrchr(name, ':');
    uint32_t limit = FACET_VALUES_DEFAULT;
    if (colon != NULL) {
        const size_t digits = strlen(colon + 1);
        if (digits == 0 || digits > FACET_VALUES_DIGITS_MAX ||
            strspn(colon + 1, "0123456789") != digits) {
            return false;
        }
        limit = 0;
        for (const char *at = colon + 1; *at != '\0'; at++) {
            limit = limit * 10 + (uint32_t)(*at - '0');
        }
        length = (size_t)(colon - name);
    }
    const uint32_t keyword = find_field(fields, name, length);
    if (keyword == fields->count || limit == 0) {
        return false;
    }
    facet->kind = FACET_KEYWORD;
    facet->keyword = fields->names[keyword];
    facet->limit = limit;
    facet->name = span_of(name, length);
    return true;
}

static lede_status read_facets(struct request_maker *maker)
{
    const lede_search_options *options = maker->options;
    struct facet_request *facets = arena_zalloc(maker->arena, options->facet_count, sizeof *facets);
    if (facets == NULL) {
        return lede_fail_nomem(maker->error);
    }
    for (size_t i = 0; i < options->facet_count; i++) {
        const char *name = options->facets[i];
        if (name == NULL) {
            return lede_fail(maker->error, LEDE_ERR_INVALID, "search: a facet is NULL");
        }
        facets[i].name = span_of(name, strlen(name));
        if (strcmp(name, "date:year") == 0) {
            facets[i].kind = FACET_YEAR;
        } else if (strcmp(name, "date:month") == 0) {
            facets[i].kind = FACET_MONTH;
        } else if (strcmp(name, "date:day") == 0) {
            facets[i].kind = FACET_DAY;
        } else if (!read_keyword_facet(maker->fields, name, &facets[i])) {
            char known[256];
            list_keywords(maker->fields, known, sizeof known);
            return lede_fail(maker->error, LEDE_ERR_INVALID,
                "search: there is no facet \"%.80s\", there are date:year, date:month, date:day, "
                "FIELD and FIELD:N for keyword fields: %s",
                name, known);
        }
    }
    maker->request->facets = facets;
    maker->request->facet_count = (uint32_t)options->facet_count;
    return LEDE_OK;
}

/* ---- the call ---- */

static lede_status make_request(struct request_maker *maker)
{
    const lede_search_options *options = maker->options;
    struct search_request *request = maker->request;
    request->offset = options->no_hits ? 0 : options->offset;
    request->wanted = options->no_hits ? 0 : options->offset + (options->k == 0 ? 10 : options->k);
    request->wants_total = options->total != 0;
    request->all = options->combine == LEDE_ALL;
    request->sort = options->sort;
    request->bm25 = (struct bm25_options){
        .k1 = options->k1, .b = options->b, .title_boost = options->title_boost};
    request->snippet_bytes = options->snippet_bytes;
    request->markup = options->markup;
    request->explain = options->explain != 0;
    request->fetch = options->fetch;
    lede_status status = read_dates(maker);
    if (status == LEDE_OK) {
        status = read_filters(maker);
    }
    return status == LEDE_OK ? read_facets(maker) : status;
}

static lede_status search(const lede_index *index, struct worker *worker,
    const lede_search_options *options, struct search_request *request, struct stopwatch *watch,
    lede_results **results_out, lede_error *error)
{
    const struct snapshot *snapshot = worker->snapshot;
    const char *names[LEDE_KEYWORD_FIELDS_MAX];
    const struct field_names fields = {.names = names, .count = snapshot->manifest.keyword_count};
    for (uint32_t i = 0; i < snapshot->manifest.keyword_count; i++) {
        names[i] = snapshot->manifest.keywords[i];
    }
    struct request_maker maker = {.options = options,
        .fields = &fields,
        .arena = &worker->arena,
        .request = request,
        .error = error};
    const lede_status status = make_request(&maker);
    if (status != LEDE_OK) {
        return status;
    }
    const struct search_environment environment = {.snapshot = snapshot,
        .fields = &fields,
        .analyzer = worker->analyzer,
        .docstore_reader = worker->docstore_reader,
        .arena = &worker->arena,
        .watch = watch,
        .text = &worker->text,
        .results_pool = index->results_pool};
    return search_run(request, &environment, results_out, error);
}

static void keep_times(
    struct lede_results *results, const struct stopwatch *watch, uint64_t began_ns)
{
    results->times.parse_ns = watch->lap_ns[LAP_PARSE];
    results->times.plan_ns = watch->lap_ns[LAP_PLAN];
    results->times.match_ns = watch->lap_ns[LAP_MATCH];
    results->times.fetch_ns = watch->lap_ns[LAP_FETCH];
    results->times.total_ns = clock_now_ns() - began_ns;
}

lede_status lede_search(lede_index *index, const char *query, size_t query_length,
    const lede_search_options *options, lede_results **results_out, lede_error *error)
{
    const uint64_t began_ns = clock_now_ns();
    if (index == NULL || (query == NULL && query_length > 0) || results_out == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "search: an argument is NULL");
    }
    lede_search_options ours = LEDE_SEARCH_OPTIONS_INIT;
    lede_status status = options_read(options, &ours, sizeof ours, "lede_search_options", error);
    if (status == LEDE_OK) {
        status = check_numbers(&ours, error);
    }
    if (status != LEDE_OK) {
        return status;
    }
    struct worker *worker;
    struct snapshot *snapshot;
    status = index_borrow(index, &worker, &snapshot, error);
    if (status != LEDE_OK) {
        return status;
    }
    struct search_request request = {
        .query = query == NULL ? "" : query, .query_length = query_length};
    lede_results *results = NULL;
    struct stopwatch watch = {0};
    if (ours.times) {
        stopwatch_start(&watch);
    }
    status = search(index, worker, &ours, &request, ours.times ? &watch : NULL, &results, error);
    index_return(index, worker);
    if (status != LEDE_OK) {
        return status;
    }
    keep_times(results, &watch, began_ns);
    *results_out = results;
    return LEDE_OK;
}

/* ---- results ---- */

size_t lede_results_hit_count(const lede_results *results)
{
    return results == NULL ? 0 : results->hit_count;
}

const lede_hit *lede_results_hit(const lede_results *results, size_t i)
{
    return results != NULL && i < results->hit_count ? &results->hits[i] : NULL;
}

size_t lede_results_facet_count(const lede_results *results)
{
    return results == NULL ? 0 : results->facet_count;
}

const lede_facet *lede_results_facet(const lede_results *results, size_t i)
{
    return results != NULL && i < results->facet_count ? &results->facets[i] : NULL;
}

uint64_t lede_results_total(const lede_results *results, int *is_exact_out)
{
    if (is_exact_out != NULL) {
        *is_exact_out = results != NULL && results->total_is_exact;
    }
    return results == NULL ? 0 : results->total;
}

uint64_t lede_results_took_ns(const lede_results *results)
{
    return results == NULL ? 0 : results->times.total_ns;
}

const lede_counters *lede_results_counters(const lede_results *results)
{
    return results == NULL ? NULL : &results->counters;
}

const lede_times *lede_results_times(const lede_results *results)
{
    return results == NULL ? NULL : &results->times;
}

void lede_results_free(lede_results *results)
{
    results_free(results);
}
