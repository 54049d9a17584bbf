/* stemmer.h -- words to stems by Snowball's libstemmer. The one place that knows that library.
 *
 * The language "none" stems nothing. "english" is Porter's second algorithm, "porter" his first.
 * Memory   libstemmer allocates by malloc itself; what it holds is a few kilobytes.
 * Threads  one stemmer per thread.
 */
#ifndef TEXT_STEMMER_H
#define TEXT_STEMMER_H

#include <stddef.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"

struct stemmer {
    const char *language; /* static storage */
    void *snowball;       /* libstemmer's object; NULL for "none" */
};

/* LEDE_ERR_INVALID where `language` is not one of stemmer_language(). */
lede_status stemmer_init(
    struct stemmer *stemmer, const char *language, lede_error *error) MUST_CHECK;
void stemmer_release(struct stemmer *stemmer);

/* The stem of a word: valid UTF-8 in lower case, composed, at most LEDE_TERM_BYTES_MAX bytes. *stem_out
 * is borrowed until the next call, or is the word itself; it may be empty. LEDE_ERR_NOMEM. */
lede_status stemmer_stem(
    struct stemmer *stemmer, struct span word, struct span *stem_out) MUST_CHECK;

/* The i-th language, "none" last; NULL past the end. */
const char *stemmer_language(size_t i);

#endif
