#include "query/scorer.h"

#include "storage/postings_places.h"

/* The documents of a batch that have a lane's term. */
struct found {
    uint32_t at[SCORER_DOCS_MAX];     /* in the batch */
    uint32_t places[SCORER_DOCS_MAX]; /* in the list */
    uint32_t frequencies[SCORER_DOCS_MAX];
    uint32_t lengths[SCORER_DOCS_MAX];
    uint32_t shares[SCORER_DOCS_MAX];
};

static const uint32_t *places_of(const struct scorer *scorer, uint32_t at)
{
    return scorer->places == NULL ? NULL : scorer->places[at];
}

/* Look the documents up in lane number `at`: in its words where it is open, otherwise in its list, unless their places are
 * known. Returns how many have it. */
static uint32_t look_up(
    const struct scorer *scorer, uint32_t at, const struct scorer_batch *batch, struct found *found)
{
    const struct lane *lane = scorer->set->lanes[at];
    const uint32_t *places = places_of(scorer, at);
    if (places != NULL) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < batch->count; i++) {
            found->at[count] = i;
            found->places[count] = places[batch->matches[i]];
            count += found->places[count] != LANE_NO_PLACE;
        }
        return count;
    }
    uint32_t bits[SCORER_DOCS_MAX];
    if (scorer->window != SCORER_NO_WINDOW) {
        for (uint32_t i = 0; i < batch->count; i++) {
            bits[i] = batch->docs[i] - scorer->window * LEDE_WINDOW_DOCS;
        }
        return scorer->segment->postings.bitpack->wordset->look_up(
            lane->words, lane->starts, bits, batch->count, found->at, found->places);
    }
    return postings_places_find(
        lane->leaf.cursor, batch->docs, batch->count, found->at, found->places);
}

/* With a title boost each document's title is asked, one after the other. */
static void title_shares(
    struct leaf *leaf, const struct scorer_batch *batch, uint32_t count, struct found *found)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t title_tf = leaf_title_tf(leaf, batch->docs[found->at[i]]);
        /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): add_lane read the frequencies */
        const float tf = bm25_title_tf(leaf->bm25, found->frequencies[i], title_tf);
        found->shares[i] = bm25_share(leaf->bm25, leaf->plan->scaled_weight, tf, found->lengths[i]);
    }
}

static void add_lane(const struct scorer *scorer, uint32_t at, struct scorer_batch *batch)
{
    struct lane *lane = scorer->set->lanes[at];
    struct leaf *leaf = &lane->leaf;
    struct found found;
    const uint32_t count = look_up(scorer, at, batch, &found);
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
        title_shares(leaf, batch, count, &found);
    }
    for (uint32_t i = 0; i < count; i++) {
        batch->scores[found.at[i]] += found.shares[i];
    }
    scorer->counters->postings_scored += count;
}

/* A lane was added: what is left to come is less by its bound. */
static void drop_hopeless(
    const struct scorer *scorer, uint32_t at, struct scorer_batch *batch, uint64_t least)
{
    const struct lane *lane = scorer->set->lanes[at];
    const uint32_t *places = places_of(scorer, at);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < batch->count; i++) {
        const uint32_t doc = batch->docs[i];
        const uint32_t score = batch->scores[i];
        const uint32_t match = batch->matches[i];
        const uint32_t bound = places != NULL ? lane_bound_of(lane, places[match], doc)
                                              : lane_bound(lane, doc / LEDE_RANGE_DOCS);
        const uint32_t to_come = batch->to_come[i] - bound;
        batch->docs[kept] = doc;
        batch->scores[kept] = score;
        batch->to_come[kept] = to_come;
        batch->lengths[kept] = batch->lengths[i];
        batch->matches[kept] = match;
        kept += ((uint64_t)(score + to_come) << 32 | doc) >= least;
    }
    batch->count = kept;
}

void scorer_run(const struct scorer *scorer, struct scorer_batch *batch, uint64_t least)
{
    scorer->ops->lengths(&scorer->segment->lengths, batch->docs, batch->count, batch->lengths);
    scorer->counters->lengths_touched += batch->count;
    for (uint32_t i = scorer->first_lane; i < scorer->set->count && batch->count > 0; i++) {
        add_lane(scorer, i, batch);
        drop_hopeless(scorer, i, batch, least);
    }
}
