/* window_adder.h -- windows of which most ranges can have hits: exact shares of whole lists are added up there.
 *
 * Lane by lane, in the whole window while most of its ranges live, then range by range; until so few documents can
 * still reach the threshold that they are sooner looked up in the lanes to come (scorer.h).
 */
#ifndef QUERY_WINDOW_ADDER_H
#define QUERY_WINDOW_ADDER_H

#include "base/arena.h"
#include "query/eligible.h"
#include "query/offering.h"

/* With so many living ranges of its 64 a window is worth it. */
enum { WINDOW_ADDER_RANGES = 28 };

struct window_adder {
    const struct score_ops *ops;
    const struct lane_set *set;
    const struct eligible *eligible;
    struct offering *offering;
    struct arena *arena;
    uint64_t seen;      /* documents offered */
    uint32_t *scores;   /* of a window's documents, all 0 between uses; made when first needed */
    size_t range_bytes; /* of the numbers of a range */
};

/* Offer what can be a hit of the ranges `alive` of a window. sums: of all lanes' bounds, by range of the window.
 * LEDE_ERR_NOMEM. */
lede_status window_adder_run(
    struct window_adder *adder, uint32_t window, uint64_t alive, const uint32_t *sums) MUST_CHECK;

#endif
