#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "storage/docstore.h"
#include "support/fail.h"
#include "support/rng.h"
#include "support/storage_files.h"

#define FILE_NAME "segment-1.seg"

static struct tmpdir dir;
static char path[TMPDIR_PATH_BYTES];
static char message[256];
static lede_error error;

static void setup(void)
{
    tmpdir_init(&dir);
    (void)tmpdir_join(&dir, FILE_NAME, path);
}

static void teardown(void)
{
    tmpdir_release(&dir);
}

/* Records end to end, as the writer's samples are. */
struct records {
    struct buf bytes;
    size_t *sizes;
    uint32_t count;
};

static struct span record_of(const struct records *records, uint32_t doc)
{
    size_t start = 0;
    for (uint32_t i = 0; i < doc; i++) {
        start += records->sizes[i];
    }
    return span_of(records->bytes.data + start, records->sizes[doc]);
}

static void append_words(struct buf *out, size_t size, struct rng *rng)
{
    static const char *const words[] = {"the ", "minister ", "said ", "on ", "Tuesday ", "that ",
        "talks ", "in ", "Minsk ", "would ", "go ", "on ", "until ", "agreement ", "summit ",
        "election ", "market ", "shares "};
    const size_t end = out->size + size;
    while (out->size < end) {
        const char *word = words[rng_below(rng, sizeof words / sizeof words[0])];
        const size_t left = end - out->size;
        const size_t length = strlen(word) < left ? strlen(word) : left;
        ck_assert_int_eq(buf_append(out, word, length), LEDE_OK);
    }
}

/* `body_sizes` are repeated over `count` documents. */
static struct records make_records(uint32_t count, const size_t *body_sizes, size_t size_count)
{
    struct records records = {.sizes = malloc(count * sizeof(size_t)), .count = count};
    struct rng rng;
    rng_init(&rng, 4);
    struct buf body;
    ck_assert_ptr_nonnull(records.sizes);
    buf_init(&records.bytes, SIZE_MAX);
    buf_init(&body, SIZE_MAX);
    for (uint32_t i = 0; i < count; i++) {
        char title[32];
        const struct record_field field = {span_of("source", 6), span_of("reuters", 7)};
        struct record record = {.fields = &field, .field_count = 1};
        buf_reset(&body);
        append_words(&body, body_sizes[i % size_count], &rng);
        record.title = span_of(title, (size_t)sprintf(title, "Title of %u", i));
        record.body = buf_span(&body);
        const size_t start = records.bytes.size;
        ck_assert_int_eq(record_encode(&record, &records.bytes), LEDE_OK);
        records.sizes[i] = records.bytes.size - start;
    }
    buf_release(&body);
    return records;
}

static void free_records(struct records *records)
{
    buf_release(&records->bytes);
    free(records->sizes);
}

/* A container of nothing but the documents; the first `sample_count` are the samples. */
static void write_records(const struct records *records, size_t sample_count)
{
    struct container_writer container;
    struct docstore_writer *writer = NULL;
    uint64_t size = 0;
    uint64_t checksum = 0;
    size_t sample_bytes = 0;
    for (size_t i = 0; i < sample_count; i++) {
        sample_bytes += records->sizes[i];
    }
    ck_assert_int_eq(container_writer_open(&container, path, &error), LEDE_OK);
    ck_assert_int_eq(container_writer_begin(&container, SECTION_DOCUMENTS, &error), LEDE_OK);
    ck_assert_int_eq(
        docstore_writer_new(&container, NULL, span_of(records->bytes.data, sample_bytes),
            records->sizes, sample_count, &writer, &error),
        LEDE_OK);
    size_t start = 0;
    for (uint32_t i = 0; i < records->count; i++) {
        ck_assert_int_eq(docstore_writer_add(writer,
                             span_of(records->bytes.data + start, records->sizes[i]), &error),
            LEDE_OK);
        start += records->sizes[i];
    }
    ck_assert_int_eq(docstore_writer_finish(writer, &error), LEDE_OK);
    docstore_writer_free(writer);
    ck_assert_int_eq(container_writer_end(&container, &error), LEDE_OK);
    ck_assert_int_eq(container_writer_finish(&container, &size, &checksum, &error), LEDE_OK);
}

struct open_store {
    struct container container;
    struct docstore store;
    struct docstore_reader *reader;
    struct span section;
};

