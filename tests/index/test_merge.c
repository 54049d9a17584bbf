/* Segments merged, compared byte by byte with what one flush of their live documents makes, and document by
 * document with the model.
 */
#include "index/merge.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "index/merge_policy.h"
#include "index/writer.h"
#include "storage/snapshot.h"
#include "support/fail.h"
#include "support/index_model.h"
#include "support/tmpdir.h"

static const char *const source_field[] = {"source"};

static const struct writer_options usual = {
    .keywords = source_field,
    .keyword_count = 1,
    .memory_bytes = 1 << 17,
    .no_merge_thread = true,
};

static struct writer *open_writer(const char *dir, const struct writer_options *options)
{
    struct writer *writer;
    ck_assert_int_eq(writer_open(dir, options, &writer, NULL), LEDE_OK);
    return writer;
}

/* The bytes of the only segment of the last commit; free() them. */
static char *only_segment(const struct tmpdir *dir, size_t *size_out)
{
    struct manifest manifest;
    char name[LEDE_FILE_NAME_BYTES_MAX];
    ck_assert_int_eq(manifest_read(dir->path, &manifest, NULL), LEDE_OK);
    ck_assert_uint_eq(manifest.segment_count, 1);
    ck_assert_uint_eq(manifest.segments[0].deletions_number, 0);
    segment_file_name(manifest.segments[0].number, name);
    manifest_release(&manifest);
    return tmpdir_read(dir, name, size_out);
}

static uint32_t segment_count(const char *dir)
{
    struct manifest manifest;
    ck_assert_int_eq(manifest_read(dir, &manifest, NULL), LEDE_OK);
    const uint32_t count = manifest.segment_count;
    manifest_release(&manifest);
    return count;
}

/* Numbers that segments and deletions have had: some may have been merged already. */
static uint64_t numbers_given(const char *dir)
{
    struct manifest manifest;
    ck_assert_int_eq(manifest_read(dir, &manifest, NULL), LEDE_OK);
    const uint64_t count = manifest.next_number - 1;
    manifest_release(&manifest);
    return count;
}

/* The live documents of the model in one flush have the bytes that `dir` has. */
static void check_bytes(
    struct index_model *model, const struct tmpdir *dir, const struct writer_options *options)
{
    struct writer_options at_once = *options;
    struct tmpdir other;
    size_t size;
    size_t expected_size;
    at_once.memory_bytes = 0;
    tmpdir_init(&other);
    struct writer *writer = open_writer(other.path, &at_once);
    for (uint32_t i = 0; i < model->doc_count; i++) {
        if (model->docs[i].is_live) {
            (void)index_model_add(model, i, writer);
        }
    }
    ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
    writer_close(writer);
    char *bytes = only_segment(dir, &size);
    char *expected = only_segment(&other, &expected_size);
    ck_assert_uint_eq(size, expected_size);
    ck_assert(memcmp(bytes, expected, size) == 0);
    free(bytes);
    free(expected);
    tmpdir_release(&other);
}

static void delete_one(struct index_model *model, uint32_t i, struct writer *writer)
{
    if (model->docs[i].is_live) {
        const char *id = model->docs[i].id;
        ck_assert_int_eq(writer_delete(writer, span_of(id, strlen(id)), NULL), LEDE_OK);
        model->docs[i].is_live = false;
    }
}

