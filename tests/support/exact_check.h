/* exact_check.h -- one case of test_exactness.c: a query over a corpus, held against looking at every match. */
#ifndef TESTS_SUPPORT_EXACT_CHECK_H
#define TESTS_SUPPORT_EXACT_CHECK_H

#include "base/arena.h"
#include "support/exact_query.h"

struct exact_match {
    uint64_t number;
    double score;
    uint32_t place; /* in the order that is asked for */
};

/* All matches of a query, the best first, as the exhaustive path says. */
struct exact_answer {
    bool is_refused; /* the query is none */
    lede_status status;
    struct exact_match *matches;
    size_t count;
};

struct exact_checker {
    const struct exact_corpus *corpus;
    struct arena arena;
    struct buf text;
    struct results_pool *results_pool;
    struct exact_request made;
    struct exact_answer answer;
    struct exact_match *sorted; /* by date */
    size_t capacity;
    date_key *keys; /* of a facet */
};

void exact_checker_init(struct exact_checker *checker, const struct exact_corpus *corpus);
void exact_checker_release(struct exact_checker *checker);

/* Each writes what is wrong into `fault` (256 bytes) and returns false, or returns true. First the query, then
 * any number of wishes. */
bool exact_check_query(struct exact_checker *checker, const struct exact_query *query, char *fault);
bool exact_check_wish(struct exact_checker *checker, const struct exact_query *query,
    const struct exact_wish *wish, char *fault);

#endif
