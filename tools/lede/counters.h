/* counters.h -- the counters of a query's work by name, for everything that prints or adds them up. */
#ifndef COUNTERS_H
#define COUNTERS_H

#include <stdint.h>

#include "lede.h"
#include "output.h"

struct counter {
    const char *name;  /* in JSON: that of the member of lede_counters */
    const char *label; /* for people */
};

enum { COUNTER_COUNT = 8 };
extern const struct counter counter_list[COUNTER_COUNT];

/* Add each to its place among the sums. */
void counters_add(uint64_t sums[COUNTER_COUNT], const lede_counters *counters);

/* {"blocks_decoded": 12, ...} */
void counters_json(struct output *output, const uint64_t values[COUNTER_COUNT]);

#endif
