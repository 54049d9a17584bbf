/* A word is analyzed to tokens; each run of joined ones is a term, a phrase or a conjunction. */
#include "query/plan_builder.h"

#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "query/lexer.h"

/* ---- nodes ---- */

struct plan_node *plan_node_new(
    struct plan_builder *builder, enum plan_kind kind, struct plan_context context)
{
    struct plan_node *node = arena_zalloc(builder->arena, 1, sizeof *node);
    if (node != NULL) {
        node->kind = kind;
        node->scores = context.scores;
    }
    return node;
}

void *plan_grown(struct arena *arena, void *array, uint32_t count, uint32_t *capacity, size_t size)
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

bool plan_node_merge_term(struct plan_node *parent, const struct plan_node *child)
{
    if (child->kind != PLAN_TERM) {
        return false;
    }
    for (uint32_t i = 0; i < parent->child_count; i++) {
        const struct plan_node *other = parent->children[i];
        if (other->kind == PLAN_TERM && other->leaves[0].term == child->leaves[0].term) {
            other->leaves[0].boost += child->leaves[0].boost;
            return true;
        }
    }
    return false;
}

lede_status plan_node_add(
    struct plan_builder *builder, struct plan_node *parent, struct plan_node *child)
{
    if (child == NULL || ((parent->kind == PLAN_AND || parent->kind == PLAN_OR) &&
                             plan_node_merge_term(parent, child))) {
        return LEDE_OK;
    }
    struct plan_node **children = plan_grown(builder->arena, parent->children, parent->child_count,
        &parent->child_capacity, sizeof *parent->children);
    if (children == NULL) {
        return lede_fail_nomem(builder->error);
    }
    parent->children = children;
    children[parent->child_count++] = child;
    return LEDE_OK;
}

struct plan_node *plan_node_collapsed(struct plan_node *list)
{
    if (list->child_count > 1) {
        return list;
    }
    return list->child_count == 0 ? NULL : list->children[0];
}

lede_status plan_node_add_flat(
    struct plan_builder *builder, struct plan_node *parent, struct plan_node *child)
{
    if (child == NULL || child->kind != parent->kind) {
        return plan_node_add(builder, parent, child);
    }
    lede_status status = LEDE_OK;
    for (uint32_t i = 0; status == LEDE_OK && i < child->child_count; i++) {
        status = plan_node_add(builder, parent, child->children[i]);
    }
    return status;
}

/* ---- words and phrases ---- */

static lede_status find_term(
    struct plan_builder *builder, const struct token *token, unsigned field, uint32_t *term_out)
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
    struct plan_term *terms = plan_grown(builder->arena, plan->terms, plan->term_count,
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
    struct plan_token {
        uint32_t term;
        bool joined; /* to the one before */
    } * at;
    uint32_t count, capacity;
};

static lede_status read_tokens(
    struct plan_builder *builder, const struct ast *ast, struct tokens *tokens)
{
    struct token token;
    analyzer_begin(builder->analyzer, (const char *)ast->text.bytes, ast->text.size);
    while (analyzer_next(builder->analyzer, &token)) {
        if (++builder->token_count > LEDE_QUERY_TERMS_MAX) {
            return query_fail(builder->error, LEDE_ERR_LIMIT, ast->position,
                "the query has more than %d words", LEDE_QUERY_TERMS_MAX);
        }
        struct plan_token *at =
            plan_grown(builder->arena, tokens->at, tokens->count, &tokens->capacity, sizeof *at);
        if (at == NULL) {
            return lede_fail_nomem(builder->error);
        }
        tokens->at = at;
        const lede_status status = find_term(builder, &token, ast->field, &at[tokens->count].term);
        if (status != LEDE_OK) {
            return status;
        }
        at[tokens->count].joined = tokens->count > 0 && token.joined;
        tokens->count++;
    }
    return analyzer_status(builder->analyzer) == LEDE_OK ? LEDE_OK
                                                         : lede_fail_nomem(builder->error);
}

static lede_status new_term(struct plan_builder *builder, uint32_t term,
    struct plan_context context, struct plan_node **node_out)
{
    struct plan_node *node = plan_node_new(builder, PLAN_TERM, context);
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

static lede_status new_phrase(struct plan_builder *builder, const struct plan_token *tokens,
    uint32_t count, struct plan_context context, size_t position, struct plan_node **node_out)
{
    if (count > LEDE_QUERY_PHRASE_TERMS_MAX) {
        return query_fail(builder->error, LEDE_ERR_LIMIT, position,
            "a phrase has more than %d words", LEDE_QUERY_PHRASE_TERMS_MAX);
    }
    struct plan_node *node = plan_node_new(builder, PLAN_PHRASE, context);
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
        while (leaf < node->leaf_count && leaves[leaf].term != tokens[i].term) {
            leaf++;
        }
        if (leaf == node->leaf_count) {
            leaves[node->leaf_count++].term = tokens[i].term;
        }
        leaves[leaf].boost += context.boost;
        slots[i] = (struct plan_slot){.leaf = leaf, .offset = i};
    }
    *node_out = node;
    return LEDE_OK;
}

/* Tokens that belong together, from a word that analysis splits at joining characters, as COVID-19 or
 * gov.ru: a phrase, or where the index has no positions, all of them. */
static lede_status build_run(struct plan_builder *builder, const struct plan_token *tokens,
    uint32_t count, struct plan_context context, size_t position, struct plan_node **node_out)
{
    if (count == 1) {
        return new_term(builder, tokens[0].term, context, node_out);
    }
    if (builder->options->has_positions) {
        return new_phrase(builder, tokens, count, context, position, node_out);
    }
    struct plan_node *list = plan_node_new(builder, PLAN_AND, context);
    lede_status status = list == NULL ? lede_fail_nomem(builder->error) : LEDE_OK;
    for (uint32_t i = 0; status == LEDE_OK && i < count; i++) {
        struct plan_node *term;
        status = new_term(builder, tokens[i].term, context, &term);
        if (status == LEDE_OK) {
            status = plan_node_add(builder, list, term);
        }
    }
    if (status == LEDE_OK) {
        *node_out = plan_node_collapsed(list);
    }
    return status;
}

lede_status plan_build_word(struct plan_builder *builder, const struct ast *ast,
    struct plan_context context, struct plan_node **node_out)
{
    struct tokens tokens = {0};
    lede_status status = read_tokens(builder, ast, &tokens);
    if (status != LEDE_OK) {
        return status;
    }
    struct plan_node *list = plan_node_new(builder, context.all ? PLAN_AND : PLAN_OR, context);
    if (list == NULL) {
        return lede_fail_nomem(builder->error);
    }
    for (uint32_t start = 0, end; status == LEDE_OK && start < tokens.count; start = end) {
        end = start + 1;
        while (end < tokens.count && tokens.at[end].joined) {
            end++;
        }
        struct plan_node *run = NULL;
        status = build_run(builder, tokens.at + start, end - start, context, ast->position, &run);
        if (status == LEDE_OK) {
            status = plan_node_add(builder, list, run);
        }
    }
    if (status == LEDE_OK) {
        *node_out = plan_node_collapsed(list);
    }
    return status;
}

lede_status plan_build_phrase(struct plan_builder *builder, const struct ast *ast,
    struct plan_context context, struct plan_node **node_out)
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
        return new_term(builder, tokens.at[0].term, context, node_out);
    }
    if (!builder->options->has_positions) {
        return query_fail(builder->error, LEDE_ERR_UNSUPPORTED, ast->position,
            "phrases need positions, which this index was made without");
    }
    return new_phrase(builder, tokens.at, tokens.count, context, ast->position, node_out);
}
