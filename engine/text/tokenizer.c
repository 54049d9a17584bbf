/* The idea: find where a word begins (skip_gap), then try the shortcut for ASCII (ascii_scan.h), which gives up where a byte
 * needs more thought; then the word is read again character by character (scan_letters with number.h and acronym.h, and
 * the scripts' own). Both leave the word's bytes in tokenizer->word; finish() takes off what leans on a word by an
 * apostrophe. Before all that plain words are counted out of a window of 64 bytes (ascii_word.h). */
#include "text/tokenizer.h"

#include <assert.h>
#include <string.h>

#include "base/attr.h"
#include "text/acronym.h"
#include "text/ascii_scan.h"
#include "text/charclass.h"
#include "text/number.h"
#include "text/word_scan.h"

static_assert((int)ASCII_WINDOW_PADDING >= (int)TOKENIZER_PADDING, "words may lie in the window");

void tokenizer_init(struct tokenizer *tokenizer, const struct language *language)
{
    *tokenizer = (struct tokenizer){.language = language};
}

void tokenizer_begin(struct tokenizer *tokenizer, const uint8_t *text, size_t length)
{
    tokenizer->text = text;
    tokenizer->length = length;
    tokenizer->at = 0;
    tokenizer->has_word = false;
    tokenizer->has_invalid = false;
    tokenizer->window.taken = 0;
    tokenizer->window_at = SIZE_MAX; /* none was read */
    tokenizer->may_be_quick =
        !tokenizer->is_always_slow && (tokenizer->language->fold_flags & FOLD_DOTLESS_I) == 0;
}

/* Whether the word at `at` and the one before belong together: `passed` characters are between them, `last` is the
 * last of them. */
static bool joins(const struct tokenizer *tokenizer, size_t at, size_t passed, uint32_t last)
{
    const bool is_decimal_comma = last == ',' && at >= 2 && text_has_digit(tokenizer, at - 2) &&
                                  text_has_digit(tokenizer, at);
    return tokenizer->has_word &&
           (passed == 0 || (passed == 1 && (char_is_joiner(last) || is_decimal_comma)));
}

/* From tokenizer->at to where a word begins; false where none does. *joined_out: nothing or one joining
 * character was passed. */
static bool skip_gap(
    struct tokenizer *tokenizer, size_t *start_out, enum char_class *class_out, bool *joined_out)
{
    const uint8_t *const text = tokenizer->text;
    size_t at = tokenizer->at;
    size_t passed = 0;
    uint32_t last = 0;
    for (;;) {
        if (at >= tokenizer->length) {
            return false;
        }
        if (text[at] < 0x80) {
            if (ascii_folded[text[at]] != 0) {
                *class_out = ascii_folded[text[at]] < 'a' ? CHAR_DIGIT : CHAR_LETTER;
                break;
            }
            last = text[at];
            passed++;
            at++;
            continue;
        }
        const struct text_look look = text_look(tokenizer, at);
        if (char_begins_word(look.class)) {
            *class_out = look.class;
            break;
        }
        tokenizer->has_invalid = tokenizer->has_invalid || !look.character.is_valid;
        if (look.class != CHAR_IGNORED) {
            last = look.character.point;
            passed++;
        }
        at += look.character.size;
    }
    *joined_out = joins(tokenizer, at, passed, last);
    *start_out = at;
    return true;
}

/* ---- the general way ---- */

/* Whether the apostrophe or middle character `look`, at scan->at, stands inside the word: then it is
 * taken or dropped, and passed. */
static bool scan_inner(struct tokenizer *tokenizer, struct word_scan *scan, struct text_look look,
    struct text_look previous)
{
    const struct text_look next = text_look(tokenizer, scan->at + look.character.size);
    const bool is_after_letter = previous.class == CHAR_LETTER || previous.class == CHAR_MARK;
    if (look.class == CHAR_APOSTROPHE) {
        if (next.class != CHAR_LETTER && !(next.class == CHAR_DIGIT && is_after_letter)) {
            return false;
        }
        word_scan_apostrophe(tokenizer, scan, look.character.size);
        return true;
    }
    const bool is_dropped = look.class == CHAR_MIDDLE
                                ? is_after_letter && next.class == CHAR_LETTER
                                : look.character.point == '"' &&
                                      char_is_hebrew(previous.character.point) &&
                                      char_is_hebrew(next.character.point);
    scan->at += is_dropped ? look.character.size : 0;
    return is_dropped;
}

