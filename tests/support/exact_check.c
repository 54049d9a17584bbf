/* The reference scores every match and keeps all; its order is that of scores and dates, which is checked
 * first. Hits, totals and facets of any wish follow from it by counting. */
#include "support/exact_check.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAULT_BYTES = 256 };

#define FAULT_UNLESS(condition, ...)                         \
    do {                                                     \
        if (!(condition)) {                                  \
            (void)snprintf(fault, FAULT_BYTES, __VA_ARGS__); \
            return false;                                    \
        }                                                    \
    } while (0)

void exact_checker_init(struct exact_checker *checker, const struct exact_corpus *corpus)
{
    *checker = (struct exact_checker){.corpus = corpus, .capacity = corpus->doc_count + 1};
    arena_init(&checker->arena);
    buf_init(&checker->text, SIZE_MAX);
    checker->results_pool = results_pool_new();
    ck_assert_ptr_nonnull(checker->results_pool);
    checker->answer.matches = calloc(checker->capacity, sizeof *checker->answer.matches);
    checker->sorted = calloc(checker->capacity, sizeof *checker->sorted);
    checker->keys = calloc(checker->capacity, sizeof *checker->keys);
    ck_assert(checker->answer.matches != NULL && checker->sorted != NULL && checker->keys != NULL);
}

void exact_checker_release(struct exact_checker *checker)
{
    arena_release(&checker->arena);
    buf_release(&checker->text);
    results_pool_close(checker->results_pool);
    free(checker->answer.matches);
    free(checker->sorted);
    free(checker->keys);
}

static lede_status run(struct exact_checker *checker, const struct search_request *request,
    struct lede_results **results_out, lede_error *error)
{
    static const char *const names[] = {"source"};
    const struct field_names fields = {.names = names, .count = 1};
    const struct search_environment environment = {.snapshot = checker->corpus->snapshot,
        .fields = &fields,
        .analyzer = checker->corpus->analyzer,
        .arena = &checker->arena,
        .text = &checker->text,
        .results_pool = checker->results_pool};
    arena_reset(&checker->arena);
    return search_run(request, &environment, results_out, error);
}

static struct exact_match match_of(const struct exact_checker *checker, const lede_hit *hit)
{
    return (struct exact_match){.number = hit->number,
        .score = hit->score,
        .place = exact_fact_of(checker->corpus, hit->number)->newest};
}

bool exact_check_query(struct exact_checker *checker, const struct exact_query *query, char *fault)
{
    const struct exact_wish everything = {.k = checker->capacity};
    struct exact_answer *answer = &checker->answer;
    struct lede_results *results;
    lede_error error;
    exact_request_make(&checker->made, query, &everything);
    checker->made.request.exhaustive = true;
    answer->status = run(checker, &checker->made.request, &results, &error);
    answer->is_refused = answer->status != LEDE_OK;
    answer->count = 0;
    if (answer->is_refused) {
        FAULT_UNLESS(answer->status == LEDE_ERR_SYNTAX || answer->status == LEDE_ERR_UNSUPPORTED,
            "exhaustive: %.200s", error.message);
        return true;
    }
    bool is_sorted = true;
    for (size_t i = 0; i < results->hit_count; i++) {
        const struct exact_match match = match_of(checker, &results->hits[i]);
        const struct exact_match *last = i == 0 ? NULL : &answer->matches[i - 1];
        is_sorted = is_sorted && (last == NULL || last->score > match.score ||
                                     (last->score == match.score && last->place < match.place));
        answer->matches[i] = match;
    }
    answer->count = results->hit_count;
    const bool is_counted = results->total_is_exact && results->total == results->hit_count;
    results_free(results);
    FAULT_UNLESS(is_sorted, "the exhaustive order is not that of scores and dates");
    FAULT_UNLESS(is_counted, "the exhaustive total is not that of its hits");
    return true;
}

/* ---- facets ---- */

static int compare_keys(const void *left, const void *right)
{
    const date_key a = *(const date_key *)left;
    const date_key b = *(const date_key *)right;
    return (a > b) - (a < b);
}

static bool check_dates(struct exact_checker *checker, const struct facet_request *request,
    const lede_facet *facet, char *fault)
{
    static const enum date_precision precisions[] = {
        [FACET_YEAR] = DATE_YEAR, [FACET_MONTH] = DATE_MONTH, [FACET_DAY] = DATE_DAY};
    const struct exact_answer *answer = &checker->answer;
    size_t count = 0;
    for (size_t i = 0; i < answer->count; i++) {
        const date_key date = exact_fact_of(checker->corpus, answer->matches[i].number)->date;
        if (date != DATE_NONE) {
            checker->keys[count++] = date_cut(date, precisions[request->kind]);
        }
    }
    FAULT_UNLESS(facet->missing == answer->count - count, "facet kind %d: %llu undated of %zu",
        (int)request->kind, (unsigned long long)facet->missing, answer->count - count);
    qsort(checker->keys, count, sizeof *checker->keys, compare_keys);
    size_t at = 0;
    for (size_t i = 0; i < count; at++) {
        char text[DATE_TEXT_BYTES];
        const size_t start = i;
        while (i < count && checker->keys[i] == checker->keys[start]) {
            i++;
        }
        (void)date_format(checker->keys[start], text);
        FAULT_UNLESS(at < facet->value_count && strcmp(facet->values[at].value.data, text) == 0,
            "bucket %s is missing", text);
        FAULT_UNLESS(facet->values[at].count == i - start, "bucket %s has %llu of %zu", text,
            (unsigned long long)facet->values[at].count, i - start);
    }
    FAULT_UNLESS(at == facet->value_count, "%zu buckets of %zu", facet->value_count, at);
    return true;
}

