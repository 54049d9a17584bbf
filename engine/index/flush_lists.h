/* flush_lists.h -- the terms of a batch to the posting lists and dictionaries of a segment (list_writer.h).
 *
 * Terms are sorted; for each, its chain becomes a list (chain_reader.h). First come the title lists, then
 * the text lists. A term whose occurrences are all in titles has one list, the text's, and an alias in the titles'
 * dictionary.
 */
#ifndef INDEX_FLUSH_LISTS_H
#define INDEX_FLUSH_LISTS_H

#include <stdint.h>

#include "base/status.h"
#include "index/batch.h"
#include "index/doc_order.h"
#include "index/list_writer.h"
#include "index/term_list.h"

/* What the lists are made from; all borrowed. */
struct flush_input {
    const struct batch *batch;
    const struct doc_order *order;
    const uint32_t *lengths; /* by number in the segment */
};

/* Write all lists to `writer`, which was made for the segment; `terms` is the list of the batch's terms. */
lede_status flush_lists_write(struct list_writer *writer, struct term_list *terms,
    const struct flush_input *input, lede_error *error) MUST_CHECK;

#endif
