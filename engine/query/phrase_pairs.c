#include "query/phrase_pairs.h"

/* The ordinal of a leaf's term in the text dictionary; false where it is not there. */
static bool text_ordinal(struct binder *binder, const struct plan_leaf *leaf, uint32_t *ordinal_out)
{
    const struct plan_term *term = &binder->plan->terms[leaf->term];
    if (term->field == FIELD_TEXT) {
        if (binder->hits[leaf->term] == NULL) {
            return false;
        }
        *ordinal_out = binder->hits[leaf->term]->ordinal;
        return true;
    }
    struct termdict_hit hit;
    if (termdict_find(&binder->segment->terms[FIELD_TEXT], term->text.bytes,
            (uint32_t)term->text.size, &hit, NULL) != LEDE_OK) {
        return false;
    }
    *ordinal_out = hit.ordinal;
    return true;
}

/* Whether the words of slot `i` and the next stand in the phrase as those of an earlier slot and its next do. */
static bool is_repeated(const struct plan_node *node, uint32_t i)
{
    for (uint32_t j = 0; j < i; j++) {
        if (node->slots[j].leaf == node->slots[i].leaf &&
            node->slots[j + 1].leaf == node->slots[i + 1].leaf &&
            node->slots[j].offset + 1 == node->slots[j + 1].offset) {
            return true;
        }
    }
    return false;
}

/* Ask for the pair of slot `i` and the next, and put it to the others. */
static lede_status add_pair(struct binder *binder, const struct plan_node *node, uint32_t i,
    struct phrase_pairs *pairs, lede_error *error)
{
    const struct segment *segment = binder->segment;
    const uint32_t first = node->slots[i].leaf;
    const uint32_t second = node->slots[i + 1].leaf;
    const bool is_title = binder->plan->terms[node->leaves[first].term].field == FIELD_TITLE;
    enum pair_answer answer;
    struct term_entry entry;
    uint32_t ordinals[2];
    if (!text_ordinal(binder, &node->leaves[first], &ordinals[0]) ||
        !text_ordinal(binder, &node->leaves[second], &ordinals[1])) {
        return LEDE_OK;
    }
    const lede_status status =
        segment_find_pair(segment, ordinals[0], ordinals[1], &answer, &entry, error);
    if (status != LEDE_OK || answer == PAIR_UNKNOWN) {
        return status;
    }
    if (answer == PAIR_ABSENT) {
        pairs->is_absent = true;
        return LEDE_OK;
    }
    struct postings_cursor *cursor = binder_cursor(binder, &segment->pairs.source, &entry);
    if (cursor == NULL) {
        return lede_fail_nomem(error);
    }
    pairs->cursors[pairs->count++] = cursor;
    pairs->is_covered[first] = !is_title;
    pairs->is_covered[second] = !is_title;
    pairs->is_exact = node->slot_count == 2 && !is_title;
    return LEDE_OK;
}

lede_status phrase_pairs_bind(struct binder *binder, const struct plan_node *node,
    struct phrase_pairs *pairs_out, lede_error *error)
{
    struct phrase_pairs pairs = {
        .cursors = arena_array(binder->arena, node->slot_count, sizeof(struct postings_cursor *)),
        .is_covered = arena_zalloc(binder->arena, node->leaf_count, sizeof(bool)),
    };
    if (pairs.cursors == NULL || pairs.is_covered == NULL) {
        return lede_fail_nomem(error);
    }
    const bool has_lists = binder->segment->pairs.term_count > 0;
    for (uint32_t i = 0; has_lists && i + 1 < node->slot_count && !pairs.is_absent; i++) {
        if (node->slots[i].offset + 1 == node->slots[i + 1].offset && !is_repeated(node, i)) {
            const lede_status status = add_pair(binder, node, i, &pairs, error);
            if (status != LEDE_OK) {
                return status;
            }
        }
    }
    if (pairs.is_absent) {
        pairs = (struct phrase_pairs){.is_absent = true};
    }
    *pairs_out = pairs;
    return LEDE_OK;
}
