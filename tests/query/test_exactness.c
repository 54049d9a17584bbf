/* Every path gives what exhaustive evaluation gives: the same hits, scores and order, exact totals and facets.
 *
 * A round is a random index (support/exact_corpus.h) that is asked random queries (support/exact_query.h), each in
 * several ways. LEDE_TEST_CASES says how many in all; LEDE_TEST_LONG: five million. What fails is made smaller
 * and told with its seed, which with LEDE_TEST_CASES=1 repeats the round alone. LEDE_TEST_CPU picks the
 * kernels.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/exact_check.h"

enum {
    ROUNDS = 220,
    CASES_A_ROUND = 160,
    CASES_A_LONG_ROUND = 2000,
    LARGE_DOCS = 2000,
    LARGE_SHARE = 1, /* large indexes get one case of so many */
    WISHES_A_QUERY = 4,
    FAULT_BYTES = 256,
};

static const uint64_t LONG_CASES = 5000000;

/* ---- how much ---- */

/* 0: as usual. Asked before any test runs, so that what is wrong ends the program. */
static uint64_t cases_asked(void)
{
    const char *cases = getenv("LEDE_TEST_CASES");
    if (cases != NULL && *cases != '\0') {
        char *end = NULL;
        const uint64_t asked = strtoull(cases, &end, 10);
        if (*end != '\0' || *cases == '-' || asked == 0) {
            fprintf(stderr, "LEDE_TEST_CASES=%s: not a number above 0\n", cases);
            exit(2);
        }
        return asked;
    }
    return getenv("LEDE_TEST_LONG") != NULL ? LONG_CASES : 0;
}

static uint32_t cases_a_round(void)
{
    return cases_asked() > 0 ? CASES_A_LONG_ROUND : CASES_A_ROUND;
}

/* ---- making a failing case smaller ---- */

struct failing {
    struct exact_shape shape;
    struct exact_query query;
    struct exact_wish wish;
    char fault[FAULT_BYTES];
};

static bool still_fails(struct failing *failing)
{
    struct exact_corpus corpus;
    struct exact_checker checker;
    char fault[FAULT_BYTES];
    exact_corpus_make(&corpus, &failing->shape);
    exact_checker_init(&checker, &corpus);
    const bool fails = !exact_check_query(&checker, &failing->query, fault) ||
                       !exact_check_wish(&checker, &failing->query, &failing->wish, fault);
    exact_checker_release(&checker);
    exact_corpus_remove(&corpus);
    if (fails) {
        memcpy(failing->fault, fault, sizeof fault);
    }
    return fails;
}

/* Change number `step` to a simpler case; false past the last. */
static bool simplify(struct failing *tried, uint32_t step)
{
    struct exact_query *query = &tried->query;
    struct exact_shape *shape = &tried->shape;
    const uint32_t clause = step - 12;
    switch (step) {
    case 0: shape->doc_count -= shape->doc_count / 2; return true;
    case 1: shape->doc_count -= shape->doc_count / 8; return true;
    case 2: shape->doc_count -= shape->doc_count > 1; return true;
    case 3: shape->commit_every = 0; return true;
    case 4: shape->delete_percent = 0; return true;
    case 5: shape->replace_percent = 0; return true;
    case 6: query->filter_sources = 0; return true;
    case 7: query->first = DATE_NONE; return true;
    case 8: query->end = INT64_MAX; return true;
    case 9: tried->wish.offset = 0; return true;
    case 10: tried->wish.k -= tried->wish.k / 2; return true;
    case 11: tried->wish.facets = 0; return true;
    default: break;
    }
    if (clause >= query->clause_count || query->clause_count == 1) {
        return false;
    }
    memmove(query->clauses[clause], query->clauses[clause + 1],
        (EXACT_CLAUSES_MAX - clause - 1) * sizeof query->clauses[0]);
    query->clause_count--;
    return true;
}

static void shrink(struct failing *failing)
{
    bool is_smaller = true;
    for (uint32_t pass = 0; is_smaller && pass < 20; pass++) {
        is_smaller = false;
        struct failing tried = *failing;
        for (uint32_t step = 0; simplify(&tried, step); step++) {
            if (memcmp(&tried, failing, sizeof tried) != 0 && still_fails(&tried)) {
                *failing = tried;
                is_smaller = true;
            }
            tried = *failing;
        }
    }
}

