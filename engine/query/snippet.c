/* Four steps: find the query's words in the text; drop those of phrases that stand alone; slide a window
 * over what is left; write it out. */
#include "query/snippet.h"

#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "storage/segment.h"
#include "text/utf8.h"

#define NO_WORD UINT32_MAX

/* ---- the query's words ---- */

static uint32_t add_word(struct snippeter *snippeter, uint32_t term, bool alone)
{
    uint32_t at = 0;
    while (at < snippeter->word_count && snippeter->words[at].term != term) {
        at++;
    }
    if (at == snippeter->word_count) {
        snippeter->words[snippeter->word_count++] = (struct snippet_word){.term = term};
    }
    snippeter->words[at].alone = snippeter->words[at].alone || alone;
    return at;
}

static bool is_text(const struct snippeter *snippeter, const struct plan_node *node)
{
    return snippeter->plan->terms[node->leaves[0].term].field == FIELD_TEXT;
}

static lede_status add_phrase(
    struct snippeter *snippeter, const struct plan_node *node, lede_error *error)
{
    uint32_t *words = arena_array(snippeter->arena, node->slot_count, sizeof *words);
    if (words == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint32_t i = 0; i < node->slot_count; i++) {
        words[i] = add_word(snippeter, node->leaves[node->slots[i].leaf].term, false);
    }
    snippeter->phrases[snippeter->phrase_count++] =
        (struct snippet_phrase){.words = words, .count = node->slot_count};
    return LEDE_OK;
}

static lede_status gather(
    struct snippeter *snippeter, const struct plan_node *node, lede_error *error)
{
    lede_status status = LEDE_OK;
    if (!node->scores) {
        return status;
    }
    if (node->kind == PLAN_TERM && is_text(snippeter, node)) {
        (void)add_word(snippeter, node->leaves[0].term, true);
    } else if (node->kind == PLAN_PHRASE && is_text(snippeter, node)) {
        status = add_phrase(snippeter, node, error);
    }
    for (uint32_t i = 0; status == LEDE_OK && i < node->child_count; i++) {
        status = gather(snippeter, node->children[i], error);
    }
    return status;
}

/* The table is at most half full. */
static lede_status fill_table(struct snippeter *snippeter, lede_error *error)
{
    uint32_t size = 8;
    while (size < 2 * snippeter->word_count) {
        size *= 2;
    }
    snippeter->table = arena_array(snippeter->arena, size, sizeof *snippeter->table);
    snippeter->table_mask = size - 1;
    if (snippeter->table == NULL) {
        return lede_fail_nomem(error);
    }
    memset(snippeter->table, 0xff, size * sizeof *snippeter->table);
    term_heads_init(&snippeter->heads);
    for (uint32_t i = 0; i < snippeter->word_count; i++) {
        const struct plan_term *term = &snippeter->plan->terms[snippeter->words[i].term];
        term_heads_add(&snippeter->heads, term->text.bytes, (uint32_t)term->text.size);
        uint32_t at = (uint32_t)term->hash;
        while (snippeter->table[at & snippeter->table_mask] != NO_WORD) {
            at++;
        }
        snippeter->table[at & snippeter->table_mask] = i;
    }
    return LEDE_OK;
}

lede_status snippeter_init(struct snippeter *snippeter, const struct plan *plan,
    struct analyzer *analyzer, size_t size_bytes, lede_snippet_markup markup, struct arena *arena,
    lede_error *error)
{
    *snippeter = (struct snippeter){.arena = arena,
        .analyzer = analyzer,
        .plan = plan,
        .size_bytes = size_bytes,
        .markup = markup};
    /* A phrase has two leaves at least, or one that stands twice. */
    snippeter->words = arena_array(arena, plan->term_count, sizeof *snippeter->words);
    snippeter->phrases = arena_array(arena, plan->leaf_count, sizeof *snippeter->phrases);
    snippeter->seen = arena_zalloc(arena, plan->term_count, sizeof *snippeter->seen);
    snippeter->last_starts = arena_array(arena, plan->term_count, sizeof *snippeter->last_starts);
    if (snippeter->words == NULL || snippeter->phrases == NULL || snippeter->seen == NULL ||
        snippeter->last_starts == NULL) {
        return lede_fail_nomem(error);
    }
    const lede_status status = gather(snippeter, plan->root, error);
    return status == LEDE_OK ? fill_table(snippeter, error) : status;
}