static bool check_sources(const struct exact_checker *checker, const lede_facet *facet, char *fault)
{
    const struct exact_answer *answer = &checker->answer;
    uint64_t counts[EXACT_SOURCES] = {0};
    uint64_t missing = 0;
    size_t values = 0;
    for (size_t i = 0; i < answer->count; i++) {
        const uint32_t sources = exact_fact_of(checker->corpus, answer->matches[i].number)->sources;
        missing += sources == 0;
        for (uint32_t source = 0; source < EXACT_SOURCES; source++) {
            counts[source] += sources >> source & 1;
        }
    }
    for (uint32_t source = 0; source < EXACT_SOURCES; source++) {
        values += counts[source] > 0;
    }
    FAULT_UNLESS(facet->missing == missing, "%llu without a source, not %llu",
        (unsigned long long)facet->missing, (unsigned long long)missing);
    FAULT_UNLESS(facet->value_count == values, "%zu sources, not %zu", facet->value_count, values);
    for (size_t i = 0; i < values; i++) {
        const uint64_t count = counts[facet->values[i].value.data[1] - '0'];
        FAULT_UNLESS(facet->values[i].count == count, "source %s has %llu, not %llu",
            facet->values[i].value.data, (unsigned long long)facet->values[i].count,
            (unsigned long long)count);
    }
    return true;
}

static bool check_facets(
    struct exact_checker *checker, const struct lede_results *results, char *fault)
{
    for (uint32_t i = 0; i < checker->made.request.facet_count; i++) {
        const struct facet_request *request = &checker->made.facets[i];
        if (!(request->kind == FACET_KEYWORD
                    ? check_sources(checker, &results->facets[i], fault)
                    : check_dates(checker, request, &results->facets[i], fault))) {
            return false;
        }
    }
    return true;
}

/* ---- hits and totals ---- */

static bool check_total(const struct exact_checker *checker, const struct exact_wish *wish,
    const struct lede_results *results, char *fault)
{
    const size_t count = checker->answer.count;
    const bool is_asked = wish->k == 0 || wish->wants_total || wish->facets != 0;
    const unsigned long long total = results->total;
    FAULT_UNLESS(results->total_is_exact || !is_asked, "the total is not exact");
    FAULT_UNLESS(!results->total_is_exact || total == count, "the exact total is %llu, not %zu",
        total, count);
    FAULT_UNLESS(total <= count, "the total is at least %llu, but %zu match", total, count);
    FAULT_UNLESS(results->hit_count == 0 || total >= wish->offset + results->hit_count,
        "the total is at least %llu, with %zu hits behind %zu", total, results->hit_count,
        wish->offset);
    return true;
}

static bool check_hits(struct exact_checker *checker, const struct exact_wish *wish,
    const struct exact_match *expected, const struct lede_results *results, bool has_scores,
    char *fault)
{
    const size_t count = checker->answer.count;
    const size_t left = count > wish->offset ? count - wish->offset : 0;
    const size_t wanted = left < wish->k ? left : wish->k;
    FAULT_UNLESS(results->hit_count == wanted, "%zu hits of %zu", results->hit_count, wanted);
    for (size_t i = 0; i < wanted; i++) {
        const lede_hit *hit = &results->hits[i];
        const struct exact_match *match = &expected[wish->offset + i];
        FAULT_UNLESS(hit->number == match->number && (!has_scores || hit->score == match->score),
            "rank %zu is %llx with %.9g, not %llx with %.9g", i + 1,
            (unsigned long long)hit->number, hit->score, (unsigned long long)match->number,
            match->score);
        FAULT_UNLESS(hit->rank == wish->offset + i + 1, "hit %zu has rank %zu", i, hit->rank);
    }
    return true;
}

static int by_place(const void *left, const void *right)
{
    const struct exact_match *a = left;
    const struct exact_match *b = right;
    return (a->place > b->place) - (a->place < b->place);
}

/* The matches in the wish's order. */
static const struct exact_match *in_order(struct exact_checker *checker, lede_sort sort)
{
    const struct exact_answer *answer = &checker->answer;
    if (sort == LEDE_SORT_SCORE) {
        return answer->matches;
    }
    for (size_t i = 0; i < answer->count; i++) {
        const struct exact_fact *fact = exact_fact_of(checker->corpus, answer->matches[i].number);
        checker->sorted[i] = answer->matches[i];
        checker->sorted[i].place = sort == LEDE_SORT_NEWEST ? fact->newest : fact->oldest;
    }
    qsort(checker->sorted, answer->count, sizeof *checker->sorted, by_place);
    return checker->sorted;
}

static bool check_one(
    struct exact_checker *checker, const struct exact_wish *wish, bool exhaustive, char *fault)
{
    struct lede_results *results;
    lede_error error;
    checker->made.request.exhaustive = exhaustive;
    const lede_status status = run(checker, &checker->made.request, &results, &error);
    FAULT_UNLESS(status == checker->answer.status, "status %d: %.200s", (int)status, error.message);
    if (status != LEDE_OK) {
        return true;
    }
    const struct exact_match *expected = in_order(checker, wish->sort);
    const bool is_right =
        check_hits(checker, wish, expected, results, wish->sort == LEDE_SORT_SCORE, fault) &&
        check_total(checker, wish, results, fault) && check_facets(checker, results, fault);
    results_free(results);
    return is_right;
}

bool exact_check_wish(struct exact_checker *checker, const struct exact_query *query,
    const struct exact_wish *wish, char *fault)
{
    exact_request_make(&checker->made, query, wish);
    if (!check_one(checker, wish, false, fault)) {
        return false;
    }
    /* The same question of the exhaustive path, now and then. */
    return wish->k % 5 != 3 || check_one(checker, wish, true, fault);
}
