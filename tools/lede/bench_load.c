/* bench_load.c -- the threads take numbers from one counter; number i is query i % count of the list. */
#include "bench_load.h"

#include "failure.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct crew {
    const struct bench_plan *plan;
    const struct bench_command *command;
    const size_t *places;
    size_t count, run_count;
    atomic_size_t taken;
    atomic_bool has_failed;
    uint64_t *samples_ns; /* run_count */
    pthread_mutex_t gate; /* closed until all threads are there */
};

struct hand {
    struct crew *crew;
    pthread_t thread;
    int status; /* of a failure */
};

struct bench_latency bench_latency_of(const uint64_t *samples_ns, size_t count)
{
    struct bench_latency latency = {0};
    double *const percentiles[] = {
        &latency.p50_us, &latency.p90_us, &latency.p95_us, &latency.p99_us};
    static const size_t percents[] = {50, 90, 95, 99};
    double sum_ns = 0;
    for (size_t i = 0; i < count; i++) {
        sum_ns += (double)samples_ns[i];
    }
    for (size_t i = 0; count > 0 && i < sizeof(percents) / sizeof(percents[0]); i++) {
        const size_t rank = (count * percents[i] + 99) / 100;
        *percentiles[i] = (double)samples_ns[rank - 1] / 1e3;
    }
    latency.mean_us = count > 0 ? sum_ns / (double)count / 1e3 : 0;
    return latency;
}

static void *work(void *context)
{
    struct hand *hand = context;
    struct crew *crew = hand->crew;
    pthread_mutex_lock(&crew->gate);
    pthread_mutex_unlock(&crew->gate);
    size_t i;
    while ((i = atomic_fetch_add(&crew->taken, 1)) < crew->run_count &&
           !atomic_load(&crew->has_failed)) {
        const struct bench_query *query = &crew->plan->queries->list[crew->places[i % crew->count]];
        lede_results *results = NULL;
        if (!bench_ask(
                crew->plan, crew->command, query, &results, &crew->samples_ns[i], &hand->status)) {
            atomic_store(&crew->has_failed, true);
        }
        lede_results_free(results);
    }
    return NULL;
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Have runs 0 ... run_count - 1 done, and say how long that took. */
static bool put_to_work(struct crew *crew, struct hand *hands, size_t hand_count, size_t run_count,
    double *took_s_out, int *status_out)
{
    size_t started = 0;
    crew->run_count = run_count;
    atomic_store(&crew->taken, 0);
    pthread_mutex_lock(&crew->gate);
    for (; started < hand_count; started++) {
        hands[started] = (struct hand){.crew = crew};
        if (pthread_create(&hands[started].thread, NULL, work, &hands[started]) != 0) {
            failure_say("no more than %zu threads could be started", started);
            *status_out = EXIT_SYSTEM;
            atomic_store(&crew->has_failed, true);
            break;
        }
    }
    const double began_s = now_s();
    pthread_mutex_unlock(&crew->gate);
    for (size_t i = 0; i < started; i++) {
        pthread_join(hands[i].thread, NULL);
        *status_out = hands[i].status != 0 ? hands[i].status : *status_out;
    }
    *took_s_out = now_s() - began_s;
    return !atomic_load(&crew->has_failed);
}

bool bench_load_run(const struct bench_plan *plan, const struct bench_command *command,
    const size_t *places, size_t count, size_t thread_count, struct bench_load *load_out,
    int *status_out)
{
    const size_t run_count = count * plan->round_count;
    struct crew crew = {.plan = plan,
        .command = command,
        .places = places,
        .count = count,
        .samples_ns = calloc(run_count, sizeof(uint64_t)),
        .gate = PTHREAD_MUTEX_INITIALIZER};
    struct hand *hands = calloc(thread_count, sizeof(*hands));
    double took_s = 0;
    bool is_good = crew.samples_ns != NULL && hands != NULL;
    if (!is_good) {
        *status_out = failure_no_memory();
    } else {
        is_good = put_to_work(&crew, hands, thread_count, count, &took_s, status_out) &&
                  put_to_work(&crew, hands, thread_count, run_count, &took_s, status_out);
    }
    if (is_good) {
        bench_sort(crew.samples_ns, run_count);
        load_out->qps = took_s > 0 ? (double)run_count / took_s : 0;
        load_out->latency = bench_latency_of(crew.samples_ns, run_count);
    }
    pthread_mutex_destroy(&crew.gate);
    free(crew.samples_ns);
    free(hands);
    return is_good;
}
