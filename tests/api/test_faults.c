/* Memory and system calls that fail in turn under everything that reads an index, and under a source of
 * every format on its way into one. tests/index/test_writer_faults.c has the writer by itself.
 *
 * The usual run visits failures ever more sparsely; LEDE_TEST_LONG visits all of them.
 */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lede.h"
#include "support/busy_index.h"
#include "support/fail.h"
#include "support/tmpdir.h"

static const struct busy_shape SHAPE = {.doc_count = 60, .segment_count = 2, .words = 12};

enum { DOCS_BEFORE = 53 }; /* seven of the sixty are deleted */

static uint64_t next_point(uint64_t at)
{
    return getenv("LEDE_TEST_LONG") != NULL ? at + 1 : at + 1 + at / 12;
}

/* ---- reading ---- */

static void check_walk(const struct busy_walk *walk, lede_status allowed, uint64_t at)
{
    ck_assert_msg((walk->seen & ~(BUSY_SOUND | STATUS_BIT(allowed))) == 0, "failure %llu: %s: %s",
        (unsigned long long)at, lede_status_name(walk->error.status), walk->error.message);
}

START_TEST(readers_without_memory_say_so)
{
    struct tmpdir dir;
    tmpdir_init(&dir);
    busy_index_make(dir.path, &SHAPE);
    for (uint64_t at = 0;; at = next_point(at)) {
        struct fail_memory memory;
        struct busy_walk walk;
        lede_error error = {0};
        fail_memory_begin(&memory, at, _i == 0 ? FAIL_ONCE : FAIL_FROM_ON);
        busy_index_walk(dir.path, &walk);
        const bool walk_failed = memory.failed > 0;
        const lede_status status = lede_verify(dir.path, NULL, NULL, NULL, &error);
        fail_memory_end();
        check_walk(&walk, LEDE_ERR_NOMEM, at);
        ck_assert_msg(status == LEDE_OK || status == LEDE_ERR_NOMEM, "allocation %llu: %s",
            (unsigned long long)at, error.message);
        ck_assert_msg(memory.live_blocks == 0, "allocation %llu: %lld blocks leaked",
            (unsigned long long)at, (long long)memory.live_blocks);
        if (!walk_failed) {
            ck_assert_uint_eq(walk.documents, DOCS_BEFORE);
        }
        if (memory.failed == 0) {
            ck_assert_int_eq(status, LEDE_OK);
            break;
        }
    }
    tmpdir_release(&dir);
}
END_TEST

START_TEST(readers_say_what_the_system_refused)
{
    static const int ERRORS[] = {EIO, EMFILE, EACCES};
    struct tmpdir dir;
    tmpdir_init(&dir);
    busy_index_make(dir.path, &SHAPE);
    for (uint64_t at = 0;; at++) {
        struct fail_files files = FAIL_FILES_INIT;
        struct busy_walk walk;
        lede_error error = {0};
        files.at = at;
        files.mode = _i % 2 == 0 ? FAIL_ONCE : FAIL_FROM_ON;
        files.system_error = ERRORS[_i / 2];
        fail_files_begin(&files);
        busy_index_walk(dir.path, &walk);
        const lede_status status = lede_verify(dir.path, NULL, NULL, NULL, &error);
        fail_files_end();
        check_walk(&walk, LEDE_ERR_IO, at);
        ck_assert_msg(status == LEDE_OK || status == LEDE_ERR_IO, "call %llu: verify says %s: %s",
            (unsigned long long)at, lede_status_name(status), error.message);
        ck_assert_msg(files.live_files == 0 && files.live_maps == 0,
            "call %llu: %lld files and %lld maps leaked", (unsigned long long)at,
            (long long)files.live_files, (long long)files.live_maps);
        if (files.failed == 0) {
            ck_assert_int_eq(status, LEDE_OK);
            break;
        }
    }
    tmpdir_release(&dir);
}
END_TEST

/* ---- sources ---- */

struct input {
    const char *name; /* of the file */
    const char *text;
    uint32_t documents;
};

