/* optional_iter.h -- documents of a required iterator, to whose scores others add where they match. */
#ifndef QUERY_OPTIONAL_ITER_H
#define QUERY_OPTIONAL_ITER_H

#include "base/arena.h"
#include "query/doc_iter.h"

/* `optional`: what adds, moved along only for documents that are scored. NULL: no memory. */
struct doc_iter *optional_iter_new(
    struct arena *arena, struct doc_iter *required, struct doc_iter *optional) MUST_CHECK;

#endif
