/* lexicon.h -- the words of the made-up language by rank, without end: the n-th word can be written down without
 * the ones before it.
 *
 * The first ranks are English function words and the few words that no news goes without. The others are made of
 * syllables, "brastok"; some ranks are the plural, the past tense and other forms of an earlier word, with endings
 * that the English stemmer takes off. Short words have the low ranks. No two ranks have one word.
 */
#ifndef BENCH_SCALE_LEXICON_H
#define BENCH_SCALE_LEXICON_H

#include <stdbool.h>
#include <stdint.h>

enum {
    LEXICON_CACHED = 65536, /* ranks whose words are at hand */
    LEXICON_BYTES = 24,     /* the longest, and what may be written behind it */
};

struct lexeme {
    char text[LEXICON_BYTES - 1];
    uint8_t length;
};

struct lexicon {
    struct lexeme *lexemes;
    uint32_t function_count;
    uint16_t *function_words; /* by rank: the place in the list */
    bool *
        wants_noun; /* by rank: another function word seldom follows: an article, a pronoun that owns */
};

/* `order`: function words that come before the others, and a NULL; or NULL. */
void lexicon_init(struct lexicon *lexicon, const char *const *order);
void lexicon_release(struct lexicon *lexicon);
/* Write down any rank's word. */
struct lexeme lexicon_spell(const struct lexicon *lexicon, uint32_t rank);

#endif