static struct open_store open_records(uint32_t count)
{
    struct open_store opened;
    ck_assert_int_eq(container_open(&opened.container, path, &error), LEDE_OK);
    ck_assert(container_section(&opened.container, SECTION_DOCUMENTS, &opened.section));
    ck_assert_msg(docstore_open(&opened.store, opened.section, count, &error) == LEDE_OK, "%s",
        error.message);
    opened.reader = docstore_reader_new();
    ck_assert_ptr_nonnull(opened.reader);
    return opened;
}

static void close_records(struct open_store *opened)
{
    docstore_reader_free(opened->reader);
    docstore_close(&opened->store);
    container_close(&opened->container);
}

static void check_all(const struct records *records, struct open_store *opened)
{
    for (uint32_t i = 0; i < records->count; i++) {
        const uint32_t doc = i * 7919 % records->count;
        const struct span expected = record_of(records, doc);
        struct span record;
        ck_assert_msg(docstore_read(&opened->store, opened->reader, doc, SIZE_MAX, &record,
                          &error) == LEDE_OK,
            "%s", error.message);
        ck_assert_uint_eq(record.size, expected.size);
        ck_assert_mem_eq(record.bytes, expected.bytes, expected.size);
    }
    ck_assert_msg(
        docstore_verify(&opened->store, message, sizeof message) == LEDE_OK, "%s", message);
}

START_TEST(records_come_back_without_dictionary)
{
    static const size_t sizes[] = {0, 10, 500, 3000, 5000, 9000};
    struct records records = make_records(50, sizes, 6);
    write_records(&records, 0);
    struct open_store opened = open_records(records.count);
    ck_assert_uint_eq(opened.store.dictionary.size, 0);
    check_all(&records, &opened);
    close_records(&opened);
    free_records(&records);
}
END_TEST

START_TEST(records_come_back_with_a_dictionary_and_take_less)
{
    static const size_t sizes[] = {700, 1500, 100};
    struct records records = make_records(300, sizes, 3);
    write_records(&records, 0);
    struct open_store opened = open_records(records.count);
    const size_t plain_size = opened.store.frames.size;
    close_records(&opened);
    write_records(&records, records.count);
    opened = open_records(records.count);
    ck_assert_uint_gt(opened.store.dictionary.size, 256);
    ck_assert_uint_lt(opened.store.frames.size, plain_size);
    check_all(&records, &opened);
    close_records(&opened);
    free_records(&records);
}
END_TEST

START_TEST(the_same_records_give_the_same_bytes)
{
    static const size_t sizes[] = {700, 1500, 100, 200000};
    struct records records = make_records(200, sizes, 4);
    write_records(&records, 150);
    struct buf first = storage_file_read(&dir, FILE_NAME);
    write_records(&records, 150);
    struct buf second = storage_file_read(&dir, FILE_NAME);
    ck_assert_uint_eq(first.size, second.size);
    ck_assert_mem_eq(first.data, second.data, first.size);
    buf_release(&first);
    buf_release(&second);
    free_records(&records);
}
END_TEST

START_TEST(frames_around_the_edge_to_plain_come_back)
{
    static const size_t sizes[] = {DOCSTORE_PLAIN_BYTES - 60, DOCSTORE_PLAIN_BYTES - 40,
        DOCSTORE_PLAIN_BYTES - 35, DOCSTORE_PLAIN_BYTES - 30, DOCSTORE_PLAIN_BYTES - 20,
        DOCSTORE_PLAIN_BYTES, DOCSTORE_PLAIN_BYTES + 1, 3 << 20, 300, 200, 100, 200, 300};
    struct records records = make_records(40, sizes, 13);
    write_records(&records, records.count);
    struct open_store opened = open_records(records.count);
    ck_assert_uint_gt(opened.store.dictionary.size, 0);
    check_all(&records, &opened);
    close_records(&opened);
    free_records(&records);
}
END_TEST

START_TEST(a_long_body_comes_only_as_far_as_asked)
{
    static const size_t sizes[] = {5 << 20, 10};
    static const size_t asked[] = {
        0, 1, 1000, 1 << 16, 100000, 3 << 20, (5 << 20) - 1, 5 << 20, (5 << 20) + 1, SIZE_MAX, 77};
    struct records records = make_records(2, sizes, 2);
    const struct span whole = record_of(&records, 0);
    size_t head = 0;
    ck_assert(record_head_size(whole, &head));
    write_records(&records, 0);
    struct open_store opened = open_records(2);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        struct span record;
        ck_assert_int_eq(
            docstore_read(&opened.store, opened.reader, 0, asked[i], &record, &error), LEDE_OK);
        const size_t body = asked[i] < (5 << 20) ? asked[i] : 5 << 20;
        ck_assert_uint_eq(record.size, head + body);
        ck_assert_mem_eq(record.bytes, whole.bytes, record.size);
        if (i % 3 == 2) {
            ck_assert_int_eq(
                docstore_read(&opened.store, opened.reader, 1, 5, &record, &error), LEDE_OK);
        }
    }
    close_records(&opened);
    free_records(&records);
}
END_TEST

