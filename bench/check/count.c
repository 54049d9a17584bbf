/* count.c -- answers the queries of `make bench-check` class by class, and prints what work that was.
 *
 *     count INDEX QUERIES
 *
 * QUERIES has lines of a class, a tab and a query. Output is a line for each class and command, and before them
 * one for each part of the index: "union2/TOP_10 answers=0f12... blocks_decoded=491". It is meant to run in callgrind,
 * which counts the instructions inside lede_search and writes them out after each mark(): one at the end of a
 * warm-up, and one a class, in the order of the output.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lede.h"

enum {
    LINE_BYTES = 512,
    QUERIES_MAX = 1024,
    CLASSES_MAX = 64,
    NAME_BYTES = 32,
};

struct query {
    size_t class;
    char text[LINE_BYTES];
};

struct job {
    lede_index *index;
    struct query queries[QUERIES_MAX];
    size_t query_count;
    char classes[CLASSES_MAX][NAME_BYTES];
    size_t class_count;
};

struct command {
    const char *name;
    size_t k; /* 0: no hits */
    int has_total, has_facet;
};

static const struct command commands[] = {
    {"TOP_10", 10, 0, 0},
    {"TOP_1000", 1000, 0, 0},
    {"TOP_10_COUNT", 10, 1, 0},
    {"COUNT", 0, 1, 0},
    {"TOP_10_FACET", 10, 1, 1},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void fail(const char *what, const char *which)
{
    fprintf(stderr, "count: %s: %s\n", which, what);
    exit(2);
}

/* Callgrind looks for this name. */
void mark(void);
__attribute__((noinline)) void mark(void)
{
    __asm__ volatile("" ::: "memory");
}

static size_t find_class(struct job *job, const char *name)
{
    size_t i = 0;
    while (i < job->class_count && strcmp(job->classes[i], name) != 0) {
        i++;
    }
    if (i == job->class_count) {
        const size_t length = strlen(name);
        if (i == CLASSES_MAX || length >= NAME_BYTES) {
            fail("too many classes, or too long a name", name);
        }
        memcpy(job->classes[job->class_count++], name, length);
    }
    return i;
}

static void read_queries(struct job *job, const char *path)
{
    char line[LINE_BYTES];
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fail("cannot be read", path);
    }
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *tab = strchr(line, '\t');
        if (tab == NULL || job->query_count == QUERIES_MAX) {
            fail("no tab in a line, or too many lines", path);
        }
        *tab = '\0';
        struct query *query = &job->queries[job->query_count++];
        query->class = find_class(job, line);
        memcpy(query->text, tab + 1, strlen(tab + 1));
    }
    fclose(file);
}

static lede_results *ask(
    const struct job *job, const struct query *query, const struct command *command)
{
    static const char *const facets[] = {"date:month"};
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_results *results = NULL;
    lede_error error;
    options.k = command->k;
    options.no_hits = command->k == 0;
    options.total = command->has_total;
    options.facets = facets;
    options.facet_count = (size_t)command->has_facet;
    options.fetch = LEDE_FETCH_NONE;
    if (lede_search(job->index, query->text, strlen(query->text), &options, &results, &error) !=
        LEDE_OK) {
        fail(error.message, query->text);
    }
    return results;
}

/* ---- answers and work ---- */

struct sums {
    uint64_t answers; /* a checksum: documents, scores, facets, totals that were asked for */
    lede_counters counters;
};

static void mix(uint64_t *checksum, uint64_t value)
{
    *checksum = (*checksum ^ value) * 0x9e3779b97f4a7c15u;
    *checksum ^= *checksum >> 32;
}

