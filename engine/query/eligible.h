/* eligible.h -- which documents of a segment can still be hits of a query, whatever they score. */
#ifndef QUERY_ELIGIBLE_H
#define QUERY_ELIGIBLE_H

#include "storage/segment.h"

struct eligible {
    const struct segment *segment;
    uint32_t first, end;     /* documents */
    const uint64_t *allowed; /* by range: documents that can match; NULL: all of these that live */
    const uint32_t *offered; /* documents that were offered already, ascending */
    uint32_t offered_count;
};

/* Documents of range `range`, as bits. */
uint64_t eligible_in_range(const struct eligible *eligible, uint32_t range);

static inline bool eligible_has(const struct eligible *eligible, uint32_t doc)
{
    return (eligible_in_range(eligible, doc / LEDE_RANGE_DOCS) >> doc % LEDE_RANGE_DOCS & 1) != 0;
}

#endif
