/* results.h -- what a lede_results is: one arena that holds everything a caller may look at, and the pool it
 * goes back to when it is freed.
 *
 * A pool is closed with its index, and is there until the last of its results is freed: each counts as a
 * reference for as long as it exists, spare or in use, so that the count changes only when results are made
 * or ended. Any thread may free.
 */
#ifndef QUERY_RESULTS_H
#define QUERY_RESULTS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"

struct results_pool;

struct lede_results {
    struct results_pool *pool;
    struct arena arena;
    lede_hit *hits;
    size_t hit_count;
    lede_facet *facets;
    size_t facet_count;
    uint64_t total;
    bool total_is_exact;
    lede_counters counters;
    lede_times times;
};

/* NULL: no memory. */
struct results_pool *results_pool_new(void) MUST_CHECK;
/* End spare results; those in use end when they are freed. NULL is fine. */
void results_pool_close(struct results_pool *pool);

/* Empty. NULL: no memory. Owned: results_free. Not of a closed pool. */
struct lede_results *results_new(struct results_pool *pool) MUST_CHECK;
void results_free(struct lede_results *results); /* NULL is fine */

#endif
