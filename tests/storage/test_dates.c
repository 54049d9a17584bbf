#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "storage/dates.h"
#include "support/rng.h"
#include "support/storage_files.h"

static char message[256];

static date_key key_of(const char *text)
{
    date_key key = DATE_NONE;
    ck_assert_msg(date_parse_iso(text, strlen(text), &key), "%s", text);
    return key;
}

static int compare_keys(const void *a, const void *b)
{
    const date_key left = *(const date_key *)a;
    const date_key right = *(const date_key *)b;
    return (left > right) - (left < right);
}

/* Compare column, table and search with the array, searched by walking it. */
static void check_against_array(const date_key *keys, uint32_t count)
{
    struct buf section;
    struct dates dates;
    buf_init(&section, SIZE_MAX);
    ck_assert_int_eq(dates_write(keys, count, &section), LEDE_OK);
    ck_assert_int_eq(dates_open(&dates, storage_section(&section), count, NULL), LEDE_OK);
    ck_assert_msg(dates_verify(&dates, message, sizeof message), "%s", message);
    for (uint32_t doc = 0; doc < count; doc++) {
        ck_assert_int_eq(dates_at(&dates, doc), keys[doc]);
        for (int step = -1; step <= 1; step++) {
            if (doc % 16 > 1 || (keys[doc] == DATE_NONE && step < 0)) {
                continue;
            }
            const date_key wanted = keys[doc] + step;
            uint32_t expected = 0;
            while (expected < count && keys[expected] < wanted) {
                expected++;
            }
            ck_assert_uint_eq(dates_first_at(&dates, wanted), expected);
        }
    }
    ck_assert_uint_eq(dates_first_at(&dates, INT64_MAX), count);
    ck_assert_uint_eq(dates_first_at(&dates, DATE_NONE), 0);
    uint32_t next = dates.undated_count;
    for (uint32_t i = 0; i < dates.bucket_count; i++) {
        uint32_t first = 0;
        uint32_t end = 0;
        const date_key key = dates_bucket(&dates, i, &first, &end);
        ck_assert_uint_eq(first, next);
        ck_assert_uint_gt(end, first);
        for (uint32_t doc = first; doc < end; doc++) {
            ck_assert_int_eq(date_cut(keys[doc], DATE_DAY), key);
        }
        next = end;
    }
    ck_assert_uint_eq(next, count);
    buf_release(&section);
}

/* `count` dates of the kinds in the mask (1 year, 2 month, 4 day, 8 second, 16 none), sorted. */
static date_key *make_dates(uint32_t count, unsigned kinds, int year_span, uint64_t seed)
{
    date_key *keys = malloc((count + 1) * sizeof *keys);
    struct rng rng;
    rng_init(&rng, seed);
    ck_assert_ptr_nonnull(keys);
    for (uint32_t i = 0; i < count;) {
        const unsigned kind = rng_below(&rng, 5);
        if ((kinds >> kind & 1) == 0) {
            continue;
        }
        keys[i] = DATE_NONE;
        if (kind < 4) {
            struct date_parts parts = {.year = 1990, .month = 1, .day = 1, .precision = kind};
            parts.year += (int)rng_below(&rng, (uint64_t)year_span);
            parts.month = kind >= 1 ? 1 + rng_below(&rng, 12) : 1;
            parts.day = kind >= 2 ? 1 + rng_below(&rng, 28) : 1;
            parts.hour = kind == 3 ? rng_below(&rng, 24) : 0;
            parts.second = kind == 3 ? rng_below(&rng, 60) : 0;
            ck_assert(date_key_of(&parts, &keys[i]));
        }
        i++;
    }
    qsort(keys, count, sizeof *keys, compare_keys);
    return keys;
}

START_TEST(any_mixture_of_precisions_comes_back)
{
    const unsigned kinds = (unsigned)_i;
    static const uint32_t counts[] = {1, 2, 255, 256, 257, 520};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        date_key *keys = make_dates(counts[i], kinds, 30, kinds * 100 + i);
        check_against_array(keys, counts[i]);
        free(keys);
    }
}
END_TEST

START_TEST(dates_at_the_edges_of_time_come_back)
{
    const date_key keys[] = {DATE_NONE, key_of("1600"), key_of("1600-01"), key_of("1600-01-01"),
        key_of("1600-01-01T00:00:00Z"), key_of("1600-01-01T00:00:01Z"),
        key_of("9999-12-31T23:59:58Z"), key_of("9999-12-31T23:59:59Z")};
    check_against_array(keys, sizeof keys / sizeof keys[0]);
    check_against_array(keys, 1);
    check_against_array(keys + 1, 2);
    check_against_array(keys, 0);
    const date_key far_apart[] = {key_of("1600"), key_of("9999")};
    check_against_array(far_apart, 2);
}
END_TEST

