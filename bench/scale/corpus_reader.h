/* corpus_reader.h -- the documents of a corpus in JSON lines, as words.
 *
 * Reads what generate and the exports of news archives write: an object a line, in which title, body and date are
 * strings; no more of JSON than that takes. A line without them is a document without words.
 */
#ifndef BENCH_SCALE_CORPUS_READER_H
#define BENCH_SCALE_CORPUS_READER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct word {
    uint64_t hash; /* of its bytes in lower case */
    uint32_t length;
};

struct document {
    struct word *words; /* the title's, then the body's */
    size_t word_count, title_words;
    size_t bytes; /* of the line, with its end */
    int32_t day;  /* since 1970-01-01; -1: none */
    uint32_t hour;
};

struct corpus_reader {
    FILE *file;
    char *line;
    size_t line_room, word_room;
    struct document document;
};

void corpus_reader_init(struct corpus_reader *reader, FILE *file);
void corpus_reader_release(struct corpus_reader *reader);
/* The next document, which lives until the next call; NULL at the end. */
const struct document *corpus_reader_next(struct corpus_reader *reader);

#endif
