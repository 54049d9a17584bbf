/* tokenizer.h -- a text's words, where they stand, and which of them belong together.
 *
 * A word is a run of letters, digits and marks. Beyond that:
 *
 *   apostrophes   ' ’ ‘ ʼ ʻ ´ between letters stay, as '                    don’t -> don't
 *                 a final 's goes, in every language; a ' at the end too    Lukashenko’s, states'
 *                 French, Italian, Catalan, Irish: elisions are dropped      l'Europe -> Europe
 *                 Turkish: suffixes after an apostrophe are dropped       Ankara'da -> Ankara
 *   numbers       a decimal point stays                                     2.5bn, v2.0
 *                 commas, or two dots and more, between digits of three go    1,000,000 -> 1000000
 *                 other chains split                                        24.04.2024 -> 24 04 2024
 *   acronyms      single letters with dots between become one              U.S. -> US, e.g. -> eg
 *   scripts       a change between letters, Hangul, Katakana and Han splits   2020年, KBS는
 *                 so do ASCII digits beside Hebrew, Arabic, Indic, Ethiopic ... በ2020, 2020में
 *                 Han, Hiragana, Bopomofo: each character is a word
 *                 Thai, Lao, Khmer, Myanmar, Tai: each letter with its marks is a word
 *   ignored       soft hyphens, zero width (non-)joiners, bidi marks, within words
 *                 · between letters (col·lecció), gershayim, also " between Hebrew letters
 *   all else      splits: hyphens, underscores, other dots, currency, emoji, broken UTF-8
 *
 * `joined` says that nothing, or one joining character (char_is_joiner), stands between a word and the
 * one before it: covid, 19; gov, ru; zvf_2142; at&t; 2,5; and all characters of a Han text. Scripts
 * whose words are not to be told apart without a dictionary are found that way as phrases, precisely.
 *
 * Memory   the struct, and the borrowed text.
 * Cost     linear: a byte is looked at some four times at most.
 */
#ifndef TEXT_TOKENIZER_H
#define TEXT_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/ascii_word.h"
#include "text/fold.h"
#include "text/language.h"

enum { TOKENIZER_PADDING = 16 };

struct tokenizer {
    const struct language *language;
    const uint8_t *text;
    size_t length;
    size_t at;           /* one past the last word */
    bool has_word;       /* there was one */
    bool may_be_quick;   /* the shortcuts for ASCII are open */
    bool has_invalid;    /* bytes passed so far were not all UTF-8 */
    bool is_always_slow; /* no shortcut for ASCII, for tests; set it before tokenizer_begin */
    size_t window_at;    /* in the text: what `window` says of 64 bytes */
    struct ascii_window window;
    uint8_t word[FOLD_BYTES_MAX + TOKENIZER_PADDING];
};

struct word {
    /* In the tokenizer, until the next word, with TOKENIZER_PADDING readable bytes behind them; not
     * case-folded unless ASCII. */
    const uint8_t *bytes;
    size_t size;  /* 1..FOLD_BYTES_MAX; the rest of a longer word is left out */
    size_t start; /* bytes [start, end) of the text: the word as written */
    size_t end;
    bool is_ascii;  /* ASCII only, and in lower case */
    bool is_number; /* ASCII digits and a point only */
    bool joined;
};

void tokenizer_init(struct tokenizer *tokenizer, const struct language *language);

/* Begin with `text`, borrowed until the last tokenizer_next. */
void tokenizer_begin(struct tokenizer *tokenizer, const uint8_t *text, size_t length);

/* The next word; false at the end of the text, and *word_out untouched. */
bool tokenizer_next(struct tokenizer *tokenizer, struct word *word_out);

#endif
