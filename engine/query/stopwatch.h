/* stopwatch.h -- how long each part of a search takes, where somebody asked: without a stopwatch (NULL) a lap
 * costs a comparison. */
#ifndef QUERY_STOPWATCH_H
#define QUERY_STOPWATCH_H

#include <stddef.h>

#include "base/clock.h"

enum lap {
    LAP_PARSE, /* the query's text read */
    LAP_PLAN,  /* words analyzed, looked up and weighed */
    LAP_MATCH, /* documents found, counted, scored and put in order */
    LAP_FETCH, /* hits and facets made of them */
    LAP_COUNT
};

struct stopwatch {
    uint64_t began_ns; /* the lap under way */
    uint64_t lap_ns[LAP_COUNT];
};

static inline void stopwatch_start(struct stopwatch *watch)
{
    *watch = (struct stopwatch){.began_ns = clock_now_ns()};
}

/* What was done since the last lap was this. */
static inline void stopwatch_lap(struct stopwatch *watch, enum lap lap)
{
    if (watch != NULL) {
        const uint64_t now_ns = clock_now_ns();
        watch->lap_ns[lap] += now_ns - watch->began_ns;
        watch->began_ns = now_ns;
    }
}

#endif