/* Letters, digits, their marks, and what may stand between them. */
static void scan_letters(struct tokenizer *tokenizer, struct word_scan *scan)
{
    acronym_scan(tokenizer, scan);
    struct text_look previous = {.class = CHAR_LETTER};
    for (;;) {
        const struct text_look look = text_look(tokenizer, scan->at);
        const uint32_t point = look.character.point;
        const uint32_t before = previous.character.point;
        if ((look.class == CHAR_DIGIT && point < 0x80 && char_is_apart_from_digits(before)) ||
            (previous.class == CHAR_DIGIT && before < 0x80 && char_is_apart_from_digits(point))) {
            return;
        }
        if (look.class == CHAR_DIGIT && point < 0x80) {
            number_scan(tokenizer, scan);
        } else if (look.class == CHAR_LETTER || look.class == CHAR_DIGIT ||
                   look.class == CHAR_MARK) {
            word_scan_pass(tokenizer, scan, look.character.size);
        } else if (look.class == CHAR_IGNORED) {
            scan->at += look.character.size;
            continue;
        } else if (!scan_inner(tokenizer, scan, look, previous)) {
            return;
        }
        previous = look;
    }
}

/* Characters of one class, Hangul or Katakana, with their marks. */
static void scan_run(struct tokenizer *tokenizer, struct word_scan *scan, enum char_class class)
{
    for (;;) {
        const struct text_look look = text_look(tokenizer, scan->at);
        if (look.class == class || look.class == CHAR_MARK) {
            word_scan_pass(tokenizer, scan, look.character.size);
        } else if (look.class == CHAR_IGNORED) {
            scan->at += look.character.size;
        } else {
            return;
        }
    }
}

/* One character with its marks, and with the letters that are stacked below it. */
static void scan_cluster(struct tokenizer *tokenizer, struct word_scan *scan)
{
    struct text_look look = text_look(tokenizer, scan->at);
    bool is_stacked = true;
    while (is_stacked || look.class == CHAR_MARK || look.class == CHAR_IGNORED) {
        if (look.class == CHAR_IGNORED) {
            scan->at += look.character.size;
        } else {
            word_scan_pass(tokenizer, scan, look.character.size);
        }
        const bool stacks = char_is_stacker(look.character.point);
        look = text_look(tokenizer, scan->at);
        is_stacked = stacks && look.class == CHAR_CLUSTER;
    }
}

/* ---- a word's end ---- */

static bool is_ascii_bytes(const uint8_t *bytes, size_t size)
{
    uint8_t all = 0;
    for (size_t i = 0; i < size; i++) {
        all |= bytes[i];
    }
    return all < 0x80;
}

/* ASCII is folded here, unless the language's capital I is not that of i. */
static void fold_ascii(struct tokenizer *tokenizer, struct word *word)
{
    const bool is_turkish = (tokenizer->language->fold_flags & FOLD_DOTLESS_I) != 0;
    if (!is_ascii_bytes(word->bytes, word->size) ||
        (is_turkish && memchr(word->bytes, 'I', word->size) != NULL)) {
        return;
    }
    for (size_t i = 0; i < word->size; i++) {
        const uint8_t folded = ascii_folded[tokenizer->word[i]];
        tokenizer->word[i] = folded == 0 ? tokenizer->word[i] : folded;
    }
    word->is_ascii = true;
}

