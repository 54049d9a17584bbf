/* The idea: one table. The lists are those of the languages' grammars; words in which the first part
 * has grown together with the second (aujourd'hui, quelqu'un, presqu'île) stay whole. */
#include "text/language.h"

#include <string.h>

#include "text/charclass.h"
#include "text/fold.h"

static const char *const french[] = {
    "l", "d", "qu", "s", "n", "j", "c", "m", "t", "jusqu", "lorsqu", "puisqu", "quoiqu", NULL};
static const char *const italian[] = {"l", "d", "un", "dell", "all", "dall", "nell", "sull", "coll",
    "c", "s", "m", "t", "v", "n", "gl", "agl", "dagl", "degl", "negl", "sugl", "quell", "quest",
    NULL};
static const char *const catalan[] = {"l", "d", "n", "s", "m", "t", NULL};
static const char *const irish[] = {"d", "b", "m", NULL};

static const struct ending french_endings[] = {{"ite", "ité"}, {"ites", "ités"}, {"ee", "ée"},
    {"ees", "ées"}, {"iere", "ière"}, {"ieres", "ières"}, {NULL, NULL}};
static const struct ending portuguese_endings[] = {{"cao", "ção"}, {"ao", "ão"}, {"coes", "ções"},
    {"soes", "sões"}, {"encia", "ência"}, {"encias", "ências"}, {"ancia", "ância"},
    {"ancias", "âncias"}, {"avel", "ável"}, {"ivel", "ível"}, {"aveis", "áveis"},
    {"iveis", "íveis"}, {NULL, NULL}};
static const struct ending spanish_endings[] = {{"cion", "ción"}, {"sion", "sión"}, {NULL, NULL}};

static const struct language languages[] = {
    {.name = "english", .is_stemmed_plain = true, .keeps_head = true},
    {.name = "porter", .is_stemmed_plain = true, .keeps_head = true},
    {.name = "indonesian", .is_stemmed_plain = true},
    {.name = "french", .elisions = french, .endings = french_endings},
    {.name = "italian", .elisions = italian},
    {.name = "catalan", .elisions = catalan},
    {.name = "irish", .elisions = irish},
    {.name = "portuguese", .endings = portuguese_endings},
    {.name = "spanish", .endings = spanish_endings},
    {.name = "romanian", .fold_flags = FOLD_CEDILLA},
    {.name = "turkish", .fold_flags = FOLD_DOTLESS_I, .apostrophe_ends_word = true},
    {.name = ""},
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
    if (language->elisions == NULL) {
        return false;
    }
    for (const char *const *elision = language->elisions; *elision != NULL; elision++) {
        size_t i = 0;
        while (
            i < size && (*elision)[i] != '\0' && ascii_folded[bytes[i]] == (uint8_t)(*elision)[i]) {
            i++;
        }
        if (i == size && (*elision)[i] == '\0') {
            return true;
        }
    }
    return false;
}

size_t language_restore_ending(
    const struct language *language, uint8_t *bytes, size_t size, size_t max)
{
    if (language->endings == NULL) {
        return size;
    }
    for (const struct ending *ending = language->endings; ending->typed != NULL; ending++) {
        const size_t typed = strlen(ending->typed);
        const size_t written = strlen(ending->written);
        if (size > typed && memcmp(bytes + size - typed, ending->typed, typed) == 0) {
            if (size - typed + written > max) {
                return size;
            }
            memcpy(bytes + size - typed, ending->written, written);
            return size - typed + written;
        }
    }
    return size;
}
