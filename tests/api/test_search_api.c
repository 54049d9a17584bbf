/* lede_search from end to end: small indexes written by lede_writer, answers worked out by hand or by the
 * formula in double precision. */

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "lede.h"
#include "support/news_index.h"

struct answer {
    const char *query, *ids;
};

static const struct answer ANSWERS[] = {
    {"trams", "a3"},
    {"treaty", "b1 a1"},
    {"+summit +minsk", "a1"},
    {"summit AND minsk", "a1"},
    {"+summit minsk", "a1 c1"},
    {"summit -minsk", "c1"},
    {"-minsk", "a2 b1 c1"},
    {"\"collective security\"", "b1 a1"},
    {"\"security collective\"", ""},
    {"\"minsk the\"", "a3"}, /* in a1 it would reach from the title into the body */
    {"title:minsk", "a3 a1"},
    {"title:\"in minsk\"", "a1"},
    {"title:\"met in minsk\"", ""},
    {"\"met in minsk\"", "a1"},
    {"title:(budget trams)", "a2 a3"},
    {"source:belta", "a3 a1"},
    {"source:belta summit", "a1"},
    {"source:belta date:2020-06", "a3"},
    {"+(source:belta AND source:belta) summit", "a1 a3"}, /* a group is required, no filter */
    {"date:2020", "a3 a2 a1"},
    {"date:[2020-05-27 TO *]", "a3 a2"},
    {"date:<2020", "b1"},
    {"date:>=2020-05-27", "a3 a2"},
    {"date:>2020-05-27", "a3"},
    {"date:<=1912", "b1"},
    {"-date:2020", "b1 c1"},
    {"summit date:2020", "a1"},
    {"budget OR date:1912", "a2 b1"},
    {"zebra", ""},
    {"zebra trams", "a3"},
    {"+zebra trams", ""},
    {"\"collective zebra\"", ""},
    {"(summit AND minsk) OR budget", "a1 a2"},
    {"security AND NOT budget", "b1 a1"},
};

START_TEST(queries_find_what_they_ask_for)
{
    lede_results *results = news_index_search(ANSWERS[_i].query, NULL);
    ck_assert_msg(strcmp(news_index_ids(results), ANSWERS[_i].ids) == 0,
        "%s: found \"%s\", not \"%s\"", ANSWERS[_i].query, news_index_ids(results),
        ANSWERS[_i].ids);
    lede_results_free(results);
}
END_TEST

START_TEST(all_asks_for_every_word)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.combine = LEDE_ALL;
    lede_results *results = news_index_search("summit minsk", &options);
    ck_assert_str_eq(news_index_ids(results), "a1");
    lede_results_free(results);
}
END_TEST

START_TEST(score_is_the_formula)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.explain = 1;
    lede_results *results = news_index_search("trams trams^2 museum", &options);
    ck_assert_uint_eq(lede_results_hit_count(results), 1);
    const lede_hit *hit = lede_results_hit(results, 0);
    ck_assert_uint_eq(hit->part_count, 2);
    lede_index_stats stats;
    ck_assert_int_eq(lede_index_stats_read(news_index.index, &stats, NULL), LEDE_OK);
    const double idf = log(1 + (NEWS_INDEX_COUNT - 1 + 0.5) / 1.5);
    const double norm = 1.2 * (1 - 0.75 + 0.75 * hit->parts[0].length / stats.average_length);
    const double tram = 3 * idf * 3 * 2.2 / (3 + norm);
    const double museum = idf * 1 * 2.2 / (1 + norm);
    ck_assert_uint_eq(hit->parts[0].frequency, 3);
    ck_assert(hit->parts[0].weight == 3);
    ck_assert_double_eq_tol(hit->parts[0].score, tram, tram * 1e-5);
    ck_assert_double_eq_tol(hit->score, tram + museum, (tram + museum) * 1e-5);
    ck_assert(hit->score == hit->parts[0].score + hit->parts[1].score);
    lede_results_free(results);
}
END_TEST

