/* queries.h -- queries for the corpora of a genre and a seed, the same for every size.
 *
 * They are made of what is in the language and the sections for good, so that the share of documents that has a
 * word is about the same at every size:
 *
 *     or        2 to 4 words of one section, as somebody asks who is after something: unions
 *     and       2 words of one section that must both be there; half of them are often beside each other
 *     phrase    a set phrase of the language with two words that are no function words, or the name of somebody
 *     common    a set phrase of function words alone, or with one other
 *     term      one word
 */
#ifndef BENCH_SCALE_QUERIES_H
#define BENCH_SCALE_QUERIES_H

#include <stdio.h>

#include "genre.h"

/* QUERIES_OF_CLASS lines "class<TAB>query" of each class. */
enum { QUERIES_OF_CLASS = 200 };
void queries_write(const struct genre *genre, uint64_t seed, FILE *file);

#endif
