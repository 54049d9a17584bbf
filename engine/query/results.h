/* results.h -- what a lede_results is: one arena that holds everything a caller may look at. */
#ifndef QUERY_RESULTS_H
#define QUERY_RESULTS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"

struct lede_results {
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

/* Empty. NULL: no memory. Owned: results_free. */
struct lede_results *results_new(void) MUST_CHECK;
void results_free(struct lede_results *results); /* NULL is fine */

#endif
