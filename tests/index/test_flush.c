/* Documents into one segment, read back through the storage floor's readers and compared with the
 * documents themselves.
 */
#include "index/flush.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "index/writer.h"
#include "support/index_model.h"
#include "support/tmpdir.h"

static const char *const source_field[] = {"source"};

static struct writer *open_writer(const char *dir, bool no_positions, bool no_store)
{
    const struct writer_options options = {
        .keywords = source_field,
        .keyword_count = 1,
        .no_positions = no_positions,
        .no_store = no_store,
    };
    struct writer *writer;
    ck_assert_int_eq(writer_open(dir, &options, &writer, NULL), LEDE_OK);
    return writer;
}

static void commit_and_close(struct writer *writer)
{
    ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
    writer_close(writer);
}

START_TEST(a_segment_says_what_its_documents_say)
{
    enum { DOCS = 1500 };
    struct tmpdir dir;
    struct index_model *model = index_model_new(rng_seed(1));
    tmpdir_init(&dir);
    struct writer *writer = open_writer(dir.path, (_i & 1) != 0, (_i & 2) != 0);
    for (uint32_t i = 0; i < DOCS; i++) {
        index_model_make(model, i);
        (void)index_model_add(model, i, writer);
    }
    commit_and_close(writer);
    index_model_check(model, dir.path);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

/* As they come from an archive: the way without sorting. */
START_TEST(documents_that_arrive_in_order_are_not_mixed_up)
{
    enum { DOCS = 1200 };
    struct tmpdir dir;
    struct index_model *model = index_model_new(rng_seed(2));
    tmpdir_init(&dir);
    struct writer *writer = open_writer(dir.path, false, false);
    date_key date = 0;
    for (uint32_t i = 0; i < DOCS; i++) {
        index_model_make(model, i);
        model->docs[i].date = date;
        date += (int64_t)86400 * 4;
        (void)index_model_add(model, i, writer);
    }
    /* One of them is gone, which leaves the order as it is. */
    ck_assert_int_eq(writer_delete(writer, span_of("d600", 4), NULL), LEDE_OK);
    model->docs[600].is_live = false;
    commit_and_close(writer);
    index_model_check(model, dir.path);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(the_order_of_arrival_changes_no_byte)
{
    enum { DOCS = 300 };
    struct tmpdir dirs[2];
    size_t sizes[2];
    char *files[2];
    struct index_model *model = index_model_new(rng_seed(3));
    for (uint32_t i = 0; i < DOCS; i++) {
        index_model_make(model, i);
    }
    for (uint32_t round = 0; round < 2; round++) {
        tmpdir_init(&dirs[round]);
        struct writer *writer = open_writer(dirs[round].path, false, false);
        for (uint32_t i = 0; i < DOCS; i++) {
            (void)index_model_add(model, round == 0 ? i : DOCS - 1 - i, writer);
        }
        commit_and_close(writer);
        files[round] = tmpdir_read(&dirs[round], "segment-1.seg", &sizes[round]);
    }
    ck_assert_uint_eq(sizes[0], sizes[1]);
    ck_assert(memcmp(files[0], files[1], sizes[0]) == 0);
    for (uint32_t round = 0; round < 2; round++) {
        free(files[round]);
        tmpdir_release(&dirs[round]);
    }
    free(model);
}
END_TEST

/* As many documents as make a few hundred runs, some of them replaced. */
static char *write_with_threads(
    struct index_model *model, uint32_t threads, struct tmpdir *dir, size_t *size_out)
{
    const struct writer_options options = {.keywords = source_field,
        .keyword_count = 1,
        .memory_bytes = 1 << 23, /* so that a run has some documents only */
        .threads = threads};
    struct writer *writer;
    tmpdir_init(dir);
    ck_assert_int_eq(writer_open(dir->path, &options, &writer, NULL), LEDE_OK);
    for (uint32_t i = 0; i < INDEX_MODEL_DOCS; i++) {
        (void)index_model_add(model, i, writer);
    }
    for (uint32_t i = 0; i < INDEX_MODEL_DOCS; i += 13) {
        ck_assert(index_model_add(model, i, writer).replaced);
    }
    commit_and_close(writer);
    index_model_check(model, dir->path);
    return tmpdir_read(dir, "segment-1.seg", size_out);
}

START_TEST(the_number_of_threads_changes_no_byte)
{
    static const uint32_t counts[] = {1, 2, 3, 7, LEDE_WRITER_THREADS_MAX};
    size_t expected_size;
    struct tmpdir dir;
    struct index_model *model = index_model_new(rng_seed(6));
    for (uint32_t i = 0; i < INDEX_MODEL_DOCS; i++) {
        index_model_make(model, i);
        if (_i == 1) {
            model->docs[i].date =
                (int64_t)86400 * i; /* in order of arrival, but for the replaced */
        }
    }
    char *expected = write_with_threads(model, 0, &dir, &expected_size);
    tmpdir_release(&dir);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        size_t size;
        char *file = write_with_threads(model, counts[i], &dir, &size);
        ck_assert_uint_eq(size, expected_size);
        ck_assert_msg(memcmp(file, expected, size) == 0, "%u threads", counts[i]);
        free(file);
        tmpdir_release(&dir);
    }
    free(expected);
    free(model);
}
END_TEST

/* Where segments end may depend on how many threads there are, but not on how they are scheduled. */
START_TEST(the_same_threads_make_the_same_segments)
{
    struct tmpdir dirs[2];
    struct index_model *model = index_model_new(rng_seed(7));
    const struct writer_options options = {
        .keywords = source_field, .keyword_count = 1, .memory_bytes = 1 << 20, .threads = 3};
    for (uint32_t i = 0; i < INDEX_MODEL_DOCS; i++) {
        index_model_make(model, i);
    }
    for (uint32_t round = 0; round < 2; round++) {
        struct writer *writer;
        tmpdir_init(&dirs[round]);
        ck_assert_int_eq(writer_open(dirs[round].path, &options, &writer, NULL), LEDE_OK);
        for (uint32_t i = 0; i < INDEX_MODEL_DOCS; i++) {
            (void)index_model_add(model, i, writer);
        }
        commit_and_close(writer);
        index_model_check(model, dirs[round].path);
    }
    const size_t files = tmpdir_count(&dirs[0]);
    ck_assert_uint_gt(files, 3); /* the manifest, the lock, and several segments */
    ck_assert_uint_eq(tmpdir_count(&dirs[1]), files);
    for (size_t number = 1; number + 2 <= files; number++) {
        char name[32];
        size_t sizes[2];
        (void)snprintf(name, sizeof name, "segment-%zu.seg", number);
        char *first = tmpdir_read(&dirs[0], name, &sizes[0]);
        char *second = tmpdir_read(&dirs[1], name, &sizes[1]);
        ck_assert_uint_eq(sizes[0], sizes[1]);
        ck_assert_mem_eq(first, second, sizes[0]);
        free(first);
        free(second);
    }
    tmpdir_release(&dirs[0]);
    tmpdir_release(&dirs[1]);
    free(model);
}
END_TEST

/* One word so often that its list has blocks and rows. */
START_TEST(a_long_list_keeps_every_posting)
{
    enum { DOCS = 2000 };
    struct tmpdir dir;
    struct index_model *model = index_model_new(rng_seed(4));
    tmpdir_init(&dir);
    struct writer *writer = open_writer(dir.path, false, false);
    for (uint32_t i = 0; i < DOCS; i++) {
        index_model_make(model, i);
        strcpy(model->docs[i].title, i % 3 == 0 ? "bank" : "river bank");
        strcpy(model->docs[i].body, i % 7 == 0 ? "bank bank bank" : "the bank");
        (void)index_model_add(model, i, writer);
    }
    commit_and_close(writer);
    index_model_check(model, dir.path);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(documents_without_a_word_make_a_segment)
{
    struct tmpdir dir;
    struct index_model *model = index_model_new(1);
    tmpdir_init(&dir);
    struct writer *writer = open_writer(dir.path, false, false);
    for (uint32_t i = 0; i < 3; i++) {
        index_model_make(model, i);
        model->docs[i].title[0] = '\0';
        model->docs[i].body[0] = '\0';
        (void)index_model_add(model, i, writer);
    }
    commit_and_close(writer);
    index_model_check(model, dir.path);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

/* More texts than the spool keeps in memory. */
START_TEST(no_scratch_file_is_left)
{
    struct tmpdir dir;
    struct index_model *model = index_model_new(5);
    const struct writer_options options = {
        .keywords = source_field, .keyword_count = 1, .memory_bytes = 1 << 20};
    struct writer *writer;
    tmpdir_init(&dir);
    ck_assert_int_eq(writer_open(dir.path, &options, &writer, NULL), LEDE_OK);
    bool was_there = false;
    for (uint32_t i = 0; i < 1000; i++) {
        index_model_make(model, i);
        (void)index_model_add(model, i, writer);
        was_there |= tmpdir_has(&dir, RECORDS_SCRATCH_NAME);
    }
    ck_assert_msg(was_there, "the test does not reach a scratch file");
    ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
    ck_assert(!tmpdir_has(&dir, RECORDS_SCRATCH_NAME));
    ck_assert(!tmpdir_has(&dir, "segment-1.positions.scratch"));
    writer_close(writer);
    index_model_check(model, dir.path);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

Suite *suite_flush(void)
{
    Suite *suite = suite_create("flush");
    TCase *tcase = tcase_create("basics");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, a_segment_says_what_its_documents_say, 0, 4);
    tcase_add_test(tcase, documents_that_arrive_in_order_are_not_mixed_up);
    tcase_add_test(tcase, the_order_of_arrival_changes_no_byte);
    tcase_add_loop_test(tcase, the_number_of_threads_changes_no_byte, 0, 2);
    tcase_add_test(tcase, the_same_threads_make_the_same_segments);
    tcase_add_test(tcase, a_long_list_keeps_every_posting);
    tcase_add_test(tcase, documents_without_a_word_make_a_segment);
    tcase_add_test(tcase, no_scratch_file_is_left);
    suite_add_tcase(suite, tcase);
    return suite;
}