START_TEST(title_boost_counts_titles_more)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.title_boost = 5;
    options.explain = 1;
    lede_results *results = news_index_search("budget", &options);
    const lede_hit *hit = lede_results_hit(results, 0);
    lede_index_stats stats;
    ck_assert_int_eq(lede_index_stats_read(news_index.index, &stats, NULL), LEDE_OK);
    const double norm = 1.2 * (0.25 + 0.75 * hit->parts[0].length / stats.average_length);
    const double score = log(1 + (NEWS_INDEX_COUNT - 1 + 0.5) / 1.5) * 2.2 * 6 / (6 + norm);
    ck_assert_double_eq_tol(hit->score, score, score * 1e-5);
    lede_results_free(results);
}
END_TEST

START_TEST(sort_by_date_ignores_scores)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.sort = LEDE_SORT_NEWEST;
    lede_results *results = news_index_search("security minsk summit", &options);
    ck_assert_str_eq(news_index_ids(results), "a3 a2 a1 b1 c1");
    ck_assert(lede_results_hit(results, 0)->score > 0);
    lede_results_free(results);
    options.sort = LEDE_SORT_OLDEST;
    results = news_index_search("security minsk summit", &options);
    ck_assert_str_eq(news_index_ids(results), "b1 a1 a2 a3 c1");
    lede_results_free(results);
    options.k = 2;
    options.offset = 1;
    results = news_index_search("security minsk summit", &options);
    ck_assert_str_eq(news_index_ids(results), "a1 a2");
    ck_assert_uint_eq(lede_results_hit(results, 0)->rank, 2);
    lede_results_free(results);
}
END_TEST

START_TEST(from_and_to_are_inclusive)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.from = "2020-05-26";
    options.to = "2020-05-27";
    lede_results *results = news_index_search("", &options);
    ck_assert_str_eq(news_index_ids(results), "a2 a1");
    lede_results_free(results);
    options.from = NULL;
    options.to = "2020";
    results = news_index_search("summit", &options);
    ck_assert_str_eq(news_index_ids(results), "a1"); /* not the undated one */
    lede_results_free(results);
}
END_TEST

START_TEST(filters_of_one_field_are_alternatives)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    const lede_field filters[] = {{{"source", 6}, {"tass", 4}}, {{"source", 6}, {"archive", 7}}};
    options.filters = filters;
    options.filter_count = 2;
    lede_results *results = news_index_search("security", &options);
    ck_assert_uint_eq(lede_results_total(results, NULL), 2);
    lede_results_free(results);
    results = news_index_search("", &options);
    ck_assert_str_eq(news_index_ids(results), "a2 b1");
    lede_results_free(results);
}
END_TEST

static void check_facet(const lede_results *results, size_t i, const char *expected)
{
    char text[512] = "";
    const lede_facet *facet = lede_results_facet(results, i);
    for (size_t j = 0; j < facet->value_count; j++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s=%d ",
            facet->values[j].value.data, (int)facet->values[j].count);
    }
    snprintf(text + strlen(text), sizeof text - strlen(text), "missing=%d", (int)facet->missing);
    ck_assert_msg(
        strcmp(text, expected) == 0, "%s: \"%s\", not \"%s\"", facet->name.data, text, expected);
}

START_TEST(facets_count_every_match)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    const char *const facets[] = {"date:year", "date:month", "date:day", "source", "source:1"};
    options.facets = facets;
    options.facet_count = 5;
    options.no_hits = 1;
    lede_results *results = news_index_search("security minsk summit", &options);
    ck_assert_uint_eq(lede_results_hit_count(results), 0);
    int is_exact = 0;
    ck_assert_uint_eq(lede_results_total(results, &is_exact), 5);
    ck_assert(is_exact);
    check_facet(results, 0, "1912=1 2020=3 missing=1");
    check_facet(results, 1, "1912=1 2020-05=2 2020-06=1 missing=1");
    check_facet(results, 2, "1912=1 2020-05-26=1 2020-05-27=1 2020-06-01=1 missing=1");
    check_facet(results, 3, "belta=2 archive=1 tass=1 missing=1");
    check_facet(results, 4, "belta=2 missing=1");
    ck_assert_str_eq(lede_results_facet(results, 4)->name.data, "source");
    lede_results_free(results);
}
END_TEST

