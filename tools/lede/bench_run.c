/* bench_run.c -- the first run of an item says what its answer is; every other one must give the same. */
#include "bench_run.h"

#include "failure.h"
#include "output.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { K_MAX = 1000000 }; /* what the library takes */

/* ---- commands ---- */

/* TOP_<k>, and "", "_COUNT" or "_FACET" behind it. */
static bool read_command(const char *name, struct bench_command *command)
{
    if (strcmp(name, "COUNT") == 0) {
        command->has_total = true;
        return true;
    }
    if (strncmp(name, "TOP_", 4) != 0) {
        return false;
    }
    const char *at = name + 4;
    for (; *at >= '0' && *at <= '9' && command->k <= K_MAX; at++) {
        command->k = command->k * 10 + (size_t)(*at - '0');
    }
    command->has_facet = strcmp(at, "_FACET") == 0;
    command->has_total = command->has_facet || strcmp(at, "_COUNT") == 0;
    return command->k > 0 && command->k <= K_MAX && (command->has_total || *at == '\0');
}

static bool has_command(const struct bench_plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->command_count; i++) {
        if (strcmp(plan->commands[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

bool bench_commands_read(const char *list, struct bench_plan *plan)
{
    plan->command_count = 0;
    for (const char *at = list;; at++) {
        const size_t length = strcspn(at, ",");
        struct bench_command command = {.k = 0};
        if (plan->command_count == BENCH_COMMANDS_MAX) {
            failure_say("--commands: more than %d", BENCH_COMMANDS_MAX);
            return false;
        }
        if (length < sizeof(command.name)) {
            memcpy(command.name, at, length);
        }
        if (!read_command(command.name, &command)) {
            failure_say("--commands: \"%.*s\" is none of TOP_N, TOP_N_COUNT, TOP_N_FACET and COUNT",
                (int)length, at);
            return false;
        }
        if (has_command(plan, command.name)) {
            failure_say("--commands: %s twice", command.name);
            return false;
        }
        plan->commands[plan->command_count++] = command;
        at += length;
        if (*at == '\0') {
            return true;
        }
    }
}

/* ---- chance ---- */

/* The next of a series: SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void bench_shuffle(size_t *places, size_t count, uint64_t *state)
{
    for (size_t i = count; i > 1; i--) {
        const size_t other = (size_t)(next_random(state) % i);
        const size_t kept = places[i - 1];
        places[i - 1] = places[other];
        places[other] = kept;
    }
}

static int compare(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

void bench_sort(uint64_t *values, size_t count)
{
    qsort(values, count, sizeof(*values), compare);
}

/* ---- one query ---- */

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

bool bench_ask(const struct bench_plan *plan, const struct bench_command *command,
    const struct bench_query *query, lede_results **results_out, uint64_t *took_ns_out,
    int *status_out)
{
    static const char *const facets[] = {"date:month"};
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.k = command->k;
    options.no_hits = command->k == 0;
    options.total = command->has_total;
    options.facets = facets;
    options.facet_count = command->has_facet;
    options.fetch = plan->fetch;
    lede_error error;
    const uint64_t began_ns = now_ns();
    const lede_status status = lede_search(
        plan->index, query->text.data, query->text.length, &options, results_out, &error);
    const uint64_t took_ns = now_ns() - began_ns;
    if (status != LEDE_OK) {
        failure_say("%s:%llu: %s", plan->path, (unsigned long long)query->line, error.message);
        *status_out = (int)failure_status(&error, FAILURE_QUERY);
        return false;
    }
    *took_ns_out = took_ns;
    return true;
}

static uint64_t mix_text(uint64_t checksum, lede_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        checksum = bench_mix(checksum, (unsigned char)text.data[i]);
    }
    return bench_mix(checksum, text.length);
}

/* Totals that are lower bounds may change with the way of a search; what was asked for may not. */
static uint64_t checksum_of(const lede_results *results, const struct bench_command *command)
{
    uint64_t checksum = bench_mix(0, lede_results_hit_count(results));
    for (size_t i = 0; i < lede_results_hit_count(results); i++) {
        const lede_hit *hit = lede_results_hit(results, i);
        uint64_t score;
        memcpy(&score, &hit->score, sizeof(score));
        checksum = bench_mix(bench_mix(checksum, hit->number), score);
    }
    for (size_t i = 0; i < lede_results_facet_count(results); i++) {
        const lede_facet *facet = lede_results_facet(results, i);
        checksum = bench_mix(checksum, facet->missing);
        for (size_t j = 0; j < facet->value_count; j++) {
            checksum = mix_text(checksum, facet->values[j].value);
            checksum = bench_mix(checksum, facet->values[j].count);
        }
    }
    return command->has_total ? bench_mix(checksum, lede_results_total(results, NULL)) : checksum;
}

/* ---- all of them ---- */

static size_t item_count(const struct bench_plan *plan)
{
    return plan->command_count * plan->queries->count;
}

static bool ask_item(const struct bench_plan *plan, struct bench_items *items, size_t i,
    size_t round, int *status_out)
{
    const struct bench_command *command = &plan->commands[i / plan->queries->count];
    const struct bench_query *query = &plan->queries->list[i % plan->queries->count];
    struct bench_item *item = &items->list[i];
    lede_results *results = NULL;
    uint64_t took_ns = 0;
    if (!bench_ask(plan, command, query, &results, &took_ns, status_out)) {
        return false;
    }
    uint64_t counters[COUNTER_COUNT] = {0};
    counters_add(counters, lede_results_counters(results));
    const uint64_t checksum = checksum_of(results, command);
    if (round == 0) {
        item->checksum = checksum;
        item->hits = lede_results_hit_count(results);
        item->total = lede_results_total(results, NULL);
        memcpy(item->counters, counters, sizeof(counters));
    }
    lede_results_free(results);
    if (checksum != item->checksum || memcmp(counters, item->counters, sizeof(counters)) != 0) {
        failure_say("%s:%llu: %s: another run has another %s", plan->path,
            (unsigned long long)query->line, command->name,
            checksum != item->checksum ? "answer" : "number of work done");
        *status_out = EXIT_DAMAGED;
        return false;
    }
    if (round >= plan->warmup_count) {
        item->samples_ns[round - plan->warmup_count] = took_ns;
    }
    return true;
}

static bool run_rounds(
    const struct bench_plan *plan, struct bench_items *items, size_t *order, int *status_out)
{
    const size_t count = item_count(plan);
    const size_t rounds = plan->warmup_count + plan->round_count;
    uint64_t state = plan->seed;
    for (size_t i = 0; i < count; i++) {
        order[i] = i;
    }
    for (size_t round = 0; round < rounds; round++) {
        if (plan->shows_progress) {
            fprintf(stderr, "\rround %zu of %zu", round + 1, rounds);
        }
        bench_shuffle(order, count, &state);
        for (size_t i = 0; i < count; i++) {
            if (!ask_item(plan, items, order[i], round, status_out)) {
                return false;
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        bench_sort(items->list[i].samples_ns, plan->round_count);
    }
    return true;
}

bool bench_run(const struct bench_plan *plan, struct bench_items *items_out, int *status_out)
{
    const size_t count = item_count(plan);
    size_t *order = calloc(count, sizeof(*order));
    items_out->list = calloc(count, sizeof(*items_out->list));
    items_out->samples_ns = calloc(count, plan->round_count * sizeof(uint64_t));
    bool is_good = order != NULL && items_out->list != NULL && items_out->samples_ns != NULL;
    if (!is_good) {
        *status_out = failure_no_memory();
    } else {
        for (size_t i = 0; i < count; i++) {
            items_out->list[i].samples_ns = items_out->samples_ns + i * plan->round_count;
        }
        is_good = run_rounds(plan, items_out, order, status_out);
    }
    if (plan->shows_progress) {
        fputs("\r\033[K", stderr);
    }
    free(order);
    return is_good;
}

void bench_items_release(struct bench_items *items)
{
    free(items->list);
    free(items->samples_ns);
    *items = (struct bench_items){0};
}
