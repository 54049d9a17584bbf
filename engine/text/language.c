/* The idea: one table. The lists are those of the languages' grammars; words in which the first part
 * has grown together with the second (aujourd'hui, quelqu'un, presqu'île) stay whole. */
#include "text/language.h"

#include <string.h>

#include "text/charclass.h"
#include "text/fold.h"

static const char *const no_elisions[] = {NULL};
static const char *const french[] = {
    "l", "d", "qu", "s", "n", "j", "c", "m", "t", "jusqu", "lorsqu", "puisqu", "quoiqu", NULL};
static const char *const italian[] = {"l", "d", "un", "dell", "all", "dall", "nell", "sull", "coll",
    "c", "s", "m", "t", "v", "n", "gl", "agl", "dagl", "degl", "negl", "sugl", "quell", "quest",
    NULL};
static const char *const catalan[] = {"l", "d", "n", "s", "m", "t", NULL};
static const char *const irish[] = {"d", "b", "m", NULL};

static const struct language languages[] = {
    {.name = "french", .elisions = french},
    {.name = "italian", .elisions = italian},
    {.name = "catalan", .elisions = catalan},
    {.name = "irish", .elisions = irish},
    {.name = "romanian", .elisions = no_elisions, .fold_flags = FOLD_CEDILLA},
    {.name = "turkish",
        .elisions = no_elisions,
        .fold_flags = FOLD_DOTLESS_I,
        .apostrophe_ends_word = true},
    {.name = "", .elisions = no_elisions},
};

enum { LANGUAGE_COUNT = sizeof languages / sizeof languages[0] };

const struct language *language_find(const char *name)
{
    for (size_t i = 0; i + 1 < LANGUAGE_COUNT; i++) {
        if (strcmp(languages[i].name, name) == 0) {
            return &languages[i];
        }
    }
    return &languages[LANGUAGE_COUNT - 1];
}

bool language_is_elision(const struct language *language, const uint8_t *bytes, size_t size)
{
    for (const char *const *elision = language->elisions; *elision != NULL; elision++) {
        size_t i = 0;
        while (i < size && (*elision)[i] != '\0' && ascii_folded[bytes[i]] == (*elision)[i]) {
            i++;
        }
        if (i == size && (*elision)[i] == '\0') {
            return true;
        }
    }
    return false;
}
