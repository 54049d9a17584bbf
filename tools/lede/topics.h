/* topics.h -- many queries from a file: lines "qid<TAB>query", or a TREC topic file.
 *
 * A topic is plain words: what would be an operator of the query language is made a blank, and AND,
 * OR and NOT small letters, so that no topic can be refused for what its author meant as prose.
 */
#ifndef TOPICS_H
#define TOPICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lede.h"

struct topic {
    lede_text id;
    lede_text words;
    uint64_t line; /* of the file, from 1 */
};

struct topics {
    char *bytes; /* the file, with the topics' texts in it */
    struct topic *list;
    size_t count;
    size_t room;
};

/* Read a topic file, "-" being standard input. False: said, *status_out is the exit status. Release
 * with topics_release in both cases. */
bool topics_read(const char *path, struct topics *topics_out, int *status_out);
void topics_release(struct topics *topics);

/* Make the bytes plain words in place, as a topic's are. */
void topics_make_plain(char *begin, char *end);

#endif
