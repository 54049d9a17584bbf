/* The one door of memory: overflow, size 0, copies, and what the hook sees. */
#include <check.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "support/fail.h"

static struct fail_memory memory;

static void begin(void)
{
    fail_memory_begin(&memory, FAIL_NEVER, FAIL_ONCE);
}

static void end(void)
{
    fail_memory_end();
}

START_TEST(size_zero_gives_a_block_of_its_own)
{
    void *first = mem_alloc(0);
    void *second = mem_array(0, 8);
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(second);
    ck_assert_ptr_ne(first, second);
    mem_free(first);
    mem_free(second);
    ck_assert_int_eq(memory.live_blocks, 0);
}
END_TEST

START_TEST(product_that_overflows_gives_null_without_asking)
{
    ck_assert_ptr_null(mem_array(SIZE_MAX / 2 + 1, 2));
    ck_assert_ptr_null(mem_zalloc(SIZE_MAX, SIZE_MAX));
    ck_assert_ptr_null(mem_cstr("", SIZE_MAX));
    ck_assert_uint_eq(memory.asked, 0);
}
END_TEST

START_TEST(zalloc_is_zero)
{
    static const uint8_t zeros[300];
    void *dirty = mem_alloc(sizeof zeros);
    ck_assert_ptr_nonnull(dirty);
    memset(dirty, 0xa5, sizeof zeros);
    mem_free(dirty);
    void *clean = mem_zalloc(3, 100);
    ck_assert_ptr_nonnull(clean);
    ck_assert_mem_eq(clean, zeros, sizeof zeros);
    mem_free(clean);
}
END_TEST

START_TEST(copies_are_equal_and_apart)
{
    const char bytes[] = {'a', '\0', 'b'};
    char *copy = mem_copy(bytes, sizeof bytes);
    char *text = mem_cstr(bytes, sizeof bytes);
    char *empty = mem_cstr(NULL, 0);
    ck_assert_mem_eq(copy, bytes, sizeof bytes);
    ck_assert_mem_eq(text, "a\0b", 4); /* with the NUL behind it */
    ck_assert_str_eq(empty, "");
    mem_free(copy);
    mem_free(text);
    mem_free(empty);
    ck_assert_int_eq(memory.live_blocks, 0);
}
END_TEST

START_TEST(failed_resize_leaves_the_old_block)
{
    char *block = mem_copy("lede", 5);
    fail_memory_begin(&memory, 0, FAIL_ONCE);
    ck_assert_ptr_null(mem_resize(block, 1 << 20));
    ck_assert_uint_eq(memory.failed, 1);
    ck_assert_str_eq(block, "lede");
    block = mem_resize(block, 1 << 20);
    ck_assert_ptr_nonnull(block);
    ck_assert_str_eq(block, "lede");
    mem_free(block);
}
END_TEST

START_TEST(from_on_fails_the_chosen_one_and_all_behind)
{
    fail_memory_begin(&memory, 1, FAIL_FROM_ON);
    void *first = mem_alloc(1);
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_null(mem_alloc(1));
    ck_assert_ptr_null(mem_alloc(1));
    ck_assert_uint_eq(memory.asked, 3);
    ck_assert_uint_eq(memory.failed, 2);
    ck_assert_int_eq(memory.live_blocks, 1);
    mem_free(first);
    ck_assert_int_eq(memory.live_blocks, 0);
}
END_TEST

START_TEST(free_of_null_is_fine)
{
    mem_free(NULL);
    ck_assert_int_eq(memory.live_blocks, 0);
}
END_TEST

Suite *suite_alloc(void)
{
    Suite *suite = suite_create("alloc");
    TCase *basics = tcase_create("basics");
    tcase_add_checked_fixture(basics, begin, end);
    tcase_add_test(basics, size_zero_gives_a_block_of_its_own);
    tcase_add_test(basics, product_that_overflows_gives_null_without_asking);
    tcase_add_test(basics, zalloc_is_zero);
    tcase_add_test(basics, copies_are_equal_and_apart);
    tcase_add_test(basics, failed_resize_leaves_the_old_block);
    tcase_add_test(basics, from_on_fails_the_chosen_one_and_all_behind);
    tcase_add_test(basics, free_of_null_is_fine);
    suite_add_tcase(suite, basics);
    return suite;
}
