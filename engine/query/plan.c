/* The tree of the query is walked once. A word becomes the runs of tokens that belong together (see
 * enum plan_joined); each run is a term, a phrase or a conjunction. Conditions with nothing in them (a word
 * of punctuation) are NULL and are left out by whoever they stand in. */
#include "query/plan.h"

#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "query/lexer.h"
#include "storage/segment.h"

struct builder {
    struct plan *plan;
    struct analyzer *analyzer;
    const struct plan_options *options;
    struct arena *arena;
    lede_error *error;
    uint32_t token_count;
    uint32_t term_capacity, leaf_capacity;
};

/* What holds for a part of the query: said by what stands around it. */
struct context {
    double boost;
    bool scores;
    bool all; /* the parts of a word that splits must all be there */
};

static lede_status build(struct builder *builder, const struct ast *ast, struct context context,
    struct plan_node **node_out);

/* ---- nodes ---- */

static struct plan_node *new_node(
    struct builder *builder, enum plan_kind kind, struct context context)
{
    struct plan_node *node = arena_zalloc(builder->arena, 1, sizeof *node);
    if (node != NULL) {
        node->kind = kind;
        node->scores = context.scores;
    }
    return node;
}

/* Room for one more in an array of the arena, doubling; the old one is left behind. */
static void *grown(
    struct arena *arena, void *array, uint32_t count, uint32_t *capacity, size_t size)
{
    if (count < *capacity) {
        return array;
    }
    const uint32_t larger = *capacity == 0 ? 4 : *capacity * 2;
    void *copy = arena_array(arena, larger, size);
    if (copy != NULL) {
        if (count > 0) {
            memcpy(copy, array, count * size);
        }
        *capacity = larger;
    }
    return copy;
}

/* Whether the child is a term that `node` has already: then it only weighs more. */
static bool merge_term(struct plan_node *node, const struct plan_node *child)
{
    if (child->kind != PLAN_TERM) {
        return false;
    }
    for (uint32_t i = 0; i < node->child_count; i++) {
        const struct plan_node *other = node->children[i];
        if (other->kind == PLAN_TERM && other->leaves[0].term == child->leaves[0].term) {
            other->leaves[0].boost += child->leaves[0].boost;
            return true;
        }
    }
    return false;
}

static lede_status add_child(
    struct builder *builder, struct plan_node *node, struct plan_node *child)
{
    if (child == NULL ||
        ((node->kind == PLAN_AND || node->kind == PLAN_OR) && merge_term(node, child))) {
        return LEDE_OK;
    }
    struct plan_node **children = grown(builder->arena, node->children, node->child_count,
        &node->child_capacity, sizeof *node->children);
    if (children == NULL) {
        return lede_fail_nomem(builder->error);
    }
    node->children = children;
    children[node->child_count++] = child;
    return LEDE_OK;
}

/* A list of none is nothing, a list of one is that one. */
static struct plan_node *collapsed(struct plan_node *list)
{
    if (list->child_count > 1) {
        return list;
    }
    return list->child_count == 0 ? NULL : list->children[0];
}

/* Children of the same kind as their parent become the parent's, so that (a b) c is as fast as a b c. */
static lede_status add_flat(
    struct builder *builder, struct plan_node *node, struct plan_node *child)
{
    if (child == NULL || child->kind != node->kind) {
        return add_child(builder, node, child);
    }
    lede_status status = LEDE_OK;
    for (uint32_t i = 0; status == LEDE_OK && i < child->child_count; i++) {
        status = add_child(builder, node, child->children[i]);
    }
    return status;
}

/* ---- words and phrases ---- */

static lede_status find_term(
    struct builder *builder, const struct token *token, unsigned field, uint32_t *term_out)
{
    struct plan *plan = builder->plan;
    const uint64_t hash = hash_bytes(token->term, token->term_length);
    for (uint32_t i = 0; i < plan->term_count; i++) {
        const struct plan_term *term = &plan->terms[i];
        if (term->hash == hash && term->field == field && term->text.size == token->term_length &&
            memcmp(term->text.bytes, token->term, token->term_length) == 0) {
            *term_out = i;
            return LEDE_OK;
        }
    }
    struct plan_term *terms = grown(builder->arena, plan->terms, plan->term_count,
        &builder->term_capacity, sizeof *plan->terms);
    const void *text = arena_copy(builder->arena, token->term, token->term_length);
    if (terms == NULL || text == NULL) {
        return lede_fail_nomem(builder->error);
    }
    plan->terms = terms;
    terms[plan->term_count] =
        (struct plan_term){.text = span_of(text, token->term_length), .field = field, .hash = hash};
    *term_out = plan->term_count++;
    return LEDE_OK;
}

/* Tokens of a word or a phrase. */
struct tokens {
    uint32_t *terms;
    bool *joined; /* to the one before */
    uint32_t count, capacity, joined_capacity;
};