static const struct input INPUTS[] = {
    {"a.jsonl",
        "{\"id\":\"j1\",\"title\":\"Summit\",\"body\":\"in "
        "Minsk\",\"date\":\"2020-05-26\",\"source\":"
        "[\"belta\",\"tass\"]}\n{\"id\":\"j2\",\"title\":\"Caf\\u00e9\",\"topic\":\"t1\",\"extra\":"
        "{"
        "\"deep\":1}}\nnot json\n{\"id\":\"doc-1\",\"body\":\"replaced\"}\n",
        2},
    {"b.json", "[{\"id\":\"k1\",\"title\":\"A\"},{\"id\":\"k2\",\"body\":\"storm\"}]", 2},
    {"c.csv",
        "id,title,body,date,source\nc1,\"Flood, again\",\"a \"\"storm\"\"\",1999,belta\nc2,x,y,,\n",
        2},
    {"d.tsv", "id\ttitle\tbody\nd1\tTrams\told trams\nd2\tBudget\tnew budget\n", 2},
    {"e.trec",
        "<DOC>\n<DOCNO> LA-1 </DOCNO>\n<HEADLINE>Harbour</HEADLINE>\n<TEXT>\n<P>strike &amp; "
        "talks</P>\n</TEXT>\n</DOC>\n<DOC>\n<DOCNO>LA-2</DOCNO>\n<TEXT>treaty</TEXT>\n</DOC>\n",
        2},
    {"f.sgm",
        "<!DOCTYPE lewis SYSTEM \"lewis.dtd\">\n<REUTERS TOPICS=\"YES\" NEWID=\"7\">\n<DATE>26-FEB-"
        "1987 15:01:01.79</DATE>\n<TOPICS><D>cocoa</D></TOPICS>\n<TEXT>\n<TITLE>BAHIA "
        "COCOA</TITLE>\n<BODY>Showers &lt;continued>.</BODY></TEXT>\n</REUTERS>\n",
        1},
    {"g.txt", "A plain page\n\nwith a body of a few words\nand lines.\n", 1},
};

enum { INPUT_COUNT = sizeof INPUTS / sizeof INPUTS[0] };

static void on_report(void *context, const lede_record *record)
{
    *(size_t *)context += strlen(record->path) + strlen(record->reason) + record->id.length;
}

static lede_status add_source(const char *index, const char *path, uint64_t commit_every,
    lede_ingest_summary *summary, lede_error *error)
{
    static const char *const MAPS[] = {"topic=extra.deep"};
    lede_source_options options = LEDE_SOURCE_OPTIONS_INIT;
    lede_writer_options writer_options = LEDE_WRITER_OPTIONS_INIT;
    lede_writer *writer = NULL;
    size_t told = 0;
    options.report = on_report;
    options.context = &told;
    options.field_maps = MAPS;
    options.field_map_count = strstr(path, ".json") != NULL;
    writer_options.commit_every = commit_every;
    lede_status status = lede_writer_open(index, &writer_options, &writer, error);
    if (status != LEDE_OK) {
        return status;
    }
    status = lede_writer_add_source(writer, path, &options, summary, error);
    if (status == LEDE_OK) {
        status = lede_writer_commit(writer, error);
    }
    lede_writer_close(writer);
    return status;
}

static void copy_index(const char *from, const struct tmpdir *to)
{
    DIR *list = opendir(from);
    struct tmpdir source;
    (void)snprintf(source.path, sizeof source.path, "%s", from);
    ck_assert_ptr_nonnull(list);
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        size_t size;
        if (entry->d_name[0] != '.') {
            char *bytes = tmpdir_read(&source, entry->d_name, &size);
            tmpdir_write(to, entry->d_name, bytes, size);
            free(bytes);
        }
    }
    (void)closedir(list);
}

struct intake {
    struct tmpdir inputs, base, work;
    char path[TMPDIR_PATH_BYTES]; /* of the input, or of the directory with all of them */
    uint32_t added;               /* documents that it adds */
};

