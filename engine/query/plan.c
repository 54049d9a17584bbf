/* The tree of the query is walked once. Children of a sequence are sorted by what they are there for, then
 * joined: words, filters around them, exclusions around those. */
#include "query/plan.h"

#include "base/limits.h"
#include "query/lexer.h"
#include "query/plan_builder.h"
#include "storage/segment.h"

static lede_status build(struct plan_builder *builder, const struct ast *ast,
    struct plan_context context, struct plan_node **node_out);

/* ---- filters ---- */

static lede_status new_keyword(struct plan_builder *builder, uint32_t keyword, struct span *values,
    uint32_t value_count, struct plan_context context, struct plan_node **node_out)
{
    struct plan_node *node = plan_node_new(builder, PLAN_KEYWORD, context);
    if (node == NULL || values == NULL) {
        return lede_fail_nomem(builder->error);
    }
    node->keyword = keyword;
    node->values = values;
    node->value_count = value_count;
    *node_out = node;
    return LEDE_OK;
}

static lede_status build_filter(struct plan_builder *builder, const struct ast *ast,
    struct plan_context context, struct plan_node **node_out)
{
    if (ast->kind == AST_KEYWORD) {
        struct span *value = arena_copy(builder->arena, &ast->text, sizeof ast->text);
        return new_keyword(builder, ast->keyword, value, 1, context, node_out);
    }
    struct plan_node *node = plan_node_new(builder, PLAN_DATES, context);
    if (node == NULL) {
        return lede_fail_nomem(builder->error);
    }
    node->first = ast->first;
    node->end = ast->end;
    *node_out = node;
    return LEDE_OK;
}

/* ---- operators ---- */

/* Everything but `excluded`. */
static lede_status new_but(struct plan_builder *builder, struct plan_node *positive,
    const struct plan_node *excluded, struct plan_context context, struct plan_node **node_out)
{
    struct plan_node *but = plan_node_new(builder, PLAN_BUT, context);
    if (positive == NULL) {
        positive = plan_node_new(builder, PLAN_ALL, context);
    }
    if (but == NULL || positive == NULL) {
        return lede_fail_nomem(builder->error);
    }
    lede_status status = plan_node_add(builder, but, positive);
    for (uint32_t i = 0; status == LEDE_OK && i < excluded->child_count; i++) {
        status = plan_node_add(builder, but, excluded->children[i]);
    }
    if (status == LEDE_OK) {
        *node_out = but;
    }
    return status;
}

static lede_status build_operator(struct plan_builder *builder, const struct ast *ast,
    struct plan_context context, struct plan_node **node_out)
{
    context.all = ast->kind == AST_AND;
    context.scores = context.scores && ast->kind != AST_NOT;
    struct plan_node *list =
        plan_node_new(builder, ast->kind == AST_AND ? PLAN_AND : PLAN_OR, context);
    lede_status status = list == NULL ? lede_fail_nomem(builder->error) : LEDE_OK;
    for (const struct ast *at = ast->children; status == LEDE_OK && at != NULL; at = at->next) {
        struct plan_node *child = NULL;
        status = build(builder, at, context, &child);
        if (status == LEDE_OK) {
            status = plan_node_add_flat(builder, list, child);
        }
    }
    if (status != LEDE_OK) {
        return status;
    }
    if (ast->kind == AST_NOT && list->child_count > 0) {
        return new_but(builder, NULL, list, context, node_out);
    }
    *node_out = plan_node_collapsed(list);
    return LEDE_OK;
}

/* ---- sequences ---- */

/* Children of a sequence by what they are there for. */
struct parts {
    struct plan_node *required; /* PLAN_AND */
    struct plan_node *plain;    /* PLAN_OR; none where all are asked for */
    struct plan_node *filters;  /* PLAN_AND */
    struct plan_node *excluded; /* a list */
};

static lede_status new_parts(
    struct plan_builder *builder, struct plan_context context, struct parts *parts)
{
    parts->required = plan_node_new(builder, PLAN_AND, context);
    parts->plain = plan_node_new(builder, PLAN_OR, context);
    parts->filters = plan_node_new(builder, PLAN_AND, context);
    parts->excluded = plan_node_new(builder, PLAN_OR, context);
    return parts->required == NULL || parts->plain == NULL || parts->filters == NULL ||
                   parts->excluded == NULL
               ? lede_fail_nomem(builder->error)
               : LEDE_OK;
}

