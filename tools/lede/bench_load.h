/* bench_load.h -- a class of queries asked by several threads at once, as fast as they get answers: how many a
 * second there are, and how long one takes meanwhile. */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include "bench_run.h"

/* Of samples in ascending order, in microseconds. A percentile is the smallest sample that so many are not
 * above (nearest rank). All 0 where there is no sample. */
struct bench_latency {
    double mean_us, p50_us, p90_us, p95_us, p99_us;
};

struct bench_latency bench_latency_of(const uint64_t *samples_ns, size_t count);

struct bench_load {
    double qps;
    struct bench_latency latency; /* of all runs, not of the best ones */
};

/* Ask the queries `places[0..count)` by `thread_count` threads, plan->round_count times each, after a round
 * that is not measured. False: said, *status_out is the exit status. */
bool bench_load_run(const struct bench_plan *plan, const struct bench_command *command,
    const size_t *places, size_t count, size_t thread_count, struct bench_load *load_out,
    int *status_out);

#endif
