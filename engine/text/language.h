/* language.h -- what of a language concerns its words before they are stemmed.
 *
 * Languages without a rule of their own, and "none", share one row.
 */
#ifndef TEXT_LANGUAGE_H
#define TEXT_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct language {
    const char *name; /* "" in the shared row */
    /* Words that lose their vowel before another and lean on it with an apostrophe, ended by NULL:
     * the l' of l'Europe. They are dropped. Lower-case ASCII. */
    const char *const *elisions;
    uint32_t fold_flags;       /* enum fold_flag */
    bool apostrophe_ends_word; /* what follows an apostrophe is a suffix: Ankara'da */
};

/* Never NULL; static storage. */
const struct language *language_find(const char *name);

/* Whether bytes[0, size), in any case, are one of the language's elisions. */
bool language_is_elision(const struct language *language, const uint8_t *bytes, size_t size);

#endif
