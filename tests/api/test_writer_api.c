#include <check.h>
#include <string.h>

#include "base/limits.h"
#include "lede.h"
#include "support/tmpdir.h"

static lede_text text(const char *bytes)
{
    return (lede_text){.data = bytes, .length = strlen(bytes)};
}

static unsigned threads; /* of the writer; set by a test */

static lede_writer *open_writer(const char *path)
{
    static const char *const keywords[] = {"source"};
    lede_writer_options options = LEDE_WRITER_OPTIONS_INIT;
    lede_writer *writer;
    lede_error error;
    options.keywords = keywords;
    options.keyword_count = 1;
    options.threads = threads;
    const lede_status status = lede_writer_open(path, &options, &writer, &error);
    ck_assert_msg(status == LEDE_OK, "%s", error.message);
    return writer;
}

static uint64_t count_documents(const char *path)
{
    lede_index *index;
    lede_index_stats stats;
    ck_assert_int_eq(lede_index_open(path, NULL, &index, NULL), LEDE_OK);
    ck_assert_int_eq(lede_index_stats_read(index, &stats, NULL), LEDE_OK);
    lede_index_close(index);
    return stats.documents;
}

/* What the callbacks were told. */
struct told {
    uint32_t reports[3]; /* by outcome */
    uint32_t progress;
    uint64_t last_line;
    char last_id[64];
    char last_reason[256];
    char last_path[256];
};

static void on_report(void *context, const lede_record *record)
{
    struct told *told = context;
    told->reports[record->outcome]++;
    told->last_line = record->line;
    strncpy(told->last_reason, record->reason, sizeof told->last_reason - 1);
    strncpy(told->last_path, record->path, sizeof told->last_path - 1);
    memset(told->last_id, 0, sizeof told->last_id);
    memcpy(told->last_id, record->id.data, record->id.length);
}

