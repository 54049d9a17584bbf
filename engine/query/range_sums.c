/* Whole windows are added up, a table look-up a range and term, unless few ranges are allowed. */
#include "query/range_sums.h"

#include <string.h>

#include "base/bits.h"
#include "query/docset.h"

enum {
    /* Ranks are told apart to so many bits of the largest sum. */
    RANK_PRECISION_BITS = 7,
    /* Sums of the best ranges lie close together below the largest: that part of it is looked at first. */
    FIRST_STEP = 16,
};

/* Only ranges in which something is allowed have a sum. */
static void add_allowed(const struct range_limits *limits, uint32_t first_range, uint32_t *numbers)
{
    for (uint32_t i = 0; i < LEDE_WINDOW_RANGES; i++) {
        for (uint32_t j = 0; limits->allowed[first_range + i] != 0 && j < limits->lane_count; j++) {
            numbers[i] += lane_bound(limits->lanes[j], first_range + i);
        }
    }
}

/* Ranges of the window that lie outside of [first, end) have no hits. */
static void cut_window(const struct range_limits *limits, uint32_t window, uint32_t *numbers)
{
    for (uint32_t i = 0; i < LEDE_WINDOW_RANGES; i++) {
        const uint32_t base = window * LEDE_WINDOW_DOCS + i * LEDE_RANGE_DOCS;
        if (base + LEDE_RANGE_DOCS <= limits->first || base >= limits->end) {
            numbers[i] = 0;
        }
    }
}

static void add_window(struct range_sums *sums, const struct range_limits *limits, uint32_t window)
{
    const size_t at = (size_t)window * LEDE_WINDOW_RANGES;
    const uint32_t base = window * LEDE_WINDOW_DOCS;
    uint32_t *numbers = sums->numbers + at;
    if (limits->is_selective) {
        add_allowed(limits, window * LEDE_WINDOW_RANGES, numbers);
    } else {
        for (uint32_t i = 0; i < limits->lane_count; i++) {
            const struct lane *lane = limits->lanes[i];
            sums->ops->add_bounds(numbers, lane->codes + at, LEDE_WINDOW_RANGES, lane->bounds);
        }
        for (uint32_t i = 0; limits->allowed != NULL && i < LEDE_WINDOW_RANGES; i++) {
            numbers[i] = limits->allowed[at + i] != 0 ? numbers[i] : 0;
        }
    }
    if (base < limits->first || base + LEDE_WINDOW_DOCS > limits->end) {
        cut_window(limits, window, numbers);
    }
    sums->largest[window] = sums->ops->largest(numbers, LEDE_WINDOW_RANGES);
}

lede_status range_sums_make(struct range_sums *sums, const struct range_limits *limits,
    uint32_t window_count, const struct score_ops *ops, struct arena *arena, lede_error *error)
{
    *sums = (struct range_sums){
        .ops = ops,
        .numbers = arena_zalloc(arena, (size_t)window_count * LEDE_WINDOW_RANGES, sizeof(uint32_t)),
        .largest = arena_zalloc(arena, window_count, sizeof(uint32_t)),
        .window_count = window_count,
    };
    if (sums->numbers == NULL || sums->largest == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint32_t window = limits->first / LEDE_WINDOW_DOCS;
         window < window_count && window * LEDE_WINDOW_DOCS < limits->end; window++) {
        add_window(sums, limits, window);
    }
    return LEDE_OK;
}

/* How many ranges have a sum of at least `least`; counting ends at `enough`. */
static uint32_t count_reaching(const struct range_sums *sums, uint32_t least, uint32_t enough)
{
    uint32_t count = 0;
    for (uint32_t window = 0; window < sums->window_count && count < enough; window++) {
        count += popcount64(range_sums_reaching(sums, window, least));
    }
    return count;
}

uint32_t range_sums_of_rank(const struct range_sums *sums, uint32_t wanted)
{
    uint32_t low = 1; /* enough reach it, or there are not so many */
    uint32_t high = sums->ops->largest(sums->largest, sums->window_count);
    const uint32_t precision = high >> RANK_PRECISION_BITS;
    uint32_t step = high / FIRST_STEP; /* 0: bisection */
    while (high > low + 1 && high - low > precision) {
        const bool steps_down = step > 0 && high - low > step;
        const uint32_t middle = steps_down ? high - step : low + (high - low) / 2;
        const uint32_t count = count_reaching(sums, middle, wanted * 2);
        if (count < wanted) {
            high = middle;
            step = steps_down ? step * 2 : 0;
        } else {
            low = middle;
            step = 0;
            if (count < wanted * 2) {
                break;
            }
        }
    }
    return low;
}
