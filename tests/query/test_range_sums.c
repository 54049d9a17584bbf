/* Range sums against sums of bounds added one by one: with every kernel, nothing that could be a hit is passed over. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "query/range_sums.h"
#include "support/kernels.h"
#include "support/rng.h"

enum {
    LANES_MAX = 12,
    WINDOWS_MAX = 70, /* more than are looked at together */
    RANGES_MAX = WINDOWS_MAX * LEDE_WINDOW_RANGES,
    ROUNDS = 40,
    WISHES = 12,
};

struct fixture {
    struct lane lanes[LANES_MAX];
    struct lane *pointers[LANES_MAX];
    uint8_t codes[LANES_MAX][RANGES_MAX];
    uint64_t allowed[RANGES_MAX];
    uint32_t expected[RANGES_MAX]; /* what a document can have at most; 0: no hits */
    uint32_t sums[RANGES_MAX];     /* of all lanes */
    struct range_limits limits;
    uint32_t window_count;
};

/* Bounds that ascend, up to `most`; codes of a term that is in one of `one_in` ranges. */
static void make_lane(struct lane *lane, uint8_t *codes, uint32_t most, struct rng *rng)
{
    const uint64_t one_in = 1 + rng_skewed(rng, 6);
    uint64_t sum = 0;
    uint64_t steps[RANGE_CODES] = {0};
    for (uint32_t code = 1; code < RANGE_CODES; code++) {
        sum += steps[code] = rng_skewed(rng, 1 + (uint32_t)rng_below(rng, 20));
    }
    uint64_t at = 0;
    for (uint32_t code = 1; code < RANGE_CODES; code++) {
        at += steps[code];
        lane->bounds[code] = (uint32_t)(at * most / (sum + 1));
        lane->bounds[code] += lane->bounds[code] == 0;
    }
    lane->most = most;
    lane->codes = codes;
    for (uint32_t i = 0; i < RANGES_MAX; i++) {
        codes[i] = rng_below(rng, one_in) == 0 ? (uint8_t)rng_below(rng, RANGE_CODES) : 0;
    }
}

static void make_limits(struct fixture *fixture, struct rng *rng)
{
    struct range_limits *limits = &fixture->limits;
    const uint64_t docs = (uint64_t)fixture->window_count * LEDE_WINDOW_DOCS;
    const bool has_dates = rng_below(rng, 2) == 0;
    *limits = (struct range_limits){.lanes = fixture->pointers,
        .lane_count = 1 + (uint32_t)rng_skewed(rng, 4) % LANES_MAX,
        .allowed = rng_below(rng, 2) == 0 ? fixture->allowed : NULL,
        .first = has_dates ? (uint32_t)rng_below(rng, docs) : 0,
        .end = (uint32_t)docs};
    if (has_dates) {
        limits->end = limits->first + 1 + (uint32_t)rng_below(rng, docs - limits->first);
    }
    limits->is_selective = limits->allowed != NULL && rng_below(rng, 2) == 0;
    for (uint32_t i = 0; i < RANGES_MAX; i++) {
        fixture->allowed[i] = rng_below(rng, 3) == 0 ? 0 : rng_next(rng) | 1;
    }
}

/* Of the lanes that are alone the largest bound, of the others all. */
static void expect_range(struct fixture *fixture, uint32_t range)
{
    uint32_t largest = 0;
    fixture->expected[range] = fixture->sums[range] = 0;
    for (uint32_t i = 0; i < fixture->limits.lane_count; i++) {
        const struct lane *lane = &fixture->lanes[i];
        const uint32_t bound = lane_bound(lane, range);
        fixture->sums[range] += bound;
        if (!lane->is_alone) {
            fixture->expected[range] += bound;
        } else if (bound > largest) {
            largest = bound;
        }
    }
    fixture->expected[range] += largest;
}

static void make_fixture(struct fixture *fixture, struct rng *rng)
{
    static const uint32_t weights[] = {1, 2, 300, 70000, 0x7fffffff / LANES_MAX};
    fixture->window_count = 1 + (uint32_t)rng_below(rng, rng_below(rng, 4) == 0 ? WINDOWS_MAX : 5);
    make_limits(fixture, rng);
    const struct range_limits *limits = &fixture->limits;
    const uint64_t alone_of_8 = rng_below(rng, 2) * rng_below(rng, 9);
    for (uint32_t i = 0; i < limits->lane_count; i++) {
        fixture->pointers[i] = &fixture->lanes[i];
        make_lane(&fixture->lanes[i], fixture->codes[i], weights[rng_below(rng, 5)], rng);
        if (limits->is_selective && rng_below(rng, 4) == 0) {
            fixture->lanes[i].codes = NULL;
        }
        fixture->lanes[i].is_alone = rng_below(rng, 8) < alone_of_8;
    }
    for (uint32_t range = 0; range < fixture->window_count * LEDE_WINDOW_RANGES; range++) {
        const uint32_t base = range * LEDE_RANGE_DOCS;
        const bool is_open = base < limits->end && base + LEDE_RANGE_DOCS > limits->first &&
                             (limits->allowed == NULL || fixture->allowed[range] != 0);
        fixture->expected[range] = 0;
        if (is_open) {
            expect_range(fixture, range);
        }
    }
}

static uint32_t count_expected(const struct fixture *fixture, uint32_t least)
{
    uint32_t count = 0;
    for (uint32_t range = 0; range < fixture->window_count * LEDE_WINDOW_RANGES; range++) {
        count += fixture->expected[range] >= least;
    }
    return count;
}

/* An estimate is exact where few ranges are let through by their levels; these let through all that reaches a threshold and,
 * where they are of lanes added up, not much else: each is less than two steps above a lane's bound. */
