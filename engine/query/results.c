/* Made empty, filled by search.c and fetch.c; freed ones keep their memory and wait in the pool. */
#include "query/results.h"

#include <stdatomic.h>

#include "base/alloc.h"
#include "base/spares.h"

enum {
    /* What spare results may hold: a thousand hits with snippets and fields. */
    SPARE_BYTES_MAX = 1 << 20,
};

struct results_pool {
    atomic_size_t references; /* results that exist, and the index */
    struct spares spares;
};

static void pool_drop(struct results_pool *pool)
{
    if (atomic_fetch_sub_explicit(&pool->references, 1, memory_order_acq_rel) == 1) {
        mem_free(pool);
    }
}

struct results_pool *results_pool_new(void)
{
    struct results_pool *pool = mem_alloc(sizeof *pool);
    if (pool != NULL) {
        atomic_init(&pool->references, 1);
        spares_init(&pool->spares);
    }
    return pool;
}

static void end_results(void *object)
{
    struct lede_results *results = object;
    struct results_pool *pool = results->pool;
    arena_release(&results->arena);
    mem_free(results);
    pool_drop(pool);
}

void results_pool_close(struct results_pool *pool)
{
    if (pool != NULL) {
        spares_close(&pool->spares, end_results);
        pool_drop(pool);
    }
}

struct lede_results *results_new(struct results_pool *pool)
{
    struct lede_results *results = spares_take(&pool->spares);
    if (results == NULL) {
        results = mem_alloc(sizeof *results);
        if (results == NULL) {
            return NULL;
        }
        arena_init(&results->arena);
        (void)atomic_fetch_add_explicit(&pool->references, 1, memory_order_relaxed);
    }
    *results = (struct lede_results){.pool = pool,
        .arena = results->arena,
        .counters.struct_size = sizeof results->counters,
        .times.struct_size = sizeof results->times};
    return results;
}

void results_free(struct lede_results *results)
{
    if (results == NULL) {
        return;
    }
    arena_reset(&results->arena);
    if (results->arena.held_bytes > SPARE_BYTES_MAX) {
        arena_release(&results->arena);
    }
    if (!spares_put(&results->pool->spares, results)) {
        end_results(results);
    }
}
