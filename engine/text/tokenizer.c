/* The idea: find where a word begins (skip_gap), then try the shortcut for ASCII (scan_ascii), which
 * gives up where a byte needs more thought; then the word is read again character by character
 * (scan_letters and the scripts' own). Both leave the word's bytes in tokenizer->word; finish() takes
 * off what leans on a word by an apostrophe. Before all that plain words are counted out of a window of 64 bytes
 * (ascii_word.h). */
#include "text/tokenizer.h"

#include <assert.h>
#include <string.h>

#include "base/attr.h"
#include "base/bits.h"
#include "base/bytes.h"
#include "text/charclass.h"
#include "text/utf8.h"

static_assert((int)ASCII_WINDOW_PADDING >= (int)TOKENIZER_PADDING, "words may lie in the window");

/* A word being read. */
struct scan {
    size_t at;    /* where to read on */
    size_t end;   /* one past the last character that belongs to the word */
    size_t size;  /* bytes in tokenizer->word */
    bool is_full; /* no more bytes are taken */
    bool has_apostrophe;
    size_t apostrophe_index; /* the first one in tokenizer->word */
    size_t apostrophe_end;   /* and the byte of the text behind it */
};

struct look {
    struct utf8_char character;
    enum char_class class;
};

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

/* What stands at `at`; a break of size 0 at the end of the text. */
static struct look look_at(const struct tokenizer *tokenizer, size_t at)
{
    if (at >= tokenizer->length) {
        return (struct look){.class = CHAR_BREAK};
    }
    struct look look;
    look.character = utf8_decode(tokenizer->text + at, tokenizer->text + tokenizer->length);
    look.class = char_class_of(look.character.point);
    return look;
}

static bool is_digit_at(const struct tokenizer *tokenizer, size_t at)
{
    return at < tokenizer->length && ascii_is_digit(tokenizer->text[at]);
}

static bool begins_word(enum char_class class)
{
    switch (class) {
    case CHAR_LETTER:
    case CHAR_DIGIT:
    case CHAR_HANGUL:
    case CHAR_KATAKANA:
    case CHAR_IDEOGRAPH:
    case CHAR_CLUSTER: return true;
    case CHAR_BREAK:
    case CHAR_MARK:
    case CHAR_IGNORED:
    case CHAR_APOSTROPHE:
    case CHAR_MIDDLE: break;
    }
    return false;
}

/* Whether the word at `at` and the one before belong together: `passed` characters are between them, `last` is the
 * last of them. */
