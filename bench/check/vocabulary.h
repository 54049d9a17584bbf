/* vocabulary.h -- made-up words by rank; whole numbers only, so that every machine makes the same texts.
 *
 * A word is one to three syllables of a consonant and a vowel, and a consonant at the end: "kab", "dozim". Short
 * ones have the low ranks. None has an ending that the English stemmer would take off, and no rank of one
 * length is near its neighbour in the alphabet.
 */
#ifndef BENCH_CHECK_VOCABULARY_H
#define BENCH_CHECK_VOCABULARY_H

#include <stddef.h>
#include <stdint.h>

#include "../random.h"

enum {
    VOCABULARY_WORDS = 50000,
    WORD_BYTES = 8, /* the longest, and a NUL */
};

struct zipf {
    uint64_t up_to[VOCABULARY_WORDS]; /* the weights of this rank and all before it */
    uint32_t count;
};

/* The word of rank 0, 1 ... VOCABULARY_WORDS - 1. */
void word_of(uint32_t rank, char word[WORD_BYTES]);

/* Rank r weighs 1 / (r + 1). */
void zipf_init(struct zipf *zipf, uint32_t count);
uint32_t zipf_draw(const struct zipf *zipf, uint64_t *state);

#endif
