/* What is said of a writer's memory, held against the system: on text many times as large as the memory it is given, at
 * a bound on the process's data that the system enforces, and by the most that was resident.
 *
 * The process is this test's own, and begins with a few MiB. Sanitizers keep memory of their own, so they only
 * run it small. LEDE_TEST_LONG takes much more text.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "index/writer.h"
#include "storage/snapshot.h"
#include "support/rng.h"
#include "support/tmpdir.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { IS_SANITIZED = 1 };
#else
enum { IS_SANITIZED = 0 };
#endif

enum {
    MIB = 1 << 20,
    WORDS = 30000,
    WORD_BYTES = 8,
    MEMORY_BYTES = 1 * MIB,
    TIMES_SANITIZED = 4,
    TIMES_LONG = 400,
    /* Of the process's own memory: stacks are in it, pages of files are not. Without a flush the postings of the
     * shorter text take 57 MiB. */
    DATA_BYTES_MAX = MEMORY_BYTES + 40 * MIB,
    DATA_BYTES_THREAD =
        12 *
        MIB, /* its stack, of 8 MiB that it does not use, and a heap, which a document may grow */
};

/* Words of three to seven letters, none twice in a row of the alphabet's numbers. */
struct vocabulary {
    char words[WORDS][WORD_BYTES];
};

static struct vocabulary *make_vocabulary(void)
{
    struct vocabulary *vocabulary = malloc(sizeof *vocabulary);
    ck_assert_ptr_nonnull(vocabulary);
    for (uint32_t i = 0; i < WORDS; i++) {
        uint32_t rest = i * 7919 + 17;
        const uint32_t length = 3 + i % 5;
        for (uint32_t at = 0; at < length; at++) {
            vocabulary->words[i][at] = (char)('a' + rest % 26);
            rest = rest / 26 + i;
        }
        vocabulary->words[i][length] = '\0';
    }
    return vocabulary;
}

/* A writer, and what it is given: `times` its memory of ids and texts, in documents of so many bytes. */
struct way {
    struct writer_options options;
    uint32_t body_bytes; /* on average half of it */
    uint32_t id_bytes;
    uint32_t times;
};

static const struct way ways[] = {
    {.options = {.memory_bytes = MEMORY_BYTES}, .body_bytes = 6000, .id_bytes = 8, .times = 32},
    {.options = {.memory_bytes = MEMORY_BYTES, .threads = 4},
        .body_bytes = 6000,
        .id_bytes = 8,
        .times = 32},
    /* Merges between documents. */
    {.options = {.memory_bytes = MEMORY_BYTES, .no_merge_thread = true},
        .body_bytes = 6000,
        .id_bytes = 8,
        .times = 32},
    /* Many long texts under way at once would be held beside the memory. */
    {.options = {.memory_bytes = MEMORY_BYTES, .threads = 16},
        .body_bytes = 1 * MIB,
        .id_bytes = 8,
        .times = 48},
    /* All ids are looked up, those of the last segment too, and stay resident where nobody lets them go. */
    {.options = {.memory_bytes = MEMORY_BYTES}, .body_bytes = 40, .id_bytes = 480, .times = 128},
};
enum { WAYS = sizeof ways / sizeof ways[0] };

/* Ranks come with a frequency of about one over the rank. */
static uint32_t random_word(struct rng *rng)
{
    const uint64_t word = rng_skewed(rng, 15);
    return (uint32_t)(word < WORDS ? word : word % WORDS);
}

static size_t make_body(
    const struct vocabulary *vocabulary, struct rng *rng, uint32_t body_bytes, char *body)
{
    const size_t size = (size_t)rng_below(rng, body_bytes - WORD_BYTES);
    size_t at = 0;
    while (at < size) {
        const char *word = vocabulary->words[random_word(rng)];
        const size_t length = strlen(word);
        memcpy(body + at, word, length);
        at += length;
        body[at++] = ' ';
    }
    return at;
}

/* Ids that stand beside each other in no order, and share nothing. */
static void make_id(uint32_t number, char *id, uint32_t id_bytes)
{
    uint64_t state = number * UINT64_C(0x9e3779b97f4a7c15);
    for (uint32_t i = 0; i < id_bytes; i++) {
        id[i] = (char)('a' + (state >> 32) % 26);
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    }
    (void)snprintf(id + id_bytes - 8, 9, "%08u", number);
}

