/* exact_corpus.h -- random indexes of every shape that ranking treats apart, for test_exactness.c.
 *
 * A shape is a few numbers drawn from a seed; the same shape gives the same index, and one with fewer documents
 * the first of them. Words are "w0", "w1", ...; the first EXACT_SPECIALS are each of a kind: in every
 * document, in nearly all, in runs of documents, in one stretch, in some very often, in every 64th, in a few, in
 * half of them. The others are drawn evenly or skewed.
 */
#ifndef TESTS_SUPPORT_EXACT_CORPUS_H
#define TESTS_SUPPORT_EXACT_CORPUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "storage/snapshot.h"
#include "support/rng.h"
#include "support/tmpdir.h"
#include "text/analyzer.h"

enum { EXACT_SPECIALS = 8, EXACT_SOURCES = 5, EXACT_WORDS_MAX = 80000 };

struct exact_shape {
    uint64_t seed;
    uint32_t doc_count;    /* given to the writer */
    uint32_t commit_every; /* documents; 0: one segment */
    uint32_t vocabulary;
    uint32_t skew;       /* 1: all words alike */
    uint32_t words_max;  /* of a document, beside special ones */
    bool is_even;        /* all documents have words_max words */
    uint32_t title_max;  /* words of a title */
    uint32_t long_every; /* one in so many documents has more than 65,535 words; 0: none */
    uint32_t special_percent;
    uint32_t replace_percent, delete_percent;
    uint32_t date_style, undated_percent;
    uint32_t kernels; /* which variants */
    bool has_positions;
};

/* What a plain count needs of a document. */
struct exact_fact {
    date_key date;
    uint32_t sources;        /* bit i: "s<i>" */
    uint32_t newest, oldest; /* its place in these orders */
};

struct exact_corpus {
    struct exact_shape shape;
    struct tmpdir dir;
    struct snapshot *snapshot;
    struct analyzer *analyzer;
    uint32_t doc_count;       /* of all segments, deleted ones among them */
    uint32_t *first_doc;      /* by segment: where its facts begin */
    struct exact_fact *facts; /* by segment, then document */
};

void exact_shape_draw(struct exact_shape *shape, uint64_t seed);

/* The words of document `i`, the title's first, as far as `capacity` goes; the number of all. */
uint32_t exact_words(const struct exact_shape *shape, uint32_t i, uint16_t *words,
    uint32_t capacity, uint32_t *title_count_out);

/* A word of the kinds that there are. */
uint32_t exact_word(const struct exact_shape *shape, struct rng *rng);

/* Failures fail the test. */
void exact_corpus_make(struct exact_corpus *corpus, const struct exact_shape *shape);
void exact_corpus_remove(struct exact_corpus *corpus);

/* The facts of a hit by its number. */
static inline const struct exact_fact *exact_fact_of(
    const struct exact_corpus *corpus, uint64_t number)
{
    return &corpus->facts[corpus->first_doc[number >> 32] + (uint32_t)number];
}

#endif
