/* driver.h -- what the drivers in C and C++ share: the protocol of README.md.
 *
 * A driver gives a struct engine to driver_serve(), which reads requests, runs each as often as asked, and times
 * `search` alone: from the query's text to the best documents with their scores, and the counts. What is not
 * part of an answer stays outside: `forget` gives back what the last search holds, `collect` copies the hits out.
 * Lines of the corpus are read with corpus_next(). Compiles as C11 and as C++11; one thread. */
#ifndef DRIVER_H
#define DRIVER_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The index of a corpus of texts instead of tokens, which the engine's own English analysis cuts into words. */
#define VARIANT_TEXT "text"

enum { HITS_MAX = 1000, MONTHS_MAX = 4096, WORDS_MAX = 64, MONTH_BYTES = 8 };

enum command { TOP_10, TOP_100, TOP_1000, TOP_10_COUNT, COUNT, TOP_10_FACET, COMMANDS };

/* What is asked of one search. */
struct request {
    enum command command;
    uint32_t k;     /* hits wanted; 0 where only a count is */
    int counts;     /* all matches */
    int facets;     /* all matches by month */
    uint32_t times; /* repeats */
    const char *query;
    size_t query_length;
};

struct answer {
    int64_t total; /* -1: not counted */
    uint32_t hits;
    uint32_t months;
    int64_t number[HITS_MAX]; /* of the corpus */
    double score[HITS_MAX];
    char month[MONTHS_MAX][MONTH_BYTES]; /* "2006-10", ascending */
    uint64_t month_count[MONTHS_MAX];
};

/* The functions return NULL, or why it failed: a text that lives until the next call. */
struct engine {
    void *self;
    void (*forget)(void *self); /* what the last search holds */
    const char *(*search)(
        void *self, const struct request *request, struct answer *answer); /* timed */
    const char *(*collect)(void *self, const struct request *request, struct answer *answer);
};

/* ---- queries ---- */

enum query_kind { QUERY_ANY, QUERY_ALL, QUERY_PHRASE };

struct word {
    const char *text;
    size_t length;
};

struct query {
    enum query_kind kind;
    uint32_t words;
    struct word word[WORDS_MAX];
};

/* `a b` any, `+a +b` all, `"a b"` the phrase. The words point into the text. */
static inline void query_parse(const char *text, size_t length, struct query *query_out)
{
    const char *end = text + length;
    query_out->words = 0;
    query_out->kind = length > 0 && text[0] == '+'   ? QUERY_ALL
                      : length > 0 && text[0] == '"' ? QUERY_PHRASE
                                                     : QUERY_ANY;
    while (text < end && query_out->words < WORDS_MAX) {
        while (text < end && (*text == ' ' || *text == '+' || *text == '"')) {
            text++;
        }
        const char *begin = text;
        while (text < end && *text != ' ' && *text != '"') {
            text++;
        }
        if (text > begin) {
            struct word *word = &query_out->word[query_out->words++];
            word->text = begin;
            word->length = (size_t)(text - begin);
        }
    }
}

/* ---- the corpus ---- */

struct corpus {
    FILE *file;
    char *line;
    size_t room;
};

struct corpus_document {
    char *number; /* NUL behind each */
    char *month;  /* "" where undated */
    char *tokens;
    size_t tokens_length;
};

static inline void fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static inline void corpus_open(struct corpus *corpus, const char *path)
{
    corpus->file = fopen(path, "r");
    corpus->line = NULL;
    corpus->room = 0;
    if (corpus->file == NULL) {
        fail(path, strerror(errno));
    }
}

/* The next document; 0 at the end, where the corpus is closed. */
static inline int corpus_next(struct corpus *corpus, struct corpus_document *document_out)
{
    ssize_t length = getline(&corpus->line, &corpus->room, corpus->file);
    if (length <= 0) {
        free(corpus->line);
        fclose(corpus->file);
        return 0;
    }
    if (corpus->line[length - 1] == '\n') {
        corpus->line[--length] = '\0';
    }
    document_out->number = corpus->line;
    document_out->month = strchr(corpus->line, '\t');
    if (document_out->month == NULL) {
        fail("corpus", "a line without a month");
    }
    *document_out->month++ = '\0';
    document_out->tokens = strchr(document_out->month, '\t');
    if (document_out->tokens == NULL) {
        fail("corpus", "a line without tokens");
    }
    *document_out->tokens++ = '\0';
    document_out->tokens_length = (size_t)(corpus->line + length - document_out->tokens);
    return 1;
}