static lede_status read_tokens(
    struct builder *builder, const struct ast *ast, struct tokens *tokens)
{
    struct token token;
    analyzer_begin(builder->analyzer, (const char *)ast->text.bytes, ast->text.size);
    while (analyzer_next(builder->analyzer, &token)) {
        if (++builder->token_count > LEDE_QUERY_TERMS_MAX) {
            return query_fail(builder->error, LEDE_ERR_LIMIT, ast->position,
                "the query has more than %d words", LEDE_QUERY_TERMS_MAX);
        }
        tokens->terms = grown(
            builder->arena, tokens->terms, tokens->count, &tokens->capacity, sizeof *tokens->terms);
        tokens->joined = grown(builder->arena, tokens->joined, tokens->count,
            &tokens->joined_capacity, sizeof *tokens->joined);
        if (tokens->terms == NULL || tokens->joined == NULL) {
            return lede_fail_nomem(builder->error);
        }
        const lede_status status =
            find_term(builder, &token, ast->field, &tokens->terms[tokens->count]);
        if (status != LEDE_OK) {
            return status;
        }
        tokens->joined[tokens->count] = tokens->count > 0 && token.joined;
        tokens->count++;
    }
    return analyzer_status(builder->analyzer) == LEDE_OK ? LEDE_OK
                                                         : lede_fail_nomem(builder->error);
}

static lede_status new_term(
    struct builder *builder, uint32_t term, struct context context, struct plan_node **node_out)
{
    struct plan_node *node = new_node(builder, PLAN_TERM, context);
    struct plan_leaf *leaf = arena_zalloc(builder->arena, 1, sizeof *leaf);
    if (node == NULL || leaf == NULL) {
        return lede_fail_nomem(builder->error);
    }
    *leaf = (struct plan_leaf){.term = term, .boost = context.boost};
    node->leaves = leaf;
    node->leaf_count = 1;
    *node_out = node;
    return LEDE_OK;
}

static lede_status new_phrase(struct builder *builder, const uint32_t *terms, uint32_t count,
    struct context context, size_t position, struct plan_node **node_out)
{
    if (count > LEDE_QUERY_PHRASE_TERMS_MAX) {
        return query_fail(builder->error, LEDE_ERR_LIMIT, position,
            "a phrase has more than %d words", LEDE_QUERY_PHRASE_TERMS_MAX);
    }
    struct plan_node *node = new_node(builder, PLAN_PHRASE, context);
    struct plan_leaf *leaves = arena_zalloc(builder->arena, count, sizeof *leaves);
    struct plan_slot *slots = arena_zalloc(builder->arena, count, sizeof *slots);
    if (node == NULL || leaves == NULL || slots == NULL) {
        return lede_fail_nomem(builder->error);
    }
    node->leaves = leaves;
    node->slots = slots;
    node->slot_count = count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t leaf = 0;
        while (leaf < node->leaf_count && leaves[leaf].term != terms[i]) {
            leaf++;
        }
        if (leaf == node->leaf_count) {
            leaves[node->leaf_count++].term = terms[i];
        }
        leaves[leaf].boost += context.boost;
        slots[i] = (struct plan_slot){.leaf = leaf, .offset = i};
    }
    *node_out = node;
    return LEDE_OK;
}

/* Tokens that belong together, from a word that analysis split. */
static lede_status build_run(struct builder *builder, const uint32_t *terms, uint32_t count,
    struct context context, size_t position, struct plan_node **node_out)
{
    if (count == 1) {
        return new_term(builder, terms[0], context, node_out);
    }
    if (PLAN_JOINED_RULE == PLAN_JOINED_PHRASE && builder->options->has_positions) {
        return new_phrase(builder, terms, count, context, position, node_out);
    }
    const bool any = PLAN_JOINED_RULE == PLAN_JOINED_ANY && !context.all;
    struct plan_node *list = new_node(builder, any ? PLAN_OR : PLAN_AND, context);
    lede_status status = list == NULL ? lede_fail_nomem(builder->error) : LEDE_OK;
    for (uint32_t i = 0; status == LEDE_OK && i < count; i++) {
        struct plan_node *term;
        status = new_term(builder, terms[i], context, &term);
        if (status == LEDE_OK) {
            status = add_child(builder, list, term);
        }
    }
    if (status == LEDE_OK) {
        *node_out = collapsed(list);
    }
    return status;
}

