/* What lede_search reads of hits, and what it tells of its work: stored texts or none, numbers, parts, times,
 * counters. */

#include <check.h>
#include <string.h>

#include "lede.h"
#include "support/news_index.h"

START_TEST(without_stored_texts_hits_have_ids_and_dates)
{
    struct query_index index;
    query_index_make(
        &index, NEWS_INDEX_DOCS, NEWS_INDEX_COUNT, &(struct query_index_options){.no_store = 1});
    lede_results *results = NULL;
    ck_assert_int_eq(lede_search(index.index, "trams", 5, NULL, &results, NULL), LEDE_OK);
    const lede_hit *hit = lede_results_hit(results, 0);
    ck_assert_str_eq(hit->id.data, "a3");
    ck_assert_str_eq(hit->date.data, "2020-06-01");
    ck_assert_str_eq(hit->title.data, "");
    ck_assert_str_eq(hit->snippet.data, "");
    lede_results_free(results);
    query_index_remove(&index);
}
END_TEST

static const char *const QUERIES[] = {"treaty", "+summit +minsk", "+summit minsk", "-minsk",
    "\"collective security\"", "title:minsk", "source:belta", "source:belta summit", "date:2020",
    "summit date:2020", "budget OR date:1912", "zebra trams", "(summit AND minsk) OR budget"};

/* Queries of several kinds, fetched in the three ways. */
START_TEST(what_is_fetched_changes_no_hit)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_results *stored = news_index_search(QUERIES[_i], &options);
    options.fetch = LEDE_FETCH_IDS;
    lede_results *ids = news_index_search(QUERIES[_i], &options);
    options.fetch = LEDE_FETCH_NONE;
    lede_results *none = news_index_search(QUERIES[_i], &options);
    ck_assert_uint_eq(lede_results_hit_count(ids), lede_results_hit_count(stored));
    ck_assert_uint_eq(lede_results_hit_count(none), lede_results_hit_count(stored));
    for (size_t i = 0; i < lede_results_hit_count(stored); i++) {
        const lede_hit *whole = lede_results_hit(stored, i);
        const lede_hit *named = lede_results_hit(ids, i);
        const lede_hit *bare = lede_results_hit(none, i);
        ck_assert(whole->title.length > 0 && whole->field_count + (whole->date.length == 0) > 0);
        ck_assert_str_eq(named->id.data, whole->id.data);
        ck_assert_str_eq(named->date.data, whole->date.data);
        ck_assert(named->score == whole->score && bare->score == whole->score);
        ck_assert(named->number == whole->number && bare->number == whole->number);
        ck_assert_uint_eq(bare->rank, i + 1);
        ck_assert_str_eq(bare->id.data, "");
        ck_assert_str_eq(bare->date.data, "");
        const lede_hit *const empty[] = {named, bare};
        for (size_t j = 0; j < 2; j++) {
            ck_assert_str_eq(empty[j]->title.data, "");
            ck_assert_str_eq(empty[j]->url.data, "");
            ck_assert_str_eq(empty[j]->snippet.data, "");
            ck_assert_uint_eq(empty[j]->field_count, 0);
            ck_assert_uint_eq(empty[j]->part_count, 0);
        }
    }
    lede_results_free(stored);
    lede_results_free(ids);
    lede_results_free(none);
}
END_TEST

/* Three documents in as many segments: the number says which. */
START_TEST(a_number_is_of_one_document)
{
    struct query_index index;
    query_index_make(
        &index, NEWS_INDEX_DOCS, NEWS_INDEX_COUNT, &(struct query_index_options){.commit_each = 1});
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.fetch = LEDE_FETCH_NONE;
    lede_results *results = NULL;
    ck_assert_int_eq(lede_search(index.index, "-zebra", 6, &options, &results, NULL), LEDE_OK);
    ck_assert_uint_eq(lede_results_hit_count(results), NEWS_INDEX_COUNT);
    uint32_t seen = 0;
    for (size_t i = 0; i < NEWS_INDEX_COUNT; i++) {
        const uint64_t number = lede_results_hit(results, i)->number;
        ck_assert_uint_eq(number & UINT32_MAX, 0);
        ck_assert_uint_lt(number >> 32, NEWS_INDEX_COUNT);
        seen |= 1u << (number >> 32);
    }
    ck_assert_uint_eq(seen, (1u << NEWS_INDEX_COUNT) - 1);
    lede_results_free(results);
    query_index_remove(&index);
}
END_TEST

/* Sorted by date nothing is scored, and where nothing is read no score is made up afterwards. */
START_TEST(scores_beside_dates_need_reading)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.sort = LEDE_SORT_NEWEST;
    options.fetch = LEDE_FETCH_IDS;
    lede_results *results = news_index_search("summit", &options);
    ck_assert(lede_results_hit(results, 0)->score > 0);
    lede_results_free(results);
    options.fetch = LEDE_FETCH_NONE;
    results = news_index_search("summit", &options);
    ck_assert(lede_results_hit(results, 0)->score == 0);
    lede_results_free(results);
}
END_TEST

START_TEST(parts_are_explained_without_texts)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.fetch = LEDE_FETCH_IDS;
    options.explain = 1;
    lede_results *results = news_index_search("trams museum", &options);
    ck_assert_uint_eq(lede_results_hit(results, 0)->part_count, 2);
    lede_results_free(results);
}
END_TEST

START_TEST(times_are_measured_where_asked_for)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_results *results = news_index_search("summit minsk", &options);
    const lede_times *times = lede_results_times(results);
    ck_assert_uint_eq(times->struct_size, sizeof *times);
    ck_assert_uint_gt(times->total_ns, 0);
    ck_assert_uint_eq(times->total_ns, lede_results_took_ns(results));
    ck_assert_uint_eq(times->parse_ns + times->plan_ns + times->match_ns + times->fetch_ns, 0);
    lede_results_free(results);
    options.times = 1;
    results = news_index_search("summit minsk", &options);
    times = lede_results_times(results);
    ck_assert(times->plan_ns > 0 && times->match_ns > 0 && times->fetch_ns > 0);
    ck_assert_uint_le(
        times->parse_ns + times->plan_ns + times->match_ns + times->fetch_ns, times->total_ns);
    lede_results_free(results);
}
END_TEST

START_TEST(counters_are_the_same_again)
{
    lede_results *first = news_index_search("summit \"collective security\"", NULL);
    lede_results *again = news_index_search("summit \"collective security\"", NULL);
    const lede_counters *counters = lede_results_counters(first);
    ck_assert_uint_eq(counters->struct_size, sizeof *counters);
    ck_assert_uint_gt(counters->blocks_decoded, 0);
    ck_assert_int_eq(memcmp(counters, lede_results_counters(again), sizeof *counters), 0);
    lede_results_free(first);
    lede_results_free(again);
}
END_TEST

Suite *suite_fetch_api(void)
{
    Suite *suite = suite_create("fetch_api");
    TCase *basics = tcase_create("basics");
    tcase_add_checked_fixture(basics, news_index_setup, news_index_teardown);
    tcase_add_test(basics, without_stored_texts_hits_have_ids_and_dates);
    tcase_add_loop_test(
        basics, what_is_fetched_changes_no_hit, 0, sizeof QUERIES / sizeof QUERIES[0]);
    tcase_add_test(basics, a_number_is_of_one_document);
    tcase_add_test(basics, scores_beside_dates_need_reading);
    tcase_add_test(basics, parts_are_explained_without_texts);
    tcase_add_test(basics, times_are_measured_where_asked_for);
    tcase_add_test(basics, counters_are_the_same_again);
    suite_add_tcase(suite, basics);
    return suite;
}
