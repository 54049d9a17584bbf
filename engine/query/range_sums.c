/* A bound in levels is bound * 2^32 / step rounded down, divided by 2^32, plus one: never less than bound / step, and
 * computed without a division. With the step at 1/LEVELS_WANTED of all lanes' weights, sums seldom reach LEVEL_LAST. */
#include "query/range_sums.h"

#include <string.h>

#include "base/bits.h"

enum {
    LEVELS_WANTED = 250,
    GROUP = 64, /* windows that a kernel looks at together */
};

/* ---- which ranges ---- */

/* The ranges of a window that can hold hits. */
static uint64_t open_ranges(const struct range_limits *limits, uint32_t window)
{
    const uint32_t base = window * LEDE_WINDOW_DOCS;
    uint64_t open = ~UINT64_C(0);
    if (base >= limits->end || base + LEDE_WINDOW_DOCS <= limits->first) {
        return 0;
    }
    if (base < limits->first) {
        open <<= (limits->first - base) / LEDE_RANGE_DOCS;
    }
    if (base + LEDE_WINDOW_DOCS > limits->end) { /* so at least one range is, and at most 64 are */
        open &=
            ~UINT64_C(0) >> (LEDE_WINDOW_RANGES - 1 - (limits->end - 1 - base) / LEDE_RANGE_DOCS);
    }
    if (limits->allowed != NULL) {
        const uint64_t *allowed = limits->allowed + (size_t)window * LEDE_WINDOW_RANGES;
        uint64_t has_some = 0;
        for (uint32_t i = 0; i < LEDE_WINDOW_RANGES; i++) {
            has_some |= (uint64_t)(allowed[i] != 0) << i;
        }
        open &= has_some;
    }
    return open;
}

static void open_windows(struct range_sums *sums, const struct range_limits *limits)
{
    const uint32_t whole = limits->end / LEDE_WINDOW_DOCS; /* the last one, if it is not whole */
    const bool is_plain = limits->first == 0 && limits->allowed == NULL;
    const uint32_t open = is_plain && whole < sums->window_count ? whole : 0;
    memset(sums->open, 0xff, open * sizeof *sums->open);
    for (uint32_t window = open; window < sums->window_count; window++) {
        sums->open[window] = open_ranges(limits, window);
    }
}

/* ---- levels ---- */

/* Choose the step. */
static void choose_step(struct range_sums *sums)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < sums->lane_count; i++) {
        most += sums->lanes[i]->most;
    }
    sums->step = (uint32_t)(most / LEVELS_WANTED) + 1;
}

static uint64_t inverse_step(const struct range_sums *sums)
{
    return (UINT64_C(1) << 32) / sums->step + 1;
}

static uint8_t level_of_bound(uint32_t bound, uint64_t inverse)
{
    const uint32_t level = (uint32_t)(bound * inverse >> 32) + (bound != 0);
    return level < LEVEL_LAST ? (uint8_t)level : LEVEL_LAST;
}

/* Levels of all ranges, lane by lane: of lanes of which a document has one alone, the largest. */
static void add_lanes(const struct range_sums *sums, bool are_alone, uint8_t *levels)
{
    const uint64_t inverse = inverse_step(sums);
    for (uint32_t i = 0; i < sums->lane_count; i++) {
        const struct lane *lane = sums->lanes[i];
        uint8_t table[RANGE_CODES];
        if (lane->is_alone != are_alone) {
            continue;
        }
        for (uint32_t code = 0; code < RANGE_CODES; code++) {
            table[code] = level_of_bound(lane->bounds[code], inverse);
        }
        (are_alone ? sums->ops->raise_levels : sums->ops->add_levels)(
            levels, lane->codes, sums->window_count * LEDE_WINDOW_RANGES, table);
    }
}

static uint32_t exact_sum(const struct range_sums *sums, uint32_t range)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < sums->lane_count; i++) {
        sum += lane_bound(sums->lanes[i], range);
    }
    return sum;
}

