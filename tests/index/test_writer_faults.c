/* Every allocation and every system call of a writer's life failing in turn. Whatever fails, what is on
 * disk afterwards is a whole commit: the one before or the new one, never something between.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "index/writer.h"
#include "storage/snapshot.h"
#include "support/fail.h"
#include "support/index_model.h"
#include "support/tmpdir.h"

static const char *const source_field[] = {"source"};

enum { DOCS_BEFORE = 40, DOCS_AFTER = 60 };

static const struct writer_options usual = {
    .keywords = source_field,
    .keyword_count = 1,
    .memory_bytes = 1 << 17, /* so that the second commit has several segments */
};

/* Of the second commit's writer; set by a test before it writes. */
static uint32_t threads;

struct history {
    struct index_model *before; /* after the first commit */
    struct index_model *after;
};

static void history_init(struct history *history)
{
    history->before = index_model_new(21);
    history->after = index_model_new(22);
    for (uint32_t i = 0; i < DOCS_BEFORE; i++) {
        index_model_make(history->before, i);
    }
    memcpy(history->after->docs, history->before->docs, sizeof history->after->docs);
    history->after->doc_count = DOCS_BEFORE;
    for (uint32_t i = DOCS_BEFORE / 2; i < DOCS_AFTER; i++) {
        index_model_make(history->after, i);
    }
    history->after->docs[1].is_live = false;
}

static void history_release(struct history *history)
{
    free(history->before);
    free(history->after);
}

/* From nothing, or from what is there, to a commit of the model's documents [first, end). */
static lede_status write_commit(const char *dir, struct index_model *model, uint32_t first,
    uint32_t end, bool with_delete, lede_error *error)
{
    struct writer *writer;
    struct added added;
    struct writer_options options = usual;
    options.threads = first == 0 ? 1 : threads;
    lede_status status = writer_open(dir, &options, &writer, error);
    if (status != LEDE_OK) {
        return status;
    }
    for (uint32_t i = first; status == LEDE_OK && i < end; i++) {
        status = index_model_try_add(model, i, writer, &added);
    }
    if (status == LEDE_OK && with_delete) {
        status = writer_delete(writer, span_of("d1", 2), error);
    }
    if (status == LEDE_OK) {
        status = writer_commit(writer, error);
    }
    if (status != LEDE_OK) {
        /* Unfit from now on: nothing goes on as if nothing had been. */
        ck_assert_int_ne(writer_commit(writer, NULL), LEDE_OK);
    }
    writer_close(writer);
    return status;
}

static lede_status write_before(const char *dir, struct history *history)
{
    return write_commit(dir, history->before, 0, DOCS_BEFORE, false, NULL);
}

static lede_status write_after(const char *dir, struct history *history, lede_error *error)
{
    return write_commit(dir, history->after, DOCS_BEFORE / 2, DOCS_AFTER, true, error);
}

static uint64_t generation_of(const char *dir)
{
    struct manifest manifest;
    if (manifest_read(dir, &manifest, NULL) != LEDE_OK) {
        return 0;
    }
    const uint64_t generation = manifest.generation;
    manifest_release(&manifest);
    return generation;
}

/* After a failure one of the two commits is there, whole, and the next writer gets through. */
static void check_survivor(struct history *history, const char *dir, bool may_be_new)
{
    const uint64_t generation = generation_of(dir);
    ck_assert_uint_ge(generation, 1);
    ck_assert_uint_le(generation, may_be_new ? 2 : 1);
    index_model_check(generation == 1 ? history->before : history->after, dir);
}

/* In a crew the n-th allocation is another from one run to the next: some of them will do. */
enum { CREW_STEP = 37 };

static const struct {
    enum fail_mode mode;
    uint32_t threads;
} memory_cases[] = {{FAIL_ONCE, 1}, {FAIL_FROM_ON, 1}, {FAIL_ONCE, 3}, {FAIL_FROM_ON, 2}};

START_TEST(no_memory_leaves_the_last_commit)
{
    struct history history;
    struct tmpdir dir;
    threads = memory_cases[_i].threads;
    history_init(&history);
    tmpdir_init(&dir);
    ck_assert_int_eq(write_before(dir.path, &history), LEDE_OK);
    for (uint64_t at = 0;; at += threads > 1 ? CREW_STEP : 1) {
        struct fail_memory memory;
        fail_memory_begin(&memory, at, memory_cases[_i].mode);
        const lede_status status = write_after(dir.path, &history, NULL);
        fail_memory_end();
        ck_assert_msg(memory.live_blocks == 0, "allocation %llu: %lld blocks leaked",
            (unsigned long long)at, (long long)memory.live_blocks);
        if (memory.failed == 0) {
            ck_assert_int_eq(status, LEDE_OK);
            break;
        }
        if (status == LEDE_OK) {
            /* Something that could be done without; the commit is whole all the same. */
            check_survivor(&history, dir.path, true);
            tmpdir_release(&dir);
            tmpdir_init(&dir);
            ck_assert_int_eq(write_before(dir.path, &history), LEDE_OK);
            continue;
        }
        ck_assert_int_eq(status, LEDE_ERR_NOMEM);
        if (at % 16 == 0) {
            check_survivor(&history, dir.path, false);
        }
        ck_assert_uint_eq(generation_of(dir.path), 1);
        /* Manifest, lock and segment of the first commit, and nothing of the second; but where memory
         * is gone for good it cannot be told whether the manifest names them, and they stay. */
        if (memory_cases[_i].mode == FAIL_ONCE) {
            ck_assert_uint_eq(tmpdir_count(&dir), 3);
        }
    }
    index_model_check(history.after, dir.path);
    tmpdir_release(&dir);
    history_release(&history);
}
END_TEST

