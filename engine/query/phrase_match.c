/* Where a group's documents are in a word's list is counted in the bits of their window (wordset.h, look_up): no docids are
 * searched. A word's bits are those of its whole list where candidates are many, otherwise of the ranges that have some. */
#include "query/phrase_match.h"

#include <string.h>

#include "base/assert.h"
#include "base/bits.h"
#include "storage/postings_places.h"
#include "storage/postings_set.h"

enum {
    WINDOW_WORDS = LEDE_WINDOW_RANGES,
    /* A list of so many times the documents that are left is asked for these alone. */
    SPARSE_SHARE = 16,
    /* Where the shortest list has less in a window on average, its documents are looked up in the others. */
    FEW_DOCS = 64,
};

/* A word's documents in the window at hand. */
struct word_window {
    uint32_t starts[WINDOW_WORDS];
    uint64_t before; /* scratch */
    uint64_t words[WINDOW_WORDS];
    bool is_whole; /* all of the list's documents are in the words; otherwise nothing is set */
};

struct phrase_match {
    struct phrase_fit fit;
    struct postings_cursor **lists; /* what a candidate is in, the shortest first */
    uint32_t *list_words;           /* by list: whose it is; UINT32_MAX: a pair's */
    uint32_t list_count;
    struct word_window *windows; /* by word */
    uint32_t first;              /* the document that they begin with */
    bool is_exact;               /* candidates have the phrase */
    uint32_t found[PHRASE_GROUP_DOCS], docs[PHRASE_GROUP_DOCS];
};

/* ---- one document ---- */

/* The place of document `doc` in a list, wherever its cursor stands; UINT32_MAX where it is not there. */
static uint32_t place_of(struct postings_cursor *list, uint32_t doc)
{
    return postings_cursor_place(list, doc) == doc ? list->block * LEDE_BLOCK_POSTINGS + list->index
                                                   : UINT32_MAX;
}

/* Whether the only document of the group has the phrase. */
static bool has_phrase(struct phrase_match *match, uint32_t doc)
{
    uint32_t kept;
    return phrase_fit_two(&match->fit, &doc, 1, &kept) == 1 &&
           (match->fit.slot_count == 2 || phrase_fit_all(&match->fit, doc, 0));
}

bool phrase_match_has(struct phrase_match *match, uint32_t doc)
{
    if (match->is_exact) {
        return true;
    }
    for (uint32_t i = 0; i < match->fit.word_count; i++) {
        match->fit.places[i][0] = place_of(match->fit.words[i].positions_at, doc);
        if (match->fit.places[i][0] == UINT32_MAX) {
            return false;
        }
    }
    return has_phrase(match, doc);
}

/* ---- a group ---- */

/* The places of some documents in the list with a word's positions; false where one is missing, which only a damaged
 * list does. */
static bool find_places(
    struct phrase_match *match, uint32_t word_at, const uint32_t *docs, uint32_t count)
{
    const struct word_window *window = &match->windows[word_at];
    uint32_t *places = match->fit.places[word_at];
    if (window->is_whole) {
        uint32_t bits[PHRASE_GROUP_DOCS];
        for (uint32_t i = 0; i < count; i++) {
            bits[i] = docs[i] - match->first;
        }
        return match->fit.bitpack->wordset->look_up(
                   window->words, window->starts, bits, count, match->found, places) == count;
    }
    return postings_places_find(
               match->fit.words[word_at].positions_at, docs, count, match->found, places) == count;
}

/* Numbers of a group's documents that have the phrase. */
static uint32_t keep_group(
    struct phrase_match *match, const uint32_t *docs, uint32_t count, uint32_t *kept)
{
    struct phrase_fit *fit = &match->fit;
    const uint32_t lead = fit->slots[0]->leaf;
    const uint32_t second = fit->slots[1]->leaf;
    if (!find_places(match, lead, docs, count) ||
        (second != lead && !find_places(match, second, docs, count))) {
        return 0;
    }
    const uint32_t met = phrase_fit_two(fit, docs, count, kept);
    if (met == 0 || fit->slot_count == 2) {
        return met;
    }
    for (uint32_t i = 0; i < met; i++) {
        match->docs[i] = docs[kept[i]];
        fit->places[lead][i] = fit->places[lead][kept[i]];
        if (second != lead) {
            fit->places[second][i] = fit->places[second][kept[i]];
        }
    }
    for (uint32_t i = 0; i < fit->word_count; i++) {
        if (i != lead && i != second && !find_places(match, i, match->docs, met)) {
            return 0;
        }
    }
    uint32_t found = 0;
    for (uint32_t i = 0; i < met; i++) {
        kept[found] = kept[i];
        found += phrase_fit_all(fit, match->docs[i], i);
    }
    return found;
}

