/* The plan's tree is walked once a segment. What cannot match is NULL and is simplified away: from an OR it
 * is left out, an AND with it is NULL itself. */
#include "query/bind.h"

#include <string.h>

#include "query/and_iter.h"
#include "query/filter_iter.h"
#include "query/not_iter.h"
#include "query/optional_iter.h"
#include "query/or_iter.h"
#include "query/phrase_iter.h"
#include "query/term_iter.h"

void binder_init(struct binder *binder, struct arena *arena, const struct plan *plan,
    const char *const *keyword_names, struct lede_counters *counters)
{
    *binder = (struct binder){
        .arena = arena, .plan = plan, .keyword_names = keyword_names, .counters = counters};
}

void binder_begin(
    struct binder *binder, const struct segment *segment, const struct termdict_hit *const *hits)
{
    binder->segment = segment;
    binder->hits = hits;
    binder->used = 0;
    binder->lengths_before = binder->counters->lengths_touched;
}

lede_status binder_corrupt(const struct segment *segment, const char *what, lede_error *error)
{
    char name[LEDE_FILE_NAME_BYTES_MAX];
    segment_file_name(segment->number, name);
    return lede_fail(error, LEDE_ERR_CORRUPT, "%s: %s", name, what);
}

lede_status binder_end(struct binder *binder, lede_error *error)
{
    bool corrupt = false;
    for (uint32_t i = 0; i < binder->used; i++) {
        const struct bound_list *list = &binder->lists[i];
        const struct postings_cursor *cursor = list->cursor;
        binder->counters->blocks_decoded += cursor->blocks_decoded;
        binder->counters->blocks_skipped += cursor->blocks_skipped;
        binder->counters->bytes_read += cursor->bytes_read;
        corrupt = corrupt || cursor->status != LEDE_OK;
        if (list->has_occurrences) {
            binder->counters->positions_decoded += list->occurrences->positions.chunks_read;
            binder->counters->bytes_read += list->occurrences->positions.bytes_read;
            corrupt = corrupt || list->occurrences->status != LEDE_OK;
        }
    }
    binder->used = 0;
    binder->counters->bytes_read += (binder->counters->lengths_touched - binder->lengths_before) *
                                    binder->segment->lengths.width_bytes;
    return corrupt ? binder_corrupt(binder->segment, "a list of postings is damaged", error)
                   : LEDE_OK;
}

/* ---- leaves ---- */

/* Room for more cursors; false: no memory. */
static bool grow(struct binder *binder)
{
    const uint32_t capacity = binder->cursor_capacity == 0 ? 8 : binder->cursor_capacity * 2;
    struct bound_list *larger = arena_array(binder->arena, capacity, sizeof *larger);
    if (larger == NULL) {
        return false;
    }
    if (binder->cursor_count > 0) {
        memcpy(larger, binder->lists, binder->cursor_count * sizeof *larger);
    }
    binder->lists = larger;
    binder->cursor_capacity = capacity;
    return true;
}

struct postings_cursor *binder_cursor(
    struct binder *binder, const struct postings_source *source, const struct term_entry *entry)
{
    if (binder->used == binder->cursor_count) {
        if (binder->cursor_count == binder->cursor_capacity && !grow(binder)) {
            return NULL;
        }
        struct postings_cursor *cursor = arena_alloc(binder->arena, sizeof *cursor);
        if (cursor == NULL) {
            return NULL;
        }
        binder->lists[binder->cursor_count++] = (struct bound_list){.cursor = cursor};
    }
    struct bound_list *list = &binder->lists[binder->used++];
    list->has_occurrences = false;
    postings_cursor_init(list->cursor, source, entry);
    return list->cursor;
}

struct occurrences *binder_occurrences(struct binder *binder, const struct postings_cursor *cursor)
{
    uint32_t at = binder->used - 1;
    while (binder->lists[at].cursor != cursor) {
        at--;
    }
    struct bound_list *list = &binder->lists[at];
    if (list->occurrences == NULL) {
        list->occurrences = arena_alloc(binder->arena, sizeof *list->occurrences);
        if (list->occurrences == NULL) {
            return NULL;
        }
    }
    list->has_occurrences = true;
    occurrences_init(list->occurrences, cursor);
    return list->occurrences;
}

/* A cursor at the beginning of a list; NULL: no memory. */
static struct postings_cursor *new_cursor(struct binder *binder, const struct term_entry *entry)
{
    return binder_cursor(binder, &binder->segment->postings, entry);
}

/* A cursor over the list of the same term in the other field; *cursor_out is NULL where it is not there. */
static lede_status other_cursor(struct binder *binder, const struct plan_term *term, unsigned field,
    struct postings_cursor **cursor_out, lede_error *error)
{
    struct termdict_hit hit;
    struct deletion_term deleted;
    const lede_status status = segment_find_term(
        binder->segment, field, term->text.bytes, (uint32_t)term->text.size, &hit, &deleted, error);
    if (status == LEDE_ERR_NOT_FOUND) {
        *cursor_out = NULL;
        return LEDE_OK;
    }
    if (status != LEDE_OK) {
        return status;
    }
    *cursor_out = new_cursor(binder, &hit.entry);
    return *cursor_out == NULL ? lede_fail_nomem(error) : LEDE_OK;
}