static lede_status build_word(struct builder *builder, const struct ast *ast,
    struct context context, struct plan_node **node_out)
{
    struct tokens tokens = {0};
    lede_status status = read_tokens(builder, ast, &tokens);
    if (status != LEDE_OK) {
        return status;
    }
    struct plan_node *list = new_node(builder, context.all ? PLAN_AND : PLAN_OR, context);
    if (list == NULL) {
        return lede_fail_nomem(builder->error);
    }
    for (uint32_t start = 0, end; status == LEDE_OK && start < tokens.count; start = end) {
        end = start + 1;
        while (end < tokens.count && tokens.joined[end]) {
            end++;
        }
        struct plan_node *run = NULL;
        status =
            build_run(builder, tokens.terms + start, end - start, context, ast->position, &run);
        if (status == LEDE_OK) {
            status = add_child(builder, list, run);
        }
    }
    if (status == LEDE_OK) {
        *node_out = collapsed(list);
    }
    return status;
}

static lede_status build_phrase(struct builder *builder, const struct ast *ast,
    struct context context, struct plan_node **node_out)
{
    struct tokens tokens = {0};
    const lede_status status = read_tokens(builder, ast, &tokens);
    if (status != LEDE_OK) {
        return status;
    }
    if (tokens.count == 0) {
        *node_out = NULL;
        return LEDE_OK;
    }
    if (tokens.count == 1) {
        return new_term(builder, tokens.terms[0], context, node_out);
    }
    if (!builder->options->has_positions) {
        return query_fail(builder->error, LEDE_ERR_UNSUPPORTED, ast->position,
            "phrases need positions, which this index was made without");
    }
    return new_phrase(builder, tokens.terms, tokens.count, context, ast->position, node_out);
}

/* ---- filters ---- */

static lede_status new_keyword(struct builder *builder, uint32_t keyword, struct span *values,
    uint32_t value_count, struct context context, struct plan_node **node_out)
{
    struct plan_node *node = new_node(builder, PLAN_KEYWORD, context);
    if (node == NULL || values == NULL) {
        return lede_fail_nomem(builder->error);
    }
    node->keyword = keyword;
    node->values = values;
    node->value_count = value_count;
    *node_out = node;
    return LEDE_OK;
}

static lede_status build_filter(struct builder *builder, const struct ast *ast,
    struct context context, struct plan_node **node_out)
{
    if (ast->kind == AST_KEYWORD) {
        struct span *value = arena_copy(builder->arena, &ast->text, sizeof ast->text);
        return new_keyword(builder, ast->keyword, value, 1, context, node_out);
    }
    struct plan_node *node = new_node(builder, PLAN_DATES, context);
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
static lede_status new_but(struct builder *builder, struct plan_node *positive,
    const struct plan_node *excluded, struct context context, struct plan_node **node_out)
{
    struct plan_node *but = new_node(builder, PLAN_BUT, context);
    if (positive == NULL) {
        positive = new_node(builder, PLAN_ALL, context);
    }
    if (but == NULL || positive == NULL) {
        return lede_fail_nomem(builder->error);
    }
    lede_status status = add_child(builder, but, positive);
    for (uint32_t i = 0; status == LEDE_OK && i < excluded->child_count; i++) {
        status = add_child(builder, but, excluded->children[i]);
    }
    if (status == LEDE_OK) {
        *node_out = but;
    }
    return status;
}

static lede_status build_operator(struct builder *builder, const struct ast *ast,
    struct context context, struct plan_node **node_out)
{
    context.all = ast->kind == AST_AND;
    context.scores = context.scores && ast->kind != AST_NOT;
    struct plan_node *list = new_node(builder, ast->kind == AST_AND ? PLAN_AND : PLAN_OR, context);
    lede_status status = list == NULL ? lede_fail_nomem(builder->error) : LEDE_OK;
    for (const struct ast *at = ast->children; status == LEDE_OK && at != NULL; at = at->next) {
        struct plan_node *child = NULL;
        status = build(builder, at, context, &child);
        if (status == LEDE_OK) {
            status = add_flat(builder, list, child);
        }
    }
    if (status != LEDE_OK) {
        return status;
    }
    if (ast->kind == AST_NOT && list->child_count > 0) {
        return new_but(builder, NULL, list, context, node_out);
    }
    *node_out = collapsed(list);
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

static lede_status new_parts(struct builder *builder, struct context context, struct parts *parts)
{
    parts->required = new_node(builder, PLAN_AND, context);
    parts->plain = new_node(builder, PLAN_OR, context);
    parts->filters = new_node(builder, PLAN_AND, context);
    parts->excluded = new_node(builder, PLAN_OR, context);
    return parts->required == NULL || parts->plain == NULL || parts->filters == NULL ||
                   parts->excluded == NULL
               ? lede_fail_nomem(builder->error)
               : LEDE_OK;
}

static lede_status sort_child(struct builder *builder, const struct ast *ast,
    struct context context, bool filters_restrict, struct parts *parts)
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
        status = list == parts->excluded ? add_child(builder, list, node)
                                         : add_flat(builder, list, node);
    }
    return status;
}

