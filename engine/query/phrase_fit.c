/* Runs of positions are compared as they are decoded (storage/occurrences.h), at a distance: no position is copied but
 * where a phrase may begin. Documents with more than one run of a word are rare, and take the long way. */
#include "query/phrase_fit.h"

#include <string.h>

#include "base/assert.h"

/* Leave of a run the positions in the title of `doc`. */
static bool cut_to_title(struct phrase_word *word, uint32_t doc, struct position_run *run)
{
    if (postings_cursor_place(word->leaf.cursor, doc) != doc) {
        return false;
    }
    const uint32_t there = postings_cursor_frequency(word->leaf.cursor);
    const uint32_t left = there > run->count ? there - run->count : 0;
    run->count = there < run->count ? there : run->count;
    run->left = left < run->left ? left : run->left;
    return run->count > 0;
}

/* Positions of a slot's word in document `doc`, which is number `at` of the group. */
ALWAYS_INLINE bool slot_run(struct phrase_fit *fit, const struct plan_slot *slot, uint32_t doc,
    uint32_t at, struct position_run *run)
{
    struct phrase_word *word = &fit->words[slot->leaf];
    const uint32_t place = fit->places[slot->leaf][at];
    if (!occurrences_at(
            word->occurrences, place / LEDE_BLOCK_POSTINGS, place % LEDE_BLOCK_POSTINGS, run)) {
        return false;
    }
    return LIKELY(!fit->is_title) || cut_to_title(word, doc, run);
}

/* Keep those of `starts` that have `offset` further one of the run's positions; returns how many. */
static uint32_t keep_fitting(
    uint32_t *starts, uint32_t count, const struct position_run *run, uint32_t offset)
{
    const uint32_t *values = run->values;
    uint32_t kept = 0;
    uint32_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t wanted = starts[i] + offset + run->base;
        while (at < run->count && (int32_t)(values[at] - wanted) < 0) {
            at++;
        }
        if (at == run->count) {
            break;
        }
        if (values[at] == wanted) {
            starts[kept++] = starts[i];
        }
    }
    return kept;
}

/* The same where the run is only the first of several. */
static uint32_t keep_fitting_long(struct phrase_fit *fit, struct occurrences *occurrences,
    uint32_t count, struct position_run *run, uint32_t offset)
{
    uint32_t kept = 0;
    for (;;) {
        memcpy(fit->others, fit->starts, count * sizeof *fit->starts);
        uint32_t found = keep_fitting(fit->others, count, run, offset);
        /* A damaged list may have a position in several runs. */
        found = found < count - kept ? found : count - kept;
        memcpy(fit->kept + kept, fit->others, found * sizeof *fit->others);
        kept += found;
        if (run->left == 0 || !occurrences_more(occurrences, run)) {
            break;
        }
    }
    memcpy(fit->starts, fit->kept, kept * sizeof *fit->kept);
    return kept;
}

/* Whether one of the first `count` starts is where the phrase begins. */
static bool fits(struct phrase_fit *fit, uint32_t doc, uint32_t at, uint32_t count)
{
    for (uint32_t i = 1; i < fit->slot_count && count > 0; i++) {
        const struct plan_slot *slot = fit->slots[i];
        struct position_run run;
        if (!slot_run(fit, slot, doc, at, &run)) {
            return false;
        }
        count = run.left == 0 ? keep_fitting(fit->starts, count, &run, slot->offset)
                              : keep_fitting_long(fit, fit->words[slot->leaf].occurrences, count,
                                    &run, slot->offset);
    }
    return count > 0;
}

bool phrase_fit_all(struct phrase_fit *fit, uint32_t doc, uint32_t at)
{
    const struct plan_slot *lead = fit->slots[0];
    struct position_run run;
    if (!slot_run(fit, lead, doc, at, &run)) {
        return false;
    }
    for (;;) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < run.count; i++) {
            const uint32_t position = run.values[i] - run.base;
            fit->starts[count] = position - lead->offset;
            count += position >= lead->offset;
        }
        if (fits(fit, doc, at, count)) {
            return true;
        }
        if (run.left == 0 || !occurrences_more(fit->words[lead->leaf].occurrences, &run)) {
            return false;
        }
    }
}

