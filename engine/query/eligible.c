#include "query/eligible.h"

#include "query/overlap.h"

enum { RANGE = LEDE_RANGE_DOCS };

uint64_t eligible_in_range(const struct eligible *eligible, uint32_t range)
{
    const struct deletions *deletions = &eligible->segment->deletions;
    const uint32_t base = range * RANGE;
    if (eligible->allowed != NULL) {
        return eligible->allowed[range];
    }
    uint64_t docs = ~UINT64_C(0);
    if (base >= eligible->end) { /* damaged codes promise documents that there are not */
        return 0;
    }
    if (deletions->deleted_count > 0) {
        docs &= ~load_le64(deletions->bitmap.bytes + (size_t)range * 8);
    }
    if (base < eligible->first) {
        docs &= eligible->first - base < 64 ? ~UINT64_C(0) << (eligible->first - base) : 0;
    }
    if (base + RANGE > eligible->end) {
        docs &= ~(~UINT64_C(0) << (eligible->end - base));
    }
    return eligible->offered_count == 0
               ? docs
               : docs & ~overlap_in_range(eligible->offered, eligible->offered_count, range);
}
