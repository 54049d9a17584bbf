#include <check.h>
#include <string.h>

#include "storage/record.h"

static struct span text(const char *cstr)
{
    return span_of(cstr, strlen(cstr));
}

static bool is_text(struct span span, const char *cstr)
{
    return span.size == strlen(cstr) &&
           (span.size == 0 || memcmp(span.bytes, cstr, span.size) == 0);
}

static const struct record_field fields[] = {
    {{(const uint8_t *)"source", 6}, {(const uint8_t *)"ap", 2}},
    {{(const uint8_t *)"author", 6}, {(const uint8_t *)"", 0}},
};

static struct buf encode(const char *body)
{
    const struct record record = {.title = text("A title"),
        .url = text("http://x/"),
        .body = text(body),
        .fields = fields,
        .field_count = 2};
    struct buf bytes;
    buf_init(&bytes, SIZE_MAX);
    ck_assert_int_eq(record_encode(&record, &bytes), LEDE_OK);
    return bytes;
}

START_TEST(a_record_comes_back)
{
    struct buf bytes = encode("The body.");
    struct record_field decoded[2];
    struct record record;
    ck_assert_int_eq(record_decode(buf_span(&bytes), decoded, 2, &record, NULL), LEDE_OK);
    ck_assert(is_text(record.title, "A title"));
    ck_assert(is_text(record.url, "http://x/"));
    ck_assert(is_text(record.body, "The body."));
    ck_assert_uint_eq(record.field_count, 2);
    ck_assert(is_text(record.fields[0].name, "source"));
    ck_assert(is_text(record.fields[0].value, "ap"));
    ck_assert(is_text(record.fields[1].name, "author"));
    ck_assert(is_text(record.fields[1].value, ""));
    buf_release(&bytes);
}
END_TEST

START_TEST(an_empty_record_comes_back)
{
    const struct record nothing = {0};
    struct buf bytes;
    struct record record;
    buf_init(&bytes, SIZE_MAX);
    ck_assert_int_eq(record_encode(&nothing, &bytes), LEDE_OK);
    ck_assert_uint_eq(bytes.size, 3);
    ck_assert_int_eq(record_decode(buf_span(&bytes), NULL, 0, &record, NULL), LEDE_OK);
    ck_assert_uint_eq(record.body.size, 0);
    buf_release(&bytes);
}
END_TEST

START_TEST(more_fields_than_room_are_an_error)
{
    struct buf bytes = encode("");
    struct record_field decoded[1];
    struct record record;
    ck_assert_int_eq(record_decode(buf_span(&bytes), decoded, 1, &record, NULL), LEDE_ERR_CORRUPT);
    buf_release(&bytes);
}
END_TEST

START_TEST(a_cut_is_a_shorter_body_or_refused)
{
    struct buf bytes = encode("The body.");
    struct record_field decoded[2];
    size_t head = 0;
    ck_assert(record_head_size(buf_span(&bytes), &head));
    ck_assert_uint_eq(head, bytes.size - strlen("The body."));
    for (size_t size = 0; size <= bytes.size; size++) {
        struct record record;
        const lede_status status =
            record_decode(span_of(bytes.data, size), decoded, 2, &record, NULL);
        ck_assert_int_eq(status, size >= head ? LEDE_OK : LEDE_ERR_CORRUPT);
        if (status == LEDE_OK) {
            ck_assert_uint_eq(record.body.size, size - head);
        }
    }
    buf_release(&bytes);
}
END_TEST

START_TEST(every_flipped_byte_is_survived)
{
    struct buf bytes = encode("The body.");
    for (size_t i = 0; i < bytes.size; i++) {
        for (unsigned value = 0; value < 256; value++) {
            struct record_field decoded[8];
            struct record record;
            size_t head = 0;
            const uint8_t kept = bytes.data[i];
            bytes.data[i] = (uint8_t)value;
            (void)record_head_size(buf_span(&bytes), &head);
            if (record_decode(buf_span(&bytes), decoded, 8, &record, NULL) == LEDE_OK) {
                ck_assert_uint_le(record.title.size + record.body.size, bytes.size);
            }
            bytes.data[i] = kept;
        }
    }
    buf_release(&bytes);
}
END_TEST

Suite *suite_record(void)
{
    Suite *suite = suite_create("record");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, a_record_comes_back);
    tcase_add_test(basics, an_empty_record_comes_back);
    tcase_add_test(basics, more_fields_than_room_are_an_error);
    tcase_add_test(basics, a_cut_is_a_shorter_body_or_refused);
    tcase_add_test(basics, every_flipped_byte_is_survived);
    suite_add_tcase(suite, basics);
    return suite;
}