static bool joins(const struct tokenizer *tokenizer, size_t at, size_t passed, uint32_t last)
{
    const bool is_decimal_comma =
        last == ',' && at >= 2 && is_digit_at(tokenizer, at - 2) && is_digit_at(tokenizer, at);
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
        const struct look look = look_at(tokenizer, at);
        if (begins_word(look.class)) {
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

/* ---- the shortcut ---- */

/* Whether the dot or comma at `at`, which ends a run of ASCII letters and digits begun at `start`, may
 * be one inside a number or an acronym. */
static bool is_inner_punctuation(const struct tokenizer *tokenizer, size_t start, size_t at)
{
    const uint8_t *const text = tokenizer->text;
    if (at + 1 >= tokenizer->length) {
        return false;
    }
    const uint8_t next = text[at + 1];
    if (ascii_is_digit(next)) {
        return ascii_is_digit(text[at - 1]);
    }
    return text[at] == '.' && at - start == 1 && ascii_is_letter(text[start]) &&
           (ascii_is_letter(next) || next >= 0x80);
}

/* Take the ASCII letters and digits from scan->at on, in lower case, and pass them.
 *
 * Eight bytes at a time: each byte's highest bit is made to say whether it lies in a range, by adding
 * what carries its first value up to 0x80 (no byte carries into the next, as bytes are cut to seven
 * bits before); a letter's bit, moved two places down, is the one that lower case sets. */
static void take_ascii_run(struct tokenizer *tokenizer, struct scan *scan)
{
    const uint8_t *const text = tokenizer->text;
    const uint64_t every = 0x0101010101010101u;
    while (tokenizer->length - scan->at >= 8 && scan->size <= FOLD_BYTES_MAX - 8) {
        const uint64_t bytes = load_le64(text + scan->at);
        const uint64_t digits = bytes & every * 0x7f;
        const uint64_t letters = digits | every * 0x20;
        const uint64_t is_letter =
            (letters + every * (0x80 - 'a')) & ~(letters + every * (0x7f - 'z'));
        const uint64_t is_digit =
            (digits + every * (0x80 - '0')) & ~(digits + every * (0x7f - '9'));
        const uint64_t ascii = ~bytes & every * 0x80;
        const uint64_t others = ~(is_letter | is_digit) & ascii;
        store_le64(tokenizer->word + scan->size, bytes | (is_letter & ascii) >> 2);
        const uint64_t ends = others | (bytes & every * 0x80);
        const size_t count = ends == 0 ? 8 : lowest_bit64(ends) / 8;
        scan->size += count;
        scan->at += count;
        if (count < 8) {
            return;
        }
    }
    for (; scan->at < tokenizer->length && ascii_folded[text[scan->at]] != 0; scan->at++) {
        if (scan->size < FOLD_BYTES_MAX) {
            tokenizer->word[scan->size++] = ascii_folded[text[scan->at]];
        } else {
            scan->is_full = true;
        }
    }
}

/* Take the apostrophe at scan->at, of `size` bytes. */
static void take_apostrophe(struct tokenizer *tokenizer, struct scan *scan, size_t size)
{
    scan->at += size;
    if (!scan->has_apostrophe) {
        scan->has_apostrophe = true;
        scan->apostrophe_index = scan->size;
        scan->apostrophe_end = scan->at;
    }
    if (scan->size < FOLD_BYTES_MAX && !scan->is_full) {
        tokenizer->word[scan->size++] = '\'';
    } else {
        scan->is_full = true;
    }
}

/* A word of ASCII letters, digits and apostrophes; false where it needs scan_letters. */
static bool scan_ascii(struct tokenizer *tokenizer, struct scan *scan)
{
    const uint8_t *const text = tokenizer->text;
    const size_t length = tokenizer->length;
    const size_t start = scan->at;
    for (;;) {
        take_ascii_run(tokenizer, scan);
        const size_t at = scan->at;
        if (at == length) {
            break;
        }
        const uint8_t byte = text[at];
        if (byte >= 0x80) {
            return false;
        }
        if (byte != '\'') {
            if ((byte == '.' || byte == ',') && is_inner_punctuation(tokenizer, start, at)) {
                return false;
            }
            break;
        }
        if (at + 1 == length) {
            break;
        }
        const uint8_t next = text[at + 1];
        if (next >= 0x80) {
            return false;
        }
        if (!ascii_is_letter(next) && !(ascii_is_digit(next) && ascii_is_letter(text[at - 1]))) {
            break;
        }
        take_apostrophe(tokenizer, scan, 1);
    }
    scan->end = scan->at;
    return true;
}

/* ---- the general way ---- */

/* Take `size` bytes of the text, at `at`, into the word. */
static void take(struct tokenizer *tokenizer, struct scan *scan, size_t at, size_t size)
{
    if (scan->is_full || size > FOLD_BYTES_MAX - scan->size) {
        scan->is_full = true;
        return;
    }
    memcpy(tokenizer->word + scan->size, tokenizer->text + at, size);
    scan->size += size;
}

static void take_and_pass(struct tokenizer *tokenizer, struct scan *scan, size_t size)
{
    take(tokenizer, scan, scan->at, size);
    scan->at += size;
    scan->end = scan->at;
}

static size_t digits_end(const struct tokenizer *tokenizer, size_t at)
{
    while (is_digit_at(tokenizer, at)) {
        at++;
    }
    return at;
}

/* The groups of a chain of digits, as in 1,000,000 or 24.04.2024. */
struct digit_chain {
    size_t end;
    uint32_t separator_count;
    bool is_thousands; /* all groups but the first have three digits, and the first at most that */
};

static struct digit_chain read_chain(
    const struct tokenizer *tokenizer, size_t at, uint8_t separator)
{
    struct digit_chain chain = {.end = digits_end(tokenizer, at)};
    chain.is_thousands = chain.end - at <= 3;
    while (chain.end < tokenizer->length && tokenizer->text[chain.end] == separator &&
           is_digit_at(tokenizer, chain.end + 1)) {
        const size_t end = digits_end(tokenizer, chain.end + 1);
        chain.is_thousands = chain.is_thousands && end - chain.end == 4;
        chain.separator_count += chain.separator_count < 2;
        chain.end = end;
    }
    return chain;
}

/* Take everything up to `end` but the separators. */
static void take_digits(
    struct tokenizer *tokenizer, struct scan *scan, size_t end, uint8_t separator)
{
    while (scan->at < end) {
        if (tokenizer->text[scan->at] == separator) {
            scan->at++;
        } else {
            const size_t group_end = digits_end(tokenizer, scan->at);
            for (; scan->at < group_end; scan->at++) {
                take(tokenizer, scan, scan->at, 1);
            }
        }
    }
    scan->end = end;
}

/* A number that begins at scan->at with an ASCII digit. One that continues a chain whose beginning was
 * found not to be a number is its first group only, so that no chain is read twice. */
static void scan_number(struct tokenizer *tokenizer, struct scan *scan)
{
    const uint8_t *const text = tokenizer->text;
    const size_t at = scan->at;
    const bool continues_chain =
        at >= 2 && (text[at - 1] == ',' || text[at - 1] == '.') && ascii_is_digit(text[at - 2]);
    size_t end = digits_end(tokenizer, at);
    uint8_t separator = 0;
    if (!continues_chain && end + 1 < tokenizer->length && is_digit_at(tokenizer, end + 1)) {
        if (text[end] == ',') {
            const struct digit_chain commas = read_chain(tokenizer, at, ',');
            if (commas.is_thousands) {
                separator = ',';
                end = commas.end;
            }
        } else if (text[end] == '.') {
            const struct digit_chain dots = read_chain(tokenizer, at, '.');
            if (dots.separator_count == 1) {
                end = dots.end; /* a decimal point: separator stays 0 and the dot is taken */
                for (; scan->at < end; scan->at++) {
                    take(tokenizer, scan, scan->at, 1);
                }
            } else if (dots.is_thousands) {
                separator = '.';
                end = dots.end;
            }
        }
    }
    take_digits(tokenizer, scan, end, separator);
    if (separator == ',' && end < tokenizer->length && text[end] == '.' &&
        is_digit_at(tokenizer, end + 1)) {
        const struct digit_chain decimals = read_chain(tokenizer, end + 1, '.');
        if (decimals.separator_count == 0) {
            for (; scan->at < decimals.end; scan->at++) {
                take(tokenizer, scan, scan->at, 1);
            }
            scan->end = scan->at;
        }
    }
}

/* The letter at `at` with its marks: where it ends, and how many bytes the letter alone has; 0 where
 * there is none, or where letters or digits follow it. */
static size_t single_letter_end(const struct tokenizer *tokenizer, size_t at)
{
    struct look look = look_at(tokenizer, at);
    if (look.class != CHAR_LETTER) {
        return 0;
    }
    do {
        at += look.character.size;
        look = look_at(tokenizer, at);
    } while (look.class == CHAR_MARK);
    return look.class == CHAR_LETTER || look.class == CHAR_DIGIT ? 0 : at;
}

/* Single letters with dots between, as U.S. or e.g.; takes nothing where there are not two at least. A
 * dot behind the last belongs to it, unless a word follows at once. */
static void scan_acronym(struct tokenizer *tokenizer, struct scan *scan)
{
    const uint8_t *const text = tokenizer->text;
    const size_t length = tokenizer->length;
    size_t end = single_letter_end(tokenizer, scan->at);
    if (end == 0 || end + 1 >= length || text[end] != '.') {
        return;
    }
    size_t next_end = single_letter_end(tokenizer, end + 1);
    if (next_end == 0) {
        return;
    }
    take_and_pass(tokenizer, scan, end - scan->at);
    while (next_end != 0) {
        scan->at = end + 1;
        take_and_pass(tokenizer, scan, next_end - scan->at);
        end = next_end;
        next_end = end < length && text[end] == '.' ? single_letter_end(tokenizer, end + 1) : 0;
    }
    if (end < length && text[end] == '.' && !begins_word(look_at(tokenizer, end + 1).class)) {
        scan->at = end + 1;
        scan->end = end + 1;
    }
}

/* Whether the apostrophe or middle character `look`, at scan->at, stands inside the word: then it is
 * taken or dropped, and passed. */
static bool scan_inner(
    struct tokenizer *tokenizer, struct scan *scan, struct look look, struct look previous)
{
    const struct look next = look_at(tokenizer, scan->at + look.character.size);
    const bool is_after_letter = previous.class == CHAR_LETTER || previous.class == CHAR_MARK;
    if (look.class == CHAR_APOSTROPHE) {
        if (next.class != CHAR_LETTER && !(next.class == CHAR_DIGIT && is_after_letter)) {
            return false;
        }
        take_apostrophe(tokenizer, scan, look.character.size);
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
static void scan_letters(struct tokenizer *tokenizer, struct scan *scan)
{
    scan_acronym(tokenizer, scan);
    struct look previous = {.class = CHAR_LETTER};
    for (;;) {
        const struct look look = look_at(tokenizer, scan->at);
        const uint32_t point = look.character.point;
        const uint32_t before = previous.character.point;
        if ((look.class == CHAR_DIGIT && point < 0x80 && char_is_apart_from_digits(before)) ||
            (previous.class == CHAR_DIGIT && before < 0x80 && char_is_apart_from_digits(point))) {
            return;
        }
        if (look.class == CHAR_DIGIT && point < 0x80) {
            scan_number(tokenizer, scan);
        } else if (look.class == CHAR_LETTER || look.class == CHAR_DIGIT ||
                   look.class == CHAR_MARK) {
            take_and_pass(tokenizer, scan, look.character.size);
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
static void scan_run(struct tokenizer *tokenizer, struct scan *scan, enum char_class class)
{
    for (;;) {
        const struct look look = look_at(tokenizer, scan->at);
        if (look.class == class || look.class == CHAR_MARK) {
            take_and_pass(tokenizer, scan, look.character.size);
        } else if (look.class == CHAR_IGNORED) {
            scan->at += look.character.size;
        } else {
            return;
        }
    }
}

/* One character with its marks, and with the letters that are stacked below it. */
static void scan_cluster(struct tokenizer *tokenizer, struct scan *scan)
{
    struct look look = look_at(tokenizer, scan->at);
    bool is_stacked = true;
    while (is_stacked || look.class == CHAR_MARK || look.class == CHAR_IGNORED) {
        if (look.class == CHAR_IGNORED) {
            scan->at += look.character.size;
        } else {
            take_and_pass(tokenizer, scan, look.character.size);
        }
        const bool stacks = char_is_stacker(look.character.point);
        look = look_at(tokenizer, scan->at);
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
static void finish(const struct tokenizer *tokenizer, const struct scan *scan, struct word *word)
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
    struct scan scan = {.at = start, .end = start};
    if (tokenizer->may_be_quick && tokenizer->text[start] < 0x80 && scan_ascii(tokenizer, &scan)) {
        word->is_ascii = true;
        word->size = scan.size;
    } else {
        scan = (struct scan){.at = start, .end = start};
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
