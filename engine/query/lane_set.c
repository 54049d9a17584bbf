#include "query/lane_set.h"

#include "query/phrase_iter.h"

/* ---- binding ---- */

/* Add a lane. */
static lede_status add_leaf(struct lane_set *set, struct binder *binder, const struct leaf *leaf,
    uint32_t term, lede_error *error)
{
    struct lane *lane = arena_alloc(binder->arena, sizeof *lane);
    if (lane == NULL) {
        return lede_fail_nomem(error);
    }
    lane_init(lane, leaf,
        binder->plan->terms[term].field == FIELD_TEXT ? binder->hits[term]->ordinal
                                                      : LANE_NO_ORDINAL,
        binder->segment);
    set->lanes[set->count++] = lane;
    return LEDE_OK;
}

/* *none_out: a required term is not there. */
static lede_status bind_terms(struct lane_set *set, struct binder *binder,
    const struct shape *shape, bool *none_out, lede_error *error)
{
    for (uint32_t i = 0; i < shape->term_count; i++) {
        const struct plan_leaf *plan_leaf = &shape->terms[i]->leaves[0];
        struct leaf leaf;
        lede_status status = binder_leaf(binder, plan_leaf, &leaf, error);
        if (status == LEDE_OK && leaf.cursor != NULL) {
            status = add_leaf(set, binder, &leaf, plan_leaf->term, error);
        } else if (status == LEDE_OK && i < shape->required_count) {
            *none_out = true;
        }
        if (status != LEDE_OK) {
            return status;
        }
        set->required_count += i < shape->required_count && leaf.cursor != NULL;
    }
    return LEDE_OK;
}

/* The words of a phrase are required terms, and share its cursors. */
static lede_status add_phrase(struct lane_set *set, struct binder *binder,
    const struct plan_node *node, const struct bound_phrase *phrase, lede_error *error)
{
    set->phrases[set->phrase_count++] = phrase->iter;
    for (uint32_t i = 0; i < phrase->pairs.count; i++) {
        set->pairs[set->pair_count++] = phrase->pairs.cursors[i];
    }
    lede_status status = LEDE_OK;
    for (uint32_t i = 0; status == LEDE_OK && i < node->leaf_count; i++) {
        status = add_leaf(set, binder, &phrase->words[i].leaf, node->leaves[i].term, error);
        if (status == LEDE_OK) {
            set->lanes[set->count - 1]->is_implied = phrase->pairs.is_covered[i];
        }
    }
    return status;
}

/* Comes before other terms. *none_out: a phrase is in no document. */
static lede_status bind_phrases(struct lane_set *set, struct binder *binder,
    const struct shape *shape, bool *none_out, lede_error *error)
{
    uint32_t slots = 0;
    for (uint32_t i = 0; i < shape->phrase_count; i++) {
        slots += shape->phrases[i]->slot_count;
    }
    set->phrases = arena_array(binder->arena, shape->phrase_count, sizeof(struct doc_iter *));
    set->pairs = arena_array(binder->arena, slots, sizeof(struct postings_cursor *));
    if (set->phrases == NULL || set->pairs == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint32_t i = 0; i < shape->phrase_count; i++) {
        struct bound_phrase phrase;
        lede_status status = binder_phrase(binder, shape->phrases[i], &phrase, error);
        if (status == LEDE_OK && phrase.iter == NULL) {
            *none_out = true;
            return LEDE_OK;
        }
        if (status == LEDE_OK) {
            status = add_phrase(set, binder, shape->phrases[i], &phrase, error);
        }
        if (status != LEDE_OK) {
            return status;
        }
    }
    set->required_count = set->count;
    return LEDE_OK;
}

