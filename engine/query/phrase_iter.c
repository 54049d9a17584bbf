/* The cursors of the pairs, and of words that are in no pair, are brought together as in and_iter.c; other
 * words' cursors follow where they are needed. Then, unless the pairs settle it, each word's positions in the
 * document are read into a buffer of its own; the slot whose word has the fewest proposes where the phrase
 * may begin, and every other slot's positions are walked along: one pass over all of them. */
#include "query/phrase_iter.h"

#include "base/assert.h"

struct word_positions {
    uint32_t *values;
    uint32_t count, capacity;
};

struct phrase_iter {
    struct doc_iter base;
    struct phrase_word *words;
    uint32_t word_count;
    const struct plan_slot *slots;
    uint32_t slot_count;
    struct postings_cursor **lists; /* what a candidate is in, the shortest first, which leads */
    uint32_t list_count;
    uint32_t *order; /* words, the rarest first */
    struct word_positions *positions;
    uint32_t *at; /* by slot: how far its positions are walked */
    struct arena *arena;
    lede_status *status;
};

/* Reading and walking positions. */
enum { PHRASE_MATCH_COST = 128, POSITIONS_MIN = 64 };

static uint32_t align(struct phrase_iter *phrase)
{
    struct postings_cursor *lead = phrase->lists[0];
    uint32_t target = lead->doc;
    for (uint32_t i = 1; i < phrase->list_count && target != DOC_END;) {
        struct postings_cursor *cursor = phrase->lists[i];
        const uint32_t doc =
            cursor->doc < target ? postings_cursor_seek(cursor, target) : cursor->doc;
        if (doc == target) {
            i++;
            continue;
        }
        target = doc == DOC_END ? DOC_END : postings_cursor_seek(lead, doc);
        i = 1;
    }
    return phrase->base.doc = target;
}

static uint32_t phrase_next(struct doc_iter *iter)
{
    struct phrase_iter *phrase = (struct phrase_iter *)iter;
    if (iter->doc == DOC_END) {
        return DOC_END;
    }
    (void)postings_cursor_next(phrase->lists[0]);
    return align(phrase);
}

static uint32_t phrase_seek(struct doc_iter *iter, uint32_t target)
{
    struct phrase_iter *phrase = (struct phrase_iter *)iter;
    if (iter->doc >= target) {
        return iter->doc;
    }
    if (phrase->lists[0]->doc < target) {
        (void)postings_cursor_seek(phrase->lists[0], target);
    }
    return align(phrase);
}

/* Bring a cursor to the document; false where it is not in its list. */
static bool follow(struct postings_cursor *cursor, uint32_t doc)
{
    return cursor->doc == doc || postings_cursor_place(cursor, doc) == doc;
}

/* Positions of word `i` in the document; false where there are none, or no memory. */
static bool read_positions(struct phrase_iter *phrase, uint32_t i)
{
    struct phrase_word *word = &phrase->words[i];
    struct word_positions *positions = &phrase->positions[i];
    if (!follow(word->leaf.cursor, phrase->base.doc) ||
        !follow(word->positions_at, phrase->base.doc)) {
        return false;
    }
    const uint32_t wanted = postings_cursor_frequency(word->leaf.cursor);
    if (wanted > positions->capacity) {
        uint32_t capacity = POSITIONS_MIN;
        while (capacity < wanted && capacity < LEDE_DOCUMENT_TOKENS_MAX) {
            capacity *= 2;
        }
        positions->values = arena_array(phrase->arena, capacity, sizeof(uint32_t));
        positions->capacity = positions->values == NULL ? 0 : capacity;
        if (positions->values == NULL) {
            *phrase->status = LEDE_ERR_NOMEM;
            return false;
        }
    }
    const uint32_t room = wanted < positions->capacity ? wanted : positions->capacity;
    const uint32_t count = postings_cursor_positions(word->positions_at, positions->values, room);
    positions->count = count < room ? count : room;
    return positions->count > 0;
}

/* Whether the phrase begins at `start`, walking each slot's positions up to where they would have to be. */
static bool begins_at(struct phrase_iter *phrase, uint32_t start)
{
    for (uint32_t i = 0; i < phrase->slot_count; i++) {
        const struct word_positions *positions = &phrase->positions[phrase->slots[i].leaf];
        const uint32_t wanted = start + phrase->slots[i].offset;
        uint32_t at = phrase->at[i];
        while (at < positions->count && positions->values[at] < wanted) {
            at++;
        }
        phrase->at[i] = at;
        if (at == positions->count || positions->values[at] != wanted) {
            return false;
        }
    }
    return true;
}

