#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/checksum.h"
#include "storage/manifest.h"
#include "support/storage_files.h"

static lede_error error;

static struct manifest_segment small_segments[] = {
    {.number = 1, .size_bytes = 4096, .toc_checksum = 0x1234, .doc_count = 10},
    {.number = 3,
        .size_bytes = 8192,
        .toc_checksum = 0x5678,
        .doc_count = 20,
        .deletions_number = 4,
        .deletions_checksum = 0x9abc},
};

static struct manifest seven_commits(void)
{
    return (struct manifest){
        .generation = 7,
        .next_number = 5,
        .analyzer_fingerprint = 0xfeed,
        .language = "english",
        .has_positions = true,
        .keyword_count = 2,
        .keywords = {"source", "x-y_z.0"},
        .segment_count = 2,
        .segments = small_segments,
    };
}

static struct buf encode(const struct manifest *manifest)
{
    struct buf bytes;
    buf_init(&bytes, SIZE_MAX);
    ck_assert_int_eq(manifest_encode(manifest, &bytes), LEDE_OK);
    return bytes;
}

START_TEST(a_commit_comes_back)
{
    struct tmpdir dir;
    tmpdir_init(&dir);
    const struct manifest manifest = seven_commits();
    struct manifest read = {0};
    struct manifest copy = {0};
    ck_assert_int_eq(manifest_read(dir.path, &read, &error), LEDE_ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(error.message, dir.path));
    ck_assert_int_eq(manifest_write(dir.path, &manifest, &error), LEDE_OK);
    ck_assert_int_eq(manifest_read(dir.path, &read, &error), LEDE_OK);
    ck_assert(manifest_equal(&manifest, &read));
    ck_assert_int_eq(manifest_copy(&read, &copy), LEDE_OK);
    ck_assert(manifest_equal(&manifest, &copy));
    copy.segments[1].deletions_checksum++;
    ck_assert(!manifest_equal(&manifest, &copy));
    manifest_release(&read);
    manifest_release(&read);
    manifest_release(&copy);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(a_commit_at_every_limit_comes_back)
{
    struct manifest manifest = seven_commits();
    struct manifest read;
    memset(manifest.language, 'l', sizeof manifest.language - 1);
    manifest.keyword_count = LEDE_KEYWORD_FIELDS_MAX;
    for (uint32_t i = 0; i < LEDE_KEYWORD_FIELDS_MAX; i++) {
        (void)snprintf(manifest.keywords[i], sizeof manifest.keywords[i], "%0*u",
            LEDE_FIELD_NAME_BYTES_MAX, i);
    }
    manifest.segments = mem_zalloc(LEDE_SEGMENTS_MAX + 1, sizeof *manifest.segments);
    manifest.segment_count = LEDE_SEGMENTS_MAX;
    manifest.next_number = UINT64_MAX;
    for (uint32_t i = 0; i <= LEDE_SEGMENTS_MAX; i++) {
        manifest.segments[i] = (struct manifest_segment){
            .number = UINT64_MAX - 1 - i, .doc_count = LEDE_SEGMENT_DOCS_MAX};
    }
    struct buf bytes = encode(&manifest);
    ck_assert_int_eq(manifest_decode(buf_span(&bytes), &read, &error), LEDE_OK);
    ck_assert(manifest_equal(&manifest, &read));
    manifest_release(&read);
    buf_reset(&bytes);
    manifest.segment_count++;
    ck_assert_int_eq(manifest_encode(&manifest, &bytes), LEDE_ERR_INVALID);
    manifest.segment_count = 1;
    manifest.keyword_count++;
    ck_assert_int_eq(manifest_encode(&manifest, &bytes), LEDE_ERR_INVALID);
    buf_release(&bytes);
    mem_free(manifest.segments);
}
END_TEST

static void break_generation(struct manifest *manifest)
{
    manifest->generation = 0;
}

static void break_number(struct manifest *manifest)
{
    manifest->next_number = 3;
}

static void break_keyword(struct manifest *manifest)
{
    strcpy(manifest->keywords[0], "a/b");
}

static void break_keyword_empty(struct manifest *manifest)
{
    manifest->keywords[0][0] = '\0';
}

static void break_keyword_long(struct manifest *manifest)
{
    memset(manifest->keywords[0], 'k', sizeof manifest->keywords[0]);
}

static void break_keyword_twice(struct manifest *manifest)
{
    strcpy(manifest->keywords[0], manifest->keywords[1]);
}

static void break_language(struct manifest *manifest)
{
    strcpy(manifest->language, "eng lish");
}

static void break_language_end(struct manifest *manifest)
{
    memset(manifest->language, 'l', sizeof manifest->language);
}

static void (*const breakers[])(struct manifest *) = {break_generation, break_number, break_keyword,
    break_keyword_empty, break_keyword_long, break_keyword_twice, break_language,
    break_language_end};

START_TEST(what_breaks_a_rule_is_not_written)
{
    struct manifest manifest = seven_commits();
    struct buf bytes;
    buf_init(&bytes, SIZE_MAX);
    breakers[_i](&manifest);
    ck_assert_int_eq(manifest_encode(&manifest, &bytes), LEDE_ERR_INVALID);
    buf_release(&bytes);
}
END_TEST

START_TEST(a_segment_twice_is_not_written)
{
    struct manifest_segment twice[2] = {{.number = 1}, {.number = 1}};
    struct manifest manifest = seven_commits();
    struct buf bytes;
    manifest.segments = twice;
    buf_init(&bytes, SIZE_MAX);
    ck_assert_int_eq(manifest_encode(&manifest, &bytes), LEDE_ERR_INVALID);
    buf_release(&bytes);
}
END_TEST

START_TEST(every_flipped_byte_and_truncation_is_refused)
{
    const struct manifest manifest = seven_commits();
    struct buf bytes = encode(&manifest);
    struct manifest read;
    for (size_t i = 0; i < bytes.size; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes.data[i] ^= (uint8_t)(1u << bit);
            ck_assert_int_ne(manifest_decode(buf_span(&bytes), &read, &error), LEDE_OK);
            bytes.data[i] ^= (uint8_t)(1u << bit);
        }
    }
    for (size_t size = 0; size < bytes.size; size++) {
        ck_assert_int_eq(
            manifest_decode(span_of(bytes.data, size), &read, &error), LEDE_ERR_CORRUPT);
    }
    store_le32(bytes.data + 8, MANIFEST_VERSION + 1);
    ck_assert_int_eq(manifest_decode(buf_span(&bytes), &read, &error), LEDE_ERR_TOO_NEW);
    store_le32(bytes.data + 8, MANIFEST_VERSION_MIN - 1);
    ck_assert_int_eq(manifest_decode(buf_span(&bytes), &read, &error), LEDE_ERR_TOO_OLD);
    buf_release(&bytes);
}
END_TEST

