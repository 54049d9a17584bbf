#include <check.h>
#include <string.h>

#include "base/checksum.h"
#include "storage/deletions.h"
#include "support/storage_files.h"

#define FILE_NAME "deletions-1-2.del"

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

enum { DOCS = 70 };

/* Documents 0, 63, 64 and 69 of 70. */
static struct buf encode(void)
{
    static const uint64_t bitmap[2] = {1 | UINT64_C(1) << 63, 1 | 1u << 5};
    static const struct deletion_term text[] = {{0, 1, 1}, {7, 4, 9}, {1000, 2, 3}};
    static const struct deletion_term title[] = {{2, 1, 1}};
    const struct deletions_input input = {.bitmap = bitmap,
        .doc_count = DOCS,
        .deleted_count = 4,
        .deleted_length = 13,
        .terms = {text, title},
        .term_counts = {3, 1}};
    struct buf file;
    buf_init(&file, SIZE_MAX);
    ck_assert_int_eq(deletions_encode(&input, &file), LEDE_OK);
    return file;
}

static lede_status open_bytes(
    const struct buf *file, uint64_t checksum, struct deletions *deletions)
{
    tmpdir_write(&dir, FILE_NAME, file->data, file->size);
    return deletions_open(deletions, path, DOCS, checksum, &error);
}

START_TEST(deletions_come_back)
{
    struct buf file = encode();
    struct deletions deletions;
    ck_assert_int_eq(open_bytes(&file, deletions_checksum(buf_span(&file)), &deletions), LEDE_OK);
    ck_assert_uint_eq(deletions.deleted_count, 4);
    ck_assert_uint_eq(deletions.deleted_length, 13);
    for (uint32_t doc = 0; doc < DOCS; doc++) {
        ck_assert_int_eq(
            deletions_has(&deletions, doc), doc == 0 || doc == 63 || doc == 64 || doc == 69);
    }
    ck_assert_uint_eq(deletions_of_term(&deletions, 0, 7).df, 4);
    ck_assert_uint_eq(deletions_of_term(&deletions, 0, 7).cf, 9);
    ck_assert_uint_eq(deletions_of_term(&deletions, 0, 8).df, 0);
    ck_assert_uint_eq(deletions_of_term(&deletions, 0, UINT32_MAX).cf, 0);
    ck_assert_uint_eq(deletions_of_term(&deletions, 1, 2).df, 1);
    ck_assert_uint_eq(deletions_of_term(&deletions, 1, 0).df, 0);
    deletions_close(&deletions);
    buf_release(&file);
}
END_TEST

START_TEST(without_a_file_nothing_is_deleted)
{
    const struct deletions deletions = {0};
    ck_assert(!deletions_has(&deletions, 5));
    ck_assert_uint_eq(deletions_of_term(&deletions, 0, 7).df, 0);
}
END_TEST

START_TEST(every_flipped_byte_and_truncation_is_refused)
{
    struct buf file = encode();
    struct deletions deletions;
    const uint64_t checksum = deletions_checksum(buf_span(&file));
    for (size_t i = 0; i < file.size; i++) {
        file.data[i] ^= 0x10;
        ck_assert_int_ne(open_bytes(&file, checksum, &deletions), LEDE_OK);
        file.data[i] ^= 0x10;
    }
    const size_t whole = file.size;
    for (file.size = 0; file.size < whole; file.size++) {
        ck_assert_int_eq(open_bytes(&file, checksum, &deletions), LEDE_ERR_CORRUPT);
    }
    ck_assert_int_eq(open_bytes(&file, checksum + 1, &deletions), LEDE_ERR_CORRUPT);
    ck_assert_ptr_nonnull(strstr(error.message, "deletions-1-2.del: "));
    ck_assert_int_eq(
        deletions_open(&deletions, path, DOCS + 1, checksum, &error), LEDE_ERR_CORRUPT);
    store_le32(file.data + 8, DELETIONS_VERSION + 1);
    ck_assert_int_eq(open_bytes(&file, checksum, &deletions), LEDE_ERR_TOO_NEW);
    store_le32(file.data + 8, DELETIONS_VERSION_MIN - 1);
    ck_assert_int_eq(open_bytes(&file, checksum, &deletions), LEDE_ERR_TOO_OLD);
    buf_release(&file);
}
END_TEST

START_TEST(hostile_bytes_with_right_checksums_are_survived)
{
    struct buf file = encode();
    for (size_t i = 8; i < file.size - 8; i++) {
        for (unsigned value = 0; value < 256; value += 51) {
            struct deletions deletions;
            const uint8_t kept = file.data[i];
            file.data[i] = (uint8_t)value;
            const uint64_t checksum = checksum_bytes(file.data, file.size - 8);
            store_le64(file.data + file.size - 8, checksum);
            if (open_bytes(&file, checksum, &deletions) == LEDE_OK) {
                uint32_t deleted = 0;
                for (uint32_t doc = 0; doc < DOCS; doc++) {
                    deleted += deletions_has(&deletions, doc);
                }
                ck_assert_uint_eq(deleted, deletions.deleted_count);
                (void)deletions_of_term(&deletions, 0, 7);
                deletions_close(&deletions);
            }
            file.data[i] = kept;
        }
    }
    buf_release(&file);
}
END_TEST

Suite *suite_deletions(void)
{
    Suite *suite = suite_create("deletions");
    TCase *basics = tcase_create("basics");
    tcase_add_checked_fixture(basics, setup, teardown);
    tcase_set_timeout(basics, 60);
    tcase_add_test(basics, deletions_come_back);
    tcase_add_test(basics, without_a_file_nothing_is_deleted);
    tcase_add_test(basics, every_flipped_byte_and_truncation_is_refused);
    tcase_add_test(basics, hostile_bytes_with_right_checksums_are_survived);
    suite_add_tcase(suite, basics);
    return suite;
}
