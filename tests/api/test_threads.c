/* One index under many threads: searches, documents and dictionaries in several, a writer that commits in
 * another, a third that refreshes. Under MODE=tsan this finds what is shared and should not be.
 *
 * Every commit adds STEP documents and replaces the one called "count", whose title says how many there
 * are: so each answer shows which commit it comes from, and that it is one commit.
 */
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lede.h"
#include "support/tmpdir.h"

enum { STEP = 8, COMMITS = 40, SEARCHERS = 3 };

struct shared {
    struct tmpdir dir;
    lede_index *index;
    atomic_bool is_done;
    atomic_uint searches;
    _Atomic(lede_results *) handed; /* what one thread answered, another frees */
    atomic_uint faults;             /* Check's assertions are for the main thread */
    char fault[1024];
};

static lede_text text_of(const char *text)
{
    return (lede_text){.data = text, .length = strlen(text)};
}

static void fault(struct shared *shared, const char *what, const char *detail)
{
    if (atomic_fetch_add(&shared->faults, 1) == 0) {
        (void)snprintf(shared->fault, sizeof shared->fault, "%s: %s", what, detail);
    }
}

/* The writer's next commit: true where all went well. */
static bool write_step(lede_writer *writer, unsigned commit, lede_error *error)
{
    char id[32], title[64];
    for (unsigned i = 0; i < STEP; i++) {
        (void)snprintf(id, sizeof id, "d%u", commit * STEP + i);
        const lede_field field = {text_of("source"), text_of(i % 2 == 0 ? "belta" : "tass")};
        const lede_document document = {.id = text_of(id),
            .title = text_of("Harbour talks"),
            .body = text_of("the summit in minsk went on, and on, in the harbour"),
            .date = text_of(i % 3 == 0 ? "" : "2020-05-26"),
            .fields = &field,
            .field_count = 1};
        if (lede_writer_add(writer, &document, NULL, error) != LEDE_OK) {
            return false;
        }
    }
    (void)snprintf(title, sizeof title, "%u", (commit + 1) * STEP);
    const lede_document count = {.id = text_of("count"), .title = text_of(title)};
    return lede_writer_add(writer, &count, NULL, error) == LEDE_OK &&
           lede_writer_commit(writer, error) == LEDE_OK;
}

static lede_writer *open_writer(const char *path)
{
    static const char *const KEYWORDS[] = {"source"};
    lede_writer_options options = LEDE_WRITER_OPTIONS_INIT;
    lede_writer *writer = NULL;
    options.keywords = KEYWORDS;
    options.keyword_count = 1;
    ck_assert_int_eq(lede_writer_open(path, &options, &writer, NULL), LEDE_OK);
    return writer;
}

static void *write_all(void *context)
{
    struct shared *shared = context;
    lede_error error = {0};
    lede_writer *writer = NULL;
    if (lede_writer_open(shared->dir.path, NULL, &writer, &error) != LEDE_OK) {
        fault(shared, "open for writing", error.message);
    }
    for (unsigned commit = 1; writer != NULL && commit < COMMITS; commit++) {
        if (!write_step(writer, commit, &error)) {
            fault(shared, "write", error.message);
            break;
        }
    }
    lede_writer_close(writer);
    atomic_store(&shared->is_done, true);
    return NULL;
}

static void *refresh_all(void *context)
{
    struct shared *shared = context;
    lede_error error = {0};
    uint64_t documents = 0;
    while (!atomic_load(&shared->is_done)) {
        lede_index_stats stats;
        if (lede_index_refresh(shared->index, NULL, &error) != LEDE_OK ||
            lede_index_stats_read(shared->index, &stats, &error) != LEDE_OK) {
            fault(shared, "refresh", error.message);
            break;
        }
        if (stats.documents % STEP != 1 || stats.documents < documents) {
            fault(shared, "refresh", "the numbers of documents do not rise by commits");
        }
        documents = stats.documents;
    }
    return NULL;
}