/* Input `i`; INPUT_COUNT is all of them, through the directory; the next is a .tar.gz of them. */
static void intake_init(struct intake *intake, int i)
{
    char command[2 * TMPDIR_PATH_BYTES + 64];
    *intake = (struct intake){0};
    tmpdir_init(&intake->inputs);
    tmpdir_init(&intake->base);
    busy_index_make(intake->base.path, &SHAPE);
    for (int j = 0; j < INPUT_COUNT; j++) {
        if (j == i || i >= INPUT_COUNT) {
            tmpdir_write(&intake->inputs, INPUTS[j].name, INPUTS[j].text, strlen(INPUTS[j].text));
            intake->added += INPUTS[j].documents;
        }
    }
    (void)snprintf(intake->path, sizeof intake->path, "%s", intake->inputs.path);
    if (i < INPUT_COUNT) {
        (void)tmpdir_join(&intake->inputs, INPUTS[i].name, intake->path);
    } else if (i > INPUT_COUNT) {
        (void)snprintf(
            command, sizeof command, "cd '%s' && tar czf all.tar.gz [a-g].*", intake->inputs.path);
        ck_assert_int_eq(system(command), 0);
        (void)tmpdir_join(&intake->inputs, "all.tar.gz", intake->path);
    }
}

static void intake_release(struct intake *intake)
{
    tmpdir_release(&intake->inputs);
    tmpdir_release(&intake->base);
}

static uint32_t count_documents(const char *path, const char *what, uint64_t at)
{
    lede_index *index = NULL;
    lede_index_stats stats;
    lede_error error = {0};
    ck_assert_msg(lede_verify(path, NULL, NULL, NULL, &error) == LEDE_OK, "%s %llu: %s", what,
        (unsigned long long)at, error.message);
    ck_assert_msg(lede_index_open(path, NULL, &index, &error) == LEDE_OK, "%s %llu: %s", what,
        (unsigned long long)at, error.message);
    ck_assert_int_eq(lede_index_stats_read(index, &stats, NULL), LEDE_OK);
    lede_index_close(index);
    return (uint32_t)stats.documents;
}

static void check_intake(struct intake *intake, lede_status status, uint32_t failed,
    const lede_ingest_summary *summary, uint64_t at)
{
    const uint32_t documents = count_documents(intake->work.path, "failure", at);
    if (status != LEDE_OK) {
        /* A failure after the rename has the new commit in place all the same. */
        ck_assert_msg(documents == DOCS_BEFORE || documents == DOCS_BEFORE + summary->indexed,
            "failure %llu: %u documents", (unsigned long long)at, documents);
    } else {
        ck_assert_msg(documents == DOCS_BEFORE + summary->indexed, "failure %llu: %u documents",
            (unsigned long long)at, documents);
    }
    if (failed == 0) {
        ck_assert_int_eq(status, LEDE_OK);
        ck_assert_uint_eq(summary->indexed, intake->added);
        ck_assert_uint_eq(documents, DOCS_BEFORE + intake->added);
    }
}

START_TEST(a_source_without_memory_leaves_the_last_commit)
{
    struct intake intake;
    intake_init(&intake, _i);
    for (uint64_t at = 0;; at = next_point(at)) {
        struct fail_memory memory;
        lede_error error = {0};
        lede_ingest_summary summary = {0};
        tmpdir_init(&intake.work);
        copy_index(intake.base.path, &intake.work);
        fail_memory_begin(&memory, at, at % 2 == 0 ? FAIL_ONCE : FAIL_FROM_ON);
        const lede_status status = add_source(intake.work.path, intake.path, 0, &summary, &error);
        fail_memory_end();
        ck_assert_msg(status == LEDE_OK || status == LEDE_ERR_NOMEM, "allocation %llu: %s: %s",
            (unsigned long long)at, lede_status_name(status), error.message);
        ck_assert_msg(memory.live_blocks == 0, "allocation %llu: %lld blocks leaked",
            (unsigned long long)at, (long long)memory.live_blocks);
        /* What may be done without is a cache, never a document. */
        ck_assert_msg(status != LEDE_OK || summary.indexed == intake.added,
            "allocation %llu: %u of %u documents, and no error", (unsigned long long)at,
            (unsigned)summary.indexed, intake.added);
        check_intake(&intake, status, (uint32_t)memory.failed, &summary, at);
        tmpdir_release(&intake.work);
        if (memory.failed == 0) {
            break;
        }
    }
    intake_release(&intake);
}
END_TEST

