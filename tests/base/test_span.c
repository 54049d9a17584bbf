/* The cursor through which bytes of a file are read: it never passes its end, whatever they are. */
#include <check.h>
#include <stdint.h>
#include <string.h>

#include "base/span.h"
#include "support/guard.h"
#include "support/rng.h"

START_TEST(spans_are_ordered_by_bytes_and_then_length)
{
    /* In order; the first is NULL, as an empty span may be. */
    static const char *const ordered[] = {NULL, "\x01", "a", "ab", "abc", "b", "\x80", "\xff"};
    enum { COUNT = sizeof ordered / sizeof ordered[0] };
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t j = 0; j < COUNT; j++) {
            const struct span a = span_of(ordered[i], ordered[i] == NULL ? 0 : strlen(ordered[i]));
            const struct span b = span_of(ordered[j], ordered[j] == NULL ? 0 : strlen(ordered[j]));
            const int order = span_compare(a, b);
            ck_assert_msg((order > 0) - (order < 0) == (i > j) - (i < j), "%zu %zu", i, j);
        }
    }
}
END_TEST

START_TEST(part_is_taken_only_where_it_lies_inside)
{
    const uint8_t bytes[10] = {0};
    const struct span whole = span_of(bytes, sizeof bytes);
    struct span part = {0};
    ck_assert(span_part(whole, 4, 6, &part));
    ck_assert_ptr_eq(part.bytes, bytes + 4);
    ck_assert_uint_eq(part.size, 6);
    ck_assert(span_part(whole, 10, 0, &part));
    ck_assert_uint_eq(part.size, 0);
    const struct span before = part;
    ck_assert(!span_part(whole, 4, 7, &part));
    ck_assert(!span_part(whole, 11, 0, &part));
    ck_assert(!span_part(whole, UINT64_MAX, 2, &part));
    ck_assert(!span_part(whole, 2, UINT64_MAX, &part));
    ck_assert_ptr_eq(part.bytes, before.bytes);
    ck_assert_uint_eq(part.size, before.size);
}
END_TEST

START_TEST(empty_span_without_bytes_can_be_read)
{
    const struct span none = {0};
    struct span part;
    struct cursor cursor = cursor_of(none);
    ck_assert(span_part(none, 0, 0, &part));
    ck_assert_uint_eq(cursor_left(&cursor), 0);
    ck_assert_uint_eq(cursor_u8(&cursor), 0);
    ck_assert(cursor.failed);
}
END_TEST

START_TEST(fields_are_read_in_order)
{
    static const uint8_t bytes[] = {1, 2, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 'x', 'y'};
    struct guard guard;
    guard_init_copy(&guard, bytes, sizeof bytes, GUARD_BEHIND);
    struct cursor cursor = cursor_of(span_of(guard.bytes, guard.size));
    ck_assert_uint_eq(cursor_u8(&cursor), 1);
    ck_assert_uint_eq(cursor_u16(&cursor), 2);
    ck_assert_uint_eq(cursor_u32(&cursor), 3);
    ck_assert_uint_eq(cursor_u64(&cursor), 4);
    ck_assert_mem_eq(cursor_bytes(&cursor, 2), "xy", 2);
    ck_assert_ptr_nonnull(cursor_bytes(&cursor, 0));
    ck_assert(!cursor.failed);
    ck_assert_uint_eq(cursor_left(&cursor), 0);
    guard_release(&guard);
}
END_TEST

/* Read a field of so many bytes from a cursor with one byte less. */
START_TEST(field_that_does_not_fit_fails_for_good)
{
    static const size_t widths[] = {1, 2, 4, 8};
    const size_t width = widths[_i];
    struct guard guard;
    guard_init(&guard, width - 1, GUARD_BEHIND);
    if (guard.size > 0) {
        memset(guard.bytes, 0x7f, guard.size);
    }
    struct cursor cursor = cursor_of(span_of(guard.bytes, guard.size));
    const uint64_t value = width == 1   ? cursor_u8(&cursor)
                           : width == 2 ? cursor_u16(&cursor)
                           : width == 4 ? cursor_u32(&cursor)
                                        : cursor_u64(&cursor);
    ck_assert_uint_eq(value, 0);
    ck_assert(cursor.failed);
    ck_assert_uint_eq(cursor_left(&cursor), width - 1); /* nothing was moved */
    ck_assert_uint_eq(cursor_u8(&cursor), 0);           /* though one would fit, in most cases */
    ck_assert_ptr_null(cursor_bytes(&cursor, 0));
    ck_assert_uint_eq(cursor_varint(&cursor), 0);
    ck_assert_uint_eq(cursor_left(&cursor), width - 1);
    guard_release(&guard);
}
END_TEST

