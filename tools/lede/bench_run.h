/* bench_run.h -- a benchmark's queries, asked again and again, and what it took.
 *
 * Every query is asked in every way (a command: TOP_10, COUNT ...) once a round, all of them in an order that
 * is shuffled anew for each round: what disturbs a round disturbs no class more than another. Timed is
 * lede_search() alone, from text to hits.
 */
#ifndef BENCH_RUN_H
#define BENCH_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench_queries.h"
#include "counters.h"
#include "lede.h"

enum { BENCH_COMMAND_BYTES = 32, BENCH_COMMANDS_MAX = 32 };

/* TOP_k, TOP_k_COUNT, TOP_k_FACET (date:month, which counts as well) or COUNT. */
struct bench_command {
    char name[BENCH_COMMAND_BYTES];
    size_t k; /* 0: no hits */
    bool has_total;
    bool has_facet;
};

struct bench_plan {
    lede_index *index;
    const struct bench_queries *queries;
    const char *path; /* of the queries, for messages */
    struct bench_command commands[BENCH_COMMANDS_MAX];
    size_t command_count;
    lede_fetch fetch;
    size_t warmup_count, round_count; /* rounds */
    size_t thread_count;
    uint64_t seed;
    bool shows_progress;
};

/* A query asked in one way. */
struct bench_item {
    uint64_t *samples_ns; /* round_count of them, ascending once all are there */
    uint64_t checksum;    /* of numbers, scores, facets and an exact total that was asked for */
    uint64_t hits, total;
    uint64_t counters[COUNTER_COUNT];
};

/* What was asked, by command, then by query. */
struct bench_items {
    struct bench_item *list;
    uint64_t *samples_ns;
};

/* Read a list such as "TOP_10,COUNT" into the plan. False: said. */
bool bench_commands_read(const char *list, struct bench_plan *plan);

/* Ask all of it by one thread. False: said, *status_out is the exit status. Release in both cases. */
bool bench_run(const struct bench_plan *plan, struct bench_items *items_out, int *status_out);
void bench_items_release(struct bench_items *items);

/* Ask one query in one way. False: said, *status_out is the exit status. *results_out is owned. */
bool bench_ask(const struct bench_plan *plan, const struct bench_command *command,
    const struct bench_query *query, lede_results **results_out, uint64_t *took_ns_out,
    int *status_out);

/* Ascending. */
void bench_sort(uint64_t *values, size_t count);

/* Mix `value` into a checksum. */
static inline uint64_t bench_mix(uint64_t checksum, uint64_t value)
{
    checksum = (checksum ^ value) * 0x9e3779b97f4a7c15u; /* 2^64 over the golden ratio */
    return checksum ^ checksum >> 32;
}

/* Put the places in another order, the same for the same state on every machine. */
void bench_shuffle(size_t *places, size_t count, uint64_t *state);

#endif