static uint32_t find_word(const struct snippeter *snippeter, const struct token *token)
{
    const uint64_t hash = hash_bytes(token->term, token->term_length);
    for (uint32_t at = (uint32_t)hash;; at++) {
        const uint32_t word = snippeter->table[at & snippeter->table_mask];
        if (word == NO_WORD) {
            return NO_WORD;
        }
        const struct plan_term *term = &snippeter->plan->terms[snippeter->words[word].term];
        if (term->hash == hash && term->text.size == token->term_length &&
            memcmp(term->text.bytes, token->term, token->term_length) == 0) {
            return word;
        }
    }
}

/* ---- 1 and 2: where they stand ---- */

static lede_status add_match(
    struct snippeter *snippeter, const struct token *token, uint32_t word, lede_error *error)
{
    if (snippeter->match_count == snippeter->match_capacity) {
        const size_t capacity = snippeter->match_capacity == 0 ? 64 : snippeter->match_capacity * 2;
        struct snippet_match *matches = arena_array(snippeter->arena, capacity, sizeof *matches);
        if (matches == NULL) {
            return lede_fail_nomem(error);
        }
        if (snippeter->match_count > 0) {
            memcpy(matches, snippeter->matches, snippeter->match_count * sizeof *matches);
        }
        snippeter->matches = matches;
        snippeter->match_capacity = capacity;
    }
    snippeter->matches[snippeter->match_count++] = (struct snippet_match){.start = token->start,
        .end = token->end,
        .position = token->position,
        .word = word,
        .marked = snippeter->words[word].alone};
    return LEDE_OK;
}

/* Note that `word` stands at `token`. Where a window ends here that has all the words, no later one is
 * better: the bytes behind which nothing more can be shown of it, else SIZE_MAX. */
static size_t window_limit(struct snippeter *snippeter, const struct token *token, uint32_t word)
{
    size_t start = token->start;
    snippeter->last_starts[word] = start;
    for (uint32_t i = 0; i < snippeter->word_count; i++) {
        const size_t last = snippeter->last_starts[i];
        if (last == SIZE_MAX) {
            return SIZE_MAX;
        }
        start = last < start ? last : start;
    }
    /* A snippet begins before its window's first word and is about size_bytes long. */
    return token->end - start <= snippeter->size_bytes
               ? token->end + snippeter->size_bytes + LEDE_TERM_BYTES_MAX
               : SIZE_MAX;
}

static lede_status find_matches(struct snippeter *snippeter, struct span text, lede_error *error)
{
    struct token token;
    size_t limit = SIZE_MAX;
    snippeter->match_count = 0;
    memset(snippeter->last_starts, 0xff, snippeter->word_count * sizeof *snippeter->last_starts);
    analyzer_begin_for(snippeter->analyzer, (const char *)text.bytes, text.size, &snippeter->heads);
    while (analyzer_next(snippeter->analyzer, &token) && token.start < limit) {
        const uint32_t word = find_word(snippeter, &token);
        if (word == NO_WORD) {
            continue;
        }
        const lede_status status = add_match(snippeter, &token, word, error);
        if (status != LEDE_OK) {
            return status;
        }
        /* A phrase's words count where they are one: known only later. */
        if (limit == SIZE_MAX && snippeter->phrase_count == 0) {
            limit = window_limit(snippeter, &token, word);
        }
    }
    return analyzer_status(snippeter->analyzer) == LEDE_OK ? LEDE_OK : lede_fail_nomem(error);
}

