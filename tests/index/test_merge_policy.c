/* Which segments are merged, and how many there are in the long run. */
#include "index/merge_policy.h"

#include <check.h>
#include <stdlib.h>

#include "base/limits.h"
#include "support/rng.h"

enum { SEGMENTS_MAX = 200, COUNT_MAX = 16 };

static struct merge_candidate candidate(uint64_t size_bytes, uint32_t place)
{
    return (struct merge_candidate){
        .size_bytes = size_bytes, .doc_count = 1000, .live_count = 1000, .place = place};
}

START_TEST(ten_of_a_size_are_merged_and_nine_are_not)
{
    struct merge_candidate candidates[12];
    for (uint32_t i = 0; i < 9; i++) {
        candidates[i] = candidate((64 << 20) + i, i);
    }
    candidates[9] = candidate(UINT64_C(5) << 30, 9);
    candidates[10] = candidate(100, 10);
    ck_assert_uint_eq(merge_policy_choose(candidates, 11, COUNT_MAX), 0);
    for (uint32_t i = 0; i < 11; i++) {
        candidates[i] = candidate(i < 9 ? (64 << 20) + i : i == 9 ? UINT64_C(5) << 30 : 100, i);
    }
    candidates[11] = candidate(50 << 20, 11);
    ck_assert_uint_eq(merge_policy_choose(candidates, 12, COUNT_MAX), 10);
    for (uint32_t i = 0; i < 10; i++) {
        ck_assert_uint_ne(candidates[i].place, 9);
        ck_assert_uint_ne(candidates[i].place, 10);
    }
}
END_TEST

START_TEST(the_smallest_tier_is_first_and_no_more_than_can_be_merged)
{
    struct merge_candidate candidates[40];
    for (uint32_t i = 0; i < 40; i++) {
        candidates[i] = candidate(i < 20 ? (64 << 20) : 1000 + i, i);
    }
    ck_assert_uint_eq(merge_policy_choose(candidates, 40, COUNT_MAX), COUNT_MAX);
    for (uint32_t i = 0; i < COUNT_MAX; i++) {
        ck_assert_uint_eq(candidates[i].place, 20 + i);
    }
}
END_TEST

START_TEST(what_is_mostly_deleted_is_written_anew)
{
    struct merge_candidate candidates[3];
    for (uint32_t i = 0; i < 3; i++) {
        candidates[i] = candidate(UINT64_C(1000) << (i * 10), i);
    }
    candidates[1].live_count = 500;
    ck_assert_uint_eq(merge_policy_choose(candidates, 3, COUNT_MAX), 0);
    for (uint32_t i = 0; i < 3; i++) {
        if (candidates[i].place == 1) {
            candidates[i].live_count = 499;
        }
    }
    ck_assert_uint_eq(merge_policy_choose(candidates, 3, COUNT_MAX), 1);
    ck_assert_uint_eq(candidates[0].place, 1);
}
END_TEST

START_TEST(no_segment_gets_more_documents_than_it_can_have)
{
    struct merge_candidate candidates[12];
    for (uint32_t i = 0; i < 12; i++) {
        candidates[i] = candidate(UINT64_C(100) << 30, i);
        candidates[i].doc_count = candidates[i].live_count = LEDE_SEGMENT_DOCS_MAX / 4;
    }
    ck_assert_uint_eq(merge_policy_choose(candidates, 12, COUNT_MAX), 4);
    ck_assert_uint_eq(merge_policy_choose_all(candidates, 12, COUNT_MAX), 4);
    for (uint32_t i = 0; i < 3; i++) {
        candidates[i].doc_count = candidates[i].live_count = LEDE_SEGMENT_DOCS_MAX;
    }
    ck_assert_uint_eq(merge_policy_choose(candidates, 3, COUNT_MAX), 0);
    ck_assert_uint_eq(merge_policy_choose_all(candidates, 3, COUNT_MAX), 0);
}
END_TEST

START_TEST(all_become_one_in_as_few_rounds_as_it_takes)
{
    struct merge_candidate candidates[SEGMENTS_MAX];
    for (uint32_t count = 0; count <= SEGMENTS_MAX; count++) {
        uint32_t left = count;
        uint32_t rounds = 0;
        for (;;) {
            for (uint32_t i = 0; i < left; i++) {
                candidates[i] = candidate(1000 + i, i);
            }
            const uint32_t chosen = merge_policy_choose_all(candidates, left, COUNT_MAX);
            if (chosen == 0) {
                break;
            }
            ck_assert_uint_le(chosen, COUNT_MAX);
            left -= chosen - 1;
            rounds++;
        }
        ck_assert_uint_eq(left, count == 0 ? 0 : 1);
        ck_assert_uint_eq(rounds, count < 2 ? 0 : (count - 2) / (COUNT_MAX - 1) + 1);
    }
    candidates[0] = candidate(1000, 0);
    candidates[0].live_count--;
    ck_assert_uint_eq(merge_policy_choose_all(candidates, 1, COUNT_MAX), 1);
}
END_TEST