/* Add so many bytes of texts and ids; the number of documents. */
static uint32_t add_texts(struct writer *writer, const struct way *way, uint64_t bytes)
{
    struct vocabulary *vocabulary = make_vocabulary();
    struct rng rng;
    uint32_t count = 0;
    char *body = malloc(way->body_bytes);
    ck_assert_ptr_nonnull(body);
    rng_init(&rng, rng_seed(61));
    for (uint64_t given = 0; given < bytes; count++) {
        char id[LEDE_ID_BYTES_MAX + 1];
        make_id(count, id, way->id_bytes);
        const size_t size = make_body(vocabulary, &rng, way->body_bytes, body);
        struct added added;
        const struct document document = {
            .id = span_of(id, way->id_bytes),
            .title = span_of(body, size < 50 ? size : 50),
            .body = span_of(body, size),
            .date = (date_key)rng_below(&rng, 10000) * 4 * 86400 + DATE_DAY,
        };
        ck_assert_int_eq(writer_add(writer, &document, &added, NULL), LEDE_OK);
        given += size + way->id_bytes;
    }
    free(body);
    free(vocabulary);
    return count;
}

static uint64_t resident_most(void)
{
    struct rusage usage;
    ck_assert_int_eq(getrusage(RUSAGE_SELF, &usage), 0);
    return (uint64_t)usage.ru_maxrss * 1024;
}

static void limit_data(uint64_t bytes)
{
    const struct rlimit limit = {.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};
    ck_assert_int_eq(setrlimit(RLIMIT_DATA, &limit), 0);
}

START_TEST(a_writer_keeps_within_its_memory)
{
    const bool is_long = getenv("LEDE_TEST_LONG") != NULL && !IS_SANITIZED;
    const struct way *way = &ways[_i];
    const uint64_t document =
        (uint64_t)way->body_bytes * 10; /* said of one beyond a tenth of the memory */
    const uint64_t text = (uint64_t)MEMORY_BYTES * (is_long           ? TIMES_LONG
                                                       : IS_SANITIZED ? TIMES_SANITIZED
                                                                      : way->times);
    struct tmpdir dir;
    struct writer *writer;
    tmpdir_init(&dir);
    const uint64_t at_first = resident_most();
    if (!IS_SANITIZED) {
        limit_data(
            DATA_BYTES_MAX + document + way->options.threads * (DATA_BYTES_THREAD + document));
    }
    ck_assert_int_eq(writer_open(dir.path, &way->options, &writer, NULL), LEDE_OK);
    const uint32_t count = add_texts(writer, way, text);
    ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
    ck_assert_int_eq(writer_merge(writer, NULL), LEDE_OK);
    writer_close(writer);
    const uint64_t most = resident_most();
    const uint32_t more_threads = way->options.threads > 2 ? way->options.threads - 2 : 0;
    const uint64_t promised = MEMORY_BYTES + WRITER_OVERHEAD_BYTES + document +
                              (uint64_t)more_threads * WRITER_THREAD_BYTES + (uint64_t)count * 16;
    if (!IS_SANITIZED) {
        if (is_long) {
            (void)printf("memory: %llu KiB resident, %llu KiB promised\n",
                (unsigned long long)(most - at_first) / 1024, (unsigned long long)promised / 1024);
        }
        ck_assert_msg(most - at_first <= promised, "%llu KiB resident, %llu KiB promised",
            (unsigned long long)(most - at_first) / 1024, (unsigned long long)promised / 1024);
    }
    struct snapshot *snapshot;
    ck_assert_int_eq(snapshot_open(dir.path, NULL, &snapshot, NULL), LEDE_OK);
    ck_assert_uint_eq(snapshot->live_count, count);
    ck_assert_uint_eq(snapshot->manifest.segment_count, 1);
    snapshot_drop(snapshot);
    tmpdir_release(&dir);
}
END_TEST

Suite *suite_memory(void)
{
    Suite *suite = suite_create("memory");
    TCase *tcase = tcase_create("memory");
    tcase_set_timeout(tcase, getenv("LEDE_TEST_LONG") != NULL ? 3600 : 300);
    tcase_add_loop_test(tcase, a_writer_keeps_within_its_memory, 0, WAYS);
    suite_add_tcase(suite, tcase);
    return suite;
}
