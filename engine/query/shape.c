/* The tree is walked from the outside in: exclusions, filters, then words. */
#include "query/shape.h"

static bool take_required(struct shape *shape, struct plan_node *node)
{
    switch (node->kind) {
    case PLAN_TERM: shape->terms[shape->term_count++] = node; return true;
    case PLAN_PHRASE: shape->phrases[shape->phrase_count++] = node; return true;
    case PLAN_KEYWORD: shape->filters[shape->filter_count++] = node; return true;
    default: return false;
    }
}

static bool take_optional(struct shape *shape, struct plan_node *node)
{
    if (node->kind == PLAN_TERM) {
        shape->terms[shape->term_count++] = node;
        return true;
    }
    return false;
}

/* Children from `first` on, each by `take`. */
static bool take_children(struct shape *shape, const struct plan_node *node, uint32_t first,
    bool (*take)(struct shape *, struct plan_node *))
{
    for (uint32_t i = first; i < node->child_count; i++) {
        if (!take(shape, node->children[i])) {
            return false;
        }
    }
    return true;
}

/* Whether what must match is a term, a phrase, or an AND of them and of filters. */
static bool take_core(struct shape *shape, struct plan_node *node)
{
    return node->kind == PLAN_AND ? take_children(shape, node, 0, take_required)
                                  : take_required(shape, node);
}

/* The scoring part, without filters around it. */
static bool take_words(struct shape *shape, struct plan_node *node)
{
    if (node->kind == PLAN_OR) {
        return take_children(shape, node, 0, take_optional);
    }
    if (node->kind != PLAN_OPTIONAL) {
        const bool taken = take_core(shape, node);
        shape->required_count = shape->term_count;
        return taken;
    }
    /* Filters alone that are required match without any of the optional words. */
    if (!take_core(shape, node->children[0]) || shape->term_count + shape->phrase_count == 0) {
        return false;
    }
    shape->required_count = shape->term_count;
    for (uint32_t i = 1; i < node->child_count; i++) {
        struct plan_node *child = node->children[i];
        if (!(child->kind == PLAN_OR ? take_children(shape, child, 0, take_optional)
                                     : take_optional(shape, child))) {
            return false;
        }
    }
    return true;
}

/* An AND of filters and one thing that is no AND itself: filters around words. */
static bool take_filtered(struct shape *shape, struct plan_node *node)
{
    struct plan_node *words = NULL;
    for (uint32_t i = 0; node->kind == PLAN_AND && i < node->child_count; i++) {
        struct plan_node *child = node->children[i];
        if (child->kind == PLAN_KEYWORD) {
            continue;
        }
        if (words != NULL) {
            return take_words(shape, node); /* all of some words, filters among them */
        }
        words = child;
    }
    if (node->kind != PLAN_AND) {
        return take_words(shape, node);
    }
    for (uint32_t i = 0; i < node->child_count; i++) {
        if (node->children[i]->kind == PLAN_KEYWORD) {
            shape->filters[shape->filter_count++] = node->children[i];
        }
    }
    return words != NULL && take_words(shape, words);
}

/* How many nodes a list of them may need. */
static uint32_t count_nodes(const struct plan_node *node)
{
    uint32_t count = 1;
    for (uint32_t i = 0; i < node->child_count; i++) {
        count += count_nodes(node->children[i]);
    }
    return count;
}

lede_status shape_take(struct arena *arena, const struct plan *plan, struct shape *shape,
    bool *taken_out, lede_error *error)
{
    struct plan_node *root = plan->root;
    const uint32_t nodes = count_nodes(root);
    *shape = (struct shape){
        .terms = arena_array(arena, nodes, sizeof(struct plan_node *)),
        .phrases = arena_array(arena, nodes, sizeof(struct plan_node *)),
        .filters = arena_array(arena, nodes, sizeof(struct plan_node *)),
    };
    if (shape->terms == NULL || shape->phrases == NULL || shape->filters == NULL) {
        return lede_fail_nomem(error);
    }
    if (root->kind == PLAN_BUT) {
        shape->exclusions = root->children + 1;
        shape->exclusion_count = root->child_count - 1;
        root = root->children[0];
    }
    *taken_out = take_filtered(shape, root) && (shape->term_count > 0 || shape->phrase_count > 0);
    return LEDE_OK;
}
