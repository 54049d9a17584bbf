/* The shortest list is the first, so that of the others only blocks are read that have something of it. */
#include "query/match_set.h"

#include <string.h>

#include "base/assert.h"
#include "storage/postings_places.h"
#include "storage/postings_set.h"

enum {
    /* A list of which the segment has so many times the documents is short. */
    SPARSE_SHARE = 64,
    BATCH_DOCS = LEDE_BLOCK_POSTINGS,
};

static void sort_lists(struct postings_cursor **lists, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct postings_cursor *moved = lists[i];
        uint32_t at = i;
        for (; at > 0 && lists[at - 1]->entry.df > moved->entry.df; at--) {
            lists[at] = lists[at - 1];
        }
        lists[at] = moved;
    }
}

/* ---- an array ---- */

static bool is_sparse(const struct match_conditions *conditions, const struct segment *segment)
{
    return conditions->list_count > 1 && conditions->docset == NULL &&
           (uint64_t)conditions->lists[0]->entry.df * SPARSE_SHARE <= segment->meta.doc_count;
}

/* Put what the shortest list has decoded below `end`, from where it stands, behind the first `kept`, with places; returns how
 * many, at most BATCH_DOCS. */
static uint32_t take_batch(struct match_set *set, uint32_t kept, uint32_t end)
{
    struct postings_cursor *list = set->lists[0];
    const uint32_t count = postings_cursor_run(list, end);
    const uint32_t start = list->block * LEDE_BLOCK_POSTINGS + list->index;
    DASSERT(set->places[0] != NULL); /* a list that is_sparse takes is too short to be dense */
    memcpy(set->docs + kept, list->docs + list->index, count * sizeof *set->docs);
    for (uint32_t i = 0; i < count; i++) {
        set->places[0][kept + i] = start + i;
    }
    return count;
}

/* Leave in each of `array_count` arrays that are there those of the numbers from `kept` on that `taken` tells. */
static void keep_taken(uint32_t *const *arrays, uint32_t array_count, uint32_t kept,
    const uint32_t *taken, uint32_t count)
{
    for (uint32_t j = 0; j < array_count; j++) {
        uint32_t *array = arrays[j];
        for (uint32_t i = 0; array != NULL && i < count; i++) {
            array[kept + i] = array[kept + taken[i]]; /* NOLINT: the first `count` were set */
        }
    }
}

/* Of `count` documents behind the first `kept` leave those that are not deleted; returns how many. */
static uint32_t keep_live(
    const struct deletions *deletions, struct match_set *set, uint32_t kept, uint32_t count)
{
    uint32_t taken[BATCH_DOCS];
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t doc = set->docs[kept + i];
        taken[found] = i;
        found += (deletions->bitmap.bytes[doc / 8] >> doc % 8 & 1) == 0;
    }
    keep_taken(&set->docs, 1, kept, taken, found);
    keep_taken(set->places, 1, kept, taken, found);
    return found;
}

/* The same of those that list number `list` has. */
static uint32_t keep_listed(struct match_set *set, uint32_t list, uint32_t kept, uint32_t count)
{
    uint32_t taken[BATCH_DOCS];
    struct postings_cursor *cursor = set->lists[list];
    const uint32_t *docs = set->docs + kept;
    const uint32_t found =
        set->places[list] != NULL
            ? postings_places_find(cursor, docs, count, taken, set->places[list] + kept)
            : postings_places_keep(cursor, docs, count, taken);
    if (found < count) {
        keep_taken(&set->docs, 1, kept, taken, found);
        keep_taken(set->places, list, kept, taken, found);
    }
    return found;
}

/* A batch goes through all lists before the next: what it needs stays in the cache. */
static void fill_array(
    struct match_set *set, const struct deletions *deletions, uint32_t first, uint32_t end)
{
    struct postings_cursor *shortest = set->lists[0];
    uint32_t kept = 0;
    while (postings_cursor_place(shortest, first) < end) {
        uint32_t count = take_batch(set, kept, end);
        first = set->docs[kept + count - 1] + 1;
        if (deletions->deleted_count > 0) {
            count = keep_live(deletions, set, kept, count);
        }
        for (uint32_t i = 1; i < set->list_count && count > 0; i++) {
            count = keep_listed(set, i, kept, count);
        }
        kept += count;
    }
    set->count = kept;
}