static lede_status sort_child(struct plan_builder *builder, const struct ast *ast,
    struct plan_context context, bool filters_restrict, struct parts *parts)
{
    struct plan_node *list = parts->plain;
    if (ast->occurrence == AST_EXCLUDED) {
        list = parts->excluded;
        context.scores = false;
    } else if (ast_is_filter(ast) && filters_restrict) {
        list = parts->filters;
    } else if (ast->occurrence == AST_REQUIRED || builder->options->all) {
        list = parts->required;
    }
    context.all = list->kind == PLAN_AND;
    struct plan_node *node = NULL;
    lede_status status = build(builder, ast, context, &node);
    if (status == LEDE_OK) {
        status = list == parts->excluded ? plan_node_add(builder, list, node)
                                         : plan_node_add_flat(builder, list, node);
    }
    return status;
}

/* A term that is required and stands there plainly too is one term that weighs more. */
static void merge_plain_into_required(struct parts *parts)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < parts->plain->child_count; i++) {
        if (!plan_node_merge_term(parts->required, parts->plain->children[i])) {
            parts->plain->children[kept++] = parts->plain->children[i];
        }
    }
    parts->plain->child_count = kept;
}

/* required, with the plain ones scoring along. */
static lede_status join_words(struct plan_builder *builder, struct parts *parts,
    struct plan_context context, struct plan_node **node_out)
{
    if (parts->required->child_count == 0) {
        *node_out = plan_node_collapsed(parts->plain);
        return LEDE_OK;
    }
    merge_plain_into_required(parts);
    struct plan_node *required = plan_node_collapsed(parts->required);
    if (parts->plain->child_count == 0) {
        *node_out = required;
        return LEDE_OK;
    }
    struct plan_node *optional = plan_node_new(builder, PLAN_OPTIONAL, context);
    lede_status status = optional == NULL ? lede_fail_nomem(builder->error)
                                          : plan_node_add(builder, optional, required);
    for (uint32_t i = 0; status == LEDE_OK && i < parts->plain->child_count; i++) {
        status = plan_node_add(builder, optional, parts->plain->children[i]);
    }
    if (status == LEDE_OK) {
        *node_out = optional;
    }
    return status;
}

static lede_status join_parts(struct plan_builder *builder, struct parts *parts,
    struct plan_context context, struct plan_node **node_out)
{
    struct plan_node *node = NULL;
    lede_status status = join_words(builder, parts, context, &node);
    if (status == LEDE_OK && parts->filters->child_count > 0) {
        /* A list of its own: terms of the words must not be merged with it. */
        struct plan_node *both = plan_node_new(builder, PLAN_AND, context);
        status = both == NULL ? lede_fail_nomem(builder->error)
                              : plan_node_add_flat(builder, both, node);
        if (status == LEDE_OK) {
            status = plan_node_add_flat(builder, both, parts->filters);
        }
        node = both == NULL ? NULL : plan_node_collapsed(both);
    }
    if (status == LEDE_OK && parts->excluded->child_count > 0) {
        return new_but(builder, node, parts->excluded, context, node_out);
    }
    if (status == LEDE_OK) {
        *node_out = node;
    }
    return status;
}

static bool has_words(const struct ast *sequence)
{
    for (const struct ast *at = sequence->children; at != NULL; at = at->next) {
        if (at->occurrence != AST_EXCLUDED && !ast_is_filter(at)) {
            return true;
        }
    }
    return false;
}

static lede_status build_sequence(struct plan_builder *builder, const struct ast *ast,
    struct plan_context context, struct plan_node **node_out)
{
    struct parts parts;
    const bool filters_restrict = has_words(ast);
    lede_status status = new_parts(builder, context, &parts);
    for (const struct ast *at = ast->children; status == LEDE_OK && at != NULL; at = at->next) {
        status = sort_child(builder, at, context, filters_restrict, &parts);
    }
    return status == LEDE_OK ? join_parts(builder, &parts, context, node_out) : status;
}

static lede_status build(struct plan_builder *builder, const struct ast *ast,
    struct plan_context context, struct plan_node **node_out)
{
    context.boost *= ast->boost;
    if (context.boost > LEDE_QUERY_BOOST_MAX) {
        return query_fail(builder->error, LEDE_ERR_LIMIT, ast->position,
            "boosts inside each other are at most %d together", LEDE_QUERY_BOOST_MAX);
    }
    switch (ast->kind) {
    case AST_WORD: return plan_build_word(builder, ast, context, node_out);
    case AST_PHRASE: return plan_build_phrase(builder, ast, context, node_out);
    case AST_KEYWORD:
    case AST_DATE: return build_filter(builder, ast, context, node_out);
    case AST_SEQUENCE: return build_sequence(builder, ast, context, node_out);
    default: return build_operator(builder, ast, context, node_out);
    }
}

/* ---- the whole ---- */

/* Filters of the options join those of the query. Dates go to the plan: they are an interval of every
 * segment, and no condition. */
