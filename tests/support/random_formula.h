/* random_formula.h -- BM25 with random parameters and weights, for tests that rank random lists, and the order of its hits. */
#ifndef TESTS_SUPPORT_RANDOM_FORMULA_H
#define TESTS_SUPPORT_RANDOM_FORMULA_H

#include "query/bm25.h"
#include "query/plan.h"
#include "support/rng.h"

/* Sets the scaled weights of `count` leaves, SEGMENT_LISTS_MAX at most; nothing else of them. */
void random_formula(
    struct bm25 *bm25_out, struct plan_leaf *leaves, uint32_t count, struct rng *rng);

/* For qsort: keys (score and document, uint64_t), the best first. */
int random_formula_key_order(const void *left, const void *right);

#endif
