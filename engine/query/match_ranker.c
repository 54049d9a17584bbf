#include "query/match_ranker.h"

enum { FIRST_MATCHES = 12 }; /* beside as many as are wanted, these are scored first */

/* Add a lane's bounds. */
static void add_bounds(const struct lane *lane, const uint32_t *places,
    const struct match_set *matches, uint32_t *bounds)
{
    if (places != NULL) {
        for (uint64_t i = 0; i < matches->count; i++) {
            bounds[i] += lane_bound_of(lane, places[i], matches->docs[i]);
        }
        return;
    }
    for (uint64_t i = 0; i < matches->count; i++) {
        bounds[i] += lane_bound(lane, matches->docs[i] / LEDE_RANGE_DOCS);
    }
}

/* Score those whose bound is not 0 and lets them reach the least key. */
static void offer_reaching(
    struct offering *offering, const struct match_set *matches, const uint32_t *bounds)
{
    for (uint64_t i = 0; i < matches->count; i++) {
        const uint32_t doc = matches->docs[i];
        if (bounds[i] != 0 && ((uint64_t)bounds[i] << 32 | doc) >= offering->topk->least) {
            offering_add(offering, doc, 0, bounds[i], (uint32_t)i);
        }
    }
    offering_flush(offering);
}

/* Move the `wanted` largest of `bounds` to the array returned, which is 0 otherwise; NULL: no memory. */
static uint32_t *take_largest(
    uint32_t *bounds, uint64_t count, uint64_t wanted, struct arena *arena)
{
    struct topk largest;
    uint64_t *keys = arena_array(arena, wanted, sizeof *keys);
    uint32_t *taken = arena_zalloc(arena, count, sizeof *taken);
    if (keys == NULL || taken == NULL) {
        return NULL;
    }
    topk_init(&largest, keys, (size_t)wanted, 0);
    for (uint64_t i = 0; i < count; i++) {
        topk_offer(&largest, (uint64_t)bounds[i] << 32 | i);
    }
    for (size_t i = 0; i < largest.count; i++) {
        const uint32_t at = (uint32_t)keys[i];
        taken[at] = bounds[at];
        bounds[at] = 0;
    }
    return taken;
}

lede_status match_ranker_run(struct offering *offering, const struct match_set *matches,
    struct arena *arena, lede_error *error)
{
    const struct lane_set *set = offering->scorer.set;
    const uint64_t wanted = offering->topk->k + FIRST_MATCHES;
    const uint32_t **places = arena_array(arena, set->count, sizeof *places);
    uint32_t *bounds = arena_zalloc(arena, matches->count, sizeof *bounds);
    if (places == NULL || bounds == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint32_t j = 0; j < set->count; j++) {
        places[j] = match_set_places(matches, set->lanes[j]->leaf.cursor);
        add_bounds(set->lanes[j], places[j], matches, bounds);
    }
    offering->scorer.places = places;
    if (wanted < matches->count / 2) {
        const uint32_t *largest = take_largest(bounds, matches->count, wanted, arena);
        if (largest == NULL) {
            return lede_fail_nomem(error);
        }
        offer_reaching(offering, matches, largest);
    }
    offer_reaching(offering, matches, bounds);
    return LEDE_OK;
}