/* Of any number of documents. */
static uint32_t keep(
    struct phrase_match *match, const uint32_t *docs, uint32_t count, uint32_t *kept)
{
    uint32_t found = 0;
    for (uint32_t at = 0; at < count; at += PHRASE_GROUP_DOCS) {
        const uint32_t left = count - at;
        const uint32_t of_group = keep_group(
            match, docs + at, left < PHRASE_GROUP_DOCS ? left : PHRASE_GROUP_DOCS, kept + found);
        for (uint32_t i = 0; i < of_group; i++) {
            kept[found++] += at;
        }
    }
    return found;
}

/* Nothing is known of a new window. */
static void close_windows(struct phrase_match *match)
{
    for (uint32_t i = 0; i < match->fit.word_count; i++) {
        match->windows[i].is_whole = false;
    }
}

uint32_t phrase_match_keep(
    struct phrase_match *match, const uint32_t *docs, uint32_t count, uint32_t *kept)
{
    if (match->is_exact) {
        for (uint32_t i = 0; i < count; i++) {
            kept[i] = i;
        }
        return count;
    }
    close_windows(match);
    return keep(match, docs, count, kept);
}

/* ---- a window ---- */

/* Documents of a window that a list has on average. */
static uint64_t docs_a_window(const struct postings_cursor *list)
{
    const uint32_t docs = list->source->doc_count;
    return (uint64_t)list->entry.df * LEDE_WINDOW_DOCS /
           (docs > LEDE_WINDOW_DOCS ? docs : LEDE_WINDOW_DOCS);
}

/* Set `words` to the candidates of a window, all of whose words are 0. */
static void find_candidates(struct phrase_match *match, struct stretch *stretch)
{
    const struct wordset_ops *ops = match->fit.bitpack->wordset;
    const uint32_t word_count = stretch_words(stretch);
    struct word_window pair;
    uint64_t left = UINT64_MAX;
    for (uint32_t i = 0; i < match->list_count && left > 0; i++) {
        struct postings_cursor *list = match->lists[i];
        const bool is_pair = match->list_words[i] == UINT32_MAX;
        struct word_window *window = is_pair ? &pair : &match->windows[match->list_words[i]];
        if (i > 0 && left * SPARSE_SHARE < docs_a_window(list)) {
            postings_set_retain(list, stretch, window->words);
        } else {
            struct stretch all = {
                .first = stretch->first, .end = stretch->end, .words = window->words};
            memset(window->words, 0, sizeof window->words);
            postings_set_add(list, &all);
            window->is_whole = !match->fit.is_title;
            if (i == 0) {
                memcpy(stretch->words, window->words, word_count * sizeof *window->words);
            } else {
                ops->intersect(stretch->words, window->words, word_count);
            }
        }
        left = ops->count(stretch->words, word_count);
    }
}

/* Where the documents of a word that is wholly in its window are in the list: one place tells the others. `range` is one
 * that has some. */
static void find_starts(
    struct phrase_match *match, uint32_t word_at, uint32_t first, uint32_t range)
{
    struct word_window *window = &match->windows[word_at];
    uint64_t words[WINDOW_WORDS];
    uint32_t starts[WINDOW_WORDS];
    starts[range] = 0; /* stays so where the list is damaged */
    postings_places_ranges(
        match->fit.words[word_at].positions_at, first, UINT64_C(1) << range, words, starts);
    match->fit.bitpack->wordset->starts(
        window->words + range, WINDOW_WORDS - range, starts[range], window->starts + range);
}

/* Take from the words what has no phrase. */
static void check_window(struct phrase_match *match, uint32_t first, uint64_t *words)
{
    uint32_t docs[WINDOW_WORDS * 64];
    uint32_t kept[WINDOW_WORDS * 64];
    const uint32_t count = match->fit.bitpack->wordset->docs(words, WINDOW_WORDS, first, docs);
    if (count == 0) {
        return;
    }
    for (uint32_t i = 0; i < match->fit.word_count; i++) {
        if (match->windows[i].is_whole) {
            find_starts(match, i, first, (docs[0] - first) / LEDE_RANGE_DOCS);
        }
    }
    match->first = first;
    const uint32_t found = keep(match, docs, count, kept);
    memset(words, 0, WINDOW_WORDS * sizeof *words);
    for (uint32_t i = 0; i < found; i++) {
        const uint32_t bit = docs[kept[i]] - first;
        words[bit / 64] |= UINT64_C(1) << bit % 64;
    }
}

/* ---- groups ---- */

/* Up to PHRASE_GROUP_DOCS documents below `end` of the shortest list, from where it stands; returns how many. */
static uint32_t take_group(struct postings_cursor *list, uint32_t end, uint32_t *docs)
{
    uint32_t count = 0;
    while (list->doc < end && count < PHRASE_GROUP_DOCS) {
        const uint32_t there = postings_cursor_run(list, end);
        const uint32_t room = PHRASE_GROUP_DOCS - count;
        const uint32_t taken = there < room ? there : room;
        memcpy(docs + count, list->docs + list->index, taken * sizeof *docs);
        count += taken;
        (void)postings_cursor_pass(list, taken);
    }
    return count;
}