START_TEST(what_is_merged_is_what_one_flush_would_have_made)
{
    enum { DOCS = 1600 };
    struct writer_options options = usual;
    options.no_positions = (_i & 1) != 0;
    options.no_store = (_i & 2) != 0;
    options.no_merge_thread = (_i & 4) != 0;
    struct tmpdir dir;
    struct index_model *model = index_model_new(rng_seed(71 + (uint64_t)_i));
    tmpdir_init(&dir);
    struct writer *writer = open_writer(dir.path, &options);
    for (uint32_t i = 0; i < DOCS; i++) {
        index_model_make(model, i);
        (void)index_model_add(model, i, writer);
        if (i % 7 == 3) {
            delete_one(model, i / 2, writer);
        }
        if (i % 11 == 5) {
            index_model_make(model, i / 3);
            (void)index_model_add(model, i / 3, writer);
        }
    }
    ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
    ck_assert_uint_gt(numbers_given(dir.path), 5);
    index_model_check(model, dir.path);
    ck_assert_int_eq(writer_merge(writer, NULL), LEDE_OK);
    index_model_check(model, dir.path);
    check_bytes(model, &dir, &options);
    /* Manifest, lock and segment. */
    ck_assert_uint_eq(tmpdir_count(&dir), 3);
    writer_close(writer);
    ck_assert_uint_eq(tmpdir_count(&dir), 3);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(neither_memory_nor_threads_change_a_byte)
{
    static const struct {
        uint64_t memory_bytes;
        uint32_t threads;
    } ways[] = {{1 << 16, 1}, {1 << 18, 1}, {1 << 20, 1}, {1 << 16, 2}, {1 << 20, 2}, {1 << 17, 4},
        {1 << 20, 4}};
    enum { DOCS = 800, WAYS = sizeof ways / sizeof ways[0] };
    char *segments[WAYS];
    size_t sizes[WAYS];
    struct index_model *model = index_model_new(rng_seed(81));
    for (uint32_t i = 0; i < DOCS; i++) {
        index_model_make(model, i);
    }
    for (size_t way = 0; way < WAYS; way++) {
        struct writer_options options = usual;
        struct tmpdir dir;
        options.memory_bytes = ways[way].memory_bytes;
        options.threads = ways[way].threads;
        options.commit_every = way == 1 ? 10 : 0;
        tmpdir_init(&dir);
        struct writer *writer = open_writer(dir.path, &options);
        for (uint32_t i = 0; i < DOCS; i++) {
            (void)index_model_add(model, (i * 7 + (uint32_t)way * 13) % DOCS, writer);
        }
        ck_assert_int_eq(writer_merge(writer, NULL), LEDE_OK);
        writer_close(writer);
        segments[way] = only_segment(&dir, &sizes[way]);
        ck_assert_uint_eq(sizes[way], sizes[0]);
        ck_assert(memcmp(segments[way], segments[0], sizes[0]) == 0);
        tmpdir_release(&dir);
    }
    for (size_t way = 0; way < WAYS; way++) {
        free(segments[way]);
    }
    free(model);
}
END_TEST

START_TEST(merging_what_is_merged_is_no_commit)
{
    struct tmpdir dir;
    struct index_model *model = index_model_new(rng_seed(82));
    tmpdir_init(&dir);
    struct writer *writer = open_writer(dir.path, &usual);
    ck_assert_int_eq(writer_merge(writer, NULL), LEDE_OK);
    ck_assert_uint_eq(segment_count(dir.path), 0);
    for (uint32_t i = 0; i < 20; i++) {
        index_model_make(model, i);
        (void)index_model_add(model, i, writer);
        ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
    }
    ck_assert_int_eq(writer_merge(writer, NULL), LEDE_OK);
    struct manifest first;
    struct manifest second;
    ck_assert_int_eq(manifest_read(dir.path, &first, NULL), LEDE_OK);
    ck_assert_int_eq(writer_merge(writer, NULL), LEDE_OK);
    ck_assert_int_eq(manifest_read(dir.path, &second, NULL), LEDE_OK);
    ck_assert(manifest_equal(&first, &second));
    manifest_release(&first);
    manifest_release(&second);
    /* Nothing alive is left of it. */
    for (uint32_t i = 0; i < 20; i++) {
        delete_one(model, i, writer);
    }
    ck_assert_int_eq(writer_merge(writer, NULL), LEDE_OK);
    ck_assert_uint_eq(segment_count(dir.path), 0);
    ck_assert_uint_eq(tmpdir_count(&dir), 2);
    writer_close(writer);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(segments_stay_few_however_often_is_committed)
{
    enum { DOCS = 600 };
    struct writer_options options = usual;
    struct tmpdir dir;
    struct index_model *model = index_model_new(rng_seed(83));
    options.commit_every = 1;
    options.no_merge_thread = _i == 0;
    tmpdir_init(&dir);
    struct writer *writer = open_writer(dir.path, &options);
    for (uint32_t i = 0; i < DOCS; i++) {
        index_model_make(model, i);
        (void)index_model_add(model, i, writer);
        /* All are of the smallest tier, and each may become one more before merges are looked after. */
        ck_assert_uint_le(segment_count(dir.path), options.no_merge_thread
                                                       ? 2 * MERGE_TIER_FANOUT
                                                       : MERGE_TIER_PATIENCE + MERGE_SOURCES_MAX);
    }
    ck_assert_int_eq(writer_tidy(writer, NULL), LEDE_OK);
    ck_assert_uint_lt(segment_count(dir.path), 2 * MERGE_TIER_FANOUT);
    ck_assert_uint_eq(tmpdir_count(&dir), 2 + segment_count(dir.path));
    const uint64_t numbers = numbers_given(dir.path);
    ck_assert_int_eq(writer_tidy(writer, NULL), LEDE_OK);
    ck_assert_uint_eq(numbers_given(dir.path), numbers);
    writer_close(writer);
    index_model_check(model, dir.path);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

/* The merge begins with the commit after the tenth segment's; what is deleted then is not in what it reads. */
START_TEST(deletions_while_a_merge_runs_are_not_lost)
{
    enum { SEGMENTS = 10, EACH = 40 };
    struct writer_options options = usual;
    struct tmpdir dir;
    struct index_model *model = index_model_new(rng_seed(84 + (uint64_t)_i));
    options.no_merge_thread = false;
    options.memory_bytes = 0;
    tmpdir_init(&dir);
    struct writer *writer = open_writer(dir.path, &options);
    for (uint32_t i = 0; i < SEGMENTS * EACH; i++) {
        index_model_make(model, i);
        (void)index_model_add(model, i, writer);
        if (i % EACH == EACH - 1) {
            if (i + 1 == SEGMENTS * EACH) {
                delete_one(model, 1, writer);
            }
            ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
        }
    }
    ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
    for (uint32_t i = 0; i < SEGMENTS * EACH; i += 3) {
        delete_one(model, i, writer);
    }
    /* All of one segment: it must not leave while it is read. */
    for (uint32_t i = 2 * EACH; _i == 1 && i < 3 * EACH; i++) {
        delete_one(model, i, writer);
    }
    ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
    for (uint32_t i = 0; segment_count(dir.path) > 1; i++) {
        const struct timespec pause = {.tv_nsec = 5000000};
        ck_assert_uint_lt(i, 4000);
        (void)nanosleep(&pause, NULL);
        index_model_check(model, dir.path);
        ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
    }
    index_model_check(model, dir.path);
    writer_close(writer);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

/* Whatever order things come in. */
START_TEST(an_index_that_merges_is_what_its_history_says)
{
    enum { STEPS = 2500, DOCS = 700 };
    struct writer_options options = usual;
    struct tmpdir dir;
    struct index_model *model = index_model_new(rng_seed(90 + (uint64_t)_i));
    struct rng rng;
    rng_init(&rng, rng_seed(190 + (uint64_t)_i));
    options.no_merge_thread = _i % 2 == 0;
    tmpdir_init(&dir);
    struct writer *writer = open_writer(dir.path, &options);
    for (uint32_t step = 0; step < STEPS; step++) {
        const uint32_t i = (uint32_t)rng_below(&rng, DOCS);
        const uint64_t what = rng_below(&rng, 1000);
        if (what < 780) {
            index_model_make(model, i);
            (void)index_model_add(model, i, writer);
        } else if (what < 960) {
            delete_one(model, i, writer);
        } else if (what < 990) {
            ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
            if (what < 970) {
                index_model_check(model, dir.path);
            }
        } else if (what < 996) {
            ck_assert_int_eq(writer_merge(writer, NULL), LEDE_OK);
            index_model_check(model, dir.path);
            if (what < 993) {
                check_bytes(model, &dir, &options);
            }
        } else {
            ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
            writer_close(writer);
            writer = open_writer(dir.path, &options);
        }
    }
    ck_assert_int_eq(writer_merge(writer, NULL), LEDE_OK);
    writer_close(writer);
    index_model_check(model, dir.path);
    check_bytes(model, &dir, &options);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

/* ---- faults ---- */

enum { FAULT_DOCS = 60 };

/* How things fail, and by how many threads; in a crew the n-th call is another from one run to the next: some of them
 * will do. */
enum { CREW_STEP = 5 };

static const struct fault_case {
    enum fail_mode mode;
    uint32_t threads;
} fault_cases[] = {{FAIL_ONCE, 1}, {FAIL_FROM_ON, 1}, {FAIL_ONCE, 3}, {FAIL_FROM_ON, 2}};
enum { FAULT_CASES = sizeof fault_cases / sizeof fault_cases[0] };

/* Where the next failure is tried: ever more sparsely, but for LEDE_TEST_LONG, which tries all. */
static uint64_t next_failure(uint64_t at, const struct fault_case *fault)
{
    const uint64_t step = fault->threads > 1 ? CREW_STEP : 1;
    return getenv("LEDE_TEST_LONG") != NULL ? at + step : at + step + at / 40;
}

/* Three segments with deletions, so that a merge has all there is to do. */
static void make_parts(const char *dir, struct index_model *model)
{
    struct writer *writer = open_writer(dir, &usual);
    for (uint32_t i = 0; i < FAULT_DOCS; i++) {
        (void)index_model_add(model, i, writer);
        if (i % (FAULT_DOCS / 3) == FAULT_DOCS / 3 - 1) {
            ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
        }
    }
    for (uint32_t i = 0; i < FAULT_DOCS; i += 5) {
        ck_assert_int_eq(
            writer_delete(writer, span_of(model->docs[i].id, strlen(model->docs[i].id)), NULL),
            LEDE_OK);
    }
    ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
    writer_close(writer);
}

static struct index_model *fault_model(void)
{
    struct index_model *model = index_model_new(31);
    for (uint32_t i = 0; i < FAULT_DOCS; i++) {
        index_model_make(model, i);
    }
    return model;
}

static void set_deleted(struct index_model *model)
{
    for (uint32_t i = 0; i < FAULT_DOCS; i += 5) {
        model->docs[i].is_live = false;
    }
}

static lede_status merge_dir(const char *dir, uint32_t threads, lede_error *error)
{
    struct writer *writer;
    struct writer_options options = usual;
    options.threads = threads;
    lede_status status = writer_open(dir, &options, &writer, error);
    if (status == LEDE_OK) {
        status = writer_merge(writer, error);
        writer_close(writer);
    }
    return status;
}

START_TEST(no_memory_leaves_the_parts)
{
    const struct fault_case *fault = &fault_cases[_i];
    struct index_model *model = fault_model();
    struct index_model *merged = fault_model();
    struct tmpdir dir;
    set_deleted(merged);
    tmpdir_init(&dir);
    make_parts(dir.path, model);
    const size_t files_before = tmpdir_count(&dir);
    for (uint64_t at = 0;; at = next_failure(at, fault)) {
        struct fail_memory memory;
        fail_memory_begin(&memory, at, fault->mode);
        const lede_status status = merge_dir(dir.path, fault->threads, NULL);
        fail_memory_end();
        ck_assert_msg(memory.live_blocks == 0, "allocation %llu: %lld blocks leaked",
            (unsigned long long)at, (long long)memory.live_blocks);
        if (status == LEDE_OK) {
            /* Nothing failed, or something that could be done without. */
            index_model_check(merged, dir.path);
            check_bytes(merged, &dir, &usual);
            if (memory.failed == 0) {
                break;
            }
            tmpdir_release(&dir);
            tmpdir_init(&dir);
            make_parts(dir.path, model);
            continue;
        }
        ck_assert_int_eq(status, LEDE_ERR_NOMEM);
        ck_assert_uint_gt(segment_count(dir.path), 1);
        if (fault->mode == FAIL_ONCE) {
            ck_assert_uint_eq(tmpdir_count(&dir), files_before);
        }
        if (at % 32 == 0) {
            index_model_check(merged, dir.path);
        }
    }
    free(model);
    free(merged);
    tmpdir_release(&dir);
}
END_TEST

/* From one call on all fail: what is on disk then is what a writer that was killed there leaves. */
START_TEST(a_system_call_that_fails_leaves_the_parts_or_the_whole)
{
    const struct fault_case *fault = &fault_cases[_i];
    struct index_model *model = fault_model();
    struct index_model *merged = fault_model();
    set_deleted(merged);
    for (uint64_t at = 0;; at = next_failure(at, fault)) {
        struct tmpdir dir;
        struct fail_files files = FAIL_FILES_INIT;
        tmpdir_init(&dir);
        make_parts(dir.path, model);
        files.at = at;
        files.mode = fault->mode;
        fail_files_begin(&files);
        const lede_status status = merge_dir(dir.path, fault->threads, NULL);
        fail_files_end();
        ck_assert_msg(files.live_files == 0 && files.live_maps == 0,
            "call %llu: %lld files and %lld maps leaked", (unsigned long long)at,
            (long long)files.live_files, (long long)files.live_maps);
        index_model_check(merged, dir.path);
        if (status == LEDE_OK) {
            ck_assert_uint_eq(segment_count(dir.path), 1);
        }
        ck_assert_int_eq(merge_dir(dir.path, 1, NULL), LEDE_OK);
        check_bytes(merged, &dir, &usual);
        ck_assert_uint_eq(tmpdir_count(&dir), 3);
        tmpdir_release(&dir);
        if (files.failed == 0) {
            ck_assert_int_eq(status, LEDE_OK);
            break;
        }
    }
    free(model);
    free(merged);
}
END_TEST

START_TEST(a_full_disk_leaves_the_parts)
{
    struct index_model *model = fault_model();
    struct tmpdir dir;
    tmpdir_init(&dir);
    make_parts(dir.path, model);
    set_deleted(model);
    const size_t files_before = tmpdir_count(&dir);
    for (uint64_t disk = 64;; disk += 997) {
        struct fail_files files = FAIL_FILES_INIT;
        files.calls = 0;
        files.disk_bytes = disk;
        fail_files_begin(&files);
        const lede_status status = merge_dir(dir.path, _i == 0 ? 1 : 3, NULL);
        fail_files_end();
        if (status == LEDE_OK) {
            break;
        }
        ck_assert_int_eq(status, LEDE_ERR_IO);
        ck_assert_uint_eq(tmpdir_count(&dir), files_before);
        if (disk % (997 * 4) < 997) {
            index_model_check(model, dir.path);
        }
    }
    index_model_check(model, dir.path);
    check_bytes(model, &dir, &usual);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

/* Merging must not give damaged bytes a new checksum. */
START_TEST(damaged_parts_are_not_merged)
{
    struct index_model *model = fault_model();
    struct tmpdir dir;
    size_t size;
    lede_error error;
    tmpdir_init(&dir);
    make_parts(dir.path, model);
    char *bytes = tmpdir_read(&dir, "segment-2.seg", &size);
    struct container container;
    char path[TMPDIR_PATH_BYTES];
    ck_assert_int_eq(
        container_open(&container, tmpdir_join(&dir, "segment-2.seg", path), NULL), LEDE_OK);
    for (size_t i = 0; i < container.row_count; i++) {
        const struct section_row *row = &container.rows[i];
        if (row->size == 0) {
            continue;
        }
        const size_t at = (size_t)(row->offset + row->size / 2);
        bytes[at] ^= 16;
        tmpdir_write(&dir, "segment-2.seg", bytes, size);
        bytes[at] ^= 16;
        ck_assert_int_eq(merge_dir(dir.path, 1, &error), LEDE_ERR_CORRUPT);
        ck_assert_ptr_nonnull(strstr(error.message, "segment-2.seg"));
        ck_assert_uint_eq(segment_count(dir.path), 3);
    }
    container_close(&container);
    free(bytes);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

Suite *suite_merge(void)
{
    Suite *suite = suite_create("merge");
    TCase *tcase = tcase_create("basics");
    tcase_set_timeout(tcase, 300);
    tcase_add_loop_test(tcase, what_is_merged_is_what_one_flush_would_have_made, 0, 8);
    tcase_add_test(tcase, neither_memory_nor_threads_change_a_byte);
    tcase_add_test(tcase, merging_what_is_merged_is_no_commit);
    tcase_add_loop_test(tcase, segments_stay_few_however_often_is_committed, 0, 2);
    tcase_add_loop_test(tcase, deletions_while_a_merge_runs_are_not_lost, 0, 2);
    tcase_add_test(tcase, damaged_parts_are_not_merged);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("model");
    tcase_set_timeout(tcase, 600);
    tcase_add_loop_test(tcase, an_index_that_merges_is_what_its_history_says, 0, 4);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("faults");
    tcase_set_timeout(tcase, 600);
    tcase_add_loop_test(tcase, no_memory_leaves_the_parts, 0, FAULT_CASES);
    tcase_add_loop_test(
        tcase, a_system_call_that_fails_leaves_the_parts_or_the_whole, 0, FAULT_CASES);
    tcase_add_loop_test(tcase, a_full_disk_leaves_the_parts, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