lede_status binder_list(struct binder *binder, const struct plan_leaf *plan_leaf,
    struct postings_cursor **cursor_out, lede_error *error)
{
    const struct termdict_hit *hit = binder->hits[plan_leaf->term];
    *cursor_out = hit == NULL ? NULL : new_cursor(binder, &hit->entry);
    return hit != NULL && *cursor_out == NULL ? lede_fail_nomem(error) : LEDE_OK;
}

lede_status binder_leaf(struct binder *binder, const struct plan_leaf *plan_leaf,
    struct leaf *leaf_out, lede_error *error)
{
    const struct plan_term *term = &binder->plan->terms[plan_leaf->term];
    const struct termdict_hit *hit = binder->hits[plan_leaf->term];
    struct leaf leaf = {.plan = plan_leaf,
        .bm25 = &binder->plan->bm25,
        .lengths = &binder->segment->lengths,
        .counters = binder->counters};
    if (hit != NULL) {
        leaf.cursor = new_cursor(binder, &hit->entry);
        if (leaf.cursor == NULL) {
            return lede_fail_nomem(error);
        }
        if (term->field == FIELD_TEXT && leaf.bm25->options.title_boost != 1) {
            const lede_status status = other_cursor(binder, term, FIELD_TITLE, &leaf.title, error);
            if (status != LEDE_OK) {
                return status;
            }
        }
    }
    *leaf_out = leaf;
    return LEDE_OK;
}

static lede_status bind_term(struct binder *binder, const struct plan_node *node,
    struct doc_iter **iter_out, lede_error *error)
{
    struct leaf leaf;
    const lede_status status = binder_leaf(binder, &node->leaves[0], &leaf, error);
    if (status != LEDE_OK) {
        return status;
    }
    *iter_out = leaf.cursor == NULL ? NULL : term_iter_new(binder->arena, &leaf);
    return leaf.cursor != NULL && *iter_out == NULL ? lede_fail_nomem(error) : LEDE_OK;
}

lede_status binder_phrase(struct binder *binder, const struct plan_node *node,
    struct bound_phrase *phrase_out, lede_error *error)
{
    struct bound_phrase phrase = {.match = NULL};
    const lede_status bound = phrase_pairs_bind(binder, node, &phrase.pairs, error);
    if (bound != LEDE_OK || phrase.pairs.is_absent) {
        *phrase_out = phrase;
        return bound;
    }
    struct phrase_word *words =
        arena_zalloc(binder->arena, node->leaf_count, sizeof(struct phrase_word));
    if (words == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint32_t i = 0; i < node->leaf_count; i++) {
        const struct plan_term *term = &binder->plan->terms[node->leaves[i].term];
        struct phrase_word *word = &words[i];
        lede_status status = binder_leaf(binder, &node->leaves[i], &word->leaf, error);
        word->positions_at = word->leaf.cursor;
        if (status == LEDE_OK && term->field == FIELD_TITLE && word->leaf.cursor != NULL) {
            status = other_cursor(binder, term, FIELD_TEXT, &word->positions_at, error);
        }
        if (status != LEDE_OK) {
            return status;
        }
        if (word->positions_at == NULL) {
            *phrase_out = phrase;
            return LEDE_OK;
        }
        word->occurrences = binder_occurrences(binder, word->positions_at);
        if (word->occurrences == NULL) {
            return lede_fail_nomem(error);
        }
    }
    phrase.words = words;
    phrase.match = phrase_match_new(binder->arena, words, node, &phrase.pairs);
    if (phrase.match == NULL) {
        return lede_fail_nomem(error);
    }
    *phrase_out = phrase;
    return LEDE_OK;
}

static lede_status bind_phrase(struct binder *binder, const struct plan_node *node,
    struct doc_iter **iter_out, lede_error *error)
{
    struct bound_phrase phrase;
    const lede_status status = binder_phrase(binder, node, &phrase, error);
    *iter_out = NULL;
    if (status != LEDE_OK || phrase.match == NULL) {
        return status;
    }
    *iter_out = phrase_iter_new(binder->arena, node, &phrase);
    return *iter_out == NULL ? lede_fail_nomem(error) : LEDE_OK;
}

/* ---- columns ---- */

/* The places of `values` in the column's dictionary, ascending. */
static uint32_t find_values(
    const struct keyword_column *column, const struct plan_node *node, uint32_t *ordinals)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < node->value_count; i++) {
        const uint32_t ordinal =
            keyword_find(column, (const char *)node->values[i].bytes, node->values[i].size);
        if (ordinal == KEYWORD_NONE) {
            continue;
        }
        uint32_t at = count++;
        for (; at > 0 && ordinals[at - 1] > ordinal; at--) {
            ordinals[at] = ordinals[at - 1];
        }
        ordinals[at] = ordinal;
    }
    return count;
}

