#include "index/merge_policy.h"

#include "base/limits.h"
#include "base/sort.h"

static uint64_t weight(const struct merge_candidate *candidate)
{
    if (candidate->doc_count == 0) {
        return 0;
    }
    const double share = (double)candidate->live_count / candidate->doc_count;
    return (uint64_t)((double)candidate->size_bytes * share);
}

static uint32_t tier_of(const struct merge_candidate *candidate)
{
    uint32_t tier = 0;
    for (uint64_t most = MERGE_TIER_BYTES;
         weight(candidate) > most && most <= UINT64_MAX / MERGE_TIER_FANOUT;
         most *= MERGE_TIER_FANOUT) {
        tier++;
    }
    return tier;
}

static int compare(const void *a, const void *b)
{
    const struct merge_candidate *first = a;
    const struct merge_candidate *second = b;
    const uint64_t one = weight(first);
    const uint64_t other = weight(second);
    if (one != other) {
        return one < other ? -1 : 1;
    }
    return (first->place > second->place) - (first->place < second->place);
}

/* How many from `first` on, at most `count`, a segment can hold together. */
static uint32_t fitting(const struct merge_candidate *first, uint32_t count)
{
    uint64_t docs = 0;
    uint32_t fitting_count = 0;
    while (fitting_count < count) {
        docs += first[fitting_count].live_count;
        if (docs > LEDE_SEGMENT_DOCS_MAX) {
            break;
        }
        fitting_count++;
    }
    return fitting_count;
}

static void bring_to_front(struct merge_candidate *candidates, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count && first > 0; i++) {
        const struct merge_candidate moved = candidates[i];
        candidates[i] = candidates[first + i];
        candidates[first + i] = moved;
    }
}

/* Where the tier of candidates[first] ends; they are sorted. */
static uint32_t tier_end(const struct merge_candidate *candidates, uint32_t first, uint32_t count)
{
    uint32_t end = first + 1;
    while (end < count && tier_of(&candidates[end]) == tier_of(&candidates[first])) {
        end++;
    }
    return end;
}

bool merge_policy_is_behind(struct merge_candidate *candidates, uint32_t count)
{
    sort_rows(candidates, count, sizeof *candidates, compare);
    for (uint32_t first = 0; first < count;) {
        const uint32_t end = tier_end(candidates, first, count);
        if (end - first >= MERGE_TIER_PATIENCE) {
            return true;
        }
        first = end;
    }
    return false;
}

uint32_t merge_policy_choose(struct merge_candidate *candidates, uint32_t count, uint32_t count_max)
{
    sort_rows(candidates, count, sizeof *candidates, compare);
    for (uint32_t first = 0; first < count;) {
        const uint32_t end = tier_end(candidates, first, count);
        if (end - first >= MERGE_TIER_FANOUT) {
            const uint32_t most = end - first < count_max ? end - first : count_max;
            const uint32_t chosen = fitting(&candidates[first], most);
            if (chosen > 1) {
                bring_to_front(candidates, first, chosen);
                return chosen;
            }
        }
        first = end;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (candidates[i].live_count < candidates[i].doc_count / 2) {
            bring_to_front(candidates, i, 1);
            return 1;
        }
    }
    return 0;
}

uint32_t merge_policy_choose_all(
    struct merge_candidate *candidates, uint32_t count, uint32_t count_max)
{
    sort_rows(candidates, count, sizeof *candidates, compare);
    if (count == 1 && candidates[0].live_count == candidates[0].doc_count) {
        return 0;
    }
    /* Not more than it takes until all that are left can be merged at once. */
    uint32_t most = count;
    if (count > count_max) {
        most = count - count_max + 1 < count_max ? count - count_max + 1 : count_max;
    }
    const uint32_t chosen = fitting(candidates, most);
    const bool is_needed = chosen > 1 || (chosen == 1 && count == 1);
    return is_needed ? chosen : 0;
}