START_TEST(a_document_is_added_and_then_replaced)
{
    struct tmpdir dir;
    lede_outcome outcome;
    tmpdir_init(&dir);
    lede_writer *writer = open_writer(dir.path);
    lede_document document = {
        .id = text("a"), .title = text("Summit"), .date = text("26 May 2020")};
    ck_assert_int_eq(lede_writer_add(writer, &document, &outcome, NULL), LEDE_OK);
    ck_assert_int_eq(outcome, LEDE_OUTCOME_INDEXED);
    ck_assert_int_eq(lede_writer_add(writer, &document, &outcome, NULL), LEDE_OK);
    ck_assert_int_eq(outcome, LEDE_OUTCOME_REPLACED);
    document.title.data = NULL;
    ck_assert_int_eq(lede_writer_add(writer, &document, NULL, NULL), LEDE_ERR_INVALID);
    document.title.length = 0;
    document.id = text("b");
    document.date = text("yesterday or so");
    ck_assert_int_eq(lede_writer_add(writer, &document, NULL, NULL), LEDE_OK);
    ck_assert_int_eq(lede_writer_delete(writer, "c", 1, NULL), LEDE_ERR_NOT_FOUND);
    ck_assert_int_eq(lede_writer_commit(writer, NULL), LEDE_OK);
    lede_writer_close(writer);
    ck_assert_uint_eq(count_documents(dir.path), 2);

    lede_index *index;
    lede_stored *stored;
    ck_assert_int_eq(lede_index_open(dir.path, NULL, &index, NULL), LEDE_OK);
    ck_assert_int_eq(lede_get(index, "a", 1, &stored, NULL), LEDE_OK);
    ck_assert_str_eq(lede_stored_document(stored)->date.data, "2020-05-26");
    lede_stored_free(stored);
    ck_assert_int_eq(lede_get(index, "b", 1, &stored, NULL), LEDE_OK);
    ck_assert_str_eq(lede_stored_document(stored)->date.data, "");
    lede_stored_free(stored);
    lede_index_close(index);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(arguments_that_are_missing_are_refused)
{
    struct tmpdir dir;
    lede_writer *writer = NULL;
    lede_writer_options options = LEDE_WRITER_OPTIONS_INIT;
    lede_error error;
    tmpdir_init(&dir);
    ck_assert_int_eq(lede_writer_open(NULL, NULL, &writer, NULL), LEDE_ERR_INVALID);
    ck_assert_int_eq(lede_writer_open("", NULL, &writer, NULL), LEDE_ERR_INVALID);
    ck_assert_int_eq(lede_writer_open(dir.path, NULL, NULL, NULL), LEDE_ERR_INVALID);
    options.keyword_count = 1;
    ck_assert_int_eq(lede_writer_open(dir.path, &options, &writer, NULL), LEDE_ERR_INVALID);
    options = (lede_writer_options)LEDE_WRITER_OPTIONS_INIT;
    options.struct_size = 0;
    ck_assert_int_eq(lede_writer_open(dir.path, &options, &writer, NULL), LEDE_ERR_INVALID);
    options = (lede_writer_options)LEDE_WRITER_OPTIONS_INIT;
    options.language = "auto";
    ck_assert_int_eq(lede_writer_open(dir.path, &options, &writer, &error), LEDE_ERR_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(error.message, "auto"));
    ck_assert_ptr_null(writer);
    writer = open_writer(dir.path);
    ck_assert_int_eq(lede_writer_add(writer, NULL, NULL, NULL), LEDE_ERR_INVALID);
    ck_assert_int_eq(
        lede_writer_add(writer, &(lede_document){.id = text("a"), .field_count = 1}, NULL, NULL),
        LEDE_ERR_INVALID);
    ck_assert_int_eq(
        lede_writer_add(NULL, &(lede_document){.id = text("a")}, NULL, NULL), LEDE_ERR_INVALID);
    ck_assert_int_eq(lede_writer_add(writer, &(lede_document){0}, NULL, &error), LEDE_ERR_INVALID);
    ck_assert_str_eq(error.message, "document has no id");
    ck_assert_int_eq(lede_writer_delete(writer, NULL, 1, NULL), LEDE_ERR_INVALID);
    ck_assert_int_eq(lede_writer_delete(writer, NULL, 0, NULL), LEDE_ERR_NOT_FOUND);
    ck_assert_int_eq(lede_writer_commit(NULL, NULL), LEDE_ERR_INVALID);
    ck_assert_int_eq(lede_writer_add_source(writer, NULL, NULL, NULL, NULL), LEDE_ERR_INVALID);
    lede_writer_close(writer);
    lede_writer_close(NULL);
    tmpdir_release(&dir);
}
END_TEST

static const char records[] =
    "{\"id\":\"1\",\"title\":\"Summit\",\"body\":\"held in Minsk\",\"date\":\"2020-05-26\"}\n"
    "this is no record\n"
    "{\"id\":\"2\",\"title\":\"Bank\",\"body\":\"river\"}\n"
    "{\"id\":\"1\",\"title\":\"Summit again\",\"date\":\"2020-05-27\"}\n"
    "{\"id\":\"a\\u0007b\",\"title\":\"An id that rings\"}\n"
    "{\"id\":\"3\",\"title\":\"Caf\xe9\",\"date\":\"2020-05-28\"}\n";

START_TEST(every_record_of_a_source_is_counted_once)
{
    threads = (unsigned)_i * 3;
    struct tmpdir dir;
    char path[TMPDIR_PATH_BYTES];
    char index_path[TMPDIR_PATH_BYTES];
    struct told told = {0};
    lede_source_options options = LEDE_SOURCE_OPTIONS_INIT;
    lede_ingest_summary summary = {.files = 10, .bytes = 1000};
    lede_error error;
    tmpdir_init(&dir);
    tmpdir_write(&dir, "news.jsonl", records, sizeof records - 1);
    lede_writer *writer = open_writer(tmpdir_join(&dir, "index", index_path));
    options.report = on_report;
    options.context = &told;
    const lede_status status = lede_writer_add_source(
        writer, tmpdir_join(&dir, "news.jsonl", path), &options, &summary, &error);
    ck_assert_msg(status == LEDE_OK, "%s", error.message);
    ck_assert_uint_eq(summary.files, 11);
    ck_assert_uint_eq(summary.bytes, 1000 + sizeof records - 1);
    ck_assert_uint_eq(summary.records, 6);
    ck_assert_uint_eq(summary.indexed, 3);
    ck_assert_uint_eq(summary.replaced, 1);
    ck_assert_uint_eq(summary.rejected, 2);
    ck_assert_uint_eq(summary.undated, 1);
    ck_assert_uint_eq(summary.repaired, 1);
    ck_assert_uint_eq(summary.tokens, 4 + 2 + 2 + 1);
    ck_assert_uint_eq(told.reports[LEDE_OUTCOME_REJECTED], 2);
    ck_assert_uint_eq(told.reports[LEDE_OUTCOME_REPLACED], 1);
    ck_assert_int_eq(lede_writer_commit(writer, NULL), LEDE_OK);
    lede_writer_close(writer);
    ck_assert_uint_eq(count_documents(index_path), 3);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(strict_stops_at_the_first_bad_record)
{
    struct tmpdir dir;
    char path[TMPDIR_PATH_BYTES];
    char index_path[TMPDIR_PATH_BYTES];
    struct told told = {0};
    lede_source_options options = LEDE_SOURCE_OPTIONS_INIT;
    lede_ingest_summary summary = {0};
    lede_error error;
    tmpdir_init(&dir);
    tmpdir_write(&dir, "news.jsonl", records, sizeof records - 1);
    lede_writer *writer = open_writer(tmpdir_join(&dir, "index", index_path));
    options.strict = 1;
    options.report = on_report;
    options.context = &told;
    ck_assert_int_eq(lede_writer_add_source(
                         writer, tmpdir_join(&dir, "news.jsonl", path), &options, &summary, &error),
        LEDE_ERR_SYNTAX);
    ck_assert_ptr_nonnull(strstr(error.message, "news.jsonl:2: "));
    ck_assert_uint_eq(summary.records, 2);
    ck_assert_uint_eq(summary.rejected, 1);
    ck_assert_uint_eq(told.last_line, 2);
    ck_assert_ptr_nonnull(strstr(told.last_path, "news.jsonl"));
    ck_assert_uint_gt(strlen(told.last_reason), 0);
    /* The writer goes on. */
    ck_assert_int_eq(lede_writer_commit(writer, NULL), LEDE_OK);
    lede_writer_close(writer);
    ck_assert_uint_eq(count_documents(index_path), 1);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(a_source_that_is_not_there_is_not_found)
{
    struct tmpdir dir;
    char path[TMPDIR_PATH_BYTES];
    char index_path[TMPDIR_PATH_BYTES];
    lede_source_options options = LEDE_SOURCE_OPTIONS_INIT;
    tmpdir_init(&dir);
    lede_writer *writer = open_writer(tmpdir_join(&dir, "index", index_path));
    tmpdir_join(&dir, "nothing", path);
    ck_assert_int_eq(lede_writer_add_source(writer, path, NULL, NULL, NULL), LEDE_ERR_NOT_FOUND);
    options.struct_size = 1;
    ck_assert_int_eq(lede_writer_add_source(writer, path, &options, NULL, NULL), LEDE_ERR_INVALID);
    options = (lede_source_options)LEDE_SOURCE_OPTIONS_INIT;
    options.field_map_count = 1;
    ck_assert_int_eq(lede_writer_add_source(writer, path, &options, NULL, NULL), LEDE_ERR_INVALID);
    lede_writer_close(writer);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(a_document_of_most_fields_is_taken_and_one_more_is_not)
{
    static lede_field fields[LEDE_DOCUMENT_FIELDS_MAX + 1];
    struct tmpdir dir;
    lede_index *index;
    lede_stored *stored;
    tmpdir_init(&dir);
    for (size_t i = 0; i <= LEDE_DOCUMENT_FIELDS_MAX; i++) {
        fields[i] = (lede_field){.name = text("note"), .value = text("x")};
    }
    lede_writer *writer = open_writer(dir.path);
    lede_document document = {
        .id = text("a"), .fields = fields, .field_count = LEDE_DOCUMENT_FIELDS_MAX + 1};
    ck_assert_int_eq(lede_writer_add(writer, &document, NULL, NULL), LEDE_ERR_LIMIT);
    document.field_count--;
    ck_assert_int_eq(lede_writer_add(writer, &document, NULL, NULL), LEDE_OK);
    ck_assert_int_eq(lede_writer_commit(writer, NULL), LEDE_OK);
    lede_writer_close(writer);
    ck_assert_int_eq(lede_index_open(dir.path, NULL, &index, NULL), LEDE_OK);
    ck_assert_int_eq(lede_get(index, "a", 1, &stored, NULL), LEDE_OK);
    ck_assert_uint_eq(lede_stored_document(stored)->field_count, LEDE_DOCUMENT_FIELDS_MAX);
    lede_stored_free(stored);
    lede_index_close(index);
    tmpdir_release(&dir);
}
END_TEST

Suite *suite_writer_api(void)
{
    Suite *suite = suite_create("writer_api");
    TCase *tcase = tcase_create("basics");
    tcase_add_test(tcase, a_document_is_added_and_then_replaced);
    tcase_add_test(tcase, arguments_that_are_missing_are_refused);
    tcase_add_loop_test(tcase, every_record_of_a_source_is_counted_once, 0, 2);
    tcase_add_test(tcase, strict_stops_at_the_first_bad_record);
    tcase_add_test(tcase, a_source_that_is_not_there_is_not_found);
    tcase_add_test(tcase, a_document_of_most_fields_is_taken_and_one_more_is_not);
    suite_add_tcase(suite, tcase);
    return suite;
}