/* A term that is required and stands there plainly too is one term that weighs more. */
static void merge_plain_into_required(struct parts *parts)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < parts->plain->child_count; i++) {
        if (!merge_term(parts->required, parts->plain->children[i])) {
            parts->plain->children[kept++] = parts->plain->children[i];
        }
    }
    parts->plain->child_count = kept;
}

/* required, with the plain ones scoring along. */
static lede_status join_words(struct builder *builder, struct parts *parts, struct context context,
    struct plan_node **node_out)
{
    if (parts->required->child_count == 0) {
        *node_out = collapsed(parts->plain);
        return LEDE_OK;
    }
    merge_plain_into_required(parts);
    struct plan_node *required = collapsed(parts->required);
    if (parts->plain->child_count == 0) {
        *node_out = required;
        return LEDE_OK;
    }
    struct plan_node *optional = new_node(builder, PLAN_OPTIONAL, context);
    lede_status status =
        optional == NULL ? lede_fail_nomem(builder->error) : add_child(builder, optional, required);
    for (uint32_t i = 0; status == LEDE_OK && i < parts->plain->child_count; i++) {
        status = add_child(builder, optional, parts->plain->children[i]);
    }
    if (status == LEDE_OK) {
        *node_out = optional;
    }
    return status;
}

static lede_status join_parts(struct builder *builder, struct parts *parts, struct context context,
    struct plan_node **node_out)
{
    struct plan_node *node = NULL;
    lede_status status = join_words(builder, parts, context, &node);
    if (status == LEDE_OK && parts->filters->child_count > 0) {
        /* A list of its own: terms of the words must not be merged with it. */
        struct plan_node *both = new_node(builder, PLAN_AND, context);
        status = both == NULL ? lede_fail_nomem(builder->error) : add_flat(builder, both, node);
        if (status == LEDE_OK) {
            status = add_flat(builder, both, parts->filters);
        }
        node = both == NULL ? NULL : collapsed(both);
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

static lede_status build_sequence(struct builder *builder, const struct ast *ast,
    struct context context, struct plan_node **node_out)
{
    struct parts parts;
    const bool filters_restrict = has_words(ast);
    lede_status status = new_parts(builder, context, &parts);
    for (const struct ast *at = ast->children; status == LEDE_OK && at != NULL; at = at->next) {
        status = sort_child(builder, at, context, filters_restrict, &parts);
    }
    return status == LEDE_OK ? join_parts(builder, &parts, context, node_out) : status;
}

static lede_status build(struct builder *builder, const struct ast *ast, struct context context,
    struct plan_node **node_out)
{
    context.boost *= ast->boost;
    if (context.boost > LEDE_QUERY_BOOST_MAX) {
        return query_fail(builder->error, LEDE_ERR_LIMIT, ast->position,
            "boosts inside each other are at most %d together", LEDE_QUERY_BOOST_MAX);
    }
    switch (ast->kind) {
    case AST_WORD: return build_word(builder, ast, context, node_out);
    case AST_PHRASE: return build_phrase(builder, ast, context, node_out);
    case AST_KEYWORD:
    case AST_DATE: return build_filter(builder, ast, context, node_out);
    case AST_SEQUENCE: return build_sequence(builder, ast, context, node_out);
    default: return build_operator(builder, ast, context, node_out);
    }
}

/* ---- the whole ---- */

/* Filters of the options join those of the query. Dates go to the plan: they are an interval of every
 * segment, and no condition. */
static lede_status add_outer_filters(struct builder *builder, struct parts *parts)
{
    const struct context context = {.boost = 1, .scores = true};
    lede_status status = LEDE_OK;
    for (uint32_t i = 0; status == LEDE_OK && i < builder->options->filter_count; i++) {
        const struct plan_filter *filter = &builder->options->filters[i];
        struct plan_node *node = NULL;
        status = new_keyword(
            builder, filter->keyword, filter->values, filter->value_count, context, &node);
        if (status == LEDE_OK) {
            status = add_child(builder, parts->filters, node);
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

static lede_status build_root(struct builder *builder, const struct ast *root)
{
    const struct context context = {.boost = root->boost, .scores = true};
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
        node = new_node(builder, PLAN_ALL, context);
        if (node == NULL) {
            return lede_fail_nomem(builder->error);
        }
    }
    builder->plan->root = node;
    return LEDE_OK;
}

/* Gather the leaves that score, in order. */
static lede_status gather_leaves(struct builder *builder, const struct plan_node *node)
{
    if (!node->scores) {
        return LEDE_OK;
    }
    struct plan *plan = builder->plan;
    for (uint32_t i = 0; i < node->leaf_count; i++) {
        struct plan_leaf **leaves = grown(builder->arena, plan->leaves, plan->leaf_count,
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
    struct builder builder = {
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
