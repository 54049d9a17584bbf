/* Sorting rows of several sizes against qsort. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "support/rng.h"

enum { ROWS_MAX = 300, ROW_BYTES_MAX = 200 };

/* The first four bytes are what counts. */
static int by_head(const void *left, const void *right)
{
    uint32_t a, b;
    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return (a > b) - (a < b);
}

START_TEST(rows_come_out_as_qsort_gives_them)
{
    static const size_t sizes[] = {4, 8, 12, 63, 64, 65, ROW_BYTES_MAX};
    static uint8_t rows[ROWS_MAX * ROW_BYTES_MAX], expected[ROWS_MAX * ROW_BYTES_MAX];
    struct rng rng;
    rng_init(&rng, 3);
    for (size_t turn = 0; turn < 700; turn++) {
        const size_t size = sizes[turn % 7];
        const size_t count = (size_t)rng_below(&rng, turn < 350 ? 6 : ROWS_MAX);
        for (size_t i = 0; i < count; i++) {
            /* The rest of a row follows from its head, so that equal rows are the same bytes. */
            const uint32_t head = (uint32_t)rng_below(&rng, turn % 2 == 0 ? 5 : UINT32_MAX);
            memset(rows + i * size, (int)(head & 0xff), size);
            memcpy(rows + i * size, &head, sizeof head);
        }
        memcpy(expected, rows, count * size);
        qsort(expected, count, size, by_head);
        sort_rows(rows, count, size, by_head);
        ck_assert_msg(
            memcmp(rows, expected, count * size) == 0, "%zu rows of %zu bytes", count, size);
    }
}
END_TEST

START_TEST(no_rows_are_sorted)
{
    sort_rows(NULL, 0, 8, by_head);
    uint32_t one = 7;
    sort_rows(&one, 1, sizeof one, by_head);
    ck_assert_uint_eq(one, 7);
}
END_TEST

Suite *suite_sort(void)
{
    Suite *suite = suite_create("sort");
    TCase *tcase = tcase_create("all");
    tcase_add_test(tcase, rows_come_out_as_qsort_gives_them);
    tcase_add_test(tcase, no_rows_are_sorted);
    suite_add_tcase(suite, tcase);
    return suite;
}
