/* corpus.h -- write a corpus of made-up news.
 *
 * Documents come in the order of time. Some are copies of one of the last RECENT, as other papers print what an
 * agency sends: with another source, a word here and there changed, now and then shortened.
 */
#ifndef BENCH_SCALE_CORPUS_H
#define BENCH_SCALE_CORPUS_H

#include <stdio.h>

#include "genre.h"

struct corpus_options {
    const struct genre *genre;
    uint64_t documents, seed;
    uint32_t words_mean;          /* of a document; 0: as the genre has it */
    uint32_t first_day, last_day; /* since 1970-01-01 */
};

enum {
    CORPUS_DOCUMENTS_MAX = 1000000000,
    CORPUS_WORDS_MEAN_MAX = 10000,
};

/* Write it as JSON lines; how many bytes that were. The program ends where there is no memory; what could not be written
 * is file's error. */
uint64_t corpus_write(const struct corpus_options *options, FILE *file);

#endif