START_TEST(a_source_under_failing_calls_leaves_a_whole_commit)
{
    struct intake intake;
    intake_init(&intake, _i);
    for (uint64_t at = 0;; at = next_point(at)) {
        struct fail_files files = FAIL_FILES_INIT;
        lede_error error = {0};
        lede_ingest_summary summary = {0};
        tmpdir_init(&intake.work);
        copy_index(intake.base.path, &intake.work);
        files.at = at;
        files.mode = at % 2 == 0 ? FAIL_ONCE : FAIL_FROM_ON;
        files.system_error = at % 3 == 0 ? ENOSPC : EIO;
        files.piece_bytes = at % 5 == 0 ? 13 : 0;
        fail_files_begin(&files);
        const lede_status status = add_source(intake.work.path, intake.path, 0, &summary, &error);
        fail_files_end();
        ck_assert_msg(status == LEDE_OK || status == LEDE_ERR_IO, "call %llu: %s: %s",
            (unsigned long long)at, lede_status_name(status), error.message);
        ck_assert_msg(files.live_files == 0 && files.live_maps == 0,
            "call %llu: %lld files and %lld maps leaked", (unsigned long long)at,
            (long long)files.live_files, (long long)files.live_maps);
        check_intake(&intake, status, (uint32_t)files.failed, &summary, at);
        tmpdir_release(&intake.work);
        if (files.failed == 0) {
            break;
        }
    }
    intake_release(&intake);
}
END_TEST

/* With commits on the way, what is there is a multiple of their step, and no less than what was told
 * to be committed. */
START_TEST(commits_on_the_way_are_whole_on_a_full_disk)
{
    struct tmpdir inputs;
    char path[TMPDIR_PATH_BYTES];
    static char lines[64 * 60];
    size_t length = 0;
    tmpdir_init(&inputs);
    for (unsigned i = 0; i < 60; i++) {
        length +=
            (size_t)sprintf(lines + length, "{\"id\":\"n%u\",\"body\":\"word%u summit\"}\n", i, i);
    }
    tmpdir_write(&inputs, "n.jsonl", lines, length);
    (void)tmpdir_join(&inputs, "n.jsonl", path);
    for (uint64_t disk = 0;; disk += 1500) {
        struct tmpdir work;
        char index[TMPDIR_PATH_BYTES];
        struct fail_files files = FAIL_FILES_INIT;
        lede_ingest_summary summary = {0};
        lede_error error = {0};
        tmpdir_init(&work);
        (void)tmpdir_join(&work, "new.lede", index);
        files.calls = 0;
        files.disk_bytes = disk;
        fail_files_begin(&files);
        const lede_status status = add_source(index, path, 10, &summary, &error);
        fail_files_end();
        lede_index *opened = NULL;
        const lede_status open_status = lede_index_open(index, NULL, &opened, NULL);
        lede_index_close(opened);
        if (open_status == LEDE_OK) {
            const uint32_t documents = count_documents(index, "disk of", disk);
            ck_assert_msg(documents % 10 == 0 && documents <= summary.indexed,
                "disk of %llu bytes: %u documents", (unsigned long long)disk, documents);
            ck_assert(status != LEDE_OK || documents == 60);
        } else {
            ck_assert_int_eq(open_status, LEDE_ERR_NOT_FOUND);
            ck_assert_int_eq(status, LEDE_ERR_IO);
        }
        tmpdir_release(&work);
        if (files.failed == 0) {
            ck_assert_int_eq(status, LEDE_OK);
            break;
        }
        ck_assert_msg(status == LEDE_ERR_IO || status == LEDE_OK, "%s", error.message);
    }
    tmpdir_release(&inputs);
}
END_TEST

Suite *suite_faults(void)
{
    Suite *suite = suite_create("faults");
    TCase *faults = tcase_create("faults");
    tcase_set_timeout(faults, getenv("LEDE_TEST_LONG") != NULL ? 36000 : 300);
    tcase_add_loop_test(faults, readers_without_memory_say_so, 0, 2);
    tcase_add_loop_test(faults, readers_say_what_the_system_refused, 0, 6);
    tcase_add_loop_test(faults, a_source_without_memory_leaves_the_last_commit, 0, INPUT_COUNT + 2);
    tcase_add_loop_test(
        faults, a_source_under_failing_calls_leaves_a_whole_commit, 0, INPUT_COUNT + 2);
    tcase_add_test(faults, commits_on_the_way_are_whole_on_a_full_disk);
    suite_add_tcase(suite, faults);
    return suite;
}