START_TEST(a_long_head_comes_whole)
{
    struct records records = {.sizes = malloc(sizeof(size_t)), .count = 1};
    struct buf title;
    struct rng rng;
    rng_init(&rng, 1);
    buf_init(&title, SIZE_MAX);
    buf_init(&records.bytes, SIZE_MAX);
    append_words(&title, 1 << 20, &rng);
    const struct record record = {.title = buf_span(&title), .body = span_of("body", 4)};
    ck_assert_int_eq(record_encode(&record, &records.bytes), LEDE_OK);
    records.sizes[0] = records.bytes.size;
    write_records(&records, 0);
    struct open_store opened = open_records(1);
    struct span read;
    struct record decoded;
    ck_assert_int_eq(docstore_read(&opened.store, opened.reader, 0, 2, &read, &error), LEDE_OK);
    ck_assert_int_eq(record_decode(read, NULL, 0, &decoded, &error), LEDE_OK);
    ck_assert_uint_eq(decoded.title.size, 1 << 20);
    ck_assert_uint_eq(decoded.body.size, 2);
    close_records(&opened);
    buf_release(&title);
    free_records(&records);
}
END_TEST

START_TEST(no_documents_are_fine)
{
    struct records records = {.sizes = NULL};
    buf_init(&records.bytes, SIZE_MAX);
    write_records(&records, 0);
    struct open_store opened = open_records(0);
    ck_assert_int_eq(docstore_verify(&opened.store, message, sizeof message), LEDE_OK);
    close_records(&opened);
}
END_TEST

static void *read_all(void *context)
{
    struct open_store *opened = context;
    struct docstore_reader *reader = docstore_reader_new();
    size_t failed = reader == NULL;
    for (uint32_t doc = 0; doc < opened->store.doc_count && reader != NULL; doc++) {
        struct span record;
        failed += docstore_read(&opened->store, reader, doc, SIZE_MAX, &record, NULL) != LEDE_OK;
    }
    docstore_reader_free(reader);
    return failed == 0 ? NULL : context;
}

START_TEST(threads_share_a_store)
{
    static const size_t sizes[] = {700, 1500, 100};
    struct records records = make_records(300, sizes, 3);
    write_records(&records, records.count);
    struct open_store opened = open_records(records.count);
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, read_all, &opened), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        void *failed = NULL;
        ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
        ck_assert_ptr_null(failed);
    }
    close_records(&opened);
    free_records(&records);
}
END_TEST

/* Open and read everything; whatever comes out is inside of what was read. */
static void survive(struct span section, uint32_t count)
{
    struct docstore store;
    if (docstore_open(&store, section, count, &error) != LEDE_OK) {
        return;
    }
    struct docstore_reader *reader = docstore_reader_new();
    ck_assert_ptr_nonnull(reader);
    for (uint32_t doc = 0; doc < count; doc++) {
        struct span record;
        if (docstore_read(&store, reader, doc, doc % 2 == 0 ? 100 : SIZE_MAX, &record, &error) ==
            LEDE_OK) {
            struct record_field fields[4];
            struct record decoded;
            (void)!record_decode(record, fields, 4, &decoded, &error);
        }
    }
    (void)!docstore_verify(&store, message, sizeof message);
    docstore_reader_free(reader);
    docstore_close(&store);
}

START_TEST(hostile_bytes_are_survived)
{
    static const size_t sizes[] = {700, 1500, 100, 140000};
    struct records records = make_records(30, sizes, 3 + _i % 2);
    write_records(&records, records.count);
    struct open_store opened = open_records(records.count);
    struct buf section;
    buf_init(&section, SIZE_MAX);
    ck_assert_int_eq(buf_append(&section, opened.section.bytes, opened.section.size), LEDE_OK);
    struct guard guard;
    const struct span exact = storage_section_guarded(&section, &guard);
    uint8_t *bytes = guard.bytes;
    /* The tables at the end, byte by byte; frames and dictionary in steps. */
    const size_t tables = (size_t)(opened.store.frame_rows.bytes - opened.section.bytes);
    for (size_t i = 0; i < exact.size; i += i < tables ? 499 : 1) {
        static const uint8_t masks[] = {0x01, 0x80};
        for (size_t m = 0; m < sizeof masks; m++) {
            bytes[i] ^= masks[m];
            survive(exact, records.count);
            bytes[i] ^= masks[m];
        }
    }
    for (size_t size = 0; size < exact.size; size += 499) {
        survive(span_of(bytes + exact.size - size, size), records.count);
    }
    guard_release(&guard);
    buf_release(&section);
    close_records(&opened);
    free_records(&records);
}
END_TEST