/* Take off an elision, a possessive, a Turkish suffix. */
static void finish(
    const struct tokenizer *tokenizer, const struct word_scan *scan, struct word *word)
{
    if (scan->has_apostrophe) {
        const size_t index = scan->apostrophe_index;
        if (tokenizer->language->apostrophe_ends_word) {
            word->size = index;
        } else if (index + 1 < word->size &&
                   language_is_elision(tokenizer->language, word->bytes, index)) {
            word->bytes += index + 1;
            word->size -= index + 1;
            word->start = scan->apostrophe_end;
        }
        const uint8_t *const last = word->bytes + word->size - 1;
        if (word->size > 2 && !scan->is_full && last[-1] == '\'' && (last[0] | 0x20) == 's') {
            word->size -= 2;
        }
    }
    if (ascii_is_digit(word->bytes[0])) {
        uint8_t letters = 0;
        for (size_t i = 0; i < word->size; i++) {
            letters |= word->bytes[i];
        }
        word->is_number =
            (letters & 0xc0) == 0; /* letters are 0x61 and above, digits 0x30 to 0x39 */
    }
}

static NO_INLINE bool next_of_any_kind(struct tokenizer *tokenizer, struct word *word_out)
{
    size_t start;
    enum char_class class;
    bool joined;
    if (!skip_gap(tokenizer, &start, &class, &joined)) {
        tokenizer->at = tokenizer->length;
        return false;
    }
    /* Field by field: a struct put together elsewhere and copied here at once would have the processor
     * wait for its small fields, a third of the time of the whole. */
    struct word *const word = word_out;
    word->bytes = tokenizer->word;
    word->start = start;
    word->is_ascii = false;
    word->is_number = false;
    word->joined = joined;
    struct word_scan scan = {.at = start, .end = start};
    if (tokenizer->may_be_quick && tokenizer->text[start] < 0x80 && ascii_scan(tokenizer, &scan)) {
        word->is_ascii = true;
        word->size = scan.size;
    } else {
        scan = (struct word_scan){.at = start, .end = start};
        switch (class) {
        case CHAR_HANGUL:
        case CHAR_KATAKANA: scan_run(tokenizer, &scan, class); break;
        case CHAR_IDEOGRAPH:
        case CHAR_CLUSTER: scan_cluster(tokenizer, &scan); break;
        default: scan_letters(tokenizer, &scan); break;
        }
        word->size = scan.size;
        fold_ascii(tokenizer, word);
    }
    word->end = scan.end;
    finish(tokenizer, &scan, word);
    tokenizer->at = scan.end;
    tokenizer->has_word = true;
    return true;
}

#if ASCII_WORD_IS_THERE

/* The next word where ascii_word.h has it; false: not so. */
static inline bool find_ascii(struct tokenizer *tokenizer, struct ascii_word *word_out)
{
    const size_t at = tokenizer->at;
    const size_t seen = at - tokenizer->window_at;
    if (LIKELY(seen < ASCII_WINDOW_BYTES) &&
        ascii_word_find(&tokenizer->window, (uint32_t)seen, word_out)) {
        return true;
    }
    if (!tokenizer->may_be_quick || seen == 0 || tokenizer->length - at < ASCII_WINDOW_BYTES) {
        return false;
    }
    ascii_window_read(&tokenizer->window, tokenizer->text + at);
    tokenizer->window_at = at;
    return ascii_word_find(&tokenizer->window, 0, word_out);
}

static inline bool next_ascii(struct tokenizer *tokenizer, struct word *word_out)
{
    struct ascii_word word;
    if (!find_ascii(tokenizer, &word)) {
        return false;
    }
    const size_t at = tokenizer->at;
    const uint8_t before = tokenizer->text[at];
    word_out->bytes = tokenizer->window.lower + (at - tokenizer->window_at) + word.start;
    word_out->size = word.end - word.start;
    word_out->start = at + word.start;
    word_out->end = at + word.end;
    word_out->is_ascii = true;
    word_out->is_number = word.is_number;
    word_out->joined =
        word.start <= 1 && before != ' ' && joins(tokenizer, at + word.start, word.start, before);
    tokenizer->at = at + word.end;
    tokenizer->has_word = true;
    return true;
}

#else

static inline bool next_ascii(struct tokenizer *tokenizer, struct word *word_out)
{
    (void)tokenizer;
    (void)word_out;
    return false;
}

#endif

bool tokenizer_next(struct tokenizer *tokenizer, struct word *word_out)
{
    return LIKELY(next_ascii(tokenizer, word_out)) || next_of_any_kind(tokenizer, word_out);
}
