/* cmd_bench.c -- lede bench: options into a plan, one thread's rounds, several threads' load, a report. */
#include "bench_load.h"
#include "bench_report.h"
#include "cli.h"
#include "command.h"
#include "failure.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    ROUNDS_MAX = 100000,
    THREADS_MAX = 256,
    LOADS_MAX = 9, /* 2, 4 ... 256 threads, and one number between */
};

static const struct cli_option options[] = {
    {"commands", "LIST",
        "how each query is asked, with commas between: TOP_N, TOP_N_COUNT (and the exact number of "
        "matches), TOP_N_FACET (and counts by month), COUNT (TOP_10,TOP_10_COUNT,COUNT)",
        CLI_ONCE},
    {"tag", "NAME", "only the queries with this tag", CLI_REPEATABLE},
    {"rounds", "N", "how often each is asked (10)", CLI_ONCE},
    {"warmup", "N", "rounds before them that do not count (1)", CLI_ONCE},
    {"threads", "N", "measure 2, 4 ... N threads as well (1)", CLI_ONCE},
    {"fetch", "WHAT", "none, ids or stored: what of a hit is read (none)", CLI_ONCE},
    {"seed", "N", "of the order in which queries are asked (1)", CLI_ONCE},
    {"per-query", NULL, "show each query, too", CLI_ONCE},
    {"output", "FORM", "text or json", CLI_ONCE},
    {.name = NULL},
};

static const struct cli_example examples[] = {
    {"lede bench news.lede queries.txt", "latencies by tag and command"},
    {"lede bench news.lede queries.txt --commands TOP_10,TOP_1000 --threads 8",
        "with the throughput of 2, 4 and 8 threads"},
    {"lede bench news.lede queries.txt --tag phrase --per-query --output json > phrases.json",
        "each phrase query, to be compared with another version's"},
    {NULL, NULL},
};

/* ---- classes ---- */

static void sum_class(struct bench_class *class, const struct bench_plan *plan,
    const struct bench_items *items, const size_t *places, uint64_t *values_ns)
{
    const size_t first = class->command * plan->queries->count;
    double sum_ns = 0;
    for (size_t i = 0; i < class->query_count; i++) {
        const struct bench_item *item = &items->list[first + places[i]];
        for (size_t j = 0; j < plan->round_count; j++) {
            sum_ns += (double)item->samples_ns[j];
        }
        for (size_t j = 0; j < COUNTER_COUNT; j++) {
            class->counters[j] += item->counters[j];
        }
        class->checksum = bench_mix(class->checksum, item->checksum);
        class->hits += item->hits;
        values_ns[i] = bench_best_ns(item);
    }
    class->qps = sum_ns > 0 ? (double)(class->query_count * plan->round_count) / (sum_ns / 1e9) : 0;
    bench_sort(values_ns, class->query_count);
    class->best = bench_latency_of(values_ns, class->query_count);
    for (size_t i = 0; i < class->query_count; i++) {
        values_ns[i] = bench_median_ns(&items->list[first + places[i]], plan->round_count);
    }
    bench_sort(values_ns, class->query_count);
    class->median = bench_latency_of(values_ns, class->query_count);
}

/* The queries with a tag, in the order of the file. */
static size_t find_queries(const struct bench_queries *queries, size_t tag, size_t *places)
{
    size_t count = 0;
    for (size_t i = 0; i < queries->count; i++) {
        if (bench_query_has_tag(queries, &queries->list[i], tag)) {
            places[count++] = i;
        }
    }
    return count;
}

static bool measure_loads(
    const struct bench_report *report, struct bench_class *class, size_t *places, int *status_out)
{
    const struct bench_plan *plan = report->plan;
    uint64_t state = plan->seed;
    bench_shuffle(places, class->query_count, &state);
    for (size_t i = 0; i < report->load_count; i++) {
        if (plan->shows_progress) {
            fprintf(stderr, "\r\033[K%zu threads: class %zu of %zu", report->thread_counts[i],
                (size_t)(class - report->classes) + 1, report->class_count);
        }
        if (!bench_load_run(plan, &plan->commands[class->command], places, class->query_count,
                report->thread_counts[i], &class->loads[i], status_out)) {
            return false;
        }
    }
    return true;
}

/* Every tag with every command. */
static bool make_classes(const struct bench_report *report, struct bench_class *classes,
    struct bench_load *loads, int *status_out)
{
    const struct bench_plan *plan = report->plan;
    const size_t query_count = plan->queries->count;
    size_t *places = calloc(query_count, sizeof(*places));
    uint64_t *values_ns = calloc(query_count, sizeof(*values_ns));
    bool is_good = places != NULL && values_ns != NULL;
    if (!is_good) {
        *status_out = failure_no_memory();
    }
    for (size_t i = 0; is_good && i < report->class_count; i++) {
        struct bench_class *class = &classes[i];
        class->tag = i / plan->command_count;
        class->command = i % plan->command_count;
        class->loads = loads + i * report->load_count;
        class->query_count = find_queries(plan->queries, class->tag, places);
        sum_class(class, plan, report->items, places, values_ns);
        is_good = measure_loads(report, class, places, status_out);
    }
    if (plan->shows_progress) {
        fputs("\r\033[K", stderr);
    }
    free(places);
    free(values_ns);
    return is_good;
}

