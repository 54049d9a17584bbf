/* The shortest list is the first, so that of the others only blocks are read that have something of it. */
#include "query/match_set.h"

#include <string.h>

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

/* Live documents of the list in [first, end); returns how many. */
static uint32_t copy_list(const struct segment *segment, struct postings_cursor *list,
    uint32_t first, uint32_t end, uint32_t *docs)
{
    const struct deletions *deletions = &segment->deletions;
    uint32_t count = 0;
    for (uint32_t doc = postings_cursor_place(list, first); doc < end;
         doc = postings_cursor_next(list)) {
        const bool is_dead =
            deletions->deleted_count > 0 && (deletions->bitmap.bytes[doc / 8] >> doc % 8 & 1) != 0;
        docs[count] = doc;
        count += !is_dead;
    }
    return count;
}

/* Leave those that the list has; returns how many. */
static uint32_t keep_listed(struct postings_cursor *list, uint32_t *docs, uint32_t count)
{
    uint32_t places[PLACES_AT_ONCE];
    uint32_t kept = 0;
    for (uint32_t at = 0; at < count; at += PLACES_AT_ONCE) {
        const uint32_t left = count - at;
        const uint32_t taken = left < PLACES_AT_ONCE ? left : PLACES_AT_ONCE;
        postings_set_places(list, docs + at, taken, places);
        for (uint32_t i = 0; i < taken; i++) {
            docs[kept] = docs[at + i];
            kept += places[i] != UINT32_MAX;
        }
    }
    return kept;
}

static lede_status make_array(struct match_set *set, struct binder *binder,
    const struct match_conditions *conditions, uint32_t first, uint32_t end, lede_error *error)
{
    struct postings_cursor **lists = conditions->lists;
    *set = (struct match_set){
        .docs = arena_array(binder->arena, lists[0]->entry.df, sizeof *set->docs)};
    if (set->docs == NULL) {
        return lede_fail_nomem(error);
    }
    uint32_t count = copy_list(binder->segment, lists[0], first, end, set->docs);
    for (uint32_t i = 1; i < conditions->list_count && count > 0; i++) {
        count = keep_listed(lists[i], set->docs, count);
    }
    set->count = count;
    return LEDE_OK;
}

/* ---- bits ---- */

/* Documents [first, end) of the lists alone, all where there are no lists. False where there are none. */
static bool fill_lists(const struct match_conditions *conditions, struct stretch *stretch,
    const struct wordset_ops *ops)
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
    stretch_take_marks(stretch, ops);
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
    uint8_t *marks = binder_marks(binder, DOCSET_DOCS);
    *set = (struct match_set){
        .words = arena_zalloc(binder->arena, segment->ranges.stride, sizeof *set->words)};
    if (marks == NULL || set->words == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint32_t at = first / DOCSET_DOCS * DOCSET_DOCS; at < end; at += DOCSET_DOCS) {
        struct docset_window window, other;
        struct stretch stretch = {.first = at,
            .end = end - at < DOCSET_DOCS ? end : at + DOCSET_DOCS,
            .words = window.words,
            .marks = marks};
        const uint32_t words = stretch_words(&stretch);
        if (!fill_lists(conditions, &stretch, ops)) {
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
