/* Subsets of lanes are walked depth first, and left where what is left of the bounds cannot reach the threshold, or
 * what was taken does already. A lane that is in most ranges is opened only where it matters: where documents of those
 * before could reach the threshold with it. */
#include "query/candidates.h"

#include "base/bits.h"

/* The lanes that a range has. */
struct range_lanes {
    uint64_t words[CANDIDATE_LANES_MAX];
    uint32_t bounds[CANDIDATE_LANES_MAX];
    uint32_t rest[CANDIDATE_LANES_MAX]; /* the sum of bounds from here on */
    uint32_t count;
};

/* Those of `docs` that lanes from `i` on lift by `need` or more, which is above 0. */
static uint64_t reach(const struct range_lanes *lanes, uint32_t i, uint64_t docs, uint32_t need)
{
    uint64_t found = 0;
    for (; i < lanes->count && docs != 0 && lanes->rest[i] >= need; i++) {
        const uint64_t with = docs & lanes->words[i]; /* NOLINT: the first `count` were set */
        const uint32_t bound = lanes->bounds[i];
        if (with == 0) {
            continue;
        }
        found |= bound >= need ? with : reach(lanes, i + 1, with, need - bound);
        docs &= ~with; /* what does not reach it with this lane does not without */
    }
    return found;
}

/* Documents that the first `lane_count` lanes, which are open, lift by `need` or more. */
static uint64_t find_in_range(
    const struct lane_set *set, uint32_t lane_count, uint32_t range, uint32_t need)
{
    const uint32_t place = range % LEDE_WINDOW_RANGES;
    struct range_lanes lanes;
    lanes.count = 0;
    for (uint32_t i = 0; i < lane_count; i++) {
        const struct lane *lane = set->lanes[i];
        lanes.words[lanes.count] = lane->words[place];
        lanes.bounds[lanes.count] = lane_bound(lane, range);
        lanes.count += lane->words[place] != 0;
    }
    uint32_t rest = 0;
    for (uint32_t i = lanes.count; i-- > 0;) {
        lanes.rest[i] = rest += lanes.bounds[i];
    }
    return reach(&lanes, 0, ~UINT64_C(0), need);
}

/* The ranges of `alive` in which the first `lane_count` lanes leave something to do for the others. */
static uint64_t still_alive(const struct lane_set *set, uint32_t lane_count, uint32_t window,
    uint64_t alive, const uint32_t *to_come, const uint32_t *thresholds)
{
    for (uint64_t left = alive; left != 0; left &= left - 1) {
        const uint32_t place = lowest_bit64(left);
        if (to_come[place] < thresholds[place] &&
            find_in_range(set, lane_count, window * LEDE_WINDOW_RANGES + place,
                thresholds[place] - to_come[place]) == 0) {
            alive &= ~(left & -left);
        }
    }
    return alive;
}

uint64_t candidates_find(const struct lane_set *set, uint32_t window, uint64_t alive,
    const uint32_t *sums, const uint32_t *thresholds, uint64_t *docs)
{
    const uint32_t first_range = window * LEDE_WINDOW_RANGES;
    uint32_t to_come[LEDE_WINDOW_RANGES]; /* bounds of lanes that are not open */
    for (uint64_t left = alive; left != 0; left &= left - 1) {
        to_come[lowest_bit64(left)] = sums[lowest_bit64(left)];
    }
    for (uint32_t i = 0; i < set->count && alive != 0; i++) {
        if (i > 0 && set->lanes[i]->is_dense) {
            alive = still_alive(set, i, window, alive, to_come, thresholds);
        }
        lane_open(set->lanes[i], window, alive);
        for (uint64_t left = alive; left != 0; left &= left - 1) {
            const uint32_t place = lowest_bit64(left);
            to_come[place] -= lane_bound(set->lanes[i], first_range + place);
        }
    }
    uint64_t found = 0;
    for (; alive != 0; alive &= alive - 1) {
        const uint32_t place = lowest_bit64(alive);
        docs[place] = find_in_range(set, set->count, first_range + place, thresholds[place]);
        found |= docs[place] != 0 ? alive & -alive : 0;
    }
    return found;
}
