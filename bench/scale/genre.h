/* genre.h -- the numbers that make a corpus like a real one. Each was set by comparing a generated corpus with the
 * real one (statistics.py; README.md has the table).
 */
#ifndef BENCH_SCALE_GENRE_H
#define BENCH_SCALE_GENRE_H

#include <stdbool.h>

#include "sampler.h"

/* Where the next word of a text comes from: shares of 256. The rest are words of the language. */
struct mixture {
    uint32_t phrase;  /* a set phrase */
    uint32_t section; /* words of the section */
    uint32_t story;   /* words and names of the story */
    uint32_t own;     /* words and names that this document alone is about */
    uint32_t number;
};

struct genre {
    const char *name;
    const struct knot *words; /* the language's words by rank */
    const struct knot
        *topical; /* what words sections are made of, and a part of those of stories */
    const struct knot
        *names; /* and the rest of those of stories, names, and a document's own words */
    const char *const
        *order;      /* function words that come first, in this order, and a NULL; or NULL */
    bool has_bodies; /* and a source and a category */
    struct mixture title, body;
    uint32_t phrase_shift; /* set phrase i is as frequent as 1 / (i + phrase_shift) */
    uint16_t title_words[21], body_words[21]; /* percentiles 0, 5, 10 ... 100 */
    uint32_t has_story;                       /* documents about a story, of 100 */
    uint32_t story_documents;                 /* on the average */
    uint32_t copies;                          /* of 1000 */
    uint32_t weekend;                         /* documents on a day of it, for 100 on another */
};

extern const struct genre genre_articles, genre_headlines;

#endif
