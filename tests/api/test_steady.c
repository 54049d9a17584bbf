/* Searching again and again: once warm, a search asks for no memory and makes no system call; what it answered
 * may be freed late and elsewhere; and nothing that waits keeps a commit that has been replaced. */
#include <check.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lede.h"
#include "support/fail.h"
#include "support/query_index.h"
#include "support/rng.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { IS_SANITIZED = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { IS_SANITIZED = 1 };
#else
enum { IS_SANITIZED = 0 };
#endif
#else
enum { IS_SANITIZED = 0 };
#endif

enum { DOCS = 600, WORDS = 40, SEARCHES = 1000 };

static const char *const STEMS[] = {"summit", "minsk", "harbour", "treaties", "nationalization",
    "securities", "économies", "running", "election", "parliament", "budgets", "covid-19",
    "государственный", "collective", "museum", "trams", "railways", "happily", "generously",
    "u.s."};

enum { STEM_COUNT = sizeof STEMS / sizeof STEMS[0] };

static struct query_index made;

static void make_index(void)
{
    static struct query_doc docs[DOCS];
    static char ids[DOCS][16], bodies[DOCS][WORDS * 32], dates[DOCS][16];
    struct rng rng;
    rng_init(&rng, 11);
    for (size_t i = 0; i < DOCS; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "d%zu", i);
        (void)snprintf(dates[i], sizeof dates[i], "20%02zu-0%zu-11", i % 20, 1 + i % 9);
        size_t length = 0;
        for (size_t word = 0; word < WORDS; word++) {
            const size_t most = 1 + (size_t)rng_below(&rng, STEM_COUNT);
            length += (size_t)snprintf(
                bodies[i] + length, sizeof bodies[i] - length, "%s ", STEMS[rng_below(&rng, most)]);
        }
        docs[i] = (struct query_doc){
            ids[i], STEMS[i % STEM_COUNT], bodies[i], dates[i], i % 3 == 0 ? "belta" : "tass"};
    }
    query_index_make(&made, docs, DOCS, &(struct query_index_options){.commit_after = DOCS / 2});
}

static void remove_index(void)
{
    query_index_remove(&made);
}

static const char *const QUERIES[] = {
    "summit",
    "summit minsk harbour",
    "+summit +railways -happily",
    "\"minsk summit\"",
    "\"collective museum\" trams^2 (budgets OR elections)",
    "title:summit source:belta",
    "date:2005 économies",
    "covid-19 государственный",
    "no such words here",
    "-minsk",
    "Summits' NATIONALIZATIONS",
};

enum { QUERY_COUNT = sizeof QUERIES / sizeof QUERIES[0] };

/* The i-th of many searches; 0 where it failed. */
static int search_as(unsigned i, lede_results **results_out)
{
    static const char *const FACETS[] = {"source", "date:month"};
    static const lede_field FILTER = {{"source", 6}, {"tass", 4}};
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    const char *query = QUERIES[i % QUERY_COUNT];
    switch (i / QUERY_COUNT % 6) {
    case 1: options.combine = LEDE_ALL; break;
    case 2: options.sort = LEDE_SORT_NEWEST; break;
    case 3: options.k = 200; break;
    case 4:
        options.facets = FACETS;
        options.facet_count = 2;
        options.explain = 1;
        break;
    case 5:
        options.filters = &FILTER;
        options.filter_count = 1;
        options.no_hits = 1;
        options.total = 1;
        break;
    default: break;
    }
    return lede_search(made.index, query, strlen(query), &options, results_out, NULL) == LEDE_OK;
}

enum { KINDS = QUERY_COUNT * 6, WARM_TURNS = 3 };

/* Every kind of search `turns` times over, each freed at once; 0 where one failed. */
static int search_all(unsigned searches)
{
    for (unsigned i = 0; i < searches; i++) {
        lede_results *results = NULL;
        if (!search_as(i, &results)) {
            return 0;
        }
        lede_results_free(results);
    }
    return 1;
}

START_TEST(a_warm_search_asks_for_no_memory)
{
    struct fail_memory memory;
    ck_assert(search_all(WARM_TURNS * KINDS));
    fail_memory_begin(&memory, FAIL_NEVER, FAIL_ONCE);
    const int searched = search_all(SEARCHES);
    fail_memory_end();
    ck_assert(searched);
    ck_assert_msg(memory.asked == 0, "%d searches asked for memory %llu times", SEARCHES,
        (unsigned long long)memory.asked);
    ck_assert_int_eq(memory.live_blocks, 0);
}
END_TEST

/* From here on the kernel ends this process at any system call but write and exit: malloc's and the locks'
 * among the others, whoever makes them. 0 where it will not. */
static int confine(void)
{
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog filter = {.len = sizeof steps / sizeof steps[0], .filter = steps};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

/* What the child does; it says by a byte how it went. */
static void search_confined(int fd)
{
    char answer = 'f';
    if (search_all(WARM_TURNS * KINDS)) {
        answer = !confine() ? 's' : search_all(SEARCHES) ? 'k' : 'f';
    }
    (void)!write(fd, &answer, 1);
    (void)syscall(SYS_exit, 0);
}

/* Where the clock is no memory of the process, asking for the time is a system call. */
static int clock_is_mapped(void)
{
    char name[32] = "";
    FILE *file = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "r");
    if (file != NULL) {
        (void)!fgets(name, sizeof name, file);
        (void)fclose(file);
    }
    return strcmp(name, "tsc\n") == 0 || strcmp(name, "arch_sys_counter\n") == 0;
}

