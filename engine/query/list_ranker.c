/* Blocks come from the newest: a bound that only equals the threshold is then seldom worth anything. Eighths that were scored
 * have the code 0. */
#include "query/list_ranker.h"

enum {
    EIGHTHS = LEDE_BLOCK_POSTINGS / LEDE_SUB_BLOCK_POSTINGS,
    /* Eighths that are scored first: at least so many, and one for every two hits that are wanted. */
    FIRST_EIGHTHS_MIN = 12,
};

struct list_ranker {
    struct offering *offering;
    const struct eligible *eligible;
    struct lane *lane;
    uint8_t *codes; /* of eighths, EIGHTHS a block; 0 where there are no documents left */
    uint32_t places[SCORER_DOCS_MAX]; /* of documents that wait, in the list */
    uint64_t seen;
};

/* Codes of all eighths, and how many have which. */
static void read_codes(struct list_ranker *ranker, uint32_t *counts)
{
    const struct postings_cursor *cursor = ranker->lane->leaf.cursor;
    for (uint32_t place = 0; place < cursor->entry.df; place += LEDE_SUB_BLOCK_POSTINGS) {
        const uint8_t code = postings_cursor_code_at(cursor, place);
        ranker->codes[place / LEDE_SUB_BLOCK_POSTINGS] = code;
        counts[code]++;
    }
}

/* The largest code that at least `wanted` eighths reach; 1 if there are not so many. */
static uint32_t code_of_rank(const uint32_t *counts, size_t wanted)
{
    uint32_t code = RANGE_CODES - 1;
    for (size_t reached = counts[code]; code > 1 && reached < wanted; reached += counts[code]) {
        code--;
    }
    return code;
}

static void add_document(struct list_ranker *ranker, uint32_t doc, uint32_t place, uint32_t bound)
{
    struct offering *offering = ranker->offering;
    if (offering->batch.count == SCORER_DOCS_MAX) {
        offering_flush(offering);
    }
    ranker->places[offering->batch.count] = place;
    ranker->seen++;
    offering_add(offering, doc, 0, bound, offering->batch.count);
}

/* Offer the documents [first, end) of the decoded block. */
static void add_documents(struct list_ranker *ranker, uint32_t first, uint32_t end, uint32_t bound)
{
    const struct postings_cursor *cursor = ranker->lane->leaf.cursor;
    for (uint32_t i = first; i < end && i < cursor->block_size; i++) {
        const uint32_t doc = cursor->docs[i];
        if (eligible_has(ranker->eligible, doc)) {
            add_document(ranker, doc, cursor->block * LEDE_BLOCK_POSTINGS + i, bound);
        }
    }
}

/* Score the eighths of a block that have `floor` or more and can reach the threshold. */
static void score_block(struct list_ranker *ranker, uint32_t block, uint32_t floor)
{
    const struct lane *lane = ranker->lane;
    struct postings_cursor *cursor = lane->leaf.cursor;
    const uint8_t *row = cursor->rows + (size_t)block * ROW_BYTES;
    uint8_t *codes = ranker->codes + (size_t)block * EIGHTHS;
    bool is_decoded = false;
    for (uint32_t i = 0; i < EIGHTHS; i++) {
        const uint64_t key = (uint64_t)lane->bounds[codes[i]] << 32 | row_last_doc(row);
        if (codes[i] < floor || key < ranker->offering->topk->least) {
            continue;
        }
        if (!is_decoded) {
            const uint32_t first = block == 0 ? 0 : row_last_doc(row - ROW_BYTES) + 1;
            if (postings_cursor_place(cursor, first) == DOC_END || cursor->block != block) {
                return; /* the list is damaged */
            }
            is_decoded = true;
        }
        add_documents(ranker, i * LEDE_SUB_BLOCK_POSTINGS, (i + 1) * LEDE_SUB_BLOCK_POSTINGS,
            lane->bounds[codes[i]]);
        codes[i] = 0;
    }
    offering_flush(ranker->offering);
}

static void score_reaching(struct list_ranker *ranker, uint32_t floor)
{
    const struct postings_cursor *cursor = ranker->lane->leaf.cursor;
    for (uint32_t block = cursor->block_count; block-- > 0 && cursor->status == LEDE_OK;) {
        score_block(ranker, block, floor);
    }
}

static lede_status rank_blocks(struct list_ranker *ranker, struct arena *arena, lede_error *error)
{
    const size_t half = ranker->offering->topk->k / 2;
    uint32_t counts[RANGE_CODES] = {0};
    ranker->codes =
        arena_zalloc(arena, (size_t)ranker->lane->leaf.cursor->block_count * EIGHTHS, 1);
    if (ranker->codes == NULL) {
        return lede_fail_nomem(error);
    }
    read_codes(ranker, counts);
    score_reaching(
        ranker, code_of_rank(counts, half > FIRST_EIGHTHS_MIN ? half : FIRST_EIGHTHS_MIN));
    score_reaching(ranker, 1);
    return LEDE_OK;
}

lede_status list_ranker_run(struct offering *offering, const struct eligible *eligible,
    struct arena *arena, uint64_t *seen_out, lede_error *error)
{
    struct lane *lane = offering->scorer.set->lanes[0];
    struct list_ranker ranker = {.offering = offering, .eligible = eligible, .lane = lane};
    const uint32_t *places = ranker.places;
    lede_status status = LEDE_OK;
    offering->scorer.places = &places;
    if (lane->leaf.cursor->block_count > 1) {
        status = rank_blocks(&ranker, arena, error);
    } else if (postings_cursor_place(lane->leaf.cursor, 0) != DOC_END) {
        add_documents(&ranker, 0, lane->leaf.cursor->block_size, lane->most);
        offering_flush(offering);
    }
    offering->scorer.places = NULL;
    *seen_out = ranker.seen;
    return status;
}