START_TEST(days_take_days_worth_of_bits)
{
    date_key keys[256];
    struct buf section;
    buf_init(&section, SIZE_MAX);
    for (uint32_t i = 0; i < 256; i++) {
        keys[i] = key_of("2020-05-26") + (date_key)i / 128 * 4 * 86400;
    }
    ck_assert_int_eq(dates_write(keys, 256, &section), LEDE_OK);
    /* Header, one row, two days, and one bit a document. */
    ck_assert_uint_eq(section.size, 16 + 24 + 2 * 12 + 32);
    buf_release(&section);
}
END_TEST

/* Whatever the bytes: nothing but dates that can be printed, and places inside of the segment. */
static void survive(struct span section, uint32_t count)
{
    struct dates dates;
    if (dates_open(&dates, section, count, NULL) != LEDE_OK) {
        return;
    }
    char text[DATE_TEXT_BYTES];
    for (uint32_t doc = 0; doc < count; doc += 17) {
        (void)date_format(dates_at(&dates, doc), text);
        ck_assert_uint_le(dates_first_at(&dates, dates_at(&dates, doc)), count);
    }
    for (uint32_t i = 0; i < dates.bucket_count; i++) {
        uint32_t first = 0;
        uint32_t end = 0;
        (void)date_format(dates_bucket(&dates, i, &first, &end), text);
        ck_assert_uint_le(first, end);
        ck_assert_uint_le(end, count);
    }
    (void)dates_verify(&dates, message, sizeof message);
}

START_TEST(hostile_bytes_are_survived)
{
    enum { COUNT = 270 };
    date_key *keys = make_dates(COUNT, 31, 5, 3);
    struct buf section;
    buf_init(&section, SIZE_MAX);
    ck_assert_int_eq(dates_write(keys, COUNT, &section), LEDE_OK);
    struct guard guard;
    const struct span exact = storage_section_guarded(&section, &guard);
    uint8_t *bytes = guard.bytes;
    for (size_t i = 0; i < exact.size; i++) {
        static const uint8_t masks[] = {0x01, 0x40, 0x80};
        for (size_t m = 0; m < sizeof masks; m++) {
            bytes[i] ^= masks[m];
            survive(exact, COUNT);
            bytes[i] ^= masks[m];
        }
    }
    for (size_t size = 0; size < exact.size; size += 3) {
        struct buf cut = section;
        cut.size = size;
        struct guard cut_guard;
        survive(storage_section_guarded(&cut, &cut_guard), COUNT);
        guard_release(&cut_guard);
    }
    guard_release(&guard);
    buf_release(&section);
    free(keys);
}
END_TEST

START_TEST(verify_sees_dates_out_of_order)
{
    date_key keys[] = {key_of("2020"), key_of("2021"), key_of("2022-01-01")};
    struct buf section;
    struct dates dates;
    buf_init(&section, SIZE_MAX);
    ck_assert_int_eq(dates_write(keys, 3, &section), LEDE_OK);
    const struct span whole = storage_section(&section);
    ck_assert_int_eq(dates_open(&dates, whole, 3, NULL), LEDE_OK);
    /* The table's second row. */
    section.data[16 + 24 + 12 + 8] ^= 3;
    ck_assert(!dates_verify(&dates, message, sizeof message));
    ck_assert_ptr_nonnull(strstr(message, "day table"));
    section.data[16 + 24 + 12 + 8] ^= 3;
    section.data[section.size - 1] ^= 0x7f;
    ck_assert(!dates_verify(&dates, message, sizeof message));
    buf_release(&section);
}
END_TEST

Suite *suite_dates(void)
{
    Suite *suite = suite_create("dates");
    TCase *basics = tcase_create("basics");
    tcase_set_timeout(basics, 60);
    tcase_add_loop_test(basics, any_mixture_of_precisions_comes_back, 1, 32);
    tcase_add_test(basics, dates_at_the_edges_of_time_come_back);
    tcase_add_test(basics, days_take_days_worth_of_bits);
    suite_add_tcase(suite, basics);
    TCase *corrupt = tcase_create("corrupt");
    tcase_set_timeout(corrupt, 120);
    tcase_add_test(corrupt, hostile_bytes_are_survived);
    tcase_add_test(corrupt, verify_sees_dates_out_of_order);
    suite_add_tcase(suite, corrupt);
    return suite;
}