/* What a document of a range can have at most, of lanes that are alone the largest; *sum_out: of all lanes. */
static uint32_t exact_bound(const struct range_sums *sums, uint32_t range, uint32_t *sum_out)
{
    uint32_t largest = 0;
    uint32_t alone = 0;
    *sum_out = 0;
    for (uint32_t i = 0; i < sums->lane_count; i++) {
        const struct lane *lane = sums->lanes[i];
        const uint32_t bound = lane_bound(lane, range);
        *sum_out += bound;
        alone += lane->is_alone ? bound : 0;
        largest = lane->is_alone && bound > largest ? bound : largest;
    }
    return *sum_out - alone + largest;
}

/* Levels of the open ranges alone, which are few. */
static void add_open(const struct range_sums *sums, uint8_t *levels)
{
    const uint64_t inverse = inverse_step(sums);
    for (uint32_t window = 0; window < sums->window_count; window++) {
        for (uint64_t left = sums->open[window]; left != 0; left &= left - 1) {
            const uint32_t range = window * LEDE_WINDOW_RANGES + lowest_bit64(left);
            levels[range] = level_of_bound(exact_sum(sums, range), inverse);
        }
    }
}

static lede_status make_levels(
    struct range_sums *sums, bool is_selective, struct arena *arena, lede_error *error)
{
    const struct lane *first = sums->lanes[0];
    if (sums->lane_count == 1 && first->codes != NULL) {
        sums->levels = first->codes;
        return LEDE_OK;
    }
    uint8_t *levels = arena_zalloc(arena, (size_t)sums->window_count * LEDE_WINDOW_RANGES, 1);
    if (levels == NULL) {
        return lede_fail_nomem(error);
    }
    choose_step(sums);
    sums->levels = sums->made = levels;
    if (is_selective) {
        add_open(sums, levels);
    } else {
        add_lanes(sums, true, levels);
        add_lanes(sums, false, levels);
    }
    return LEDE_OK;
}

static void find_largest(struct range_sums *sums)
{
    sums->ops->largest_levels(sums->levels, sums->window_count, sums->largest);
    for (uint32_t window = 0; window < sums->window_count; window++) {
        sums->largest[window] = sums->open[window] != 0 ? sums->largest[window] : 0;
    }
}

lede_status range_sums_make(struct range_sums *sums, const struct range_limits *limits,
    uint32_t window_count, const struct score_ops *ops, struct arena *arena, lede_error *error)
{
    sums->ops = ops;
    sums->lanes = limits->lanes;
    sums->lane_count = limits->lane_count;
    sums->step = 0;
    sums->window_count = window_count;
    sums->least = 0;
    sums->level = 0;
    sums->open = arena_array(arena, window_count, sizeof *sums->open);
    sums->largest = arena_zalloc(arena, round_up(window_count, GROUP), 1);
    if (sums->open == NULL || sums->largest == NULL) {
        return lede_fail_nomem(error);
    }
    open_windows(sums, limits);
    const lede_status status = make_levels(sums, limits->is_selective, arena, error);
    if (status == LEDE_OK) {
        find_largest(sums);
    }
    return status;
}

void range_sums_renew(struct range_sums *sums)
{
    memset(sums->made, 0, (size_t)sums->window_count * LEDE_WINDOW_RANGES);
    add_lanes(sums, true, sums->made);
    add_lanes(sums, false, sums->made);
    find_largest(sums);
}

/* ---- asking ---- */

/* How many open ranges reach `level`, which is above 0. */
static uint32_t count_ranges(const struct range_sums *sums, uint32_t level)
{
    const struct score_ops *ops = sums->ops;
    uint32_t count = 0;
    for (uint32_t group = 0; group < sums->window_count; group += GROUP) {
        uint64_t left = ops->levels_reaching(sums->largest + group, level);
        const uint32_t all = left == ~UINT64_C(0) ? GROUP : 1; /* of them at a time */
        for (; left != 0; left = all == GROUP ? 0 : left & (left - 1)) {
            const uint32_t window = group + lowest_bit64(left);
            count += ops->count_levels(sums->levels + (size_t)window * LEDE_WINDOW_RANGES,
                sums->open + window, all, level);
        }
    }
    return count;
}

