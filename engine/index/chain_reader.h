/* chain_reader.h -- a term's chain in memory to the posting list that a segment stores.
 *
 * Dead documents are dropped and the others renumbered (doc_order.h). Where documents arrived in the
 * segment's order that is all; otherwise the postings are sorted by number and their positions
 * follow. Arrays are kept from one list to the next.
 *
 * Memory   some twenty times the longest chain at worst, five times where documents arrived in order.
 * Cost     linear in the chain.
 */
#ifndef INDEX_CHAIN_READER_H
#define INDEX_CHAIN_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "index/doc_order.h"
#include "index/doc_table.h"
#include "index/term_table.h"

/* A list; `count` may be 0 where all its documents are dead. */
struct chain_list {
    uint32_t *docs;
    uint32_t *frequencies;
    uint32_t *positions;
    uint32_t count;
    uint64_t occurrences;
};

struct chain_reader {
    const struct term_table *terms;
    const struct doc_table *docs;
    const struct doc_order *order;
    struct buf bytes;
    struct chain_list arrived; /* as decoded */
    struct chain_list sorted;
    uint64_t *keys; /* twice as many as postings: what is sorted, and room for sorting */
    size_t *starts; /* by posting: of its positions */
    size_t posting_capacity;
    size_t position_capacity;
};

/* Which occurrences make the list. */
enum chain_part { CHAIN_TEXT, CHAIN_TITLE };

void chain_reader_init(struct chain_reader *reader, const struct term_table *terms,
    const struct doc_table *docs, const struct doc_order *order);
void chain_reader_release(struct chain_reader *reader);

/* *list_out is borrowed until the next call. */
lede_status chain_reader_read(struct chain_reader *reader, uint32_t term, enum chain_part part,
    struct chain_list *list_out) MUST_CHECK;

#endif