START_TEST(hits_carry_what_was_stored)
{
    lede_results *results = news_index_search("trams", NULL);
    const lede_hit *hit = lede_results_hit(results, 0);
    ck_assert_str_eq(hit->title.data, "Minsk: trams");
    ck_assert_str_eq(hit->date.data, "2020-06-01");
    ck_assert_str_eq(hit->url.data, "");
    ck_assert_uint_eq(hit->field_count, 1);
    ck_assert_str_eq(hit->fields[0].value.data, "belta");
    ck_assert_str_eq(
        hit->snippet.data, "New <em>trams</em> in Minsk; the old <em>trams</em> go to a museum.");
    ck_assert_ptr_null(lede_results_hit(results, 1));
    lede_results_free(results);
}
END_TEST

START_TEST(no_results_have_nothing)
{
    int is_exact = 1;
    ck_assert_uint_eq(lede_results_hit_count(NULL), 0);
    ck_assert_ptr_null(lede_results_hit(NULL, 0));
    ck_assert_uint_eq(lede_results_facet_count(NULL), 0);
    ck_assert_ptr_null(lede_results_facet(NULL, 0));
    ck_assert_uint_eq(lede_results_total(NULL, &is_exact), 0);
    ck_assert_int_eq(is_exact, 0);
    ck_assert_uint_eq(lede_results_took_ns(NULL), 0);
    ck_assert_ptr_null(lede_results_counters(NULL));
    ck_assert_ptr_null(lede_results_times(NULL));
    lede_results_free(NULL);
}
END_TEST

struct refusal {
    const char *query;
    lede_status status;
    size_t position;
};

static const struct refusal REFUSALS[] = {
    {"", LEDE_ERR_SYNTAX, 0},
    {" ... ", LEDE_ERR_SYNTAX, 0},
    {"a (b", LEDE_ERR_SYNTAX, 2},
    {"min*", LEDE_ERR_UNSUPPORTED, 3},
    {"nofield:x", LEDE_ERR_SYNTAX, 0},
};

START_TEST(unreadable_queries_are_refused_with_their_place)
{
    lede_results *results = NULL;
    lede_error error = {0};
    const struct refusal *refusal = &REFUSALS[_i];
    ck_assert_int_eq(lede_search(news_index.index, refusal->query, strlen(refusal->query), NULL,
                         &results, &error),
        refusal->status);
    ck_assert_uint_eq(error.position, refusal->position);
    ck_assert_ptr_null(results);
}
END_TEST

static void refuse(const lede_search_options *options, lede_status status)
{
    lede_results *results = NULL;
    lede_error error = {0};
    ck_assert_int_eq(lede_search(news_index.index, "summit", 6, options, &results, &error), status);
    ck_assert_ptr_null(results);
    ck_assert_int_eq(error.status, status);
}

START_TEST(options_out_of_range_are_refused)
{
    const lede_search_options fresh = LEDE_SEARCH_OPTIONS_INIT;
    lede_search_options options = fresh;
    options.k = 1000000;
    options.offset = 1;
    refuse(&options, LEDE_ERR_LIMIT);
    options = fresh;
    options.k1 = -1;
    refuse(&options, LEDE_ERR_INVALID);
    options.k1 = NAN;
    refuse(&options, LEDE_ERR_INVALID);
    options = fresh;
    options.b = 1.5;
    refuse(&options, LEDE_ERR_INVALID);
    options.b = INFINITY;
    refuse(&options, LEDE_ERR_INVALID);
    options = fresh;
    options.title_boost = -0.5;
    refuse(&options, LEDE_ERR_INVALID);
    options = fresh;
    options.from = "2021";
    options.to = "2020";
    refuse(&options, LEDE_ERR_INVALID);
    options.to = "yesterday";
    refuse(&options, LEDE_ERR_INVALID);
    options = fresh;
    const char *const unknown[] = {"color"};
    options.facets = unknown;
    options.facet_count = 1;
    refuse(&options, LEDE_ERR_INVALID);
    options = fresh;
    const lede_field filter = {{"color", 5}, {"red", 3}};
    options.filters = &filter;
    options.filter_count = 1;
    refuse(&options, LEDE_ERR_NOT_FOUND);
    options = fresh;
    options.snippet_bytes = 65537;
    refuse(&options, LEDE_ERR_LIMIT);
    options = fresh;
    options.sort = (lede_sort)9;
    refuse(&options, LEDE_ERR_INVALID);
    options = fresh;
    options.fetch = (lede_fetch)3;
    refuse(&options, LEDE_ERR_INVALID);
    options.fetch = LEDE_FETCH_NONE;
    options.explain = 1;
    refuse(&options, LEDE_ERR_INVALID);
}
END_TEST