static uint32_t count_windows(const struct range_sums *sums, uint32_t level)
{
    uint32_t count = 0;
    for (uint32_t group = 0; group < sums->window_count; group += GROUP) {
        count += popcount64(sums->ops->levels_reaching(sums->largest + group, level));
    }
    return count;
}

/* The highest level that `count` says at least `wanted` of, if it does of `low`; otherwise `low`. */
static uint32_t level_of_rank(const struct range_sums *sums, uint32_t low, uint32_t wanted,
    uint32_t (*count)(const struct range_sums *, uint32_t))
{
    uint32_t high = LEVEL_LAST + 1;
    while (high > low + 1) {
        const uint32_t middle = low + (high - low) / 2;
        const bool is_reached = count(sums, middle) >= wanted;
        low = is_reached ? middle : low;
        high = is_reached ? high : middle;
    }
    return low;
}

/* Where so many windows reach a level so many ranges do, unless they are closed. */
uint32_t range_sums_level_of_rank(const struct range_sums *sums, uint32_t wanted)
{
    const uint32_t low = level_of_rank(sums, 1, wanted, count_windows);
    return level_of_rank(sums, count_ranges(sums, low) >= wanted ? low : 1, wanted, count_ranges);
}

uint32_t range_sums_level(const struct range_sums *sums, uint32_t least)
{
    if (sums->step > 0) {
        const uint32_t level = least / sums->step + (least % sums->step != 0);
        return level < LEVEL_LAST ? level : LEVEL_LAST;
    }
    const uint32_t *bounds = sums->lanes[0]->bounds; /* they ascend */
    uint32_t level = 0;
    for (uint32_t step = RANGE_CODES / 2; step > 0; step /= 2) {
        level += bounds[level + step - 1] < least ? step : 0;
    }
    level += bounds[level] < least;
    return level;
}

uint32_t range_sums_count(const struct range_sums *sums, uint32_t least)
{
    const uint32_t level = range_sums_level(sums, least);
    return level > LEVEL_LAST ? 0 : count_ranges(sums, level > 0 ? level : 1);
}

uint64_t range_sums_estimate(const struct range_sums *sums, uint64_t least_key)
{
    const uint32_t score = (uint32_t)(least_key >> 32);
    const uint32_t level = range_sums_level(sums, score > 0 ? score : 1);
    if (level > LEVEL_LAST) {
        return 0;
    }
    const uint32_t step = 1 + count_ranges(sums, level) / RANGE_SUMS_SAMPLE;
    uint64_t count = 0;
    for (uint32_t window = 0; window < sums->window_count; window += step) {
        const size_t first = (size_t)window * LEDE_WINDOW_RANGES;
        uint64_t left = sums->largest[window] < level
                            ? 0
                            : sums->ops->levels_reaching(sums->levels + first, level);
        for (left &= sums->open[window]; left != 0; left &= left - 1) {
            const uint32_t range = (uint32_t)first + lowest_bit64(left);
            uint32_t sum;
            const uint64_t bound = exact_bound(sums, range, &sum);
            const uint32_t last = range * LEDE_RANGE_DOCS + LEDE_RANGE_DOCS - 1;
            count += (bound << 32 | last) >= least_key;
        }
    }
    return count * step;
}

uint64_t range_sums_reaching(
    struct range_sums *sums, uint32_t window, uint32_t floor, uint32_t least)
{
    const uint64_t open = sums->open[window];
    if (open == 0) {
        return 0;
    }
    if (least != sums->least) {
        sums->least = least;
        sums->level = range_sums_level(sums, least);
    }
    const uint32_t level = sums->level > floor ? sums->level : floor;
    if (level > LEVEL_LAST) {
        return 0;
    }
    const size_t first_range = (size_t)window * LEDE_WINDOW_RANGES;
    uint64_t reaching = open & sums->ops->levels_reaching(sums->levels + first_range, level);
    for (uint64_t left = reaching; left != 0; left &= left - 1) {
        const uint32_t place = lowest_bit64(left);
        if (exact_bound(sums, (uint32_t)first_range + place, &sums->exact[place]) < least) {
            reaching ^= left & -left;
            sums->open[window] ^= left & -left;
        }
    }
    return reaching;
}
