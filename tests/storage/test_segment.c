#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/checksum.h"
#include "storage/occurrences.h"
#include "storage/segment.h"
#include "support/storage_segment.h"

#define FILE_NAME "segment-1.seg"

static struct tmpdir dir;
static char path[TMPDIR_PATH_BYTES];
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

static void keep_message(void *context, const char *message)
{
    (void)snprintf(context, 512, "%s", message);
}

static void check_sound(const struct segment *segment)
{
    char message[512] = "";
    uint64_t checks = 0;
    ck_assert_msg(
        segment_verify(segment, keep_message, message, &checks) == LEDE_OK, "%s", message);
    ck_assert_uint_gt(checks, 10);
}

/* Every count of every word of both dictionaries, against the documents. */
static void check_counts(const struct segment *segment, const struct small_options *options)
{
    for (uint32_t word = 0; word <= SMALL_WORDS; word++) {
        for (unsigned field = 0; field < FIELD_COUNT; field++) {
            struct termdict_hit hit = {0};
            struct deletion_term deleted = {0};
            struct deletion_term expected_deleted = {0};
            uint32_t df = 0;
            uint64_t cf = 0;
            char text[16];
            const uint32_t length = (uint32_t)(word == SMALL_WORDS ? sprintf(text, "only")
                                                                   : sprintf(text, "w%u", word));
            for (uint32_t doc = 0; doc < options->doc_count; doc++) {
                const uint32_t frequency = small_frequency(doc, word, field == FIELD_TITLE);
                const bool is_deleted =
                    options->deletions_number != 0 && (doc == 1 || doc == 2) && frequency > 0;
                df += frequency > 0;
                cf += frequency;
                expected_deleted.df += is_deleted;
                expected_deleted.cf += is_deleted ? frequency : 0;
            }
            const lede_status status = segment_find_term(
                segment, field, (const uint8_t *)text, length, &hit, &deleted, &error);
            ck_assert_int_eq(status, df == 0 ? LEDE_ERR_NOT_FOUND : LEDE_OK);
            ck_assert_uint_eq(hit.entry.df, df);
            ck_assert_uint_eq(hit.entry.cf, cf);
            ck_assert_uint_eq(deleted.df, expected_deleted.df);
            ck_assert_uint_eq(deleted.cf, expected_deleted.cf);
        }
    }
}

static const struct small_options shapes[] = {
    {.doc_count = 40, .has_positions = true, .has_stored = true, .number = 1},
    {.doc_count = 40,
        .has_positions = true,
        .has_stored = true,
        .number = 1,
        .deletions_number = 5},
    {.doc_count = 40, .has_positions = false, .has_stored = true, .number = 1},
    {.doc_count = 40, .has_positions = true, .has_stored = false, .number = 1},
    {.doc_count = 1, .has_positions = true, .has_stored = true, .number = 1},
    {.doc_count = 0, .has_positions = true, .has_stored = true, .number = 1},
    {.doc_count = 3000,
        .has_positions = true,
        .has_stored = true,
        .number = 1,
        .deletions_number = 2},
};

START_TEST(a_segment_of_any_shape_opens_and_is_sound)
{
    const struct small_options *options = &shapes[_i];
    const struct manifest_segment entry = small_segment_write(&dir, options);
    struct segment *segment = NULL;
    ck_assert_msg(segment_open(dir.path, &entry, &segment, &error) == LEDE_OK, "%s", error.message);
    check_sound(segment);
    check_counts(segment, options);
    uint64_t tokens = 0;
    for (uint32_t doc = 0; doc < options->doc_count; doc++) {
        ck_assert_uint_eq(lengths_at(&segment->lengths, doc), small_length(doc));
        tokens += small_length(doc);
    }
    ck_assert_uint_eq(segment->meta.token_count, tokens);
    if (options->deletions_number != 0) {
        tokens -= small_length(1) + small_length(2);
        ck_assert_uint_eq(segment->live_count, options->doc_count - 2);
    }
    ck_assert_uint_eq(segment->live_length, tokens);
    segment_close(segment);
}
END_TEST

START_TEST(a_missing_file_is_not_found)
{
    const struct manifest_segment entry = {.number = 77};
    struct segment *segment = NULL;
    ck_assert_int_eq(segment_open(dir.path, &entry, &segment, &error), LEDE_ERR_NOT_FOUND);
    ck_assert_ptr_null(segment);
    segment_close(NULL);
}
END_TEST

