#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "storage/container.h"
#include "support/storage_files.h"

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

/* Three sections: 100 bytes, none, 64 bytes. */
static struct buf write_three(void)
{
    struct container_writer writer;
    uint8_t bytes[100];
    memset(bytes, 0xa5, sizeof bytes);
    uint64_t size = 0;
    uint64_t checksum = 0;
    ck_assert_int_eq(container_writer_open(&writer, path, &error), LEDE_OK);
    ck_assert_int_eq(
        container_writer_add(&writer, SECTION_META, span_of(bytes, 100), &error), LEDE_OK);
    ck_assert_int_eq(
        container_writer_add(&writer, SECTION_TERMS, span_of(bytes, 0), &error), LEDE_OK);
    ck_assert_int_eq(container_writer_begin(&writer, SECTION_POSTINGS, &error), LEDE_OK);
    ck_assert_int_eq(container_writer_append(&writer, bytes, 60, &error), LEDE_OK);
    ck_assert_uint_eq(container_writer_offset(&writer), 60);
    ck_assert_int_eq(container_writer_append(&writer, bytes, 4, &error), LEDE_OK);
    ck_assert_int_eq(container_writer_end(&writer, &error), LEDE_OK);
    ck_assert_int_eq(container_writer_finish(&writer, &size, &checksum, &error), LEDE_OK);
    struct buf file = storage_file_read(&dir, FILE_NAME);
    ck_assert_uint_eq(file.size, size);
    ck_assert_uint_eq(load_le64(file.data + size - 48), checksum);
    return file;
}

static lede_status open_bytes(const struct buf *file, struct container *container)
{
    tmpdir_write(&dir, FILE_NAME, file->data, file->size);
    return container_open(container, path, &error);
}

/* Neither opens nor, where it opens, is sound. */
static bool is_damaged(const uint8_t *bytes, size_t size)
{
    struct container container;
    tmpdir_write(&dir, FILE_NAME, bytes, size);
    if (container_open(&container, path, NULL) != LEDE_OK) {
        return true;
    }
    const bool is_sound = container_verify(&container, NULL, NULL);
    container_close(&container);
    return !is_sound;
}

START_TEST(sections_come_back_aligned_and_padded)
{
    struct buf file = write_three();
    struct container container;
    struct span section;
    ck_assert_int_eq(container_open(&container, path, &error), LEDE_OK);
    ck_assert_uint_eq(container.row_count, 3);
    ck_assert(container_section(&container, SECTION_META, &section));
    ck_assert_uint_eq(section.size, 100);
    ck_assert_uint_eq(section.bytes[99], 0xa5);
    for (size_t i = 0; i < LEDE_READ_PADDING; i++) {
        ck_assert_uint_eq(section.bytes[100 + i], 0);
    }
    ck_assert(container_section(&container, SECTION_TERMS, &section));
    ck_assert_uint_eq(section.size, 0);
    ck_assert(container_section(&container, SECTION_POSTINGS, &section));
    ck_assert_uint_eq(section.size, 64);
    ck_assert_uint_eq((uintptr_t)section.bytes % 64, 0);
    ck_assert(!container_section(&container, SECTION_POSITIONS, &section));
    ck_assert(container_verify(&container, NULL, NULL));
    container_close(&container);
    buf_release(&file);
}
END_TEST

START_TEST(a_container_without_sections_opens)
{
    struct container_writer writer;
    struct container container;
    uint64_t size = 0;
    uint64_t checksum = 0;
    ck_assert_int_eq(container_writer_open(&writer, path, &error), LEDE_OK);
    ck_assert_int_eq(container_writer_finish(&writer, &size, &checksum, &error), LEDE_OK);
    ck_assert_uint_eq(size, 128);
    ck_assert_int_eq(container_open(&container, path, &error), LEDE_OK);
    ck_assert(container_verify(&container, NULL, NULL));
    container_close(&container);
}
END_TEST

START_TEST(an_abandoned_file_is_gone)
{
    struct container_writer writer;
    struct container container;
    ck_assert_int_eq(container_writer_open(&writer, path, &error), LEDE_OK);
    container_writer_abandon(&writer);
    container_writer_abandon(&writer);
    ck_assert_int_eq(container_open(&container, path, &error), LEDE_ERR_NOT_FOUND);
}
END_TEST

START_TEST(every_flipped_byte_is_found)
{
    struct buf file = write_three();
    for (size_t i = 0; i < file.size; i++) {
        for (unsigned bit = 0; bit < 8; bit += 7) {
            file.data[i] ^= (uint8_t)(1u << bit);
            ck_assert_msg(is_damaged(file.data, file.size), "byte %zu, bit %u", i, bit);
            file.data[i] ^= (uint8_t)(1u << bit);
        }
    }
    ck_assert(!is_damaged(file.data, file.size));
    buf_release(&file);
}
END_TEST

START_TEST(every_truncation_and_extension_is_refused)
{
    struct buf file = write_three();
    struct container container;
    for (size_t size = 0; size < file.size; size++) {
        tmpdir_write(&dir, FILE_NAME, file.data, size);
        ck_assert_int_eq(container_open(&container, path, &error), LEDE_ERR_CORRUPT);
    }
    ck_assert_int_eq(buf_append_zeros(&file, 64), LEDE_OK);
    ck_assert_int_eq(open_bytes(&file, &container), LEDE_ERR_CORRUPT);
    buf_release(&file);
}
END_TEST