static bool search_once(struct shared *shared, lede_error *error)
{
    static const char *const FACETS[] = {"source", "date:month"};
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_results *results = NULL;
    options.facets = FACETS;
    options.facet_count = 2;
    options.total = 1;
    options.explain = 1;
    static const char QUERY[] = "\"summit in minsk\" harbour";
    if (lede_search(shared->index, QUERY, sizeof QUERY - 1, &options, &results, error) != LEDE_OK) {
        return false;
    }
    const uint64_t total = lede_results_total(results, NULL);
    const lede_facet *sources = lede_results_facet(results, 0);
    if (total == 0 || total % STEP != 0 || sources->value_count != 2 ||
        sources->values[0].count * 2 != total || lede_results_hit_count(results) == 0 ||
        strstr(lede_results_hit(results, 0)->snippet.data, "<em>") == NULL) {
        fault(shared, "search", "an answer is not that of one commit");
    }
    lede_results_free(atomic_exchange(&shared->handed, results));
    return true;
}

static bool read_once(struct shared *shared, lede_error *error)
{
    lede_stored *stored = NULL;
    lede_terms *terms = NULL;
    lede_term term;
    lede_status status = lede_get(shared->index, "count", 5, &stored, error);
    if (status != LEDE_OK) {
        return false;
    }
    if (atoi(lede_stored_document(stored)->title.data) % STEP != 0) {
        fault(shared, "get", lede_stored_document(stored)->title.data);
    }
    lede_stored_free(stored);
    status = lede_terms_open(shared->index, "", 0, &terms, error);
    while (status == LEDE_OK) {
        status = lede_terms_next(terms, &term, error);
    }
    lede_terms_free(terms);
    return status == LEDE_ERR_NOT_FOUND;
}

static void *search_all(void *context)
{
    struct shared *shared = context;
    lede_error error = {0};
    while (!atomic_load(&shared->is_done)) {
        if (!search_once(shared, &error) || !read_once(shared, &error)) {
            fault(shared, "search", error.message);
            break;
        }
        (void)atomic_fetch_add(&shared->searches, 1);
    }
    return NULL;
}

START_TEST(searches_see_whole_commits_while_others_come)
{
    static struct shared shared;
    pthread_t threads[SEARCHERS + 2];
    lede_error error = {0};
    tmpdir_init(&shared.dir);
    lede_writer *writer = open_writer(shared.dir.path);
    ck_assert_msg(write_step(writer, 0, &error), "%s", error.message);
    lede_writer_close(writer);
    ck_assert_int_eq(lede_index_open(shared.dir.path, NULL, &shared.index, NULL), LEDE_OK);
    for (size_t i = 0; i < SEARCHERS + 2; i++) {
        void *(*const run)(void *) = i == 0 ? write_all : i == 1 ? refresh_all : search_all;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, run, &shared), 0);
    }
    for (size_t i = 0; i < SEARCHERS + 2; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
    ck_assert_msg(shared.faults == 0, "%u faults: %s", shared.faults, shared.fault);
    ck_assert_uint_gt(shared.searches, 0);
    lede_index_stats stats;
    ck_assert_int_eq(lede_index_refresh(shared.index, NULL, NULL), LEDE_OK);
    ck_assert_int_eq(lede_index_stats_read(shared.index, &stats, NULL), LEDE_OK);
    ck_assert_uint_eq(stats.documents, COMMITS * STEP + 1);
    lede_index_close(shared.index);
    lede_results_free(shared.handed); /* behind its index */
    ck_assert_int_eq(lede_verify(shared.dir.path, NULL, NULL, NULL, NULL), LEDE_OK);
    tmpdir_release(&shared.dir);
}
END_TEST

Suite *suite_threads(void)
{
    Suite *suite = suite_create("threads");
    TCase *tcase = tcase_create("threads");
    tcase_set_timeout(tcase, 300);
    tcase_add_test(tcase, searches_see_whole_commits_while_others_come);
    suite_add_tcase(suite, tcase);
    return suite;
}