static lede_status add_outer_filters(struct plan_builder *builder, struct parts *parts)
{
    const struct plan_context context = {.boost = 1, .scores = true};
    lede_status status = LEDE_OK;
    for (uint32_t i = 0; status == LEDE_OK && i < builder->options->filter_count; i++) {
        const struct plan_filter *filter = &builder->options->filters[i];
        struct plan_node *node = NULL;
        status = new_keyword(
            builder, filter->keyword, filter->values, filter->value_count, context, &node);
        if (status == LEDE_OK) {
            status = plan_node_add(builder, parts->filters, node);
        }
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < parts->filters->child_count; i++) {
        struct plan_node *node = parts->filters->children[i];
        if (node->kind == PLAN_DATES) {
            struct plan *plan = builder->plan;
            plan->first = node->first > plan->first ? node->first : plan->first;
            plan->end = node->end < plan->end ? node->end : plan->end;
        } else {
            parts->filters->children[kept++] = node;
        }
    }
    parts->filters->child_count = kept;
    return status;
}

static lede_status build_root(struct plan_builder *builder, const struct ast *root)
{
    const struct plan_context context = {.boost = root->boost, .scores = true};
    struct parts parts;
    lede_status status = new_parts(builder, context, &parts);
    for (const struct ast *at = root->children; status == LEDE_OK && at != NULL; at = at->next) {
        status = sort_child(builder, at, context, true, &parts);
    }
    if (status == LEDE_OK) {
        status = add_outer_filters(builder, &parts);
    }
    struct plan_node *node = NULL;
    if (status == LEDE_OK) {
        status = join_parts(builder, &parts, context, &node);
    }
    if (status != LEDE_OK) {
        return status;
    }
    if (node == NULL) {
        if (builder->plan->first == DATE_NONE && builder->plan->end == INT64_MAX) {
            return query_fail(builder->error, LEDE_ERR_SYNTAX, 0, "the query has no words");
        }
        node = plan_node_new(builder, PLAN_ALL, context);
        if (node == NULL) {
            return lede_fail_nomem(builder->error);
        }
    }
    builder->plan->root = node;
    return LEDE_OK;
}

/* Gather the leaves that score, in order. */
static lede_status gather_leaves(struct plan_builder *builder, const struct plan_node *node)
{
    if (!node->scores) {
        return LEDE_OK;
    }
    struct plan *plan = builder->plan;
    for (uint32_t i = 0; i < node->leaf_count; i++) {
        struct plan_leaf **leaves = plan_grown(builder->arena, plan->leaves, plan->leaf_count,
            &builder->leaf_capacity, sizeof *leaves);
        if (leaves == NULL) {
            return lede_fail_nomem(builder->error);
        }
        plan->leaves = leaves;
        leaves[plan->leaf_count++] = &node->leaves[i];
    }
    lede_status status = LEDE_OK;
    for (uint32_t i = 0; status == LEDE_OK && i < node->child_count; i++) {
        status = gather_leaves(builder, node->children[i]);
    }
    return status;
}

lede_status plan_build(const struct ast *root, struct analyzer *analyzer,
    const struct plan_options *options, struct arena *arena, struct plan **plan_out,
    lede_error *error)
{
    struct plan *plan = arena_zalloc(arena, 1, sizeof *plan);
    if (plan == NULL) {
        return lede_fail_nomem(error);
    }
    plan->first = options->first;
    plan->end = options->end;
    struct plan_builder builder = {
        .plan = plan, .analyzer = analyzer, .options = options, .arena = arena, .error = error};
    lede_status status = build_root(&builder, root);
    if (status == LEDE_OK) {
        status = gather_leaves(&builder, plan->root);
    }
    if (status == LEDE_OK) {
        *plan_out = plan;
    }
    return status;
}

void plan_weigh(
    struct plan *plan, const struct collection_stats *stats, const struct bm25_options *options)
{
    for (uint32_t i = 0; i < plan->term_count; i++) {
        plan->terms[i].documents = stats->term_documents[i];
        plan->terms[i].idf = bm25_idf(stats->documents, stats->term_documents[i]);
    }
    double sum = 0;
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        struct plan_leaf *leaf = plan->leaves[i];
        const struct plan_term *term = &plan->terms[leaf->term];
        leaf->weight = leaf->boost * term->idf * (options->k1 + 1);
        sum += term->documents > 0 ? leaf->weight : 0;
    }
    const double average =
        stats->documents > 0 ? (double)stats->length / (double)stats->documents : 0;
    bm25_init(&plan->bm25, options, average, sum, plan->leaf_count);
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        struct plan_leaf *leaf = plan->leaves[i];
        leaf->scaled_weight = plan->terms[leaf->term].documents > 0
                                  ? bm25_scaled_weight(&plan->bm25, leaf->weight)
                                  : 0;
    }
}