START_TEST(a_warm_search_makes_no_system_call)
{
    int ends[2];
    char answer = '?';
    if (IS_SANITIZED || !clock_is_mapped()) {
        printf(
            "skipped: a_warm_search_makes_no_system_call (sanitizers, or a clock that is one)\n");
        return;
    }
    ck_assert_int_eq(pipe(ends), 0);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        search_confined(ends[1]);
    }
    (void)close(ends[1]);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    const ssize_t count = read(ends[0], &answer, 1);
    (void)close(ends[0]);
    if (count == 1 && answer == 's') {
        printf("skipped: a_warm_search_makes_no_system_call (no seccomp)\n");
        return;
    }
    ck_assert_msg(count == 1, "a search made a system call");
    ck_assert_int_eq(answer, 'k');
}
END_TEST

START_TEST(results_outlive_their_index)
{
    lede_results *results[QUERY_COUNT];
    struct fail_memory memory;
    lede_index *index = NULL;
    fail_memory_begin(&memory, FAIL_NEVER, FAIL_ONCE);
    ck_assert_int_eq(lede_index_open(made.dir.path, NULL, &index, NULL), LEDE_OK);
    for (size_t i = 0; i < QUERY_COUNT; i++) {
        ck_assert_int_eq(
            lede_search(index, QUERIES[i], strlen(QUERIES[i]), NULL, &results[i], NULL), LEDE_OK);
    }
    lede_results_free(results[1]); /* this one waits when the index is closed */
    lede_index_close(index);
    ck_assert_int_gt(memory.live_blocks, 0);
    for (size_t i = 0; i < QUERY_COUNT; i++) {
        if (i != 1) {
            const lede_hit *hit = lede_results_hit(results[i], 0);
            ck_assert_msg(hit == NULL || hit->id.data[0] == 'd', "%s", QUERIES[i]);
            lede_results_free(results[i]);
        }
    }
    fail_memory_end();
    ck_assert_int_eq(memory.live_blocks, 0);
}
END_TEST

START_TEST(more_results_at_once_than_wait)
{
    enum { HELD = 100 };
    static lede_results *results[HELD];
    struct fail_memory memory;
    lede_index *index = NULL;
    fail_memory_begin(&memory, FAIL_NEVER, FAIL_ONCE);
    ck_assert_int_eq(lede_index_open(made.dir.path, NULL, &index, NULL), LEDE_OK);
    for (unsigned turn = 0; turn < 3; turn++) {
        for (size_t i = 0; i < HELD; i++) {
            ck_assert_int_eq(lede_search(index, "minsk", 5, NULL, &results[i], NULL), LEDE_OK);
            ck_assert_uint_eq(lede_results_hit_count(results[i]), 10);
        }
        for (size_t i = 0; i < HELD; i++) {
            lede_results_free(results[i]);
        }
    }
    lede_index_close(index);
    fail_memory_end();
    ck_assert_int_eq(memory.live_blocks, 0);
}
END_TEST

static void add_document(const char *path, const char *id)
{
    lede_writer *writer = NULL;
    const lede_document document = {.id = {id, strlen(id)}, .body = {"minsk", 5}};
    ck_assert_int_eq(lede_writer_open(path, NULL, &writer, NULL), LEDE_OK);
    ck_assert_int_eq(lede_writer_add(writer, &document, NULL, NULL), LEDE_OK);
    ck_assert_int_eq(lede_writer_commit(writer, NULL), LEDE_OK);
    lede_writer_close(writer);
}

/* Replacing its one document leaves a segment without any, which the commit drops. */
START_TEST(a_replaced_commit_is_let_go)
{
    struct tmpdir dir;
    lede_index *index = NULL;
    lede_results *results = NULL;
    struct fail_files files = FAIL_FILES_INIT;
    tmpdir_init(&dir);
    add_document(dir.path, "a");
    fail_files_begin(&files);
    ck_assert_int_eq(lede_index_open(dir.path, NULL, &index, NULL), LEDE_OK);
    for (unsigned turn = 0; turn < 4; turn++) {
        ck_assert_int_eq(lede_search(index, "minsk", 5, NULL, &results, NULL), LEDE_OK);
        ck_assert_uint_eq(lede_results_hit_count(results), 1);
        lede_results_free(results);
        add_document(dir.path, "a");
        int changed = 0;
        ck_assert_int_eq(lede_index_refresh(index, &changed, NULL), LEDE_OK);
        ck_assert_int_eq(changed, 1);
        ck_assert_msg(files.live_maps == 1, "turn %u: %lld maps", turn, (long long)files.live_maps);
    }
    lede_index_close(index);
    fail_files_end();
    tmpdir_release(&dir);
}
END_TEST

Suite *suite_steady(void)
{
    Suite *suite = suite_create("steady");
    TCase *tcase = tcase_create("steady");
    tcase_set_timeout(tcase, 120);
    tcase_add_unchecked_fixture(tcase, make_index, remove_index);
    tcase_add_test(tcase, a_warm_search_asks_for_no_memory);
    tcase_add_test(tcase, a_warm_search_makes_no_system_call);
    tcase_add_test(tcase, results_outlive_their_index);
    tcase_add_test(tcase, more_results_at_once_than_wait);
    tcase_add_test(tcase, a_replaced_commit_is_let_go);
    suite_add_tcase(suite, tcase);
    return suite;
}