/* Leave what the other lists have, too; returns how many. */
static uint32_t keep_candidates(struct phrase_match *match, uint32_t *docs, uint32_t count)
{
    uint32_t places[PHRASE_GROUP_DOCS];
    for (uint32_t i = 1; i < match->list_count && count > 0; i++) {
        struct postings_cursor *list = match->lists[i];
        count = list->dense.words == NULL
                    ? postings_places_find(list, docs, count, match->found, places)
                    : postings_places_keep(list, docs, count, match->found);
        for (uint32_t j = 0; j < count; j++) {
            docs[j] = docs[match->found[j]];
        }
    }
    return count;
}

static void fill_by_groups(
    struct phrase_match *match, uint32_t first, uint32_t end, uint64_t *words)
{
    struct postings_cursor *lead = match->lists[0];
    close_windows(match);
    for (uint32_t next = first; postings_cursor_place(lead, next) < end;) {
        uint32_t docs[PHRASE_GROUP_DOCS];
        uint32_t kept[PHRASE_GROUP_DOCS];
        uint32_t count = take_group(lead, end, docs);
        DASSERT(count > 0);
        next = docs[count - 1] + 1; /* the list may serve its positions meanwhile */
        count = keep_candidates(match, docs, count);
        if (!match->is_exact && count > 0) {
            count = keep_group(match, docs, count, kept);
        }
        for (uint32_t i = 0; i < count; i++) {
            /* cppcheck-suppress uninitvar */
            const uint32_t bit = docs[match->is_exact ? i : kept[i]] - first;
            words[bit / 64] |= UINT64_C(1) << bit % 64;
        }
    }
}

void phrase_match_fill(struct phrase_match *match, uint32_t first, uint32_t end, uint64_t *words)
{
    if (docs_a_window(match->lists[0]) < FEW_DOCS) {
        fill_by_groups(match, first, end, words);
        return;
    }
    for (; first < end; first += LEDE_WINDOW_DOCS, words += WINDOW_WORDS) {
        struct word_window candidates;
        struct stretch stretch = {.first = first,
            .end = end - first < LEDE_WINDOW_DOCS ? end : first + LEDE_WINDOW_DOCS,
            .words = candidates.words};
        close_windows(match);
        memset(candidates.words, 0, sizeof candidates.words);
        find_candidates(match, &stretch);
        if (!match->is_exact) {
            check_window(match, first, candidates.words);
        }
        memcpy(words, candidates.words, stretch_words(&stretch) * sizeof *words);
    }
}

/* ---- making one ---- */

static void add_list(struct phrase_match *match, struct postings_cursor *list, uint32_t word)
{
    uint32_t at = match->list_count++;
    for (; at > 0 && match->lists[at - 1]->entry.df > list->entry.df; at--) {
        match->lists[at] = match->lists[at - 1];
        match->list_words[at] = match->list_words[at - 1];
    }
    match->lists[at] = list;
    match->list_words[at] = word;
}

static void order_lists(struct phrase_match *match, const struct phrase_pairs *pairs)
{
    for (uint32_t i = 0; i < pairs->count; i++) {
        add_list(match, pairs->cursors[i], UINT32_MAX);
    }
    for (uint32_t i = 0; i < match->fit.word_count; i++) {
        if (!pairs->is_covered[i]) {
            add_list(match, match->fit.words[i].leaf.cursor, i);
        }
    }
}

struct phrase_match *phrase_match_new(struct arena *arena, struct phrase_word *words,
    const struct plan_node *node, const struct phrase_pairs *pairs)
{
    const uint32_t list_count_max = node->leaf_count + pairs->count;
    struct phrase_match *match = arena_alloc(arena, sizeof *match);
    struct postings_cursor **lists =
        arena_array(arena, list_count_max, sizeof(struct postings_cursor *));
    uint32_t *list_words = arena_array(arena, list_count_max, sizeof *list_words);
    struct word_window *windows = arena_array(arena, node->leaf_count, sizeof *windows);
    if (match == NULL || lists == NULL || list_words == NULL || windows == NULL ||
        !phrase_fit_init(&match->fit, arena, words, node, pairs->is_covered)) {
        return NULL;
    }
    match->lists = lists;
    match->list_words = list_words;
    match->list_count = 0;
    match->windows = windows;
    match->is_exact = pairs->is_exact;
    order_lists(match, pairs);
    return match;
}

uint32_t phrase_match_cost(const struct phrase_match *match)
{
    return match->lists[0]->entry.df;
}

struct postings_cursor **phrase_match_lists(const struct phrase_match *match, uint32_t *count_out)
{
    *count_out = match->list_count;
    return match->lists;
}
