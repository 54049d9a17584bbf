/* analyzer.h -- bytes of a text to the terms of an index: the one pipeline, used by index and query.
 *
 *     UTF-8, invalid bytes read as U+FFFD          utf8.h
 *       -> words (tokens)                          tokenizer.h
 *       -> case and diacritics folded              fold.h
 *       -> stem, cached per distinct folded form   stemmer.h
 *       -> terms
 *
 * Memory   a stemmer and a cache of at most ANALYZER_CACHE_BYTES.
 * Threads  one analyzer per thread.
 */
#ifndef TEXT_ANALYZER_H
#define TEXT_ANALYZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/status.h"

struct analyzer;

/* One term of a text. `term` is borrowed until the next call with the same analyzer. */
struct token {
    const uint8_t *term;
    uint32_t term_length; /* 1..LEDE_TERM_BYTES_MAX */
    uint32_t position;    /* counts words from 0, without gaps */
    size_t start;         /* bytes [start, end) of the text it stands for */
    size_t end;
    bool joined; /* nothing but a joining character (hyphen, dot, apostrophe ...), or nothing
                             at all as between ideographs, stands between the word before and this
                             one: in a query the two belong together, as in COVID-19 */
};

/* `language`: a name of libstemmer's list, or "none" for no stemming. LEDE_ERR_INVALID otherwise. */
lede_status analyzer_new(
    const char *language, struct analyzer **analyzer_out, lede_error *error) MUST_CHECK;
void analyzer_free(struct analyzer *analyzer); /* NULL is fine */

/* Which analysis this is: differs where terms differ (language, rules' version, the stemmer's output
 * on a fixed list of words, utf8proc's Unicode version). Stored in the index, compared at open. */
uint64_t analyzer_fingerprint(const struct analyzer *analyzer);
const char *analyzer_language(const struct analyzer *analyzer);

/* The i-th language that analyzer_new takes, "none" last; NULL past the end. */
const char *analyzer_language_name(size_t i);

/* Begin with a text, which is borrowed until the last analyzer_next. Then call analyzer_next until it
 * is false. Cannot fail but for memory, which ends the text early and sets analyzer_status. */
void analyzer_begin(struct analyzer *analyzer, const char *text, size_t length);
bool analyzer_next(struct analyzer *analyzer, struct token *token_out);
lede_status analyzer_status(const struct analyzer *analyzer);

/* True where the text given last had bytes that are not UTF-8 (known when analyzer_next is false). */
bool analyzer_saw_invalid(const struct analyzer *analyzer);

#endif
