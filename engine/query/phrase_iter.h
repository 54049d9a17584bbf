/* phrase_iter.h -- documents in which words stand in a row, one after the other; scores as its words together do. */
#ifndef QUERY_PHRASE_ITER_H
#define QUERY_PHRASE_ITER_H

#include "query/phrase_match.h"

/* Of a PLAN_PHRASE as it was bound, with a match; its cursors are the iterator's from here on. NULL: no memory. */
struct doc_iter *phrase_iter_new(
    struct arena *arena, const struct plan_node *node, const struct bound_phrase *bound) MUST_CHECK;

#endif
