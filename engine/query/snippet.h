/* snippet.h -- the piece of a text that shows best why it matched.
 *
 * The text (up to LEDE_SNIPPET_SCAN_BYTES of it) is analyzed again. Of all windows of the wanted size, the
 * one whose distinct query words have the largest summed idf is taken, the earliest of equals; it begins at
 * a sentence's start where one is near, and is cut between words. White space is collapsed, control
 * characters become blanks, what is not UTF-8 becomes U+FFFD, an ellipsis stands where text is left out.
 * Words are marked; those asked for in a phrase only where the phrase stands.
 *
 *     LEDE_MARKUP_HTML   & < > " ' as entities; <em> and </em>
 *     LEDE_MARKUP_PLAIN  as it is; \x01 and \x02
 *
 * Memory: the query's arena, reused from text to text. Cost: that of analysis.
 */
#ifndef QUERY_SNIPPET_H
#define QUERY_SNIPPET_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"
#include "query/plan.h"

/* A word to be marked. */
struct snippet_word {
    uint32_t term; /* of the plan */
    bool alone;    /* asked for outside phrases too */
};

/* A row of words to be marked together. */
struct snippet_phrase {
    const uint32_t *words; /* of the snippeter, one after the other */
    uint32_t count;
};

/* Where a word of the query stands in the text. */
struct snippet_match {
    size_t start, end;
    uint32_t position;
    uint32_t word;
    bool marked;
};

struct snippeter {
    struct arena *arena;
    struct analyzer *analyzer;
    const struct plan *plan;
    size_t size_bytes;
    lede_snippet_markup markup;
    struct snippet_word *words;
    uint32_t word_count;
    struct snippet_phrase *phrases;
    uint32_t phrase_count;
    uint32_t *table; /* words by hash: open addressing, UINT32_MAX where empty */
    uint32_t table_mask;
    struct term_heads heads; /* of the words */
    struct snippet_match *matches;
    size_t match_count, match_capacity;
    uint32_t *seen;      /* by word: how often it stands in the window */
    size_t *last_starts; /* by word, while matches are looked for: where it stood last */
};

/* `plan`, weighed, and `analyzer` are kept. */
lede_status snippeter_init(struct snippeter *snippeter, const struct plan *plan,
    struct analyzer *analyzer, size_t size_bytes, lede_snippet_markup markup, struct arena *arena,
    lede_error *error) MUST_CHECK;

/* Append the snippet of `text`, which may be any bytes. */
lede_status snippeter_make(
    struct snippeter *snippeter, struct span text, struct buf *out, lede_error *error) MUST_CHECK;

#endif