static void report(uint64_t seed, uint32_t number, struct failing *failing)
{
    char text[EXACT_CASE_TEXT + 256];
    char first_fault[FAULT_BYTES];
    exact_case_text(&failing->query, &failing->wish, text);
    (void)fprintf(stderr,
        "exactness: LEDE_TEST_SEED=%llu LEDE_TEST_CASES=1, case %u of %u documents: %s: %s\n",
        (unsigned long long)seed, number, failing->shape.doc_count, text, failing->fault);
    memcpy(first_fault, failing->fault, sizeof first_fault);
    shrink(failing);
    exact_case_text(&failing->query, &failing->wish, text);
    ck_abort_msg("LEDE_TEST_SEED=%llu LEDE_TEST_CASES=1, case %u: %s; smaller: %u documents, a "
                 "commit every %u, "
                 "%u%% deleted, %u%% replaced: %s: %s",
        (unsigned long long)seed, number, first_fault, failing->shape.doc_count,
        failing->shape.commit_every, failing->shape.delete_percent, failing->shape.replace_percent,
        text, failing->fault);
}

/* ---- rounds ---- */

static void run_round(uint64_t seed)
{
    struct exact_corpus corpus;
    struct exact_checker checker;
    struct failing failing;
    memset(&failing, 0, sizeof failing);
    exact_shape_draw(&failing.shape, seed);
    exact_corpus_make(&corpus, &failing.shape);
    exact_checker_init(&checker, &corpus);
    const bool is_large = failing.shape.doc_count >= LARGE_DOCS;
    const uint32_t cases = cases_a_round() / (is_large ? LARGE_SHARE : 1);
    struct rng rng;
    bool is_right = true;
    uint32_t number = 0;
    rng_init(&rng, seed + 1);
    while (is_right && number < cases) {
        exact_query_draw(&failing.query, &corpus, &rng);
        is_right = exact_check_query(&checker, &failing.query, failing.fault);
        for (uint32_t i = 0; is_right && i < WISHES_A_QUERY; i++, number++) {
            exact_wish_draw(&failing.wish, &rng);
            is_right = exact_check_wish(&checker, &failing.query, &failing.wish, failing.fault);
        }
    }
    exact_checker_release(&checker);
    exact_corpus_remove(&corpus);
    if (!is_right) {
        report(seed, number, &failing);
    }
}

START_TEST(pruned_hits_totals_and_facets_are_those_of_looking_at_every_match)
{
    run_round(rng_seed(0) + (uint64_t)_i);
}
END_TEST

/* Scores as near to 2^31 units as there are: bounds must not pass it. */
START_TEST(weights_just_below_a_power_of_two_lose_nothing)
{
    struct exact_corpus corpus;
    struct exact_checker checker;
    struct exact_shape shape;
    char fault[FAULT_BYTES] = "";
    exact_shape_draw(&shape, 5);
    shape.doc_count = 700;
    shape.special_percent = 100;
    shape.commit_every = 0;
    exact_corpus_make(&corpus, &shape);
    exact_checker_init(&checker, &corpus);
    struct exact_query query = {.first = DATE_NONE,
        .end = INT64_MAX,
        .clause_count = 1,
        .bm25 = {.k1 = 0, .b = 0.75, .title_boost = 1}};
    const struct exact_wish wish = {.k = 10};
    (void)sprintf(query.clauses[0], "w7");
    ck_assert_msg(exact_check_query(&checker, &query, fault), "%s", fault);
    ck_assert_uint_gt(checker.answer.count, 100);
    const double idf = bm25_idf(corpus.snapshot->live_count, checker.answer.count);
    for (int i = 1; i < 40; i++) {
        const double less = 5.0e-7 + 1e-8 * i;
        (void)sprintf(query.clauses[0], "w7^%.12f", (1 - less) * 4 / idf);
        ck_assert_msg(exact_check_query(&checker, &query, fault) &&
                          exact_check_wish(&checker, &query, &wish, fault),
            "%s: %s", query.clauses[0], fault);
    }
    exact_checker_release(&checker);
    exact_corpus_remove(&corpus);
}
END_TEST

Suite *suite_exactness(void)
{
    Suite *suite = suite_create("exactness");
    TCase *random = tcase_create("random");
    const uint64_t rounds = cases_asked() > 0 ? cases_asked() / CASES_A_LONG_ROUND + 1 : ROUNDS;
    tcase_set_timeout(random, 600);
    tcase_add_loop_test(
        random, pruned_hits_totals_and_facets_are_those_of_looking_at_every_match, 0, (int)rounds);
    suite_add_tcase(suite, random);
    TCase *edges = tcase_create("edges");
    tcase_set_timeout(edges, 60);
    tcase_add_test(edges, weights_just_below_a_power_of_two_lose_nothing);
    suite_add_tcase(suite, edges);
    return suite;
}
