/* chain_reader.h -- a term's chains in memory to the posting list that a segment stores.
 *
 * Dead documents are dropped and the others renumbered (doc_order.h), and a document's occurrences in title
 * and body become one posting. Several tables may have the term. Where there is one chain and its documents arrived in the segment's order,
 * that is all; otherwise the postings are sorted by number and their positions follow. Arrays are kept from
 * one list to the next.
 *
 * Memory   for each byte of the longest list's chains some 14, and five bytes a document of the segment.
 * Cost     linear in the chains.
 */
#ifndef INDEX_CHAIN_READER_H
#define INDEX_CHAIN_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crew.h"
#include "base/status.h"
#include "index/doc_order.h"
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
    const struct doc_order *order;
    /* As decoded, chain by chain. */
    uint32_t *arrived_docs; /* numbers in the segment */
    uint32_t *starts;       /* by posting: of its positions; one more than postings */
    uint32_t *arrived;      /* positions */
    uint32_t arrived_count;
    uint32_t occurrences;
    struct chain_list sorted;
    uint64_t *keys; /* twice as many as key_capacity: what is sorted, and room for sorting */
    size_t key_capacity;
    /* Of many postings: which documents have one, and the last one met of each; the one before it of the
     * same document stands in `before`. The bits are 0 between lists. */
    uint64_t *doc_bits;
    uint32_t *last;
    uint32_t *before;
    size_t posting_capacity;
    size_t position_capacity;
};

/* A term in the tables that have it, each with documents of its own. */
struct term_sources {
    const struct table_term *terms[CREW_WORKERS_MAX];
    uint32_t count;
};

/* Bytes that their chains take, of titles alone or of bodies too. */
size_t term_sources_bytes(const struct term_sources *sources, bool with_body);

/* Which occurrences make the list. */
enum chain_choice { CHOOSE_TITLE, CHOOSE_TEXT };

void chain_reader_init(struct chain_reader *reader, const struct doc_order *order);
void chain_reader_release(struct chain_reader *reader);

/* *list_out is borrowed until the next call. */
lede_status chain_reader_read(struct chain_reader *reader, const struct term_sources *sources,
    enum chain_choice choice, struct chain_list *list_out) MUST_CHECK;

/* Whether some live document has the term in its body. */
bool term_is_in_body(const struct term_sources *sources, const struct doc_order *order);

#endif
