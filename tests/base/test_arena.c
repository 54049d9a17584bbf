/* The arena: alignment, growth, reuse after a reset, and memory that runs out. */
#include <check.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "support/fail.h"
#include "support/rng.h"

enum { CHUNK_MIN = 4096, CHUNK_MAX = 1 << 20 };

START_TEST(every_pointer_is_aligned_to_16)
{
    struct arena arena;
    arena_init(&arena);
    for (size_t size = 0; size < 100; size++) {
        void *at = arena_alloc(&arena, size);
        ck_assert_ptr_nonnull(at);
        ck_assert_msg((uintptr_t)at % 16 == 0, "size %zu is not aligned", size);
    }
    arena_release(&arena);
}
END_TEST

START_TEST(allocations_do_not_overlap_and_stay)
{
    enum { COUNT = 2000 };
    struct rng rng;
    struct arena arena;
    uint8_t *at[COUNT];
    size_t sizes[COUNT];
    rng_init(&rng, 1);
    arena_init(&arena);
    for (size_t i = 0; i < COUNT; i++) {
        sizes[i] = (size_t)rng_below(&rng, i % 100 == 99 ? 3 * CHUNK_MIN : 64);
        at[i] = arena_alloc(&arena, sizes[i]);
        ck_assert_ptr_nonnull(at[i]);
        memset(at[i], (int)(i & 0xff), sizes[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t j = 0; j < sizes[i]; j++) {
            ck_assert_msg(at[i][j] == (i & 0xff), "block %zu was overwritten", i);
        }
    }
    arena_release(&arena);
}
END_TEST

START_TEST(copies_are_equal)
{
    struct arena arena;
    arena_init(&arena);
    ck_assert_mem_eq(arena_copy(&arena, "a\0b", 3), "a\0b", 3);
    ck_assert_mem_eq(arena_cstr(&arena, "news", 2), "ne", 3);
    ck_assert_str_eq(arena_cstr(&arena, NULL, 0), "");
    uint8_t *dirty = arena_alloc(&arena, 64);
    memset(dirty, 0xff, 64);
    arena_reset(&arena);
    static const uint8_t zeros[CHUNK_MIN];
    ck_assert_mem_eq(arena_zalloc(&arena, 16, 16), zeros, 256);
    arena_release(&arena);
}
END_TEST

START_TEST(sizes_that_overflow_give_null)
{
    struct fail_memory memory;
    struct arena arena;
    fail_memory_begin(&memory, FAIL_NEVER, FAIL_ONCE);
    arena_init(&arena);
    for (size_t less = 0; less < 40; less++) {
        ck_assert_ptr_null(arena_alloc(&arena, SIZE_MAX - less));
    }
    ck_assert_ptr_null(arena_array(&arena, SIZE_MAX / 4, 5));
    ck_assert_ptr_null(arena_zalloc(&arena, SIZE_MAX / 4, 5));
    ck_assert_ptr_null(arena_cstr(&arena, "", SIZE_MAX));
    ck_assert_ptr_nonnull(arena_alloc(&arena, 1));
    arena_release(&arena);
    ck_assert_int_eq(memory.live_blocks, 0);
    fail_memory_end();
}
END_TEST

START_TEST(chunks_double_up_to_one_mebibyte)
{
    struct fail_memory memory;
    struct arena arena;
    fail_memory_begin(&memory, FAIL_NEVER, FAIL_ONCE);
    arena_init(&arena);
    /* 4 KiB + 8 KiB + ... + 512 KiB are eight chunks and 1,044,480 bytes; then one a mebibyte. */
    for (size_t taken = 0; taken < 1044480 + 3 * (size_t)CHUNK_MAX; taken += 1024) {
        ck_assert_ptr_nonnull(arena_alloc(&arena, 1024));
    }
    ck_assert_uint_eq(memory.asked, 8 + 3);
    arena_release(&arena);
    ck_assert_int_eq(memory.live_blocks, 0);
    fail_memory_end();
}
END_TEST

START_TEST(reset_keeps_the_largest_chunk_alone)
{
    struct fail_memory memory;
    struct arena arena;
    fail_memory_begin(&memory, FAIL_NEVER, FAIL_ONCE);
    arena_init(&arena);
    arena_reset(&arena); /* of an empty one: nothing */
    ck_assert_ptr_nonnull(arena_alloc(&arena, 100));
    ck_assert_ptr_nonnull(arena_alloc(&arena, 3 * CHUNK_MAX));
    ck_assert_ptr_nonnull(arena_alloc(&arena, 100));
    arena_reset(&arena);
    ck_assert_int_eq(memory.live_blocks, 1);
    ck_assert_uint_ge(arena.held_bytes, 3 * (size_t)CHUNK_MAX);
    const uint64_t asked = memory.asked;
    ck_assert_ptr_nonnull(arena_alloc(&arena, 3 * CHUNK_MAX));
    ck_assert_uint_eq(memory.asked, asked);
    arena_release(&arena);
    ck_assert_int_eq(memory.live_blocks, 0);
    ck_assert_uint_eq(arena.held_bytes, 0);
    fail_memory_end();
}
END_TEST

START_TEST(what_is_filled_alike_asks_for_memory_twice)
{
    struct fail_memory memory;
    struct arena arena;
    uint64_t asked[6];
    fail_memory_begin(&memory, FAIL_NEVER, FAIL_ONCE);
    arena_init(&arena);
    for (size_t turn = 0; turn < 6; turn++) {
        const uint64_t before = memory.asked;
        for (size_t taken = 0; taken < 3 * (size_t)CHUNK_MAX; taken += 1000) {
            ck_assert_ptr_nonnull(arena_alloc(&arena, 1000));
        }
        arena_reset(&arena);
        asked[turn] = memory.asked - before;
        ck_assert_int_eq(memory.live_blocks, 1);
    }
    ck_assert_uint_gt(asked[0], 8);
    ck_assert_uint_eq(asked[1], 1);
    for (size_t turn = 2; turn < 6; turn++) {
        ck_assert_msg(
            asked[turn] == 0, "turn %zu asked %llu times", turn, (unsigned long long)asked[turn]);
    }
    arena_release(&arena);
    ck_assert_int_eq(memory.live_blocks, 0);
    fail_memory_end();
}
END_TEST

START_TEST(no_bytes_are_a_place_too)
{
    struct arena arena;
    arena_init(&arena);
    ck_assert_ptr_nonnull(arena_alloc(&arena, 0));
    ck_assert_ptr_nonnull(arena_alloc(&arena, CHUNK_MIN)); /* the chunk is full */
    ck_assert_ptr_nonnull(arena_alloc(&arena, 0));
    ck_assert_ptr_nonnull(arena_zalloc(&arena, 0, 8));
    arena_release(&arena);
}
END_TEST

START_TEST(without_memory_gives_null_and_stays_usable)
{
    struct fail_memory memory;
    struct arena arena;
    fail_memory_begin(&memory, 1, FAIL_ONCE);
    arena_init(&arena);
    char *first = arena_cstr(&arena, "first", 5);
    const size_t held = arena.held_bytes;
    ck_assert_ptr_null(arena_alloc(&arena, 2 * CHUNK_MIN));
    ck_assert_uint_eq(arena.held_bytes, held);
    ck_assert_str_eq(first, "first");
    ck_assert_ptr_nonnull(arena_alloc(&arena, 2 * CHUNK_MIN));
    arena_release(&arena);
    ck_assert_int_eq(memory.live_blocks, 0);
    fail_memory_end();
}
END_TEST

Suite *suite_arena(void)
{
    Suite *suite = suite_create("arena");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, every_pointer_is_aligned_to_16);
    tcase_add_test(basics, allocations_do_not_overlap_and_stay);
    tcase_add_test(basics, copies_are_equal);
    suite_add_tcase(suite, basics);
    TCase *limits = tcase_create("limits");
    tcase_add_test(limits, sizes_that_overflow_give_null);
    tcase_add_test(limits, chunks_double_up_to_one_mebibyte);
    tcase_add_test(limits, reset_keeps_the_largest_chunk_alone);
    tcase_add_test(limits, what_is_filled_alike_asks_for_memory_twice);
    tcase_add_test(limits, no_bytes_are_a_place_too);
    tcase_add_test(limits, without_memory_gives_null_and_stays_usable);
    suite_add_tcase(suite, limits);
    return suite;
}
