/* What is large in one direction: a word, the words of a document, the values of a field, the segments of
 * an index. Each is searched afterwards, and the index verified.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "lede.h"
#include "support/tmpdir.h"

enum { WORDS = 1000000, VALUES = 100000, SEGMENTS = 300, LONG_WORD_BYTES = 10000 };

static lede_text text_of(const char *text)
{
    return (lede_text){.data = text, .length = strlen(text)};
}

static struct tmpdir dir;
static lede_error error;

static void setup(void)
{
    tmpdir_init(&dir);
}

static void teardown(void)
{
    ck_assert_msg(lede_verify(dir.path, NULL, NULL, NULL, &error) == LEDE_OK, "%s", error.message);
    tmpdir_release(&dir);
}

static lede_writer *open_writer(void)
{
    static const char *const KEYWORDS[] = {"source"};
    lede_writer_options options = LEDE_WRITER_OPTIONS_INIT;
    lede_writer *writer = NULL;
    options.keywords = KEYWORDS;
    options.keyword_count = 1;
    ck_assert_msg(
        lede_writer_open(dir.path, &options, &writer, &error) == LEDE_OK, "%s", error.message);
    return writer;
}

static void add(lede_writer *writer, const char *id, const char *body, const char *source)
{
    const lede_field field = {text_of("source"), text_of(source)};
    const lede_document document = {
        .id = text_of(id), .body = text_of(body), .fields = &field, .field_count = 1};
    ck_assert_msg(
        lede_writer_add(writer, &document, NULL, &error) == LEDE_OK, "%s: %s", id, error.message);
}

static void finish(lede_writer *writer)
{
    ck_assert_msg(lede_writer_commit(writer, &error) == LEDE_OK, "%s", error.message);
    lede_writer_close(writer);
}

static lede_index *open_index(void)
{
    lede_index *index = NULL;
    ck_assert_msg(lede_index_open(dir.path, NULL, &index, &error) == LEDE_OK, "%s", error.message);
    return index;
}

static uint64_t count(lede_index *index, const char *query)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_results *results = NULL;
    options.total = 1;
    ck_assert_msg(lede_search(index, query, strlen(query), &options, &results, &error) == LEDE_OK,
        "%s: %s", query, error.message);
    const uint64_t total = lede_results_total(results, NULL);
    lede_results_free(results);
    return total;
}

START_TEST(a_word_of_ten_thousand_letters_is_found_by_itself)
{
    char word[LONG_WORD_BYTES + 32];
    memset(word, 'x', LONG_WORD_BYTES);
    memcpy(word + LONG_WORD_BYTES, " harbour", sizeof " harbour");
    lede_writer *writer = open_writer();
    add(writer, "a", word, "belta");
    add(writer, "b", "harbour", "belta");
    finish(writer);
    lede_index *index = open_index();
    word[LONG_WORD_BYTES] = '\0';
    ck_assert_uint_eq(count(index, word), 1);
    ck_assert_uint_eq(count(index, "harbour"), 2);
    lede_index_close(index);
}
END_TEST

START_TEST(a_document_of_a_million_words_is_found_by_each)
{
    char *body = malloc((size_t)WORDS * 9 + 1);
    char query[64];
    size_t length = 0;
    ck_assert_ptr_nonnull(body);
    for (unsigned i = 0; i < WORDS; i++) {
        length += (size_t)sprintf(body + length, "w%06xq ", i);
    }
    lede_writer *writer = open_writer();
    add(writer, "a", body, "belta");
    add(writer, "b", "w000007q", "belta");
    finish(writer);
    lede_index *index = open_index();
    lede_index_stats stats;
    ck_assert_int_eq(lede_index_stats_read(index, &stats, NULL), LEDE_OK);
    ck_assert_uint_eq(stats.terms, WORDS);
    ck_assert_uint_eq(stats.tokens, WORDS + 1);
    for (unsigned i = 0; i < WORDS; i += 99991) {
        (void)snprintf(query, sizeof query, "\"w%06xq w%06xq\"", i, i + 1);
        ck_assert_uint_eq(count(index, query), 1);
    }
    ck_assert_uint_eq(count(index, "w000007q"), 2);
    ck_assert_uint_eq(count(index, "\"w000007q w000009q\""), 0);
    lede_stored *stored = NULL;
    ck_assert_int_eq(lede_get(index, "a", 1, &stored, NULL), LEDE_OK);
    ck_assert_str_eq(lede_stored_document(stored)->body.data, body);
    lede_stored_free(stored);
    lede_index_close(index);
    free(body);
}
END_TEST

START_TEST(a_field_of_many_values_is_counted)
{
    char id[32], value[32];
    lede_writer *writer = open_writer();
    for (unsigned i = 0; i < VALUES; i++) {
        (void)snprintf(id, sizeof id, "d%u", i);
        (void)snprintf(value, sizeof value, "value %u", i);
        add(writer, id, "harbour", value);
    }
    add(writer, "again", "harbour", "value 77");
    finish(writer);
    lede_index *index = open_index();
    static const char *const FACETS[] = {"source:100000"};
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_results *results = NULL;
    options.facets = FACETS;
    options.facet_count = 1;
    ck_assert_msg(lede_search(index, "harbour", 7, &options, &results, &error) == LEDE_OK, "%s",
        error.message);
    const lede_facet *facet = lede_results_facet(results, 0);
    ck_assert_uint_eq(facet->value_count, VALUES);
    ck_assert_str_eq(facet->values[0].value.data, "value 77");
    ck_assert_uint_eq(facet->values[0].count, 2);
    lede_results_free(results);
    ck_assert_uint_eq(count(index, "source:\"value 77\""), 2);
    ck_assert_uint_eq(count(index, "source:\"value 99999\""), 1);
    lede_index_close(index);
}
END_TEST

START_TEST(three_hundred_segments_answer_as_one_index)
{
    char id[32], body[128];
    lede_writer *writer = open_writer();
    for (unsigned i = 0; i < SEGMENTS * 3; i++) {
        (void)snprintf(id, sizeof id, "d%u", i);
        (void)snprintf(body, sizeof body, "harbour number%u group%u", i, i % 7);
        add(writer, id, body, i % 2 == 0 ? "belta" : "tass");
        if (i % 3 == 2) {
            ck_assert_msg(lede_writer_commit(writer, &error) == LEDE_OK, "%s", error.message);
        }
    }
    /* Every seventh goes, and with it one document of many segments. */
    for (unsigned i = 0; i < SEGMENTS * 3; i += 7) {
        const int length = snprintf(id, sizeof id, "d%u", i);
        ck_assert_int_eq(lede_writer_delete(writer, id, (size_t)length, NULL), LEDE_OK);
    }
    finish(writer);
    lede_index *index = open_index();
    ck_assert_uint_eq(count(index, "group0"), 0);
    ck_assert_uint_eq(count(index, "group1"), 129);
    ck_assert_uint_eq(count(index, "harbour"), SEGMENTS * 3 - 129);
    ck_assert_uint_eq(count(index, "\"number500 group3\""), 1);
    ck_assert_uint_eq(count(index, "+harbour -source:tass"), (SEGMENTS * 3) / 2 - 65);
    lede_results *results = NULL;
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.k = 1000;
    ck_assert_int_eq(lede_search(index, "group5", 6, &options, &results, &error), LEDE_OK);
    /* All score alike, so they come by their ids. */
    for (size_t i = 1; i < lede_results_hit_count(results); i++) {
        const lede_hit *before = lede_results_hit(results, i - 1);
        const lede_hit *hit = lede_results_hit(results, i);
        ck_assert(before->score == hit->score && strcmp(before->id.data, hit->id.data) < 0);
    }
    lede_results_free(results);
    lede_index_close(index);
}
END_TEST

Suite *suite_big(void)
{
    Suite *suite = suite_create("big");
    TCase *limits = tcase_create("limits");
    tcase_set_timeout(limits, 300);
    tcase_add_checked_fixture(limits, setup, teardown);
    tcase_add_test(limits, a_word_of_ten_thousand_letters_is_found_by_itself);
    tcase_add_test(limits, a_document_of_a_million_words_is_found_by_each);
    tcase_add_test(limits, a_field_of_many_values_is_counted);
    tcase_add_test(limits, three_hundred_segments_answer_as_one_index);
    suite_add_tcase(suite, limits);
    return suite;
}