static lede_status bind_keyword(struct binder *binder, const struct plan_node *node,
    struct doc_iter **iter_out, lede_error *error)
{
    const char *name = binder->keyword_names[node->keyword];
    const struct keyword_column *column =
        keywords_field(&binder->segment->keywords, name, strlen(name));
    uint32_t *ordinals = arena_array(binder->arena, node->value_count, sizeof *ordinals);
    if (ordinals == NULL) {
        return lede_fail_nomem(error);
    }
    const uint32_t count = column == NULL ? 0 : find_values(column, node, ordinals);
    if (count == 0) {
        *iter_out = NULL;
        return LEDE_OK;
    }
    *iter_out =
        keyword_iter_new(binder->arena, column, ordinals, count, binder->segment->meta.doc_count);
    return *iter_out == NULL ? lede_fail_nomem(error) : LEDE_OK;
}

static lede_status bind_interval(struct binder *binder, const struct plan_node *node,
    struct doc_iter **iter_out, lede_error *error)
{
    uint32_t first = 0;
    uint32_t end = binder->segment->meta.doc_count;
    if (node->kind == PLAN_DATES) {
        first = dates_first_at(&binder->segment->dates, node->first);
        end = dates_first_at(&binder->segment->dates, node->end);
    }
    *iter_out = NULL;
    if (first < end) {
        *iter_out = interval_iter_new(binder->arena, first, end);
        return *iter_out == NULL ? lede_fail_nomem(error) : LEDE_OK;
    }
    return LEDE_OK;
}

/* ---- operators ---- */

/* The iterators of children [from, child_count) that can match, and how many. */
static lede_status bind_children(struct binder *binder, const struct plan_node *node, uint32_t from,
    struct doc_iter ***children_out, uint32_t *count_out, lede_error *error)
{
    struct doc_iter **children =
        arena_array(binder->arena, node->child_count, sizeof(struct doc_iter *));
    if (children == NULL) {
        return lede_fail_nomem(error);
    }
    uint32_t count = 0;
    for (uint32_t i = from; i < node->child_count; i++) {
        struct doc_iter *child = NULL;
        const lede_status status = binder_bind(binder, node->children[i], &child, error);
        if (status != LEDE_OK) {
            return status;
        }
        if (child != NULL) {
            children[count++] = child;
        }
    }
    *children_out = children;
    *count_out = count;
    return LEDE_OK;
}

static lede_status bind_any(struct binder *binder, const struct plan_node *node, uint32_t from,
    struct doc_iter **iter_out, lede_error *error)
{
    struct doc_iter **children = NULL;
    uint32_t count = 0;
    const lede_status status = bind_children(binder, node, from, &children, &count, error);
    if (status != LEDE_OK) {
        return status;
    }
    if (count <= 1) {
        *iter_out = count == 0 ? NULL : children[0];
        return LEDE_OK;
    }
    *iter_out = or_iter_new(binder->arena, children, count);
    return *iter_out == NULL ? lede_fail_nomem(error) : LEDE_OK;
}

static lede_status bind_all(struct binder *binder, const struct plan_node *node,
    struct doc_iter **iter_out, lede_error *error)
{
    struct doc_iter **children = NULL;
    uint32_t count = 0;
    const lede_status status = bind_children(binder, node, 0, &children, &count, error);
    if (status != LEDE_OK) {
        return status;
    }
    if (count < node->child_count) {
        *iter_out = NULL;
        return LEDE_OK;
    }
    *iter_out = and_iter_new(binder->arena, children, count);
    return *iter_out == NULL ? lede_fail_nomem(error) : LEDE_OK;
}

/* A first child with others that only score, or that take documents away. */
static lede_status bind_first(struct binder *binder, const struct plan_node *node,
    struct doc_iter **iter_out, lede_error *error)
{
    struct doc_iter *first = NULL;
    struct doc_iter *others = NULL;
    lede_status status = binder_bind(binder, node->children[0], &first, error);
    if (status == LEDE_OK && first != NULL) {
        status = bind_any(binder, node, 1, &others, error);
    }
    if (status != LEDE_OK) {
        return status;
    }
    if (first == NULL || others == NULL) {
        *iter_out = first;
        return LEDE_OK;
    }
    *iter_out = node->kind == PLAN_BUT ? not_iter_new(binder->arena, first, others)
                                       : optional_iter_new(binder->arena, first, others);
    return *iter_out == NULL ? lede_fail_nomem(error) : LEDE_OK;
}

lede_status binder_bind(struct binder *binder, const struct plan_node *node,
    struct doc_iter **iter_out, lede_error *error)
{
    switch (node->kind) {
    case PLAN_TERM: return bind_term(binder, node, iter_out, error);
    case PLAN_PHRASE: return bind_phrase(binder, node, iter_out, error);
    case PLAN_AND: return bind_all(binder, node, iter_out, error);
    case PLAN_OR: return bind_any(binder, node, 0, iter_out, error);
    case PLAN_OPTIONAL:
    case PLAN_BUT: return bind_first(binder, node, iter_out, error);
    case PLAN_KEYWORD: return bind_keyword(binder, node, iter_out, error);
    default: return bind_interval(binder, node, iter_out, error);
    }
}
