/* bench_report.h -- a benchmark's numbers, by class (the queries of a tag, asked in one way), for people or as
 * JSON. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "bench_load.h"
#include "bench_run.h"
#include "machine.h"
#include "output.h"

struct bench_class {
    size_t tag, command;
    size_t query_count;
    struct bench_latency best;   /* of each query's best run */
    struct bench_latency median; /* of each query's median run */
    double qps;                  /* by one thread, of all runs */
    uint64_t checksum;           /* of the answers, in the order of the file */
    uint64_t hits;
    uint64_t counters[COUNTER_COUNT]; /* of one run of each query */
    struct bench_load *loads;         /* by 2, 4 ... threads: bench_thread_counts */
};

struct bench_report {
    const struct bench_plan *plan;
    const struct bench_items *items;
    const struct bench_class *classes;
    size_t class_count;
    const size_t *thread_counts; /* of the loads */
    size_t load_count;
    lede_index_stats stats;
    struct machine machine;
    double load_before, load_after;
    bool has_queries; /* each of them, too */
};

void bench_report_text(struct output *output, const struct bench_report *report);
void bench_report_json(struct output *output, const struct bench_report *report);

/* Best and median of an item's samples. */
static inline uint64_t bench_best_ns(const struct bench_item *item)
{
    return item->samples_ns[0];
}

static inline uint64_t bench_median_ns(const struct bench_item *item, size_t round_count)
{
    return item->samples_ns[(round_count - 1) / 2];
}

#endif