START_TEST(options_are_served_up_to_their_limits)
{
    enum { COUNT = LEDE_QUERY_TERMS_MAX + 1 };
    static lede_field filters[COUNT];
    static const char *facets[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        filters[i] = (lede_field){{"source", 6}, {"belta", 5}};
        facets[i] = "source";
    }
    const lede_search_options fresh = LEDE_SEARCH_OPTIONS_INIT;
    lede_search_options options = fresh;
    options.k = LEDE_RESULTS_MAX;
    options.k1 = LEDE_K1_MAX;
    options.title_boost = LEDE_TITLE_BOOST_MAX;
    options.snippet_bytes = LEDE_SNIPPET_BYTES_MAX;
    options.facets = facets;
    options.facet_count = LEDE_FACETS_MAX;
    options.filters = filters;
    options.filter_count = LEDE_QUERY_TERMS_MAX;
    lede_results_free(news_index_search("minsk^1000", &options));
    options.k++;
    refuse(&options, LEDE_ERR_LIMIT);
    options.k = 10;
    options.k1 = LEDE_K1_MAX + 0.5;
    refuse(&options, LEDE_ERR_INVALID);
    options.k1 = fresh.k1;
    options.title_boost = LEDE_TITLE_BOOST_MAX + 0.5;
    refuse(&options, LEDE_ERR_INVALID);
    options.title_boost = fresh.title_boost;
    options.facet_count++;
    refuse(&options, LEDE_ERR_LIMIT);
    options.facet_count = 0;
    options.filter_count++;
    refuse(&options, LEDE_ERR_LIMIT);
}
END_TEST

START_TEST(extreme_parameters_are_served)
{
    static const double K1[] = {0, 1000, 1.2, 1.2, 0};
    static const double B[] = {0.75, 0.75, 0, 1, 0};
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.k1 = K1[_i];
    options.b = B[_i];
    lede_results *results = news_index_search("minsk", &options);
    ck_assert_uint_eq(lede_results_hit_count(results), 2);
    ck_assert(lede_results_hit(results, 0)->score > 0);
    lede_results_free(results);
}
END_TEST

START_TEST(huge_and_tiny_boosts_keep_scores_right)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_results *alone = news_index_search("notes^0.000001", &options);
    lede_results *both = news_index_search("notes^0.000001 trams^1000", &options);
    ck_assert_str_eq(news_index_ids(both), "a3 c1");
    const double expected = lede_results_hit(alone, 0)->score;
    ck_assert_double_eq_tol(lede_results_hit(both, 1)->score, expected, expected * 1e-5);
    lede_results_free(alone);
    lede_results_free(both);
}
END_TEST

/* The same documents in one segment and in five, some deleted, give the same answers to the last bit. */
START_TEST(segments_do_not_change_answers)
{
    struct query_index many;
    query_index_make(
        &many, NEWS_INDEX_DOCS, NEWS_INDEX_COUNT, &(struct query_index_options){.commit_each = 1});
    for (size_t i = 0; i < sizeof ANSWERS / sizeof ANSWERS[0]; i++) {
        for (lede_sort sort = LEDE_SORT_SCORE; sort <= LEDE_SORT_OLDEST; sort++) {
            lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
            options.sort = sort;
            lede_results *one = news_index_search(ANSWERS[i].query, &options);
            lede_results *other = NULL;
            ck_assert_int_eq(lede_search(many.index, ANSWERS[i].query, strlen(ANSWERS[i].query),
                                 &options, &other, NULL),
                LEDE_OK);
            ck_assert_uint_eq(lede_results_hit_count(one), lede_results_hit_count(other));
            for (size_t j = 0; j < lede_results_hit_count(one); j++) {
                const lede_hit *a = lede_results_hit(one, j);
                const lede_hit *b = lede_results_hit(other, j);
                ck_assert_str_eq(a->id.data, b->id.data);
                ck_assert(a->score == b->score);
                ck_assert_str_eq(a->snippet.data, b->snippet.data);
            }
            lede_results_free(one);
            lede_results_free(other);
        }
    }
    query_index_remove(&many);
}
END_TEST

