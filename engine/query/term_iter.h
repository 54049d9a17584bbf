/* term_iter.h -- the documents of a term. */
#ifndef QUERY_TERM_ITER_H
#define QUERY_TERM_ITER_H

#include "base/arena.h"
#include "query/leaf.h"

struct term_iter {
    struct doc_iter base;
    struct leaf leaf;
};

/* Stands where the leaf's cursor stands. NULL: no memory. */
struct doc_iter *term_iter_new(struct arena *arena, const struct leaf *leaf) MUST_CHECK;

#endif
