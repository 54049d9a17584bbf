/* A thin wrapper. Names are looked up in libstemmer's own list first: sb_stemmer_new says NULL for an
 * unknown name and for want of memory alike, and it knows aliases that an index should not record. */
#include "text/stemmer.h"

#include <libstemmer.h>
#include <string.h>

#include "base/assert.h"
#include "base/limits.h"

static const char none[] = "none";

const char *stemmer_language(size_t i)
{
    const char **names = sb_stemmer_list();
    size_t count = 0;
    while (count < i && names[count] != NULL) {
        count++;
    }
    if (names[count] != NULL) {
        return names[count];
    }
    return count == i ? none : NULL;
}

lede_status stemmer_init(struct stemmer *stemmer, const char *language, lede_error *error)
{
    const char *name = NULL;
    for (size_t i = 0; (name = stemmer_language(i)) != NULL; i++) {
        if (strcmp(name, language) == 0) {
            break;
        }
    }
    if (name == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "language: no stemmer for \"%s\"", language);
    }
    void *snowball = NULL;
    if (name != none) {
        snowball = sb_stemmer_new(name, "UTF_8");
        if (snowball == NULL) {
            return lede_fail_nomem(error);
        }
    }
    *stemmer = (struct stemmer){.language = name, .snowball = snowball};
    return LEDE_OK;
}

void stemmer_release(struct stemmer *stemmer)
{
    sb_stemmer_delete(stemmer->snowball);
    *stemmer = (struct stemmer){.language = none};
}

lede_status stemmer_stem(struct stemmer *stemmer, struct span word, struct span *stem_out)
{
    ASSERT(word.size <= LEDE_TERM_BYTES_MAX);
    if (stemmer->snowball == NULL) {
        *stem_out = word;
        return LEDE_OK;
    }
    const sb_symbol *stem = sb_stemmer_stem(stemmer->snowball, word.bytes, (int)word.size);
    if (stem == NULL) {
        return LEDE_ERR_NOMEM;
    }
    *stem_out = span_of(stem, (size_t)sb_stemmer_length(stemmer->snowball));
    return LEDE_OK;
}
