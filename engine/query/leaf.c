/* In two passes over a block: lengths are gathered, then everything is computed in a loop without a
 * branch, which the compiler makes vectors of. */
#include "query/leaf.h"

static void gather_lengths(
    const struct lengths *lengths, const uint32_t *docs, uint32_t count, uint32_t *gathered)
{
    if (lengths->width_bytes == 2) {
        for (uint32_t i = 0; i < count; i++) {
            gathered[i] = load_le16(lengths->bytes + (size_t)docs[i] * 2);
        }
    } else {
        for (uint32_t i = 0; i < count; i++) {
            gathered[i] = load_le32(lengths->bytes + (size_t)docs[i] * 4);
        }
    }
}

/* With a title boost the title's cursor goes along, document by document. */
static void title_shares(
    struct leaf *leaf, const uint32_t *lengths, uint32_t count, uint32_t *shares)
{
    const struct postings_cursor *cursor = leaf->cursor;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t title_tf = leaf_title_tf(leaf, cursor->docs[cursor->index + i]);
        shares[i] = bm25_share(leaf->bm25, leaf->plan->scaled_weight,
            bm25_title_tf(leaf->bm25, cursor->frequencies[cursor->index + i], title_tf),
            lengths[i]);
    }
}

static void plain_shares(const struct bm25 *bm25, float scaled_weight, const uint32_t *frequencies,
    const uint32_t *lengths, uint32_t count, uint32_t *shares)
{
    const struct bm25 copy = *bm25; /* the compiler knows then that no share is stored over it */
    for (uint32_t i = 0; i < count; i++) {
        shares[i] = bm25_share(&copy, scaled_weight, (float)frequencies[i], lengths[i]);
    }
}

bool leaf_shares(struct leaf *leaf, uint32_t count, uint32_t *shares)
{
    struct postings_cursor *cursor = leaf->cursor;
    uint32_t lengths[LEDE_BLOCK_POSTINGS];
    if (!cursor->has_frequencies && !postings_cursor_load_frequencies(cursor)) {
        return false;
    }
    gather_lengths(leaf->lengths, cursor->docs + cursor->index, count, lengths);
    if (leaf->title != NULL) {
        title_shares(leaf, lengths, count, shares);
    } else {
        plain_shares(leaf->bm25, leaf->plan->scaled_weight, cursor->frequencies + cursor->index,
            lengths, count, shares);
    }
    leaf->counters->postings_scored += count;
    leaf->counters->lengths_touched += count;
    return true;
}