START_TEST(hostile_bytes_with_right_checksums_obey_the_rules)
{
    const struct manifest manifest = seven_commits();
    struct buf bytes = encode(&manifest);
    struct buf again;
    buf_init(&again, SIZE_MAX);
    for (size_t i = 0; i < bytes.size - 8; i++) {
        for (unsigned value = 0; value < 256; value++) {
            struct manifest read;
            const uint8_t kept = bytes.data[i];
            bytes.data[i] = (uint8_t)value;
            store_le64(bytes.data + bytes.size - 8, checksum_bytes(bytes.data, bytes.size - 8));
            if (manifest_decode(buf_span(&bytes), &read, &error) == LEDE_OK) {
                /* What is accepted is what would be written: one commit has one form. */
                buf_reset(&again);
                ck_assert_int_eq(manifest_encode(&read, &again), LEDE_OK);
                ck_assert_uint_eq(again.size, bytes.size);
                ck_assert_mem_eq(again.data, bytes.data, bytes.size);
                manifest_release(&read);
            }
            bytes.data[i] = kept;
        }
    }
    buf_release(&again);
    buf_release(&bytes);
}
END_TEST

START_TEST(names_of_files_are_made_of_numbers)
{
    char name[LEDE_FILE_NAME_BYTES_MAX];
    segment_file_name(UINT64_MAX, name);
    ck_assert_str_eq(name, "segment-18446744073709551615.seg");
    deletions_file_name(3, 12, name);
    ck_assert_str_eq(name, "deletions-3-12.del");
}
END_TEST

Suite *suite_manifest(void)
{
    Suite *suite = suite_create("manifest");
    TCase *basics = tcase_create("basics");
    tcase_set_timeout(basics, 60);
    tcase_add_test(basics, a_commit_comes_back);
    tcase_add_test(basics, a_commit_at_every_limit_comes_back);
    tcase_add_loop_test(
        basics, what_breaks_a_rule_is_not_written, 0, (int)(sizeof breakers / sizeof breakers[0]));
    tcase_add_test(basics, a_segment_twice_is_not_written);
    tcase_add_test(basics, names_of_files_are_made_of_numbers);
    suite_add_tcase(suite, basics);
    TCase *corrupt = tcase_create("corrupt");
    tcase_set_timeout(corrupt, 60);
    tcase_add_test(corrupt, every_flipped_byte_and_truncation_is_refused);
    tcase_add_test(corrupt, hostile_bytes_with_right_checksums_obey_the_rules);
    suite_add_tcase(suite, corrupt);
    return suite;
}