/* ---- serving ---- */

static inline uint64_t clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Read "COMMAND<TAB>REPEATS<TAB>query" in place. */
static inline const char *request_parse(char *line, size_t length, struct request *request_out)
{
    static const char *const names[COMMANDS] = {
        "TOP_10", "TOP_100", "TOP_1000", "TOP_10_COUNT", "COUNT", "TOP_10_FACET"};
    static const uint32_t hits[COMMANDS] = {10, 100, 1000, 10, 0, 10};
    char *repeats = strchr(line, '\t');
    char *query = repeats == NULL ? NULL : strchr(repeats + 1, '\t');
    if (query == NULL) {
        return "not COMMAND, REPEATS, query";
    }
    *repeats++ = '\0';
    *query++ = '\0';
    int command = 0;
    while (command < COMMANDS && strcmp(line, names[command]) != 0) {
        command++;
    }
    long times = strtol(repeats, NULL, 10);
    if (command == COMMANDS || times < 1 || times > 1000000) {
        return "no such command or number of repeats";
    }
    request_out->command = (enum command)command;
    request_out->k = hits[command];
    request_out->facets = command == TOP_10_FACET;
    request_out->counts = command == COUNT || command == TOP_10_COUNT || command == TOP_10_FACET;
    request_out->times = (uint32_t)times;
    request_out->query = query;
    request_out->query_length = length - (size_t)(query - line);
    return NULL;
}

/* Run it as often as asked, printing the times, then the answer of the last run. */
static inline void request_run(const struct engine *engine, const struct request *request,
    struct answer *answer, uint64_t *times)
{
    const char *why = NULL;
    for (uint32_t i = 0; i < request->times && why == NULL; i++) {
        engine->forget(engine->self);
        answer->total = -1;
        answer->hits = 0;
        answer->months = 0;
        uint64_t begin = clock_ns();
        why = engine->search(engine->self, request, answer);
        times[i] = clock_ns() - begin;
    }
    if (why == NULL && engine->collect != NULL) {
        why = engine->collect(engine->self, request, answer);
    }
    if (why != NULL) {
        printf("error\t%s\n", why);
        return;
    }
    for (uint32_t i = 0; i < request->times; i++) {
        printf("%s%llu", i == 0 ? "" : ",", (unsigned long long)times[i]);
    }
    printf("\t%lld\t%s", (long long)answer->total, answer->months == 0 ? "-" : "");
    for (uint32_t i = 0; i < answer->months; i++) {
        printf("%s%s=%llu", i == 0 ? "" : ",", answer->month[i],
            (unsigned long long)answer->month_count[i]);
    }
    printf("\t%s", answer->hits == 0 ? "-" : "");
    for (uint32_t i = 0; i < answer->hits; i++) {
        printf("%s%lld:%.9g", i == 0 ? "" : " ", (long long)answer->number[i], answer->score[i]);
    }
    printf("\n");
}

/* Answer requests from standard input until QUIT or its end. */
static inline int driver_serve(const struct engine *engine)
{
    struct answer *answer = (struct answer *)malloc(sizeof *answer);
    uint64_t *times = NULL;
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    if (answer == NULL) {
        fail("serve", "no memory");
    }
    while ((length = getline(&line, &room, stdin)) > 0) {
        if (line[length - 1] == '\n') {
            line[--length] = '\0';
        }
        if (strcmp(line, "QUIT") == 0) {
            break;
        }
        struct request request;
        const char *why = request_parse(line, (size_t)length, &request);
        if (why != NULL) {
            printf("error\t%s\n", why);
        } else {
            times = (uint64_t *)realloc(times, request.times * sizeof *times);
            if (times == NULL) {
                fail("serve", "no memory");
            }
            request_run(engine, &request, answer, times);
        }
        fflush(stdout);
    }
    engine->forget(engine->self);
    free(line);
    free(times);
    free(answer);
    return 0;
}

#endif
