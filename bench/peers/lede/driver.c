/* driver.c -- Lede behind the protocol of ../README.md, through lede.h alone.
 *
 * driver index CORPUS DIR [text]    and    driver serve DIR
 *
 * The analysis is "none" (of the variant text: "english"), the tokens are the body, the id is the corpus number, no texts are kept. The writer gets
 * memory for all of the corpus, so that there is one segment. Where the library can leave out the ids (HAVE_FETCH,
 * found out by build.sh), the timed search does, and `collect` asks for them with a search of its own. */
#include "../driver.h"

#include <lede.h>

#define MEMORY_BYTES ((uint64_t)8 << 30)

struct server {
    lede_index *index;
    lede_results *results;
    lede_error error;
};

static int index_corpus(const char *path, const char *directory, const char *language)
{
    lede_writer_options options = LEDE_WRITER_OPTIONS_INIT;
    options.language = language;
    options.memory_bytes = MEMORY_BYTES;
    options.no_store = 1;
    options.must_create = 1;
    lede_error error;
    lede_writer *writer;
    if (lede_writer_open(directory, &options, &writer, &error) != LEDE_OK) {
        fail(directory, error.message);
    }
    struct corpus corpus;
    struct corpus_document line;
    corpus_open(&corpus, path);
    while (corpus_next(&corpus, &line)) {
        lede_document document = {
            .id = {line.number, strlen(line.number)},
            .date = {line.month, strlen(line.month)},
            .body = {line.tokens, line.tokens_length},
        };
        if (lede_writer_add(writer, &document, NULL, &error) != LEDE_OK) {
            fail(line.number, error.message);
        }
    }
    if (lede_writer_commit(writer, &error) != LEDE_OK) {
        fail(directory, error.message);
    }
    lede_writer_close(writer);

    lede_index *index;
    lede_index_stats stats;
    if (lede_index_open(directory, NULL, &index, &error) != LEDE_OK ||
        lede_index_stats_read(index, &stats, &error) != LEDE_OK) {
        fail(directory, error.message);
    }
    fprintf(stderr, "lede: %llu documents in %llu segments\n", (unsigned long long)stats.documents,
        (unsigned long long)stats.segments);
    lede_index_close(index);
    return 0;
}

static void forget(void *self)
{
    struct server *server = self;
    lede_results_free(server->results);
    server->results = NULL;
}

static const char *search_as(
    struct server *server, const struct request *request, const lede_search_options *options)
{
    lede_status status = lede_search(server->index, request->query, request->query_length, options,
        &server->results, &server->error);
    return status == LEDE_OK ? NULL : server->error.message;
}

static lede_search_options options_of(const struct request *request)
{
    static const char *const months[] = {"date:month"};
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.snippet_bytes = 0;
    options.total = request->counts;
    options.no_hits = request->k == 0;
    if (request->k > 0) {
        options.k = request->k;
    }
    if (request->facets) {
        options.facets = months;
        options.facet_count = 1;
    }
    return options;
}

static const char *search(void *self, const struct request *request, struct answer *answer)
{
    (void)answer;
    lede_search_options options = options_of(request);
#ifdef HAVE_FETCH
    options.fetch = LEDE_FETCH_NONE;
#endif
    return search_as(self, request, &options);
}

/* The hits' numbers: from the ids, which the timed search may have left out. */
static const char *collect_hits(
    struct server *server, const struct request *request, struct answer *answer)
{
#ifdef HAVE_FETCH
    double score[HITS_MAX];
    size_t scores = lede_results_hit_count(server->results);
    for (size_t i = 0; i < scores; i++) {
        score[i] = lede_results_hit(server->results, i)->score;
    }
    lede_search_options options = options_of(request);
    forget(server);
    const char *why = search_as(server, request, &options);
    if (why != NULL) {
        return why;
    }
    if (lede_results_hit_count(server->results) != scores) {
        return "the timed search found another number of hits";
    }
#else
    (void)request;
#endif
    answer->hits = (uint32_t)lede_results_hit_count(server->results);
    for (uint32_t i = 0; i < answer->hits; i++) {
        const lede_hit *hit = lede_results_hit(server->results, i);
        answer->number[i] = strtoll(hit->id.data, NULL, 10);
        answer->score[i] = hit->score;
#ifdef HAVE_FETCH
        /* Without ids scores are in whole units, which are some 2^-29 of the best (lede.h, fetch). */
        const double allowed = score[0] * 1e-7;
        if (score[i] - hit->score > allowed || hit->score - score[i] > allowed) {
            return "the timed search found other scores";
        }
#endif
    }
    return NULL;
}

static const char *collect(void *self, const struct request *request, struct answer *answer)
{
    struct server *server = self;
    if (request->counts) {
        int is_exact;
        answer->total = (int64_t)lede_results_total(server->results, &is_exact);
        if (!is_exact) {
            return "the total is only a lower bound";
        }
    }
    if (request->facets) {
        const lede_facet *facet = lede_results_facet(server->results, 0);
        for (size_t i = 0; i < facet->value_count && i < MONTHS_MAX; i++) {
            snprintf(answer->month[i], MONTH_BYTES, "%s", facet->values[i].value.data);
            answer->month_count[i] = facet->values[i].count;
            answer->months++;
        }
    }
    return request->k == 0 ? NULL : collect_hits(server, request, answer);
}

static int serve(const char *directory)
{
    struct server server = {NULL, NULL, {.status = LEDE_OK}};
    if (lede_index_open(directory, NULL, &server.index, &server.error) != LEDE_OK) {
        fail(directory, server.error.message);
    }
    struct engine engine = {&server, forget, search, collect};
    driver_serve(&engine);
    lede_index_close(server.index);
    return 0;
}

int main(int count, char **arguments)
{
    if (count >= 4 && count <= 5 && strcmp(arguments[1], "index") == 0 &&
        (count == 4 || strcmp(arguments[4], VARIANT_TEXT) == 0)) {
        return index_corpus(arguments[2], arguments[3], count == 4 ? "none" : "english");
    }
    if (count == 3 && strcmp(arguments[1], "serve") == 0) {
        return serve(arguments[2]);
    }
    if (count == 2 && strcmp(arguments[1], "version") == 0) {
        printf("Lede %s\n", lede_version());
        return 0;
    }
    fputs("Usage: driver index CORPUS DIR [text] | driver serve DIR | driver version\n", stderr);
    return 2;
}