static lede_status make_array(struct match_set *set, struct binder *binder,
    const struct match_conditions *conditions, uint32_t first, uint32_t end, lede_error *error)
{
    struct arena *arena = binder->arena;
    struct postings_cursor **lists = conditions->lists;
    *set = (struct match_set){.docs = arena_array(arena, lists[0]->entry.df, sizeof *set->docs),
        .lists = lists,
        .places = arena_array(arena, conditions->list_count, sizeof *set->places),
        .list_count = conditions->list_count};
    bool is_full = set->docs == NULL || set->places == NULL;
    for (uint32_t i = 0; i < conditions->list_count && !is_full; i++) {
        set->places[i] = NULL;
        if (lists[i]->dense.words == NULL) {
            set->places[i] = arena_array(arena, lists[0]->entry.df, sizeof *set->places[i]);
            is_full = set->places[i] == NULL;
        }
    }
    if (is_full) {
        return lede_fail_nomem(error);
    }
    fill_array(set, &binder->segment->deletions, first, end);
    return LEDE_OK;
}

const uint32_t *match_set_places(const struct match_set *set, const struct postings_cursor *list)
{
    for (uint32_t i = 0; i < set->list_count; i++) {
        if (set->lists[i] == list) {
            return set->places[i];
        }
    }
    return NULL;
}

/* ---- bits ---- */

lede_status match_set_spread(const struct match_set *set, struct binder *binder,
    struct match_set *bits_out, lede_error *error)
{
    uint64_t *words = arena_zalloc(binder->arena, binder->segment->ranges.stride, sizeof *words);
    if (words == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint64_t i = 0; i < set->count; i++) {
        words[set->docs[i] / 64] |= UINT64_C(1) << set->docs[i] % 64;
    }
    *bits_out = (struct match_set){.words = words, .count = set->count};
    return LEDE_OK;
}

/* Documents [first, end) of the lists alone, all where there are no lists. False where there are none. */
static bool fill_lists(const struct match_conditions *conditions, struct stretch *stretch)
{
    struct docset_window others;
    if (conditions->list_count == 0) {
        const uint32_t count = stretch->end - stretch->first;
        memset(stretch->words, 0xff, stretch_words(stretch) * sizeof *stretch->words);
        if (count % 64 != 0) {
            stretch->words[count / 64] = ~(~UINT64_C(0) << count % 64);
        }
        return true;
    }
    memset(stretch->words, 0, stretch_words(stretch) * sizeof *stretch->words);
    if (!postings_set_add(conditions->lists[0], stretch)) {
        return false;
    }
    for (uint32_t i = 1; i < conditions->list_count; i++) {
        postings_set_retain(conditions->lists[i], stretch, others.words);
    }
    return true;
}

lede_status match_set_make(struct match_set *set, struct binder *binder,
    const struct match_conditions *conditions, uint32_t first, uint32_t end, lede_error *error)
{
    const struct segment *segment = binder->segment;
    const struct wordset_ops *ops = segment->postings.bitpack->wordset;
    sort_lists(conditions->lists, conditions->list_count);
    if (is_sparse(conditions, segment)) {
        return make_array(set, binder, conditions, first, end, error);
    }
    *set = (struct match_set){
        .words = arena_zalloc(binder->arena, segment->ranges.stride, sizeof *set->words)};
    if (set->words == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint32_t at = first / DOCSET_DOCS * DOCSET_DOCS; at < end; at += DOCSET_DOCS) {
        struct docset_window window, other;
        struct stretch stretch = {.first = at,
            .end = end - at < DOCSET_DOCS ? end : at + DOCSET_DOCS,
            .words = window.words};
        const uint32_t words = stretch_words(&stretch);
        if (!fill_lists(conditions, &stretch)) {
            continue;
        }
        if (conditions->docset != NULL) {
            docset_fill(conditions->docset, at, stretch.end, &other);
            ops->intersect(window.words, other.words, words);
        }
        docset_live(segment, at, first, window.words, words);
        set->count += ops->count(window.words, words);
        memcpy(set->words + at / 64, window.words, words * sizeof *window.words);
    }
    return LEDE_OK;
}