START_TEST(deleted_documents_are_gone_from_answers_and_statistics)
{
    struct query_index fresh, cut;
    query_index_make(&fresh, NEWS_INDEX_DOCS, 4, &(struct query_index_options){0});
    query_index_make(
        &cut, NEWS_INDEX_DOCS, NEWS_INDEX_COUNT, &(struct query_index_options){.delete_id = "c1"});
    lede_results *expected = NULL;
    lede_results *actual = NULL;
    ck_assert_int_eq(lede_search(fresh.index, "summit notes minsk", 18, NULL, &expected, NULL), 0);
    ck_assert_int_eq(lede_search(cut.index, "summit notes minsk", 18, NULL, &actual, NULL), 0);
    ck_assert_uint_eq(lede_results_hit_count(actual), 2);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_str_eq(
            lede_results_hit(actual, i)->id.data, lede_results_hit(expected, i)->id.data);
        ck_assert(lede_results_hit(actual, i)->score == lede_results_hit(expected, i)->score);
    }
    lede_results_free(expected);
    lede_results_free(actual);
    query_index_remove(&fresh);
    query_index_remove(&cut);
}
END_TEST

START_TEST(without_positions_phrases_are_refused_and_split_words_are_conjunctions)
{
    static const struct query_doc DOCS[] = {
        {"1", "", "COVID-19 in May", "2020", NULL},
        {"2", "", "19 buses, no covid", "2020", NULL},
        {"3", "", "covid", "2020", NULL},
    };
    struct query_index index;
    query_index_make(&index, DOCS, 3, &(struct query_index_options){.no_positions = 1});
    lede_results *results = NULL;
    lede_error error;
    ck_assert_int_eq(
        lede_search(index.index, "\"covid 19\"", 10, NULL, &results, &error), LEDE_ERR_UNSUPPORTED);
    ck_assert_int_eq(lede_search(index.index, "covid-19", 8, NULL, &results, &error), LEDE_OK);
    ck_assert_uint_eq(lede_results_hit_count(results), 2);
    lede_results_free(results);
    query_index_remove(&index);
    query_index_make(&index, DOCS, 3, &(struct query_index_options){0});
    ck_assert_int_eq(lede_search(index.index, "covid-19", 8, NULL, &results, &error), LEDE_OK);
    ck_assert_str_eq(news_index_ids(results), "1");
    lede_results_free(results);
    query_index_remove(&index);
}
END_TEST

START_TEST(an_older_options_struct_has_defaults_for_the_rest)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.struct_size = offsetof(lede_search_options, offset);
    options.k = 1;
    options.k1 = -7; /* beyond the size: not read */
    lede_results *results = news_index_search("minsk", &options);
    ck_assert_uint_eq(lede_results_hit_count(results), 1);
    lede_results_free(results);
}
END_TEST

/* ---- many documents ---- */

enum { MANY = 20000 };

/* Many documents, dates shared by many, some undated, in two segments: a walk that stops early has the hits
 * of one that sees every match; and a page is a piece of a longer list. */
