/* counters.c -- one table says where each counter is and what it is called. */
#include "counters.h"

#include <inttypes.h>

const struct counter counter_list[COUNTER_COUNT] = {
    {"blocks_decoded", "blocks decoded"},
    {"blocks_skipped", "blocks skipped"},
    {"postings_scored", "postings scored"},
    {"lengths_touched", "lengths touched"},
    {"positions_decoded", "position chunks"},
    {"ranges_scored", "ranges scored"},
    {"ranges_skipped", "ranges skipped"},
    {"bytes_read", "bytes read"},
};

void counters_add(uint64_t sums[COUNTER_COUNT], const lede_counters *counters)
{
    const uint64_t values[COUNTER_COUNT] = {
        counters->blocks_decoded,
        counters->blocks_skipped,
        counters->postings_scored,
        counters->lengths_touched,
        counters->positions_decoded,
        counters->ranges_scored,
        counters->ranges_skipped,
        counters->bytes_read,
    };
    for (size_t i = 0; i < COUNTER_COUNT; i++) {
        sums[i] += values[i];
    }
}

void counters_json(struct output *output, const uint64_t values[COUNTER_COUNT])
{
    output_string(output, "{");
    for (size_t i = 0; i < COUNTER_COUNT; i++) {
        output_format(
            output, "%s\"%s\": %" PRIu64, i > 0 ? ", " : "", counter_list[i].name, values[i]);
    }
    output_string(output, "}");
}