START_TEST(a_raw_size_that_is_a_lie_is_refused)
{
    static const size_t sizes[] = {100};
    static const uint32_t lies[] = {
        0, 1, DOCSTORE_PLAIN_BYTES, DOCSTORE_PLAIN_BYTES + 1, 1u << 30, UINT32_MAX};
    struct records records = make_records(1, sizes, 1);
    write_records(&records, 0);
    struct buf file = storage_file_read(&dir, FILE_NAME);
    struct open_store opened = open_records(1);
    const size_t row = (size_t)(opened.store.frame_rows.bytes - opened.container.file.bytes);
    close_records(&opened);
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        struct span record;
        store_le32(file.data + row + 12, lies[i]);
        storage_container_fix(file.data, file.size);
        tmpdir_write(&dir, FILE_NAME, file.data, file.size);
        opened = open_records(1);
        ck_assert_int_eq(docstore_read(&opened.store, opened.reader, 0, SIZE_MAX, &record, &error),
            LEDE_ERR_CORRUPT);
        ck_assert_int_eq(docstore_verify(&opened.store, message, sizeof message), LEDE_ERR_CORRUPT);
        close_records(&opened);
    }
    buf_release(&file);
    free_records(&records);
}
END_TEST

START_TEST(without_memory_reading_fails_and_leaks_nothing)
{
    static const size_t sizes[] = {700, 1500, 100, 140000};
    struct records records = make_records(60, sizes, 4);
    write_records(&records, records.count);
    struct container container;
    struct span section;
    ck_assert_int_eq(container_open(&container, path, &error), LEDE_OK);
    ck_assert(container_section(&container, SECTION_DOCUMENTS, &section));
    bool is_done = false;
    for (uint64_t at = 0; !is_done; at++) {
        struct fail_memory memory;
        struct docstore store = {0};
        struct span record;
        ck_assert_uint_lt(at, 1000);
        fail_memory_begin(&memory, at, FAIL_FROM_ON);
        lede_status status = docstore_open(&store, section, records.count, NULL);
        struct docstore_reader *reader = docstore_reader_new();
        for (uint32_t doc = 0; doc < 8 && status == LEDE_OK; doc++) {
            status = reader == NULL ? LEDE_ERR_NOMEM
                                    : docstore_read(&store, reader, doc, SIZE_MAX, &record, NULL);
        }
        docstore_reader_free(reader);
        docstore_close(&store);
        fail_memory_end();
        ck_assert_int_eq(memory.live_blocks, 0);
        ck_assert(status == LEDE_OK || status == LEDE_ERR_NOMEM);
        is_done = status == LEDE_OK;
    }
    container_close(&container);
    free_records(&records);
}
END_TEST

Suite *suite_docstore(void)
{
    Suite *suite = suite_create("docstore");
    TCase *basics = tcase_create("basics");
    tcase_add_checked_fixture(basics, setup, teardown);
    tcase_set_timeout(basics, 60);
    tcase_add_test(basics, records_come_back_without_dictionary);
    tcase_add_test(basics, records_come_back_with_a_dictionary_and_take_less);
    tcase_add_test(basics, the_same_records_give_the_same_bytes);
    tcase_add_test(basics, frames_around_the_edge_to_plain_come_back);
    tcase_add_test(basics, a_long_body_comes_only_as_far_as_asked);
    tcase_add_test(basics, a_long_head_comes_whole);
    tcase_add_test(basics, no_documents_are_fine);
    tcase_add_test(basics, threads_share_a_store);
    tcase_add_test(basics, without_memory_reading_fails_and_leaks_nothing);
    suite_add_tcase(suite, basics);
    TCase *corrupt = tcase_create("corrupt");
    tcase_add_checked_fixture(corrupt, setup, teardown);
    tcase_set_timeout(corrupt, 120);
    tcase_add_loop_test(corrupt, hostile_bytes_are_survived, 0, 2);
    tcase_add_test(corrupt, a_raw_size_that_is_a_lie_is_refused);
    suite_add_tcase(suite, corrupt);
    return suite;
}