/* Every word of a phrase is a match, so a phrase is matches in a row with positions in a row. */
static void mark_phrases(struct snippeter *snippeter)
{
    for (uint32_t i = 0; i < snippeter->phrase_count; i++) {
        const struct snippet_phrase *phrase = &snippeter->phrases[i];
        for (size_t from = 0; from + phrase->count <= snippeter->match_count; from++) {
            struct snippet_match *match = snippeter->matches + from;
            uint32_t same = 0;
            while (same < phrase->count && match[same].word == phrase->words[same] &&
                   match[same].position == match[0].position + same) {
                same++;
            }
            for (uint32_t j = 0; same == phrase->count && j < same; j++) {
                match[j].marked = true;
            }
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < snippeter->match_count; i++) {
        if (snippeter->matches[i].marked) {
            snippeter->matches[kept++] = snippeter->matches[i];
        }
    }
    snippeter->match_count = kept;
}

/* ---- 3: the window ---- */

struct window_choice {
    size_t first, end; /* matches [first, end) */
};

static struct window_choice choose_window(struct snippeter *snippeter)
{
    const struct snippet_match *matches = snippeter->matches;
    struct window_choice best = {0, 0};
    double best_value = -1;
    double value = 0;
    size_t first = 0;
    memset(snippeter->seen, 0, snippeter->plan->term_count * sizeof *snippeter->seen);
    for (size_t end = 0; end < snippeter->match_count; end++) {
        const uint32_t term = snippeter->words[matches[end].word].term;
        value += snippeter->seen[matches[end].word]++ == 0 ? snippeter->plan->terms[term].idf : 0;
        while (first < end && matches[end].end - matches[first].start > snippeter->size_bytes) {
            const uint32_t word = matches[first++].word;
            if (--snippeter->seen[word] == 0) {
                value -= snippeter->plan->terms[snippeter->words[word].term].idf;
            }
        }
        /* More than rounding apart, so that sums added in another order compare as equal. */
        if (value > best_value * (1 + 1e-9)) {
            best_value = value;
            best = (struct window_choice){.first = first, .end = end + 1};
        }
    }
    return best;
}

static bool is_space(uint8_t byte)
{
    return byte <= 0x20 || byte == 0x7f;
}

/* Whether a sentence ends right before `at`, which is not blank: . ! ? or an empty line, then blanks. */
static bool begins_sentence(struct span text, size_t at)
{
    size_t before = at;
    size_t lines = 0;
    while (before > 0 && is_space(text.bytes[before - 1])) {
        before--;
        lines += text.bytes[before] == '\n';
    }
    if (before == 0 || lines >= 2) {
        return true;
    }
    const uint8_t last = text.bytes[before - 1];
    return before < at && (last == '.' || last == '!' || last == '?');
}

/* Where to begin so that `start` is at most `room` bytes away: a sentence's start, else a word's. */
static size_t find_begin(struct span text, size_t start, size_t room)
{
    size_t word = start;
    for (size_t at = start; at > 0 && start - at < room;) {
        at--;
        if (is_space(text.bytes[at]) || (at > 0 && !is_space(text.bytes[at - 1]))) {
            continue;
        }
        if (begins_sentence(text, at)) {
            return at;
        }
        if (start - at <= room / 2) {
            word = at; /* the farthest of the nearer half: something follows the word, too */
        }
    }
    return word;
}

/* The end of a piece from `begin` of about `size` bytes, not before `least`: between words where there are
 * blanks, else between characters. */
static size_t find_end(struct span text, size_t begin, size_t least, size_t size)
{
    if (text.size - begin <= size) {
        return text.size;
    }
    size_t end = utf8_edge_before(text.bytes, text.size, begin + size);
    end = end < least ? least : end;
    for (size_t at = end; at > least && end - at < size / 2; at--) {
        if (is_space(text.bytes[at])) {
            return at;
        }
    }
    return end;
}

/* ---- 4: writing ---- */

static void append_text(struct buf *out, const char *text)
{
    (void)buf_append(out, text, strlen(text));
}

static void append_point(struct buf *out, uint32_t point, bool as_html)
{
    uint8_t bytes[UTF8_BYTES_MAX];
    if (as_html && point < 0x80 && strchr("&<>\"'", (int)point) != NULL) {
        append_text(out, point == '&'   ? "&amp;"
                         : point == '<' ? "&lt;"
                         : point == '>' ? "&gt;"
                         : point == '"' ? "&quot;"
                                        : "&#39;");
        return;
    }
    (void)buf_append(out, bytes, utf8_encode(point, bytes));
}

/* Blanks, and all that would act on a terminal or end a line. */
static bool is_blank_point(uint32_t point)
{
    return point <= 0x20 || (point >= 0x7f && point <= 0xa0) || point == 0x2028 || point == 0x2029;
}

struct range {
    size_t begin, end;
};

/* How many bytes from `at` on, before `end`, are written as they are. */
static size_t plain_run(struct span text, size_t at, size_t end, bool as_html)
{
    size_t run = at;
    while (run < end && text.bytes[run] > 0x20 && text.bytes[run] < 0x7f &&
           !(as_html && strchr("&<>\"'", text.bytes[run]) != NULL)) {
        run++;
    }
    return run - at;
}

static void write_range(
    struct snippeter *snippeter, struct span text, struct range range, struct buf *out)
{
    const bool as_html = snippeter->markup == LEDE_MARKUP_HTML;
    const struct snippet_match *match = snippeter->matches;
    const struct snippet_match *matches_end = match + snippeter->match_count;
    bool blank_due = false;
    bool any = false;
    bool open = false;
    for (size_t at = range.begin; at < range.end;) {
        while (match < matches_end && match->end <= at) {
            if (open) {
                append_text(out, as_html ? "</em>" : "\x02");
                open = false;
            }
            match++;
        }
        const struct utf8_char read = utf8_decode(text.bytes + at, text.bytes + text.size);
        if (is_blank_point(read.point)) {
            blank_due = any;
            at += read.size;
            continue;
        }
        if (blank_due) {
            (void)buf_append_u8(out, ' ');
            blank_due = false;
        }
        if (!open && match < matches_end && match->start <= at && match->end <= range.end) {
            append_text(out, as_html ? "<em>" : "\x01");
            open = true;
        }
        any = true;
        /* Nothing is to be marked or closed before the match's next edge. */
        const size_t edge = match == matches_end ? range.end : open ? match->end : match->start;
        const size_t run =
            plain_run(text, at, at < edge && edge < range.end ? edge : range.end, as_html);
        if (run > 0) {
            (void)buf_append(out, text.bytes + at, run);
            at += run;
        } else {
            append_point(out, read.point, as_html);
            at += read.size;
        }
    }
    if (open) {
        append_text(out, as_html ? "</em>" : "\x02");
    }
}

lede_status snippeter_make(
    struct snippeter *snippeter, struct span text, struct buf *out, lede_error *error)
{
    if (text.size > LEDE_SNIPPET_SCAN_BYTES) {
        text.size = utf8_edge_before(text.bytes, text.size, LEDE_SNIPPET_SCAN_BYTES);
    }
    const lede_status status = find_matches(snippeter, text, error);
    if (status != LEDE_OK) {
        return status;
    }
    mark_phrases(snippeter);
    struct range range = {0, 0};
    while (range.begin < text.size && is_space(text.bytes[range.begin])) {
        range.begin++;
    }
    while (text.size > range.begin && is_space(text.bytes[text.size - 1])) {
        text.size--;
    }
    const size_t text_begin = range.begin;
    size_t least = range.begin;
    if (snippeter->match_count > 0 && text.size - text_begin > snippeter->size_bytes) {
        const struct window_choice choice = choose_window(snippeter);
        const size_t start = snippeter->matches[choice.first].start;
        least = snippeter->matches[choice.end - 1].end;
        const size_t used = least - start;
        const size_t room =
            used < snippeter->size_bytes ? (snippeter->size_bytes - used) * 2 / 3 : 0;
        range.begin = find_begin(text, start, room);
        range.begin = range.begin < text_begin ? text_begin : range.begin;
    }
    range.end = find_end(text, range.begin, least, snippeter->size_bytes);
    if (range.begin > text_begin) {
        append_text(out, "…");
    }
    write_range(snippeter, text, range, out);
    if (range.end < text.size) {
        append_text(out, "…");
    }
    return out->status == LEDE_OK ? LEDE_OK : lede_fail_nomem(error);
}