START_TEST(another_version_has_its_own_status)
{
    struct buf file = write_three();
    struct container container;
    store_le32(file.data + 8, CONTAINER_VERSION + 1);
    ck_assert_int_eq(open_bytes(&file, &container), LEDE_ERR_TOO_NEW);
    ck_assert_ptr_nonnull(strstr(error.message, "segment-1.seg"));
    /* A newer version may have moved everything else. */
    memset(file.data + 12, 0xff, file.size - 12);
    ck_assert_int_eq(open_bytes(&file, &container), LEDE_ERR_TOO_NEW);
    store_le32(file.data + 8, CONTAINER_VERSION_MIN - 1);
    ck_assert_int_eq(open_bytes(&file, &container), LEDE_ERR_TOO_OLD);
    buf_release(&file);
}
END_TEST

/* Fields of rows, by the offset in the table, set to a value, with all checksums right. */
static const struct hostile_field {
    size_t row, field, width;
    uint64_t value;
    const char *says;
} hostile_fields[] = {
    {0, 0, 4, 99, "not known"},
    {1, 0, 4, SECTION_META, "twice"},
    {0, 4, 4, 2, "flags"},
    {1, 8, 8, 65, "aligned"},
    {1, 8, 8, 64, "overlaps"},
    {1, 8, 8, UINT64_C(1) << 63, "past the end"},
    {1, 8, 8, UINT64_MAX - 63, "past the end"},
    {0, 16, 8, UINT64_MAX, "past the end"},
    {0, 16, 8, 160, "overlaps"},
    {2, 16, 8, 65, "past the end"},
};

START_TEST(a_hostile_row_is_refused)
{
    struct buf file = write_three();
    struct container container;
    const struct hostile_field *hostile = &hostile_fields[_i];
    const size_t toc = file.size - 64 - (size_t)3 * 32;
    uint8_t *at = file.data + toc + hostile->row * 32 + hostile->field;
    if (hostile->width == 4) {
        store_le32(at, (uint32_t)hostile->value);
    } else {
        store_le64(at, hostile->value);
    }
    storage_container_fix(file.data, file.size);
    ck_assert_int_eq(open_bytes(&file, &container), LEDE_ERR_CORRUPT);
    ck_assert_msg(strstr(error.message, hostile->says) != NULL, "%s", error.message);
    buf_release(&file);
}
END_TEST

START_TEST(an_unknown_optional_section_is_passed_over)
{
    struct buf file = write_three();
    struct container container;
    struct span section;
    uint8_t *row = file.data + file.size - 64 - (size_t)3 * 32;
    store_le32(row, 99);
    store_le32(row + 4, SECTION_OPTIONAL);
    storage_container_fix(file.data, file.size);
    ck_assert_int_eq(open_bytes(&file, &container), LEDE_OK);
    ck_assert(container_section(&container, SECTION_POSTINGS, &section));
    ck_assert(container_verify(&container, NULL, NULL));
    container_close(&container);
    buf_release(&file);
}
END_TEST

START_TEST(any_footer_with_right_checksums_is_survived)
{
    static const uint64_t values[] = {0, 1, 63, 64, 65, 255, UINT32_MAX, UINT64_MAX, 1u << 31};
    struct buf file = write_three();
    struct buf hostile = {0};
    buf_init(&hostile, SIZE_MAX);
    for (size_t at = file.size - 64; at < file.size - 16; at += 4) {
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            buf_reset(&hostile);
            ck_assert_int_eq(buf_append(&hostile, file.data, file.size), LEDE_OK);
            store_le64(hostile.data + at, values[i]);
            storage_container_fix(hostile.data, hostile.size);
            (void)is_damaged(hostile.data, hostile.size);
        }
    }
    buf_release(&hostile);
    buf_release(&file);
}
END_TEST

static void keep_message(void *context, const char *message)
{
    (void)snprintf(context, 256, "%s", message);
}

START_TEST(damage_names_file_and_section)
{
    struct buf file = write_three();
    struct container container;
    char message[256] = "";
    file.data[64] ^= 1;
    ck_assert_int_eq(open_bytes(&file, &container), LEDE_OK);
    ck_assert(!container_verify(&container, keep_message, message));
    ck_assert_str_eq(message, "segment-1.seg: meta: checksum is wrong");
    container_close(&container);
    buf_release(&file);
}
END_TEST

Suite *suite_container(void)
{
    Suite *suite = suite_create("container");
    TCase *basics = tcase_create("basics");
    tcase_add_checked_fixture(basics, setup, teardown);
    tcase_add_test(basics, sections_come_back_aligned_and_padded);
    tcase_add_test(basics, a_container_without_sections_opens);
    tcase_add_test(basics, an_abandoned_file_is_gone);
    suite_add_tcase(suite, basics);
    TCase *corrupt = tcase_create("corrupt");
    tcase_add_checked_fixture(corrupt, setup, teardown);
    tcase_set_timeout(corrupt, 60);
    tcase_add_test(corrupt, every_flipped_byte_is_found);
    tcase_add_test(corrupt, every_truncation_and_extension_is_refused);
    tcase_add_test(corrupt, another_version_has_its_own_status);
    tcase_add_loop_test(corrupt, a_hostile_row_is_refused, 0,
        (int)(sizeof hostile_fields / sizeof hostile_fields[0]));
    tcase_add_test(corrupt, an_unknown_optional_section_is_passed_over);
    tcase_add_test(corrupt, any_footer_with_right_checksums_is_survived);
    tcase_add_test(corrupt, damage_names_file_and_section);
    suite_add_tcase(suite, corrupt);
    return suite;
}