START_TEST(stopping_early_changes_no_hit)
{
    struct query_doc *docs = calloc(MANY, sizeof *docs);
    char(*texts)[3][16] = calloc(MANY, sizeof *texts);
    for (int i = 0; i < MANY; i++) {
        snprintf(texts[i][0], sizeof texts[i][0], "id%d", i * 7919 % MANY);
        snprintf(texts[i][1], sizeof texts[i][1], "%s", i % 97 == 0 ? "rare word" : "word");
        snprintf(texts[i][2], sizeof texts[i][2], "20%02d-0%d", i % 21, 1 + i % 9);
        docs[i] = (struct query_doc){.id = texts[i][0],
            .title = "",
            .body = texts[i][1],
            .date = i % 40 == 0 ? NULL : texts[i][2],
            .source = i % 3 == 0 ? "belta" : NULL};
    }
    struct query_index index;
    query_index_make(
        &index, docs, MANY, &(struct query_index_options){.commit_after = MANY - 3000});
    static const char *const QUERIES[] = {"rare", "word", "rare OR zebra", "source:belta", "-rare",
        "word date:>=2015", "\"rare word\""};
    static const size_t SIZES[] = {1, 10, 200, 19000};
    for (size_t i = 0; i < 7 * 4 * 3; i++) {
        lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
        const char *query = QUERIES[i % 7];
        options.k = SIZES[i / 7 % 4];
        options.sort = (lede_sort)(i / 28);
        options.snippet_bytes = 0;
        options.offset = 3;
        lede_results *early = NULL, *whole = NULL;
        ck_assert_int_eq(
            lede_search(index.index, query, strlen(query), &options, &early, NULL), LEDE_OK);
        options.total = 1;
        options.k += options.offset;
        options.offset = 0;
        ck_assert_int_eq(
            lede_search(index.index, query, strlen(query), &options, &whole, NULL), LEDE_OK);
        const size_t count = lede_results_hit_count(early);
        int is_exact;
        const uint64_t total = lede_results_total(early, &is_exact);
        ck_assert_uint_eq(count + 3, lede_results_hit_count(whole));
        ck_assert_msg(is_exact ? total == lede_results_total(whole, NULL)
                               : total <= lede_results_total(whole, NULL) && total >= count,
            "%s sort %d: %d of %d", query, (int)options.sort, (int)total,
            (int)lede_results_total(whole, NULL));
        for (size_t j = 0; j < count; j++) {
            const lede_hit *a = lede_results_hit(early, j);
            const lede_hit *b = lede_results_hit(whole, j + 3);
            ck_assert_msg(
                strcmp(a->id.data, b->id.data) == 0 && a->rank == b->rank && a->score == b->score,
                "%s sort %d hit %zu", query, (int)options.sort, j);
            if (j > 0 && options.sort != LEDE_SORT_SCORE) {
                const lede_hit *before = lede_results_hit(early, j - 1);
                const int order = strcmp(before->date.data, a->date.data);
                const bool undated = a->date.length == 0;
                const bool rises = order < 0;
                const bool should_rise = options.sort == LEDE_SORT_OLDEST;
                ck_assert_msg(order == 0
                                  ? strcmp(before->id.data, a->id.data) < 0
                                  : undated || (before->date.length > 0 && rises == should_rise),
                    "%s sort %d hit %zu: %s %s before %s %s", query, (int)options.sort, j,
                    before->date.data, before->id.data, a->date.data, a->id.data);
            }
        }
        lede_results_free(early);
        lede_results_free(whole);
    }
    query_index_remove(&index);
    free(texts);
    free(docs);
}
END_TEST

Suite *suite_search_api(void)
{
    Suite *suite = suite_create("search_api");
    TCase *basics = tcase_create("basics");
    tcase_add_checked_fixture(basics, news_index_setup, news_index_teardown);
    tcase_add_loop_test(
        basics, queries_find_what_they_ask_for, 0, sizeof ANSWERS / sizeof ANSWERS[0]);
    tcase_add_test(basics, all_asks_for_every_word);
    tcase_add_test(basics, score_is_the_formula);
    tcase_add_test(basics, title_boost_counts_titles_more);
    tcase_add_test(basics, sort_by_date_ignores_scores);
    tcase_add_test(basics, from_and_to_are_inclusive);
    tcase_add_test(basics, filters_of_one_field_are_alternatives);
    tcase_add_test(basics, facets_count_every_match);
    tcase_add_test(basics, hits_carry_what_was_stored);
    tcase_add_test(basics, no_results_have_nothing);
    tcase_add_test(basics, segments_do_not_change_answers);
    tcase_add_test(basics, deleted_documents_are_gone_from_answers_and_statistics);
    tcase_add_test(basics, without_positions_phrases_are_refused_and_split_words_are_conjunctions);
    suite_add_tcase(suite, basics);
    TCase *many = tcase_create("model");
    tcase_set_timeout(many, 120);
    tcase_add_test(many, stopping_early_changes_no_hit);
    suite_add_tcase(suite, many);
    TCase *limits = tcase_create("limits");
    tcase_add_checked_fixture(limits, news_index_setup, news_index_teardown);
    tcase_add_loop_test(limits, unreadable_queries_are_refused_with_their_place, 0,
        sizeof REFUSALS / sizeof REFUSALS[0]);
    tcase_add_test(limits, options_out_of_range_are_refused);
    tcase_add_test(limits, options_are_served_up_to_their_limits);
    tcase_add_loop_test(limits, extreme_parameters_are_served, 0, 5);
    tcase_add_test(limits, huge_and_tiny_boosts_keep_scores_right);
    tcase_add_test(limits, an_older_options_struct_has_defaults_for_the_rest);
    suite_add_tcase(suite, limits);
    return suite;
}
