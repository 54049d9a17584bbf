/* bench_queries.h -- the queries of a benchmark, with the tags that put them into classes.
 *
 * A line is one of
 *     tag<TAB>query                                 the query language of lede(1)
 *     {"query": "+a +b", "tags": ["intersection"]}   as the search benchmark game has them
 *     number<TAB>words                               a topic: plain words (topics.h), tag "topic"
 *     query                                          tag "query"
 */
#ifndef BENCH_QUERIES_H
#define BENCH_QUERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lede.h"

struct bench_query {
    lede_text text;
    uint64_t line;               /* of the file, from 1 */
    size_t first_tag, tag_count; /* of bench_queries.places */
};

struct bench_queries {
    char *bytes; /* the file, with the texts in it */
    struct bench_query *list;
    size_t count, room;
    lede_text *tags; /* each once, in the order of the file */
    size_t tag_count, tag_room;
    size_t *places; /* tags of the queries, one query's after the other's */
    size_t place_count, place_room;
};

/* Read a file, "-" being standard input, and of it the tags in `wanted` (none there: all) with the queries that
 * have one. False: said, *status_out is the exit status. Release in both cases. */
bool bench_queries_read(const char *path, const char *const *wanted, size_t wanted_count,
    struct bench_queries *queries_out, int *status_out);
void bench_queries_release(struct bench_queries *queries);

bool bench_query_has_tag(
    const struct bench_queries *queries, const struct bench_query *query, size_t tag);

#endif