/* ---- the command ---- */

static size_t list_thread_counts(size_t thread_count, size_t counts[LOADS_MAX])
{
    size_t count = 0;
    for (size_t threads = 2; threads < thread_count; threads *= 2) {
        counts[count++] = threads;
    }
    if (thread_count > 1) {
        counts[count++] = thread_count;
    }
    return count;
}

static int run_plan(
    const struct bench_plan *plan, bool is_json, bool has_queries, struct output *output)
{
    struct bench_items items = {0};
    size_t thread_counts[LOADS_MAX];
    struct bench_report report = {.plan = plan,
        .items = &items,
        .class_count = plan->queries->tag_count * plan->command_count,
        .thread_counts = thread_counts,
        .load_count = list_thread_counts(plan->thread_count, thread_counts),
        .load_before = machine_load(),
        .has_queries = has_queries};
    machine_read(&report.machine);
    struct bench_class *classes = calloc(report.class_count, sizeof(*classes));
    struct bench_load *loads = calloc(report.class_count * report.load_count + 1, sizeof(*loads));
    report.classes = classes;
    lede_error error;
    int status = EXIT_DONE;
    if (classes == NULL || loads == NULL) {
        status = failure_no_memory();
    } else if (lede_index_stats_read(plan->index, &report.stats, &error) != LEDE_OK) {
        status = failure_report(&error, FAILURE_READING);
    } else if (bench_run(plan, &items, &status) && make_classes(&report, classes, loads, &status)) {
        report.load_after = machine_load();
        if (is_json) {
            bench_report_json(output, &report);
        } else {
            bench_report_text(output, &report);
        }
    }
    bench_items_release(&items);
    free(classes);
    free(loads);
    return status;
}

static bool read_plan(const struct cli *cli, struct bench_plan *plan)
{
    /* In the order of their numbers. */
    static const char *const fetches[] = {"stored", "ids", "none", NULL};
    const char *commands = cli_value(cli, "commands");
    uint64_t rounds = 10, warmup = 1, threads = 1;
    size_t fetch = LEDE_FETCH_NONE;
    plan->seed = 1;
    if (!cli_uint(cli, "rounds", 1, ROUNDS_MAX, &rounds) ||
        !cli_uint(cli, "warmup", 0, ROUNDS_MAX, &warmup) ||
        !cli_uint(cli, "threads", 1, THREADS_MAX, &threads) ||
        !cli_uint(cli, "seed", 0, UINT64_MAX, &plan->seed) ||
        !cli_choice(cli, "fetch", fetches, &fetch) ||
        !bench_commands_read(commands != NULL ? commands : "TOP_10,TOP_10_COUNT,COUNT", plan)) {
        return false;
    }
    plan->fetch = (lede_fetch)fetch;
    plan->round_count = (size_t)rounds;
    plan->warmup_count = (size_t)warmup;
    plan->thread_count = (size_t)threads;
    plan->shows_progress = !cli->is_quiet && isatty(STDERR_FILENO);
    return true;
}

static int run(struct cli *cli, struct output *output)
{
    struct bench_queries queries = {0};
    struct bench_plan plan = {.queries = &queries, .path = cli->operands[1]};
    bool is_json = false;
    size_t tag_count = 0;
    const char *const *tags = cli_values(cli, "tag", &tag_count);
    lede_error error;
    int status = EXIT_USAGE;
    if (cli_output_json(cli, &is_json) && read_plan(cli, &plan) &&
        bench_queries_read(plan.path, tags, tag_count, &queries, &status)) {
        status = lede_index_open(cli->operands[0], NULL, &plan.index, &error) == LEDE_OK
                     ? run_plan(&plan, is_json, cli_has(cli, "per-query"), output)
                     : failure_report(&error, FAILURE_READING);
    }
    lede_index_close(plan.index);
    bench_queries_release(&queries);
    return status;
}

const struct command command_bench = {
    .name = "bench",
    .operands = "INDEX QUERIES",
    .operands_min = 2,
    .operands_max = 2,
    .summary = "latencies and throughput of a file of queries",
    .description =
        "Ask the queries of a file again and again, and print how long that takes by class: the "
        "queries of a tag, asked in one way. A line of QUERIES is a tag, a tab and a query, or an "
        "object of the search benchmark game, {\"query\": ..., \"tags\": [...]}; - is standard "
        "input. Shown are the mean and percentiles of each query's best run, a checksum of the "
        "answers, which must not change from one version to the next, and the work done, which is "
        "the same on every run.",
    .options = options,
    .examples = examples,
    .run = run,
};
