/* Documents into one segment, read back through the storage floor's readers and compared with the
 * documents themselves.
 */
#include "index/flush.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

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
    tcase_add_test(tcase, a_long_list_keeps_every_posting);
    tcase_add_test(tcase, documents_without_a_word_make_a_segment);
    tcase_add_test(tcase, no_scratch_file_is_left);
    suite_add_tcase(suite, tcase);
    return suite;
}