START_TEST(a_system_call_that_fails_leaves_a_whole_commit)
{
    struct history history;
    threads = _i < 2 ? 1 : 3;
    history_init(&history);
    for (uint64_t at = 0;; at += threads > 1 ? 7 : 1) {
        struct tmpdir dir;
        struct fail_files files = FAIL_FILES_INIT;
        tmpdir_init(&dir);
        ck_assert_int_eq(write_before(dir.path, &history), LEDE_OK);
        files.at = at;
        files.mode = _i % 2 == 0 ? FAIL_ONCE : FAIL_FROM_ON;
        fail_files_begin(&files);
        const lede_status status = write_after(dir.path, &history, NULL);
        fail_files_end();
        ck_assert_msg(files.live_files == 0 && files.live_maps == 0,
            "call %llu: %lld files and %lld maps leaked", (unsigned long long)at,
            (long long)files.live_files, (long long)files.live_maps);
        check_survivor(&history, dir.path, true);
        if (status == LEDE_OK) {
            ck_assert_uint_eq(generation_of(dir.path), 2);
        }
        const bool is_done = files.failed == 0;
        if (!is_done && generation_of(dir.path) == 1) {
            /* The next writer sweeps what is left and gets it done. */
            ck_assert_int_eq(write_after(dir.path, &history, NULL), LEDE_OK);
            index_model_check(history.after, dir.path);
        }
        tmpdir_release(&dir);
        if (is_done) {
            ck_assert_int_eq(status, LEDE_OK);
            break;
        }
    }
    history_release(&history);
}
END_TEST

START_TEST(an_index_that_could_not_be_made_is_none)
{
    struct history history;
    history_init(&history);
    for (uint64_t at = 0;; at++) {
        struct tmpdir dir;
        char path[TMPDIR_PATH_BYTES];
        struct fail_files files = FAIL_FILES_INIT;
        tmpdir_init(&dir);
        tmpdir_join(&dir, "new.lede", path);
        files.at = at;
        fail_files_begin(&files);
        const lede_status status = write_before(path, &history);
        fail_files_end();
        ck_assert_int_eq(files.live_files, 0);
        ck_assert_int_eq(files.live_maps, 0);
        if (status == LEDE_OK || generation_of(path) == 1) {
            index_model_check(history.before, path);
        } else {
            ck_assert_int_eq(write_before(path, &history), LEDE_OK);
            index_model_check(history.before, path);
        }
        tmpdir_release(&dir);
        if (files.failed == 0) {
            ck_assert_int_eq(status, LEDE_OK);
            break;
        }
    }
    history_release(&history);
}
END_TEST

START_TEST(a_full_disk_is_told_and_leaves_the_last_commit)
{
    struct history history;
    struct tmpdir dir;
    history_init(&history);
    tmpdir_init(&dir);
    ck_assert_int_eq(write_before(dir.path, &history), LEDE_OK);
    const size_t files_before = tmpdir_count(&dir);
    for (uint64_t disk = 0;; disk += 997) {
        struct fail_files files = FAIL_FILES_INIT;
        lede_error error = {0};
        files.calls = 0;
        files.disk_bytes = disk;
        fail_files_begin(&files);
        const lede_status status = write_after(dir.path, &history, &error);
        fail_files_end();
        if (files.failed == 0) {
            ck_assert_int_eq(status, LEDE_OK);
            break;
        }
        /* Writing the holder's number into the lock file may fail without harm. */
        if (status == LEDE_OK) {
            break;
        }
        ck_assert_int_eq(status, LEDE_ERR_IO);
        ck_assert_uint_eq(generation_of(dir.path), 1);
        ck_assert_msg(tmpdir_count(&dir) == files_before, "%zu files, not %zu", tmpdir_count(&dir),
            files_before);
        if (disk % (997 * 8) == 0) {
            index_model_check(history.before, dir.path);
        }
    }
    index_model_check(history.after, dir.path);
    tmpdir_release(&dir);
    history_release(&history);
}
END_TEST

/* Writes and reads in small pieces, as a system may give them. */
START_TEST(short_writes_make_the_same_commit)
{
    struct history history;
    struct tmpdir dir;
    struct fail_files files = FAIL_FILES_INIT;
    history_init(&history);
    tmpdir_init(&dir);
    files.piece_bytes = 7;
    fail_files_begin(&files);
    ck_assert_int_eq(write_before(dir.path, &history), LEDE_OK);
    ck_assert_int_eq(write_after(dir.path, &history, NULL), LEDE_OK);
    fail_files_end();
    index_model_check(history.after, dir.path);
    tmpdir_release(&dir);
    history_release(&history);
}
END_TEST

Suite *suite_writer_faults(void)
{
    Suite *suite = suite_create("writer_faults");
    TCase *tcase = tcase_create("faults");
    tcase_set_timeout(tcase, 600);
    tcase_add_loop_test(tcase, no_memory_leaves_the_last_commit, 0, 4);
    tcase_add_loop_test(tcase, a_system_call_that_fails_leaves_a_whole_commit, 0, 4);
    tcase_add_test(tcase, an_index_that_could_not_be_made_is_none);
    tcase_add_test(tcase, a_full_disk_is_told_and_leaves_the_last_commit);
    tcase_add_test(tcase, short_writes_make_the_same_commit);
    suite_add_tcase(suite, tcase);
    return suite;
}