/* Whether document `doc`, number `at` of the group, has the two words that occur least where the phrase has them; of
 * longer phrases also where that is not told by one run. */
ALWAYS_INLINE bool has_two(struct phrase_fit *fit, uint32_t doc, uint32_t at)
{
    const struct plan_slot *first = fit->slots[0];
    const struct plan_slot *second = fit->slots[1];
    struct position_run first_run;
    struct position_run second_run;
    if (!slot_run(fit, first, doc, at, &first_run) ||
        !slot_run(fit, second, doc, at, &second_run)) {
        return false;
    }
    if (UNLIKELY(first_run.left > 0 || second_run.left > 0)) {
        return fit->slot_count > 2 || phrase_fit_all(fit, doc, at);
    }
    const uint32_t distance = second_run.base - first_run.base + second->offset - first->offset;
    return fit->bitpack->meet(
        first_run.values, first_run.count, second_run.values, second_run.count, distance);
}

uint32_t phrase_fit_two(
    struct phrase_fit *fit, const uint32_t *docs, uint32_t count, uint32_t *kept)
{
    uint32_t met = 0;
    for (uint32_t i = 0; i < count; i++) {
        kept[met] = i;
        met += has_two(fit, docs[i], i);
    }
    return met;
}

static void order_slots(struct phrase_fit *fit, const struct plan_node *node)
{
    for (uint32_t i = 0; i < node->slot_count; i++) {
        const uint64_t cf = fit->words[node->slots[i].leaf].leaf.cursor->entry.cf;
        uint32_t at = i;
        for (; at > 0 && fit->words[fit->slots[at - 1]->leaf].leaf.cursor->entry.cf > cf; at--) {
            fit->slots[at] = fit->slots[at - 1];
        }
        fit->slots[at] = &node->slots[i];
    }
}

/* Two words that pair lists have side by side in all documents that are asked about. */
static bool are_paired(const struct plan_slot *a, const struct plan_slot *b, const bool *is_covered)
{
    return (a->offset + 1 == b->offset || b->offset + 1 == a->offset) && is_covered[a->leaf] &&
           is_covered[b->leaf];
}

/* The first two slots are to tell something: not what is known already. */
static void avoid_pair(struct phrase_fit *fit, const bool *is_covered)
{
    for (uint32_t i = 2; i < fit->slot_count; i++) {
        if (!are_paired(fit->slots[0], fit->slots[1], is_covered)) {
            return;
        }
        const struct plan_slot *other = fit->slots[i];
        fit->slots[i] = fit->slots[1];
        fit->slots[1] = other;
    }
}

bool phrase_fit_init(struct phrase_fit *fit, struct arena *arena, struct phrase_word *words,
    const struct plan_node *node, const bool *is_covered)
{
    ASSERT(node->leaf_count >= 1);
    ASSERT(node->slot_count >= 2);
    fit->words = words;
    fit->word_count = node->leaf_count;
    fit->slot_count = node->slot_count;
    fit->slots = arena_array(arena, node->slot_count, sizeof(const struct plan_slot *));
    fit->places = arena_array(arena, node->leaf_count, sizeof(uint32_t *));
    if (fit->slots == NULL || fit->places == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < node->leaf_count; i++) {
        fit->places[i] = arena_array(arena, PHRASE_GROUP_DOCS, sizeof(uint32_t));
        if (fit->places[i] == NULL) {
            return false;
        }
    }
    fit->bitpack = words[0].positions_at->source->bitpack;
    fit->is_title = words[0].positions_at != words[0].leaf.cursor;
    order_slots(fit, node);
    avoid_pair(fit, is_covered);
    return true;
}