START_TEST(another_file_than_the_manifest_means_is_refused)
{
    struct manifest_segment entry = small_segment_write(&dir, &shapes[0]);
    struct segment *segment = NULL;
    entry.size_bytes++;
    ck_assert_int_eq(segment_open(dir.path, &entry, &segment, &error), LEDE_ERR_CORRUPT);
    ck_assert_ptr_nonnull(strstr(error.message, "segment-1.seg: "));
    entry.size_bytes--;
    entry.toc_checksum ^= 1;
    ck_assert_int_eq(segment_open(dir.path, &entry, &segment, &error), LEDE_ERR_CORRUPT);
    entry.toc_checksum ^= 1;
    entry.doc_count++;
    ck_assert_int_eq(segment_open(dir.path, &entry, &segment, &error), LEDE_ERR_CORRUPT);
    entry.doc_count--;
    entry.deletions_number = 3;
    ck_assert_int_eq(segment_open(dir.path, &entry, &segment, &error), LEDE_ERR_NOT_FOUND);
}
END_TEST

static bool is_damaged(const struct manifest_segment *entry)
{
    struct segment *segment = NULL;
    uint64_t checks = 0;
    if (segment_open(dir.path, entry, &segment, NULL) != LEDE_OK) {
        return true;
    }
    const bool is_sound = segment_verify(segment, NULL, NULL, &checks) == LEDE_OK;
    segment_close(segment);
    return !is_sound;
}

static const struct small_options tiny = {
    .doc_count = 12, .has_positions = true, .has_stored = true, .number = 1};

START_TEST(every_flipped_byte_of_a_segment_is_found)
{
    const struct manifest_segment entry = small_segment_write(&dir, &tiny);
    struct buf file = storage_file_read(&dir, FILE_NAME);
    for (size_t i = 0; i < file.size; i++) {
        file.data[i] ^= (uint8_t)(1u << i % 8);
        tmpdir_write(&dir, FILE_NAME, file.data, file.size);
        ck_assert_msg(is_damaged(&entry), "byte %zu", i);
        file.data[i] ^= (uint8_t)(1u << i % 8);
    }
    tmpdir_write(&dir, FILE_NAME, file.data, file.size);
    ck_assert(!is_damaged(&entry));
    for (size_t size = 0; size < file.size; size++) {
        struct segment *segment = NULL;
        tmpdir_write(&dir, FILE_NAME, file.data, size);
        ck_assert_int_eq(segment_open(dir.path, &entry, &segment, NULL), LEDE_ERR_CORRUPT);
    }
    buf_release(&file);
}
END_TEST

/* Read whatever can be read; the answers do not matter. */
static void read_everything(const struct segment *segment)
{
    struct docstore_reader *reader = docstore_reader_new();
    uint32_t *positions = calloc(1000, sizeof *positions);
    ck_assert_ptr_nonnull(reader);
    ck_assert_ptr_nonnull(positions);
    for (uint32_t doc = 0; doc < segment->meta.doc_count; doc++) {
        char id[LEDE_ID_BYTES_MAX + 1];
        char date[DATE_TEXT_BYTES];
        uint32_t ordinals[LEDE_KEYWORD_VALUES_MAX];
        struct span record;
        (void)ids_at(&segment->ids, doc, id);
        (void)date_format(dates_at(&segment->dates, doc), date);
        for (uint32_t i = 0; i < segment->keywords.field_count; i++) {
            (void)keyword_ordinals(&segment->keywords.fields[i], doc, ordinals);
        }
        if (segment->meta.has_stored) {
            (void)!docstore_read(&segment->docstore, reader, doc, 10, &record, NULL);
        }
    }
    for (unsigned field = 0; field < FIELD_COUNT; field++) {
        struct termdict_walk walk;
        for (termdict_walk_begin(&walk, &segment->terms[field], (const uint8_t *)"", 0);
             walk.status == LEDE_OK; termdict_walk_next(&walk)) {
            struct deletion_term deleted;
            struct postings_cursor cursor;
            struct occurrences occurrences;
            if (segment_resolve_term(segment, field, walk.term, walk.term_length, &walk.hit,
                    &deleted, NULL) != LEDE_OK) {
                continue;
            }
            postings_cursor_init(&cursor, &segment->postings, &walk.hit.entry);
            occurrences_init(&occurrences, &cursor);
            while (cursor.doc != DOC_END) {
                (void)postings_cursor_frequency(&cursor);
                (void)occurrences_read(&occurrences, positions, 1000);
                (void)postings_cursor_next(&cursor);
            }
        }
    }
    free(positions);
    docstore_reader_free(reader);
}