/* Order lanes [first, end): required ones by documents, the fewest first; others by what they can give. */
static void sort_lanes(struct lane **lanes, uint32_t first, uint32_t end, bool by_documents)
{
    for (uint32_t i = first + 1; i < end; i++) {
        struct lane *moved = lanes[i];
        uint32_t at = i;
        for (; at > first; at--) {
            const struct lane *other = lanes[at - 1];
            if (by_documents ? other->leaf.cursor->entry.df <= moved->leaf.cursor->entry.df
                             : other->most >= moved->most) {
                break;
            }
            lanes[at] = lanes[at - 1];
        }
        lanes[at] = moved;
    }
}

lede_status lane_set_bind(struct lane_set *set, struct binder *binder, const struct shape *shape,
    bool *none_out, lede_error *error)
{
    uint32_t lanes = shape->term_count;
    for (uint32_t i = 0; i < shape->phrase_count; i++) {
        lanes += shape->phrases[i]->leaf_count;
    }
    *set = (struct lane_set){.lanes = arena_array(binder->arena, lanes, sizeof(struct lane *))};
    *none_out = false;
    lede_status status = set->lanes == NULL ? lede_fail_nomem(error) : LEDE_OK;
    if (status == LEDE_OK) {
        status = bind_phrases(set, binder, shape, none_out, error);
    }
    if (status == LEDE_OK && !*none_out) {
        status = bind_terms(set, binder, shape, none_out, error);
    }
    if (status == LEDE_OK && !*none_out) {
        sort_lanes(set->lanes, 0, set->required_count, true);
        sort_lanes(set->lanes, set->required_count, set->count, false);
        *none_out = set->count == 0;
    }
    return status;
}

bool lane_set_always_scores(const struct lane_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (!lane_always_scores(set->lanes[i])) {
            return false;
        }
    }
    return true;
}

/* ---- matching ---- */

/* What filters and exclusions are together, as a condition of its own. */
static lede_status join_conditions(struct arena *arena, const struct shape *shape,
    struct plan_node **condition_out, lede_error *error)
{
    struct plan_node *positive = arena_zalloc(arena, 1, sizeof *positive);
    struct plan_node *but = arena_zalloc(arena, 1, sizeof *but);
    struct plan_node **children =
        arena_array(arena, shape->exclusion_count + 1, sizeof(struct plan_node *));
    if (positive == NULL || but == NULL || children == NULL) {
        return lede_fail_nomem(error);
    }
    positive->kind = shape->filter_count > 0 ? PLAN_AND : PLAN_ALL;
    positive->children = shape->filters;
    positive->child_count = shape->filter_count;
    but->kind = PLAN_BUT;
    but->children = children;
    children[but->child_count++] = positive;
    for (uint32_t i = 0; i < shape->exclusion_count; i++) {
        children[but->child_count++] = shape->exclusions[i];
    }
    *condition_out = but;
    return LEDE_OK;
}

lede_status lane_set_match(const struct lane_set *set, struct binder *binder,
    const struct shape *shape, uint32_t first, uint32_t end, struct match_set *matches_out,
    lede_error *error)
{
    struct match_conditions conditions = {
        .lists = arena_array(binder->arena, set->required_count + set->pair_count,
            sizeof(struct postings_cursor *))};
    lede_status status = conditions.lists == NULL ? lede_fail_nomem(error) : LEDE_OK;
    if (status == LEDE_OK && shape->filter_count + shape->exclusion_count > 0) {
        struct plan_node *condition = NULL;
        status = join_conditions(binder->arena, shape, &condition, error);
        if (status == LEDE_OK) {
            status = docset_new(binder, condition, &conditions.docset, error);
        }
        if (status == LEDE_OK && conditions.docset == NULL) {
            end = first; /* nothing meets it */
        }
    }
    if (status != LEDE_OK) {
        return status;
    }
    for (uint32_t i = 0; i < set->pair_count; i++) {
        conditions.lists[conditions.list_count++] = set->pairs[i];
    }
    for (uint32_t i = 0; i < set->required_count; i++) {
        if (!set->lanes[i]->is_implied) {
            conditions.lists[conditions.list_count++] = set->lanes[i]->leaf.cursor;
        }
    }
    return match_set_make(matches_out, binder, &conditions, first, end, error);
}
