/* not_iter.h -- documents of one iterator that another does not have. Scores as the first does. */
#ifndef QUERY_NOT_ITER_H
#define QUERY_NOT_ITER_H

#include "base/arena.h"
#include "query/doc_iter.h"

/* NULL: no memory. */
struct doc_iter *not_iter_new(
    struct arena *arena, struct doc_iter *positive, struct doc_iter *excluded) MUST_CHECK;

#endif
