/* plan_builder.h -- what plan.c makes a plan of: nodes, and the conditions that words and phrases become.
 *
 * Conditions with nothing in them (a word of punctuation) are NULL; whoever they stand in leaves them out.
 */
#ifndef QUERY_PLAN_BUILDER_H
#define QUERY_PLAN_BUILDER_H

#include "query/plan.h"

struct plan_builder {
    struct plan *plan;
    struct analyzer *analyzer;
    const struct plan_options *options;
    struct arena *arena;
    lede_error *error;
    uint32_t token_count;
    uint32_t term_capacity, leaf_capacity;
};

/* What holds for a part of the query: said by what stands around it. */
struct plan_context {
    double boost;
    bool scores;
    bool all; /* the parts of a word that splits must all be there */
};

/* NULL: no memory. */
struct plan_node *plan_node_new(
    struct plan_builder *builder, enum plan_kind kind, struct plan_context context) MUST_CHECK;

/* Room for one more element of `size` bytes in an array of the arena, doubling; the old one is left behind.
 * NULL: no memory. */
void *plan_grown(
    struct arena *arena, void *array, uint32_t count, uint32_t *capacity, size_t size) MUST_CHECK;

/* Whether the child is a term that `parent` has already: then it only weighs more. */
bool plan_node_merge_term(struct plan_node *parent, const struct plan_node *child);

/* Add a child (NULL: none); to an AND or OR a term that it has already is not added but merged. */
lede_status plan_node_add(
    struct plan_builder *builder, struct plan_node *parent, struct plan_node *child) MUST_CHECK;

/* The same, but of a child of the parent's own kind the children: so (a b) c is as fast as a b c. */
lede_status plan_node_add_flat(
    struct plan_builder *builder, struct plan_node *parent, struct plan_node *child) MUST_CHECK;

/* A list of none is NULL, a list of one is that one. */
struct plan_node *plan_node_collapsed(struct plan_node *list);

/* The condition of a word, by the runs of tokens that belong together, or of a phrase. */
lede_status plan_build_word(struct plan_builder *builder, const struct ast *ast,
    struct plan_context context, struct plan_node **node_out) MUST_CHECK;
lede_status plan_build_phrase(struct plan_builder *builder, const struct ast *ast,
    struct plan_context context, struct plan_node **node_out) MUST_CHECK;

#endif