START_TEST(twenty_of_a_size_are_too_many)
{
    struct merge_candidate candidates[2 * MERGE_TIER_PATIENCE];
    for (uint32_t count = 0; count <= MERGE_TIER_PATIENCE; count++) {
        for (uint32_t i = 0; i < count; i++) {
            candidates[i] = candidate(1000 + i, i);
        }
        ck_assert_int_eq(merge_policy_is_behind(candidates, count), count == MERGE_TIER_PATIENCE);
    }
    /* One less of two sizes, in any order. */
    const uint32_t count = 2 * (MERGE_TIER_PATIENCE - 1);
    for (uint32_t i = 0; i < count; i++) {
        candidates[i] = candidate((i & 1) == 0 ? 1000 : (uint64_t)5 << 20, i);
    }
    ck_assert(!merge_policy_is_behind(candidates, count));
    candidates[count] = candidate((uint64_t)6 << 20, count);
    ck_assert(merge_policy_is_behind(candidates, count + 1));
}
END_TEST

/* Merges that take as long as so many flushes, whatever their size: a writer that waits where it should leaves no more
 * than what the bound says, and its last merges leave fewer than ten of a size. */
START_TEST(segments_are_bounded_however_slow_merges_are)
{
    enum { FLUSHES = 3000, TIERS = 4 };
    static const uint32_t durations[] = {1, 15, 40, 1000};
    struct merge_candidate waiting[SEGMENTS_MAX];
    uint32_t count = 0;
    uint32_t merging_count = 0;
    uint64_t merging_bytes = 0;
    uint32_t left = 0;
    uint32_t most = 0;
    uint32_t stalls = 0;
    for (uint32_t flush = 0; flush < FLUSHES; flush++) {
        waiting[count++] = candidate(MERGE_TIER_BYTES / 2, flush);
        left -= left > 0;
        most = count + merging_count > most ? count + merging_count : most;
        for (;;) {
            if (left > 0) {
                if (!merge_policy_is_behind(waiting, count)) {
                    break;
                }
                left = 0;
                stalls++;
            }
            if (merging_count > 0) {
                waiting[count++] = candidate(merging_bytes, flush);
            }
            merging_count = merge_policy_choose(waiting, count, COUNT_MAX);
            merging_bytes = 0;
            for (uint32_t i = 0; i < merging_count; i++) {
                merging_bytes += waiting[i].size_bytes;
            }
            for (uint32_t i = merging_count; i < count; i++) {
                waiting[i - merging_count] = waiting[i];
            }
            count -= merging_count;
            left = merging_count > 0 ? durations[_i] : 0;
            if (left == 0) {
                break;
            }
        }
    }
    ck_assert_uint_le(most, TIERS * MERGE_TIER_PATIENCE + COUNT_MAX);
    ck_assert_int_eq(stalls > 0, durations[_i] > MERGE_TIER_FANOUT);
}
END_TEST

/* Flushes of some MiB for ever: the number of segments grows with the logarithm. */
START_TEST(segments_stay_few)
{
    struct merge_candidate candidates[SEGMENTS_MAX];
    uint32_t count = 0;
    uint64_t rewritten = 0;
    uint64_t total = 0;
    struct rng rng;
    rng_init(&rng, rng_seed(5));
    for (uint32_t flush = 0; flush < 20000; flush++) {
        candidates[count] = candidate(((uint64_t)20 << 20) + rng_below(&rng, 1 << 20), flush);
        total += candidates[count++].size_bytes;
        for (;;) {
            const uint32_t chosen = merge_policy_choose(candidates, count, COUNT_MAX);
            if (chosen == 0) {
                break;
            }
            for (uint32_t i = 1; i < chosen; i++) {
                candidates[0].size_bytes += candidates[i].size_bytes;
            }
            rewritten += candidates[0].size_bytes;
            for (uint32_t i = chosen; i < count; i++) {
                candidates[i - chosen + 1] = candidates[i];
            }
            count -= chosen - 1;
        }
        ck_assert_uint_lt(count, 50);
    }
    /* Once a tier: four of them, as 20,000 flushes are 10^4.3. */
    ck_assert_uint_le(rewritten, total * 5);
}
END_TEST

Suite *suite_merge_policy(void)
{
    Suite *suite = suite_create("merge_policy");
    TCase *tcase = tcase_create("basics");
    tcase_add_test(tcase, ten_of_a_size_are_merged_and_nine_are_not);
    tcase_add_test(tcase, the_smallest_tier_is_first_and_no_more_than_can_be_merged);
    tcase_add_test(tcase, what_is_mostly_deleted_is_written_anew);
    tcase_add_test(tcase, no_segment_gets_more_documents_than_it_can_have);
    tcase_add_test(tcase, all_become_one_in_as_few_rounds_as_it_takes);
    tcase_add_test(tcase, twenty_of_a_size_are_too_many);
    tcase_add_loop_test(tcase, segments_are_bounded_however_slow_merges_are, 0, 4);
    tcase_add_test(tcase, segments_stay_few);
    suite_add_tcase(suite, tcase);
    return suite;
}
