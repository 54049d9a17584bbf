/* fold.h -- words that differ in case, form or diacritics only are made one.
 *
 * In two steps, because the stemmers stand between them: Snowball's know the diacritics of their
 * language (French -é, Swedish -ö), so those are still there when it works and go afterwards.
 *
 *     fold_case   Économies  -> économies     compatibility forms (full width, ligatures) resolved,
 *                 ＮＡＴＯ   -> nato          case folded (ß -> ss), composed (NFC); ignorable
 *                 ٢٠٢٤       -> 2024          characters dropped; decimal digits made ASCII
 *     fold_marks  économ     -> econom        diacritics off
 *
 * Diacritics come off Latin and Greek letters, all of them; off Cyrillic where they are stress or the
 * dots of ё (й, ї, ў, ѓ, ќ are letters of their own and stay); off Hebrew and Arabic as vowel points,
 * cantillation and the hamza of an alef, and the Arabic tatweel goes. Marks of other scripts are
 * letters in their own right (Indic vowels, Thai, kana's voicing) and stay. Latin letters with a stroke
 * or hook, which Unicode does not decompose, are in a table: ø o, đ d, ł l, ı i, æ ae, þ th, ƙ k ...
 *
 * Memory   the caller's struct; utf8proc's allocating functions are not used.
 * Source   Unicode Standard Annex 15, and CaseFolding.txt as utf8proc has it.
 */
#ifndef TEXT_FOLD_H
#define TEXT_FOLD_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

enum fold_flag {
    FOLD_DOTLESS_I = 1u << 0, /* Turkish: I is the capital of ı, İ of i */
    FOLD_CEDILLA = 1u << 1,   /* Romanian: ș and ț as ş and ţ, which the stemmer knows */
};

enum {
    /* A word's bytes looked at; more than enough for a term of LEDE_TERM_BYTES_MAX. */
    FOLD_BYTES_MAX = 512,
    /* Three bytes become 18 characters at most (U+FDFA); one is room for a NUL. */
    FOLD_POINTS_MAX = FOLD_BYTES_MAX / 3 * 18 + 18 + 1,
};

struct folder {
    int32_t points[FOLD_POINTS_MAX];
    uint8_t spelled[FOLD_BYTES_MAX * 2];
};

/* Both take 1..FOLD_BYTES_MAX bytes, write at most LEDE_TERM_BYTES_MAX, cut at a character's edge, and
 * return how many: 0 where nothing is left, or where the bytes are not UTF-8. `out` may not overlap
 * `bytes`. */
size_t fold_case(struct folder *folder, const uint8_t *bytes, size_t size, uint32_t flags,
    uint8_t out[LEDE_TERM_BYTES_MAX]);
size_t fold_marks(
    struct folder *folder, const uint8_t *bytes, size_t size, uint8_t out[LEDE_TERM_BYTES_MAX]);

#endif
