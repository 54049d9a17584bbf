/* Two ordered lists are merged into the spare array, which then becomes the list. */
#include "query/ranking.h"

lede_status ranking_init(struct ranking *ranking, const struct snapshot *snapshot, lede_sort sort,
    size_t wanted, struct arena *arena, lede_error *error)
{
    *ranking = (struct ranking){.snapshot = snapshot, .sort = sort, .wanted = wanted};
    ranking->hits = arena_array(arena, wanted, sizeof *ranking->hits);
    ranking->spare = arena_array(arena, wanted, sizeof *ranking->spare);
    return ranking->hits == NULL || ranking->spare == NULL ? lede_fail_nomem(error) : LEDE_OK;
}

static bool id_before(
    const struct ranking *ranking, const struct hit_ref *a, const struct hit_ref *b)
{
    char ids[2][LEDE_ID_BYTES_MAX + 1];
    const size_t a_length =
        ids_at(&snapshot_segment(ranking->snapshot, a->segment)->ids, a->doc, ids[0]);
    const size_t b_length =
        ids_at(&snapshot_segment(ranking->snapshot, b->segment)->ids, b->doc, ids[1]);
    return span_compare(span_of(ids[0], a_length), span_of(ids[1], b_length)) < 0;
}

bool ranking_before(const struct ranking *ranking, const struct hit_ref *a, const struct hit_ref *b)
{
    if (ranking->sort == LEDE_SORT_SCORE && a->score != b->score) {
        return a->score > b->score;
    }
    if (a->date == b->date) {
        return id_before(ranking, a, b);
    }
    if (a->date == DATE_NONE || b->date == DATE_NONE) {
        return b->date == DATE_NONE;
    }
    return ranking->sort == LEDE_SORT_OLDEST ? a->date < b->date : a->date > b->date;
}

void ranking_merge(struct ranking *ranking, uint32_t segment, const uint64_t *keys, size_t count)
{
    const struct dates *dates = &snapshot_segment(ranking->snapshot, segment)->dates;
    size_t old_at = 0;
    size_t new_at = 0;
    size_t merged = 0;
    struct hit_ref fresh = {0};
    bool has_fresh = false;
    while (merged < ranking->wanted) {
        if (!has_fresh && new_at < count) {
            const uint32_t doc = (uint32_t)keys[new_at];
            fresh = (struct hit_ref){
                .score = ranking->sort == LEDE_SORT_SCORE ? (uint32_t)(keys[new_at] >> 32) : 0,
                .segment = segment,
                .doc = doc,
                .date = dates_at(dates, doc),
            };
            has_fresh = true;
            new_at++;
        }
        const bool has_old = old_at < ranking->count;
        if (!has_fresh && !has_old) {
            break;
        }
        const bool take_fresh =
            has_fresh && (!has_old || ranking_before(ranking, &fresh, &ranking->hits[old_at]));
        ranking->spare[merged++] = take_fresh ? fresh : ranking->hits[old_at++];
        has_fresh = has_fresh && !take_fresh;
    }
    struct hit_ref *spare = ranking->spare;
    ranking->spare = ranking->hits;
    ranking->hits = spare;
    ranking->count = merged;
}