static bool phrase_matches(struct doc_iter *iter)
{
    struct phrase_iter *phrase = (struct phrase_iter *)iter;
    for (uint32_t i = 0; i < phrase->word_count; i++) {
        if (!read_positions(phrase, phrase->order[i])) {
            return false;
        }
    }
    uint32_t rarest = 0;
    for (uint32_t i = 0; i < phrase->slot_count; i++) {
        phrase->at[i] = 0;
        if (phrase->positions[phrase->slots[i].leaf].count <
            phrase->positions[phrase->slots[rarest].leaf].count) {
            rarest = i;
        }
    }
    const struct word_positions *proposed = &phrase->positions[phrase->slots[rarest].leaf];
    const uint32_t offset = phrase->slots[rarest].offset;
    for (uint32_t i = 0; i < proposed->count; i++) {
        if (proposed->values[i] >= offset && begins_at(phrase, proposed->values[i] - offset)) {
            return true;
        }
    }
    return false;
}

bool phrase_iter_verify(struct doc_iter *iter, uint32_t doc)
{
    iter->doc = doc;
    return iter->ops->matches == NULL || phrase_matches(iter);
}

void phrase_iter_begin(struct doc_iter *iter)
{
    (void)align((struct phrase_iter *)iter);
}

static uint32_t phrase_score(struct doc_iter *iter)
{
    struct phrase_iter *phrase = (struct phrase_iter *)iter;
    uint32_t score = 0;
    for (uint32_t i = 0; i < phrase->word_count; i++) {
        struct leaf *leaf = &phrase->words[i].leaf;
        score += follow(leaf->cursor, iter->doc) ? leaf_share(leaf) : 0;
    }
    return score;
}

static void phrase_explain(struct doc_iter *iter, struct part_sink *sink)
{
    struct phrase_iter *phrase = (struct phrase_iter *)iter;
    for (uint32_t i = 0; i < phrase->word_count; i++) {
        struct leaf *leaf = &phrase->words[i].leaf;
        if (follow(leaf->cursor, iter->doc)) {
            leaf_explain(leaf, sink);
        }
    }
}

static const struct doc_iter_ops PHRASE_OPS = {.next = phrase_next,
    .seek = phrase_seek,
    .matches = phrase_matches,
    .score = phrase_score,
    .explain = phrase_explain};

/* Where the lists say all. */
static const struct doc_iter_ops EXACT_OPS = {
    .next = phrase_next, .seek = phrase_seek, .score = phrase_score, .explain = phrase_explain};

static void order_words(struct phrase_iter *phrase)
{
    for (uint32_t i = 0; i < phrase->word_count; i++) {
        const uint32_t df = phrase->words[i].leaf.cursor->entry.df;
        uint32_t at = i;
        for (; at > 0 && phrase->words[phrase->order[at - 1]].leaf.cursor->entry.df > df; at--) {
            phrase->order[at] = phrase->order[at - 1];
        }
        phrase->order[at] = i;
    }
}

static void add_list(struct phrase_iter *phrase, struct postings_cursor *cursor)
{
    uint32_t at = phrase->list_count++;
    for (; at > 0 && phrase->lists[at - 1]->entry.df > cursor->entry.df; at--) {
        phrase->lists[at] = phrase->lists[at - 1];
    }
    phrase->lists[at] = cursor;
}

static void order_lists(struct phrase_iter *phrase, const struct phrase_pairs *pairs)
{
    for (uint32_t i = 0; i < pairs->count; i++) {
        add_list(phrase, pairs->cursors[i]);
    }
    for (uint32_t i = 0; i < phrase->word_count; i++) {
        if (!pairs->is_covered[i]) {
            add_list(phrase, phrase->words[i].leaf.cursor);
        }
    }
}

struct doc_iter *phrase_iter_new(struct arena *arena, struct phrase_word *words,
    const struct plan_node *node, const struct phrase_pairs *pairs, lede_status *status)
{
    ASSERT(node->leaf_count >= 1);
    ASSERT(node->slot_count >= 2);
    const uint32_t word_count = node->leaf_count;
    struct phrase_iter *phrase = arena_zalloc(arena, 1, sizeof *phrase);
    uint32_t *order = arena_array(arena, word_count, sizeof *order);
    struct postings_cursor **lists =
        arena_array(arena, word_count + pairs->count, sizeof(struct postings_cursor *));
    struct word_positions *positions = arena_zalloc(arena, word_count, sizeof *positions);
    uint32_t *at = arena_array(arena, node->slot_count, sizeof *at);
    if (phrase == NULL || order == NULL || lists == NULL || positions == NULL || at == NULL) {
        return NULL;
    }
    *phrase = (struct phrase_iter){
        .base = {.ops = pairs->is_exact ? &EXACT_OPS : &PHRASE_OPS,
            .match_cost = pairs->is_exact ? 0 : PHRASE_MATCH_COST},
        .words = words,
        .word_count = word_count,
        .slots = node->slots,
        .slot_count = node->slot_count,
        .lists = lists,
        .order = order,
        .positions = positions,
        .at = at,
        .arena = arena,
        .status = status,
    };
    order_words(phrase);
    order_lists(phrase, pairs);
    phrase->base.cost = phrase->lists[0]->entry.df;
    return &phrase->base;
}
