/* Made empty, filled by search.c and fetch.c, freed in two steps. */
#include "query/results.h"

#include "base/alloc.h"

struct lede_results *results_new(void)
{
    struct lede_results *results = mem_zalloc(1, sizeof *results);
    if (results != NULL) {
        arena_init(&results->arena);
        results->counters.struct_size = sizeof results->counters;
        results->times.struct_size = sizeof results->times;
    }
    return results;
}

void results_free(struct lede_results *results)
{
    if (results != NULL) {
        arena_release(&results->arena);
        mem_free(results);
    }
}