struct varint_case {
    const char *name;
    uint8_t bytes[12];
    size_t size;
    uint64_t value;
    bool is_valid;
};

static const struct varint_case varint_cases[] = {
    {"zero", {0x00}, 1, 0, true},
    {"largest of one byte", {0x7f}, 1, 127, true},
    {"smallest of two bytes", {0x80, 0x01}, 2, 128, true},
    {"largest of two bytes", {0xff, 0x7f}, 2, 16383, true},
    {"largest of nine bytes", {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, 9, INT64_MAX,
        true},
    {"2^63", {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}, 10, UINT64_C(1) << 63,
        true},
    {"2^64 - 1", {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, 10, UINT64_MAX,
        true},
    {"2^64", {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02}, 10, 0, false},
    {"65 bits", {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x03}, 10, 0, false},
    {"eleven bytes", {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x81, 0x00}, 11, 0,
        false},
    {"overlong zero", {0x80, 0x00}, 2, 0, false},
    {"overlong 127", {0xff, 0x00}, 2, 0, false},
    {"overlong of ten bytes", {0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, 10, 0,
        false},
    {"nothing", {0}, 0, 0, false},
    {"cut after one", {0x80}, 1, 0, false},
    {"cut after nine", {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 9, 0, false},
};

enum { VARINT_CASES = sizeof varint_cases / sizeof *varint_cases };

START_TEST(varint_is_read_or_refused)
{
    const struct varint_case *expected = &varint_cases[_i];
    struct guard guard;
    guard_init_copy(&guard, expected->bytes, expected->size, GUARD_BEHIND);
    struct cursor cursor = cursor_of(span_of(guard.bytes, guard.size));
    const uint64_t value = cursor_varint(&cursor);
    ck_assert_msg(
        cursor.failed != expected->is_valid, "%s: failed is %d", expected->name, cursor.failed);
    ck_assert_msg(value == expected->value, "%s: %llu", expected->name, (unsigned long long)value);
    if (expected->is_valid) {
        ck_assert_uint_eq(cursor_left(&cursor), 0);
    }
    guard_release(&guard);
}
END_TEST

START_TEST(varint_above_its_maximum_is_refused)
{
    static const uint8_t bytes[] = {0x80, 0x01, 0x81, 0x01};
    struct cursor cursor = cursor_of(span_of(bytes, sizeof bytes));
    ck_assert_uint_eq(cursor_varint_max(&cursor, 128), 128);
    ck_assert(!cursor.failed);
    ck_assert_uint_eq(cursor_varint_max(&cursor, 128), 0);
    ck_assert(cursor.failed);
}
END_TEST

/* Any bytes: the cursor ends, inside its bounds, having moved over each byte at most once. */
START_TEST(random_bytes_never_lead_outside)
{
    const uint64_t seed = rng_seed(0x5ba1) + (uint64_t)_i;
    struct rng rng;
    rng_init(&rng, seed);
    struct guard guard;
    guard_init(&guard, (size_t)rng_below(&rng, 200), GUARD_BEHIND);
    rng_fill(&rng, guard.bytes, guard.size);
    struct cursor cursor = cursor_of(span_of(guard.bytes, guard.size));
    for (size_t step = 0; !cursor.failed; step++) {
        ck_assert_msg(step <= guard.size, "seed %llu: no end", (unsigned long long)seed);
        const size_t before = cursor_left(&cursor);
        switch (rng_below(&rng, 4)) {
        case 0: (void)cursor_varint(&cursor); break;
        case 1: (void)cursor_u32(&cursor); break;
        case 2: (void)cursor_varint_max(&cursor, rng_skewed(&rng, 64)); break;
        default: (void)cursor_bytes(&cursor, 1 + (size_t)rng_below(&rng, 16)); break;
        }
        ck_assert_msg(
            cursor_left(&cursor) <= before, "seed %llu: went back", (unsigned long long)seed);
    }
    guard_release(&guard);
}
END_TEST

Suite *suite_span(void)
{
    Suite *suite = suite_create("span");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, spans_are_ordered_by_bytes_and_then_length);
    tcase_add_test(basics, part_is_taken_only_where_it_lies_inside);
    tcase_add_test(basics, empty_span_without_bytes_can_be_read);
    tcase_add_test(basics, fields_are_read_in_order);
    suite_add_tcase(suite, basics);
    TCase *corrupt = tcase_create("corrupt");
    tcase_add_loop_test(corrupt, field_that_does_not_fit_fails_for_good, 0, 4);
    tcase_add_loop_test(corrupt, varint_is_read_or_refused, 0, VARINT_CASES);
    tcase_add_test(corrupt, varint_above_its_maximum_is_refused);
    tcase_add_loop_test(corrupt, random_bytes_never_lead_outside, 0, 300);
    suite_add_tcase(suite, corrupt);
    return suite;
}
