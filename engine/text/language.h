/* language.h -- what of a language concerns its words before they are stemmed.
 *
 * Languages without a rule of their own, and "none", share one row.
 */
#ifndef TEXT_LANGUAGE_H
#define TEXT_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ending;

struct language {
    const char *name; /* "" in the shared row */
    /* Words that lose their vowel before another and lean on it with an apostrophe, ended by NULL:
     * the l' of l'Europe. They are dropped. Lower-case ASCII. NULL: none. */
    const char *const *elisions;
    uint32_t fold_flags;       /* enum fold_flag */
    bool apostrophe_ends_word; /* what follows an apostrophe is a suffix: Ankara'da */
    bool is_stemmed_plain;     /* the stemmer knows no diacritics: they go before it works */
    bool
        keeps_head; /* the term of an ASCII word begins with the word's first byte and is not longer */
    /* Endings that are hardly ever right without their diacritics, and that the stemmer knows only
     * with them: informacao is read as informação, so that it meets informações. Ordered: the first that fits is taken. NULL: none. */
    const struct ending *endings;
};

struct ending {
    const char *typed; /* NULL ends the list */
    const char *written;
};

/* Never NULL; static storage. */
const struct language *language_find(const char *name);

/* Whether bytes[0, size), in any case, are one of the language's elisions. */
bool language_is_elision(const struct language *language, const uint8_t *bytes, size_t size);

/* Put the diacritics back on the ending of the word in bytes[0, size), in lower case and composed. Returns
 * the new size; the word is left as it is where it would exceed `max`. */
size_t language_restore_ending(
    const struct language *language, uint8_t *bytes, size_t size, size_t max);

#endif
