/* The shortest list is the first, so that of the others only blocks are read that have something of it. */
#include "query/match_set.h"

#include <string.h>

#include "storage/postings_places.h"
#include "storage/postings_set.h"

enum {
    /* A list of which the segment has so many times the documents is short. */
    SPARSE_SHARE = 64,
    PLACES_AT_ONCE = 256,
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

/* Documents of the list in [first, end), and their places; returns how many. */
static uint32_t copy_list(
    struct postings_cursor *list, uint32_t first, uint32_t end, uint32_t *docs, uint32_t *places)
{
    uint32_t count = 0;
    (void)postings_cursor_place(list, first);
    while (list->doc < end) {
        const uint32_t here = postings_cursor_run(list, end);
        const uint32_t start = list->block * LEDE_BLOCK_POSTINGS + list->index;
        memcpy(docs + count, list->docs + list->index, here * sizeof *docs);
        for (uint32_t i = 0; i < here; i++) {
            places[count + i] = start + i;
        }
        count += here;
        (void)postings_cursor_pass(list, here);
    }
    return count;
}

/* Leave in each of `array_count` arrays that are there those of the numbers from `at` on that `taken` tells, behind the first `kept`. */
static void keep_taken(uint32_t *const *arrays, uint32_t array_count, uint32_t kept, uint32_t at,
    const uint32_t *taken, uint32_t count)
{
    for (uint32_t j = 0; j < array_count; j++) {
        uint32_t *array = arrays[j];
        for (uint32_t i = 0; array != NULL && i < count; i++) {
            array[kept + i] = array[at + taken[i]];
        }
    }
}

/* Leave documents that are not deleted; returns how many. */
static uint32_t keep_live(const struct deletions *deletions, struct match_set *set, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t doc = set->docs[i];
        set->docs[kept] = doc;
        set->places[0][kept] = set->places[0][i];
        kept += (deletions->bitmap.bytes[doc / 8] >> doc % 8 & 1) == 0;
    }
    return kept;
}

/* The numbers of the places that are known; returns how many. */
static uint32_t keep_placed(const uint32_t *places, uint32_t count, uint32_t *taken)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        taken[found] = i;
        found += places[i] != UINT32_MAX;
    }
    return found;
}

/* Leave those that list number `list` has; returns how many. */
static uint32_t keep_listed(struct match_set *set, uint32_t list, uint32_t count)
{
    uint32_t taken[PLACES_AT_ONCE];
    uint32_t kept = 0;
    struct postings_cursor *cursor = set->lists[list];
    const bool is_placed = set->places[list] != NULL;
    if (is_placed) {
        postings_places_of(cursor, set->docs, count, set->places[list]);
    }
    for (uint32_t at = 0; at < count; at += PLACES_AT_ONCE) {
        const uint32_t left = count - at < PLACES_AT_ONCE ? count - at : PLACES_AT_ONCE;
        const uint32_t found = is_placed
                                   ? keep_placed(set->places[list] + at, left, taken)
                                   : postings_places_keep(cursor, set->docs + at, left, taken);
        keep_taken(&set->docs, 1, kept, at, taken, found);
        keep_taken(set->places, list + 1, kept, at, taken, found);
        kept += found;
    }
    return kept;
}

static lede_status make_array(struct match_set *set, struct binder *binder,
    const struct match_conditions *conditions, uint32_t first, uint32_t end, lede_error *error)
{
    struct arena *arena = binder->arena;
    struct postings_cursor **lists = conditions->lists;
    const struct deletions *deletions = &binder->segment->deletions;
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
    uint32_t count = copy_list(lists[0], first, end, set->docs, set->places[0]);
    if (deletions->deleted_count > 0) {
        count = keep_live(deletions, set, count);
    }
    for (uint32_t i = 1; i < conditions->list_count && count > 0; i++) {
        count = keep_listed(set, i, count);
    }
    set->count = count;
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