static void check_count(
    const struct fixture *fixture, const struct range_sums *sums, uint32_t least)
{
    const uint64_t slack = 2 * (uint64_t)sums->step * sums->lane_count;
    const uint32_t level = range_sums_level(sums, least);
    const uint32_t count = level > LEVEL_LAST ? 0
                                              : sums->ops->count_levels(sums->levels, sums->open,
                                                    fixture->window_count, level);
    ck_assert_uint_ge(count, count_expected(fixture, least));
    if (!fixture->limits.is_selective && (uint64_t)sums->step * LEVEL_LAST > least) {
        const uint32_t surely = least > slack ? (uint32_t)(least - slack) : 1;
        ck_assert_uint_le(count, count_expected(fixture, surely));
    }
    if (count < RANGE_SUMS_SAMPLE) {
        ck_assert_uint_eq(
            range_sums_estimate(sums, (uint64_t)least << 32), count_expected(fixture, least));
    }
    /* Of equal scores only what is newer counts. */
    const uint32_t middle = fixture->window_count / 2 * LEDE_WINDOW_DOCS;
    if (count < RANGE_SUMS_SAMPLE && middle > 0) {
        uint32_t expected = count_expected(fixture, least + 1);
        for (uint32_t i = middle / LEDE_RANGE_DOCS; i < fixture->window_count * LEDE_WINDOW_RANGES;
             i++) {
            expected += fixture->expected[i] == least;
        }
        ck_assert_uint_eq(range_sums_estimate(sums, (uint64_t)least << 32 | middle), expected);
    }
}

/* From the last window on, with a threshold that rises: what is returned is what reaches it, with its sum. Some of it is
 * said to be done, and does not come again. */
static void check_reaching(
    struct fixture *fixture, struct range_sums *sums, uint32_t least, struct rng *rng)
{
    check_count(fixture, sums, least);
    for (uint32_t window = fixture->window_count; window-- > 0;) {
        uint32_t *expected = fixture->expected + (size_t)window * LEDE_WINDOW_RANGES;
        const uint32_t *exact = fixture->sums + (size_t)window * LEDE_WINDOW_RANGES;
        const uint64_t found = range_sums_reaching(sums, window, 1, least);
        if (found != 0) {
            ck_assert_uint_ge(sums->largest[window], range_sums_level(sums, least));
        }
        const uint64_t done = found & rng_next(rng);
        for (uint32_t i = 0; i < LEDE_WINDOW_RANGES; i++) {
            if ((found >> i & 1) != (expected[i] >= least)) {
                ck_abort_msg("%s: bound %u, least %u, found %u", sums->ops->name, expected[i],
                    least, (unsigned)(found >> i & 1));
            }
            if ((found >> i & 1) != 0 && sums->exact[i] != exact[i]) {
                ck_abort_msg("%s: sum %u is %u", sums->ops->name, exact[i], sums->exact[i]);
            }
            expected[i] = (done >> i & 1) != 0 ? 0 : expected[i];
        }
        range_sums_done(sums, window, done);
    }
}

/* A floor leaves at least as many as were wanted, if there are so many, and the next level would not. */
static void check_rank(
    const struct fixture *fixture, const struct range_sums *sums, uint32_t wanted)
{
    const uint32_t level = range_sums_level_of_rank(sums, wanted);
    const uint32_t words = fixture->window_count;
    ck_assert_uint_ge(level, 1);
    ck_assert_uint_le(level, LEVEL_LAST);
    if (count_expected(fixture, 1) >= wanted) {
        ck_assert_uint_ge(sums->ops->count_levels(sums->levels, sums->open, words, level), wanted);
    }
    if (level < LEVEL_LAST) {
        ck_assert_uint_lt(
            sums->ops->count_levels(sums->levels, sums->open, words, level + 1), wanted);
    }
}

START_TEST(what_reaches_a_threshold_is_found)
{
    struct rng rng;
    struct fixture *fixture = calloc(1, sizeof *fixture);
    ck_assert_ptr_nonnull(fixture);
    rng_init(&rng, 800 + (uint64_t)_i);
    const struct score_ops *ops;
    for (size_t i = 0; (ops = kernels_score_ops(&i)) != NULL;) {
        for (uint32_t round = 0; round < ROUNDS; round++) {
            struct arena arena;
            struct range_sums sums;
            lede_error error;
            arena_init(&arena);
            make_fixture(fixture, &rng);
            ck_assert_int_eq(range_sums_make(&sums, &fixture->limits, fixture->window_count, ops,
                                 &arena, &error),
                LEDE_OK);
            check_rank(fixture, &sums, 1 + (uint32_t)rng_below(&rng, 40));
            uint32_t least = 1;
            for (uint32_t wish = 0; wish < WISHES; wish++) {
                check_reaching(fixture, &sums, least, &rng);
                /* Up to a sum that there is, or one past it. */
                const uint32_t sum = fixture->expected[rng_below(
                    &rng, (uint64_t)fixture->window_count * LEDE_WINDOW_RANGES)];
                least = sum > least ? sum + (uint32_t)rng_below(&rng, 2) : least;
            }
            check_reaching(fixture, &sums, 0x7fffffff, &rng);
            arena_release(&arena);
        }
    }
    free(fixture);
}
END_TEST

Suite *suite_range_sums(void)
{
    Suite *suite = suite_create("range_sums");
    TCase *random = tcase_create("random");
    tcase_set_timeout(random, 60);
    tcase_add_loop_test(random, what_reaches_a_threshold_is_found, 0, 20);
    suite_add_tcase(suite, random);
    return suite;
}
