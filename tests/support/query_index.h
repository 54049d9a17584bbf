/* query_index.h -- a small index in a temporary directory, for tests that search. */
#ifndef TESTS_SUPPORT_QUERY_INDEX_H
#define TESTS_SUPPORT_QUERY_INDEX_H

#include "lede.h"
#include "support/tmpdir.h"

struct query_doc {
    const char *id, *title, *body, *date; /* date and source may be NULL */
    const char *source;                   /* of the keyword field "source" */
};

struct query_index_options {
    int commit_each;     /* a segment for each document */
    size_t commit_after; /* so many documents are a segment, the rest another; 0: one for all */
    int no_positions;
    int no_store;
    const char *delete_id; /* deleted by a commit of its own */
};

struct query_index {
    struct tmpdir dir;
    lede_index *index;
};

/* Failures fail the test. */
void query_index_make(struct query_index *made, const struct query_doc *docs, size_t count,
    const struct query_index_options *options);
void query_index_remove(struct query_index *made);

#endif
