/* charclass.h -- what a character is to the tokenizer.
 *
 * From utf8proc's category and properties, refined by ranges for scripts that set no spaces between
 * words. Pure functions; ASCII costs a table look-up, other characters utf8proc's two look-ups and a
 * few comparisons.
 */
#ifndef TEXT_CHARCLASS_H
#define TEXT_CHARCLASS_H

#include <stdbool.h>
#include <stdint.h>

enum char_class {
    CHAR_BREAK,   /* in no word: spaces, punctuation, symbols, emoji, private use, unassigned */
    CHAR_LETTER,  /* of a script with spaces between words; Roman numerals too */
    CHAR_DIGIT,   /* decimal digits of any script, raised and lowered ones (CO2, km2), Ethiopic */
    CHAR_MARK,    /* belongs to the character before it */
    CHAR_IGNORED, /* stands in a word and says nothing: soft hyphen, joiners, bidi marks */
    CHAR_APOSTROPHE, /* ' and what people use for it; in a word where letters stand around it */
    CHAR_MIDDLE,     /* dropped between letters: Catalan l·l, Hebrew gershayim, Armenian accents */
    CHAR_HANGUL,     /* a run of these is a word */
    CHAR_KATAKANA,   /* likewise */
    CHAR_IDEOGRAPH,  /* a word of its own: Han, Hiragana, Bopomofo */
    CHAR_CLUSTER,    /* with its marks a word of its own: Thai, Lao, Khmer, Myanmar and their kin */
};

enum char_class char_class_of(uint32_t point);

/* Whether a word can begin with it. */
static inline bool char_begins_word(enum char_class class)
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

/* Whether the words on both sides of it belong together, as in COVID-19, gov.ru, AT&T, a_b, 24/7. A
 * comma is one only between digits, which is the caller's to see. */
bool char_is_joiner(uint32_t point);

/* Letters of Khmer or Myanmar are stacked under the one before by these. */
static inline bool char_is_stacker(uint32_t point)
{
    return point == 0x17d2 || point == 0x1039;
}

static inline bool char_is_hebrew(uint32_t point)
{
    return point >= 0x05d0 && point <= 0x05f2;
}

/* Letters and marks of scripts from Hebrew to Mongolian: they attach prefixes and suffixes to a number
 * without a space (በ2020, 2020में), where Latin, Greek and Cyrillic make one name of both (G20). */
static inline bool char_is_apart_from_digits(uint32_t point)
{
    return (point >= 0x0590 && point <= 0x10ff) || (point >= 0x1200 && point <= 0x18af) ||
           (point >= 0x2d80 && point <= 0x2ddf) || (point >= 0xfb1d && point <= 0xfdff) ||
           (point >= 0xfe70 && point <= 0xfefc);
}

/* For a byte below 0x80: a letter in lower case or a digit, as it is; 0 for all else. */
extern const uint8_t ascii_folded[256];

static inline bool ascii_is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static inline bool ascii_is_letter(uint8_t byte)
{
    return (uint8_t)((byte | 0x20) - 'a') < 26;
}

#endif
