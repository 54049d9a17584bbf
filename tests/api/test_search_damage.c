/* Searches where memory runs out, and of files that were damaged. */

#include <check.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "lede.h"
#include "support/fail.h"
#include "support/news_index.h"

static const char BUSY_QUERY[] =
    "+summit \"collective security\" (minsk OR trams) title:minsk -zebra source:belta";

START_TEST(memory_that_runs_out_anywhere_is_an_error)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    const char *const facets[] = {"date:month", "source"};
    options.facets = facets;
    options.facet_count = 2;
    options.explain = 1;
    options.title_boost = 2;
    for (uint64_t at = 0;; at++) {
        ck_assert_uint_lt(at, 10000);
        /* A fresh handle: its worker's memory is taken anew. */
        lede_index *index = NULL;
        ck_assert_int_eq(lede_index_open(news_index.dir.path, NULL, &index, NULL), LEDE_OK);
        struct fail_memory memory;
        lede_results *results = NULL;
        lede_error error = {0};
        fail_memory_begin(&memory, at, FAIL_ONCE);
        const lede_status status =
            lede_search(index, BUSY_QUERY, strlen(BUSY_QUERY), &options, &results, &error);
        fail_memory_end();
        /* The analyzer's cache may do without: then the answer is the usual one. */
        ck_assert_msg(status == LEDE_OK ? lede_results_total(results, NULL) == 1
                                        : status == LEDE_ERR_NOMEM && results == NULL,
            "allocation %d: %s", (int)at, error.message);
        lede_results_free(results);
        lede_index_close(index);
        if (memory.failed == 0) {
            ck_assert_int_eq(status, LEDE_OK);
            break;
        }
    }
}
END_TEST

/* Every byte of every segment file, in turn with its bits turned over: a search answers or says that the
 * index is damaged. */
START_TEST(damaged_segments_never_crash_a_search)
{
    static const char *const QUERIES[] = {"summit minsk", "+minsk \"collective security\"",
        "title:minsk date:2020 source:belta", "-trams"};
    struct query_index index;
    query_index_make(&index, NEWS_INDEX_DOCS, NEWS_INDEX_COUNT,
        &(struct query_index_options){.delete_id = "a2"});
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    const char *const facets[] = {"date:month", "source"};
    options.facets = facets;
    options.facet_count = 2;
    options.explain = 1;
    options.title_boost = 2;
    DIR *dir = opendir(index.dir.path);
    unsigned damaged = 0;
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (strstr(entry->d_name, ".seg") == NULL && strstr(entry->d_name, ".del") == NULL) {
            continue;
        }
        size_t size;
        char *bytes = tmpdir_read(&index.dir, entry->d_name, &size);
        for (size_t at = 0; at < size; at += 1 + size / 4000) {
            bytes[at] = (char)~bytes[at];
            tmpdir_write(&index.dir, entry->d_name, bytes, size);
            bytes[at] = (char)~bytes[at];
            lede_index *open = NULL;
            lede_error error = {0};
            if (lede_index_open(index.dir.path, NULL, &open, &error) != LEDE_OK) {
                continue;
            }
            for (size_t i = 0; i < sizeof QUERIES / sizeof QUERIES[0]; i++) {
                lede_results *results = NULL;
                options.sort = (lede_sort)(at % 3);
                const lede_status status =
                    lede_search(open, QUERIES[i], strlen(QUERIES[i]), &options, &results, &error);
                ck_assert_msg(status == LEDE_OK || status == LEDE_ERR_CORRUPT,
                    "%s byte %zu, %s: %s", entry->d_name, at, QUERIES[i], error.message);
                damaged += status != LEDE_OK;
                lede_results_free(results);
            }
            lede_index_close(open);
        }
        tmpdir_write(&index.dir, entry->d_name, bytes, size);
        free(bytes);
    }
    closedir(dir);
    ck_assert_uint_gt(damaged, 0);
    query_index_remove(&index);
}
END_TEST

Suite *suite_search_damage(void)
{
    Suite *suite = suite_create("search_damage");
    TCase *damage = tcase_create("corrupt");
    tcase_set_timeout(damage, 120);
    tcase_add_checked_fixture(damage, news_index_setup, news_index_teardown);
    tcase_add_test(damage, memory_that_runs_out_anywhere_is_an_error);
    tcase_add_test(damage, damaged_segments_never_crash_a_search);
    suite_add_tcase(suite, damage);
    return suite;
}
