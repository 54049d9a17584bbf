/* The words' cursors are brought together as in and_iter.c. Then each word's positions in the document are
 * read into a buffer of its own; the slot whose word has the fewest proposes where the phrase may begin,
 * and every other slot's positions are walked along: one pass over all of them. */
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
    uint32_t *order; /* words by cost: order[0] leads */
    struct word_positions *positions;
    uint32_t *at; /* by slot: how far its positions are walked */
    struct arena *arena;
    lede_status *status;
};

/* Reading and walking positions. */
enum { PHRASE_MATCH_COST = 128, POSITIONS_MIN = 64 };

static struct postings_cursor *ordered(const struct phrase_iter *phrase, uint32_t i)
{
    return phrase->words[phrase->order[i]].leaf.cursor;
}

static uint32_t align(struct phrase_iter *phrase)
{
    struct postings_cursor *lead = ordered(phrase, 0);
    uint32_t target = lead->doc;
    for (uint32_t i = 1; i < phrase->word_count && target != DOC_END;) {
        struct postings_cursor *cursor = ordered(phrase, i);
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
    (void)postings_cursor_next(ordered(phrase, 0));
    return align(phrase);
}

static uint32_t phrase_seek(struct doc_iter *iter, uint32_t target)
{
    struct phrase_iter *phrase = (struct phrase_iter *)iter;
    if (iter->doc >= target) {
        return iter->doc;
    }
    if (ordered(phrase, 0)->doc < target) {
        (void)postings_cursor_seek(ordered(phrase, 0), target);
    }
    return align(phrase);
}

/* Positions of word `i` in the document; false where there are none, or no memory. */
static bool read_positions(struct phrase_iter *phrase, uint32_t i)
{
    struct phrase_word *word = &phrase->words[i];
    struct word_positions *positions = &phrase->positions[i];
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
    struct postings_cursor *from = word->positions_at;
    if (from->doc < phrase->base.doc) {
        (void)postings_cursor_seek(from, phrase->base.doc);
    }
    if (from->doc != phrase->base.doc) {
        return false;
    }
    const uint32_t room = wanted < positions->capacity ? wanted : positions->capacity;
    const uint32_t count = postings_cursor_positions(from, positions->values, room);
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
    struct phrase_iter *phrase = (struct phrase_iter *)iter;
    iter->doc = doc;
    for (uint32_t i = 0; i < phrase->word_count; i++) {
        struct phrase_word *word = &phrase->words[i];
        if (postings_cursor_place(word->leaf.cursor, doc) != doc ||
            postings_cursor_place(word->positions_at, doc) != doc) {
            return false;
        }
    }
    return phrase_matches(iter);
}

static uint32_t phrase_score(struct doc_iter *iter)
{
    struct phrase_iter *phrase = (struct phrase_iter *)iter;
    uint32_t score = 0;
    for (uint32_t i = 0; i < phrase->word_count; i++) {
        score += leaf_share(&phrase->words[i].leaf);
    }
    return score;
}

static void phrase_explain(struct doc_iter *iter, struct part_sink *sink)
{
    struct phrase_iter *phrase = (struct phrase_iter *)iter;
    for (uint32_t i = 0; i < phrase->word_count; i++) {
        leaf_explain(&phrase->words[i].leaf, sink);
    }
}

static const struct doc_iter_ops PHRASE_OPS = {.next = phrase_next,
    .seek = phrase_seek,
    .matches = phrase_matches,
    .score = phrase_score,
    .explain = phrase_explain};

static void order_by_cost(struct phrase_iter *phrase)
{
    for (uint32_t i = 0; i < phrase->word_count; i++) {
        const uint32_t df = phrase->words[i].leaf.cursor->entry.df;
        uint32_t at = i;
        for (; at > 0 && ordered(phrase, at - 1)->entry.df > df; at--) {
            phrase->order[at] = phrase->order[at - 1];
        }
        phrase->order[at] = i;
    }
}

struct doc_iter *phrase_iter_new(struct arena *arena, struct phrase_word *words,
    uint32_t word_count, const struct plan_slot *slots, uint32_t slot_count, lede_status *status)
{
    ASSERT(word_count >= 1);
    ASSERT(slot_count >= 2);
    struct phrase_iter *phrase = arena_zalloc(arena, 1, sizeof *phrase);
    uint32_t *order = arena_array(arena, word_count, sizeof *order);
    struct word_positions *positions = arena_zalloc(arena, word_count, sizeof *positions);
    uint32_t *at = arena_array(arena, slot_count, sizeof *at);
    if (phrase == NULL || order == NULL || positions == NULL || at == NULL) {
        return NULL;
    }
    *phrase = (struct phrase_iter){
        .base = {.ops = &PHRASE_OPS, .match_cost = PHRASE_MATCH_COST},
        .words = words,
        .word_count = word_count,
        .slots = slots,
        .slot_count = slot_count,
        .order = order,
        .positions = positions,
        .at = at,
        .arena = arena,
        .status = status,
    };
    order_by_cost(phrase);
    phrase->base.cost = ordered(phrase, 0)->entry.df;
    (void)align(phrase);
    return &phrase->base;
}