static void add_answer(
    struct sums *sums, const lede_results *results, const struct command *command)
{
    for (size_t i = 0; i < lede_results_hit_count(results); i++) {
        const lede_hit *hit = lede_results_hit(results, i);
        uint64_t score;
        memcpy(&score, &hit->score, sizeof score);
        mix(&sums->answers, hit->number);
        mix(&sums->answers, score);
    }
    for (size_t i = 0; i < lede_results_facet_count(results); i++) {
        const lede_facet *facet = lede_results_facet(results, i);
        mix(&sums->answers, facet->missing);
        for (size_t j = 0; j < facet->value_count; j++) {
            mix(&sums->answers, facet->values[j].count);
        }
    }
    if (command->has_total) {
        mix(&sums->answers, lede_results_total(results, NULL));
    }
}

static void add_work(struct sums *sums, const lede_counters *work)
{
    sums->counters.blocks_decoded += work->blocks_decoded;
    sums->counters.blocks_skipped += work->blocks_skipped;
    sums->counters.postings_scored += work->postings_scored;
    sums->counters.lengths_touched += work->lengths_touched;
    sums->counters.positions_decoded += work->positions_decoded;
    sums->counters.ranges_scored += work->ranges_scored;
    sums->counters.ranges_skipped += work->ranges_skipped;
    sums->counters.bytes_read += work->bytes_read;
}

static void print_sums(const char *class, const char *command, const struct sums *sums)
{
    const lede_counters *counters = &sums->counters;
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        {"blocks_decoded", counters->blocks_decoded},
        {"blocks_skipped", counters->blocks_skipped},
        {"postings_scored", counters->postings_scored},
        {"lengths_touched", counters->lengths_touched},
        {"positions_decoded", counters->positions_decoded},
        {"ranges_scored", counters->ranges_scored},
        {"ranges_skipped", counters->ranges_skipped},
        {"bytes_read", counters->bytes_read},
    };
    printf("%s/%s answers=%016" PRIx64, class, command, sums->answers);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        printf(" %s=%" PRIu64, rows[i].name, rows[i].value);
    }
    printf("\n");
}

static void run_class(const struct job *job, size_t class, const struct command *command)
{
    struct sums sums = {.answers = 0};
    for (size_t i = 0; i < job->query_count; i++) {
        if (job->queries[i].class == class) {
            lede_results *results = ask(job, &job->queries[i], command);
            add_answer(&sums, results, command);
            add_work(&sums, lede_results_counters(results));
            lede_results_free(results);
        }
    }
    mark();
    print_sums(job->classes[class], command->name, &sums);
}

/* ---- the index ---- */

/* What does not depend on the version of a library. */
static void print_parts(lede_index *index)
{
    lede_index_stats stats;
    lede_error error;
    if (lede_index_stats_read(index, &stats, &error) != LEDE_OK) {
        fail(error.message, "index");
    }
    for (size_t i = 0; i < stats.part_count; i++) {
        const char *name = stats.parts[i].name;
        if (strcmp(name, "documents") != 0 && strcmp(name, "manifest") != 0) {
            printf("index/");
            for (const char *at = name; *at != '\0'; at++) {
                putchar(*at == ' ' ? '-' : *at);
            }
            printf(" bytes=%" PRIu64 "\n", stats.parts[i].bytes);
        }
    }
}

int main(int argc, char **argv)
{
    static struct job job;
    lede_error error;
    if (argc != 3) {
        fail("INDEX QUERIES", "usage");
    }
    read_queries(&job, argv[2]);
    if (lede_index_open(argv[1], NULL, &job.index, &error) != LEDE_OK) {
        fail(error.message, argv[1]);
    }
    print_parts(job.index);
    for (size_t i = 0; i < job.query_count; i++) {
        lede_results_free(ask(&job, &job.queries[i], &commands[i % COMMANDS]));
    }
    mark();
    for (size_t i = 0; i < job.class_count; i++) {
        for (size_t j = 0; j < COMMANDS; j++) {
            run_class(&job, i, &commands[j]);
        }
    }
    lede_index_close(job.index);
    return fflush(stdout) == 0 ? 0 : 4;
}