START_TEST(hostile_bytes_with_right_checksums_are_survived)
{
    static const uint8_t masks[] = {0x01, 0x80, 0xff};
    struct manifest_segment entry = small_segment_write(&dir, &tiny);
    struct buf file = storage_file_read(&dir, FILE_NAME);
    struct buf hostile;
    buf_init(&hostile, SIZE_MAX);
    for (size_t i = 64; i < file.size - 64; i++) {
        struct segment *segment = NULL;
        uint64_t checks = 0;
        buf_reset(&hostile);
        ck_assert_int_eq(buf_append(&hostile, file.data, file.size), LEDE_OK);
        hostile.data[i] ^= masks[i % 3];
        storage_container_fix(hostile.data, hostile.size);
        entry.toc_checksum = load_le64(hostile.data + hostile.size - 48);
        tmpdir_write(&dir, FILE_NAME, hostile.data, hostile.size);
        if (segment_open(dir.path, &entry, &segment, NULL) == LEDE_OK) {
            read_everything(segment);
            (void)!segment_verify(segment, NULL, NULL, &checks);
            segment_close(segment);
        }
    }
    buf_release(&hostile);
    buf_release(&file);
}
END_TEST

START_TEST(sections_that_do_not_go_together_are_refused)
{
    /* Each section by itself is right, but one is missing from the segment, or one too many. */
    struct manifest_segment entry = small_segment_write(&dir, &tiny);
    struct buf file = storage_file_read(&dir, FILE_NAME);
    struct segment *segment = NULL;
    const size_t toc = (size_t)load_le64(file.data + file.size - 64);
    const uint32_t rows = load_le32(file.data + file.size - 56);
    for (uint32_t i = 0; i < rows; i++) {
        uint8_t *row = file.data + toc + (size_t)i * 32;
        const uint32_t id = load_le32(row);
        store_le32(row, 99);
        store_le32(row + 4, SECTION_OPTIONAL);
        storage_container_fix(file.data, file.size);
        entry.toc_checksum = load_le64(file.data + file.size - 48);
        tmpdir_write(&dir, FILE_NAME, file.data, file.size);
        ck_assert_int_eq(segment_open(dir.path, &entry, &segment, &error), LEDE_ERR_CORRUPT);
        ck_assert_msg(strstr(error.message, "missing") != NULL, "%s", error.message);
        ck_assert_ptr_nonnull(strstr(error.message, section_name(id)));
        store_le32(row, id);
        store_le32(row + 4, 0);
    }
    /* The flags of the first section, which is the meta section. */
    store_le32(file.data + 64 + 4, 0);
    storage_container_fix(file.data, file.size);
    entry.toc_checksum = load_le64(file.data + file.size - 48);
    tmpdir_write(&dir, FILE_NAME, file.data, file.size);
    ck_assert_int_eq(segment_open(dir.path, &entry, &segment, &error), LEDE_ERR_CORRUPT);
    buf_release(&file);
}
END_TEST

START_TEST(verify_compares_deletions_with_lists)
{
    struct manifest_segment entry = small_segment_write(&dir, &shapes[1]);
    struct segment *segment = NULL;
    char name[LEDE_FILE_NAME_BYTES_MAX];
    char message[512] = "";
    uint64_t checks = 0;
    deletions_file_name(1, 5, name);
    struct buf file = storage_file_read(&dir, name);
    const uint64_t bitmap[1] = {3}; /* other documents than the counts are of */
    memcpy(file.data + 64, bitmap, sizeof bitmap);
    store_le64(file.data + file.size - 8, checksum_bytes(file.data, file.size - 8));
    tmpdir_write(&dir, name, file.data, file.size);
    entry.deletions_checksum = deletions_checksum(buf_span(&file));
    ck_assert_int_eq(segment_open(dir.path, &entry, &segment, &error), LEDE_OK);
    ck_assert_int_eq(segment_verify(segment, keep_message, message, &checks), LEDE_ERR_CORRUPT);
    segment_close(segment);
    buf_release(&file);
}
END_TEST

Suite *suite_segment(void)
{
    Suite *suite = suite_create("segment");
    TCase *basics = tcase_create("basics");
    tcase_add_checked_fixture(basics, setup, teardown);
    tcase_set_timeout(basics, 60);
    tcase_add_loop_test(basics, a_segment_of_any_shape_opens_and_is_sound, 0,
        (int)(sizeof shapes / sizeof shapes[0]));
    tcase_add_test(basics, a_missing_file_is_not_found);
    tcase_add_test(basics, another_file_than_the_manifest_means_is_refused);
    suite_add_tcase(suite, basics);
    TCase *corrupt = tcase_create("corrupt");
    tcase_add_checked_fixture(corrupt, setup, teardown);
    tcase_set_timeout(corrupt, 180);
    tcase_add_test(corrupt, every_flipped_byte_of_a_segment_is_found);
    tcase_add_test(corrupt, hostile_bytes_with_right_checksums_are_survived);
    tcase_add_test(corrupt, sections_that_do_not_go_together_are_refused);
    tcase_add_test(corrupt, verify_compares_deletions_with_lists);
    suite_add_tcase(suite, corrupt);
    return suite;
}
