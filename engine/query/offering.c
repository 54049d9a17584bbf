#include "query/offering.h"

#include "base/bits.h"
#include "query/phrase_match.h"

/* Leave of the batch what has the phrases. */
static void verify(struct offering *offering)
{
    struct scorer_batch *batch = &offering->batch;
    const struct lane_set *set = offering->scorer.set;
    uint32_t kept[SCORER_DOCS_MAX];
    for (uint32_t i = 0; i < set->phrase_count && batch->count > 0; i++) {
        batch->count = phrase_match_keep(set->phrases[i], batch->docs, batch->count, kept);
        for (uint32_t j = 0; j < batch->count; j++) {
            batch->docs[j] = batch->docs[kept[j]];
            batch->scores[j] = batch->scores[kept[j]];
            batch->to_come[j] = batch->to_come[kept[j]];
            batch->matches[j] = batch->matches[kept[j]];
        }
    }
    offering->seen += batch->count;
}

/* Leave of the batch, which was scored, what can be a hit. */
static void drop_lower(struct offering *offering)
{
    struct scorer_batch *batch = &offering->batch;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < batch->count; i++) {
        const uint32_t doc = batch->docs[i];
        const uint32_t score = batch->scores[i];
        batch->docs[kept] = doc;
        batch->scores[kept] = score;
        kept += ((uint64_t)score << 32 | doc) >= offering->topk->least;
    }
    batch->count = kept;
}

void offering_flush(struct offering *offering)
{
    struct scorer_batch *batch = &offering->batch;
    const bool verifies_first = offering->verifies && offering->topk->least == 0;
    if (verifies_first) {
        verify(offering);
    }
    scorer_run(&offering->scorer, batch, offering->topk->least);
    if (offering->verifies && !verifies_first) {
        drop_lower(offering);
        verify(offering);
    }
    for (uint32_t i = 0; i < batch->count; i++) {
        topk_offer(offering->topk, (uint64_t)batch->scores[i] << 32 | batch->docs[i]);
    }
    batch->count = 0;
}

void offering_add(
    struct offering *offering, uint32_t doc, uint32_t score, uint32_t to_come, uint32_t match)
{
    struct scorer_batch *batch = &offering->batch;
    if (batch->count == SCORER_DOCS_MAX) {
        offering_flush(offering);
    }
    batch->docs[batch->count] = doc;
    batch->scores[batch->count] = score;
    batch->to_come[batch->count] = to_come;
    batch->matches[batch->count++] = match;
}

void offering_add_range(struct offering *offering, uint32_t range, uint64_t docs,
    const uint32_t *scores, uint32_t to_come)
{
    for (; docs != 0; docs &= docs - 1) {
        const uint32_t place = lowest_bit64(docs);
        offering_add(offering, range * LEDE_RANGE_DOCS + place, scores == NULL ? 0 : scores[place],
            to_come, 0);
    }
}
