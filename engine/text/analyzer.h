/* analyzer.h -- bytes of a text to the terms of an index: the one pipeline, used by index and query.
 *
 *     UTF-8, invalid bytes read as U+FFFD            utf8.h
 *       -> words, their possessives off              tokenizer.h, language.h, charclass.h
 *       -> case folded, forms made one, composed     fold.h (fold_case)
 *       -> stem                                      stemmer.h
 *       -> diacritics off                            fold.h (fold_marks)
 *       -> terms, cached per distinct word           term_cache.h
 *
 * Why diacritics go last: the stemmers' rules ask for them (French -ité, Portuguese -ção, Swedish -ö),
 * and without them related words fall apart. A query typed without them then mostly meets its word:
 * économie and economie are both econom. Where a frequent ending has a rule only with its accent, the
 * accent is put back before stemming (language.h): securite, sécurité and sécurités are secur. Some
 * rarer ones do not meet: Portuguese matéria is mater, materia mat. English knows no diacritics: there
 * they go first. No stop words are taken out. Numbers are not stemmed.
 *
 * Memory   some 20 KB, a stemmer, and a cache that grows to at most ANALYZER_CACHE_BYTES.
 * Threads  one analyzer per thread.
 * Cost     of English text some 10 ns a byte where words are in the cache, as nearly all are.
 */
#ifndef TEXT_ANALYZER_H
#define TEXT_ANALYZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"

enum { ANALYZER_CACHE_BYTES = 4 << 20 };

struct analyzer;
struct word; /* tokenizer.h */

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

/* For tests: without the cache, or without the tokenizer's shortcut for ASCII, terms are the same. Both
 * are on in a new analyzer. */
void analyzer_set_shortcuts(struct analyzer *analyzer, bool use_cache, bool use_ascii_path);

/* What some terms have in common: for one who looks for a few terms in a long text. */
struct term_heads {
    uint16_t least[256]; /* by first byte: the shortest term's length; UINT16_MAX: there is none */
};

void term_heads_init(struct term_heads *heads); /* no terms */
void term_heads_add(struct term_heads *heads, const uint8_t *term, uint32_t term_length);

/* Begin with a text, which is borrowed until the last analyzer_next. Then call analyzer_next until it
 * is false. Cannot fail but for memory, which ends the text early and sets analyzer_status. */
void analyzer_begin(struct analyzer *analyzer, const char *text, size_t length);
/* The same, leaving out words that can be seen to be none of the terms that `heads`, borrowed as the text, was
 * made of, before they are stemmed; positions count them. Tokens of other terms come too. */
void analyzer_begin_for(
    struct analyzer *analyzer, const char *text, size_t length, const struct term_heads *heads);
bool analyzer_next(struct analyzer *analyzer, struct token *token_out);
lede_status analyzer_status(const struct analyzer *analyzer);

/* The same in two halves, for one who remembers himself which term a word became. The next word of the
 * text begun, as the tokenizer has it; which bytes it has decides its term. */
bool analyzer_next_word(struct analyzer *analyzer, struct word *word_out);
/* The term of a word, folded and stemmed anew, borrowed until the next call or a part of the word; of size 0
 * where it has none, and then it takes no position either. Fails for memory only. */
lede_status analyzer_term(
    struct analyzer *analyzer, const struct word *word, struct span *term_out) MUST_CHECK;

/* True where the text given last had bytes that are not UTF-8 (known when analyzer_next is false). */
bool analyzer_saw_invalid(const struct analyzer *analyzer);

#endif
