#include "query/scorer.h"

#include <string.h>

#include "base/bits.h"

/* The documents of a batch that have a lane's term. */
struct found {
    uint32_t at[SCORER_DOCS_MAX + WORDSET_SLACK];     /* in the batch */
    uint32_t places[SCORER_DOCS_MAX + WORDSET_SLACK]; /* in the list */
    uint32_t frequencies[SCORER_DOCS_MAX];
    uint32_t lengths[SCORER_DOCS_MAX];
    uint32_t shares[SCORER_DOCS_MAX];
};

/* With a title boost each document's title is asked, one after the other. */
static void title_shares(struct lane *lane, const struct scorer_batch *batch, uint32_t first_doc,
    uint32_t count, struct found *found)
{
    struct leaf *leaf = &lane->leaf;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t doc = first_doc + batch->places[found->at[i]];
        const float tf = bm25_title_tf(leaf->bm25, found->frequencies[i], leaf_title_tf(leaf, doc));
        found->shares[i] = bm25_share(leaf->bm25, leaf->plan->scaled_weight, tf, found->lengths[i]);
    }
}

static void add_lane(
    const struct scorer *scorer, struct lane *lane, struct scorer_batch *batch, uint32_t first_doc)
{
    const struct leaf *leaf = &lane->leaf;
    struct found found;
    const uint32_t count = scorer->segment->postings.bitpack->wordset->look_up(
        lane->words, lane->starts, batch->places, batch->count, found.at, found.places);
    if (count == 0) {
        return;
    }
    postings_frequencies_read(&lane->frequencies, found.places, count, found.frequencies);
    for (uint32_t i = 0; i < count; i++) {
        found.lengths[i] = batch->lengths[found.at[i]];
    }
    if (leaf->title == NULL) {
        scorer->ops->shares(leaf->bm25, leaf->plan->scaled_weight, found.frequencies, found.lengths,
            count, found.shares);
    } else {
        title_shares(lane, batch, first_doc, count, &found);
    }
    for (uint32_t i = 0; i < count; i++) {
        batch->scores[found.at[i]] += found.shares[i];
    }
    scorer->counters->postings_scored += count;
}

/* The ranges of the batch. */
static uint64_t ranges_of(const struct scorer_batch *batch)
{
    uint64_t ranges = 0;
    for (uint32_t i = 0; i < batch->count; i++) {
        ranges |= UINT64_C(1) << batch->places[i] / LEDE_RANGE_DOCS;
    }
    return ranges;
}

static void drop_hopeless(struct scorer_batch *batch, const uint32_t *to_come, uint32_t threshold)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < batch->count; i++) {
        const uint32_t place = batch->places[i];
        const uint32_t score = batch->scores[i];
        batch->places[kept] = place;
        batch->scores[kept] = score;
        batch->lengths[kept] = batch->lengths[i];
        kept += score + to_come[place / LEDE_RANGE_DOCS] >= threshold;
    }
    batch->count = kept;
}

void scorer_run(const struct scorer *scorer, const struct scorer_task *task,
    struct scorer_batch *batch, uint32_t threshold)
{
    const uint32_t first_doc = task->window * LEDE_WINDOW_DOCS;
    const uint64_t ranges = ranges_of(batch);
    uint32_t docs[SCORER_DOCS_MAX];
    uint32_t to_come[LEDE_WINDOW_RANGES];
    memcpy(to_come, task->to_come, sizeof to_come);
    for (uint32_t i = 0; i < batch->count; i++) {
        docs[i] = first_doc + batch->places[i];
    }
    scorer->ops->lengths(&scorer->segment->lengths, docs, batch->count, batch->lengths);
    scorer->counters->lengths_touched += batch->count;
    for (uint32_t i = task->first_lane; i < scorer->set->count && batch->count > 0; i++) {
        struct lane *lane = scorer->set->lanes[i];
        if (task->opens_lanes) {
            lane_open(lane, task->window, ranges_of(batch));
        }
        add_lane(scorer, lane, batch, first_doc);
        for (uint64_t left = ranges; left != 0; left &= left - 1) {
            const uint32_t place = lowest_bit64(left);
            to_come[place] -= lane_bound(lane, task->window * LEDE_WINDOW_RANGES + place);
        }
        drop_hopeless(batch, to_come, threshold);
    }
}
