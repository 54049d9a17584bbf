/* term_table.h -- the terms of the documents held in memory, each with the chain of its occurrences.
 *
 *     slots: hash -> term -> first chunk -> chunk -> ... -> chunk being filled
 *
 * An occurrence is one or two varints at the end of its term's chain; nothing is written twice and
 * nothing is looked at again before the flush. A chain is, for each document in the order of
 * arrival,
 *
 *     varint document - the one before (the first: the document itself)
 *     one or more of varint position - the one before (the first: position + 1), none of them 0
 *     varint 0, but for the last document of the chain
 *
 * so a frequency is known by counting, and a title's occurrences by their positions (inverter.h).
 * Chunks grow from 16 to 512 bytes: a word that occurs once costs one of 16.
 *
 * Memory   term_table_held_bytes() is all of it.
 * Cost     one probe of the slots and one append an occurrence.
 */
#ifndef INDEX_TERM_TABLE_H
#define INDEX_TERM_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"

struct table_chunk;

struct table_term {
    const uint8_t *bytes; /* in the arena */
    struct table_chunk *first;
    uint8_t *at;  /* where the chain goes on */
    uint8_t *end; /* of the chunk being filled */
    uint32_t last_doc;
    uint32_t last_position;
    uint16_t chunk_bytes; /* of the chunk being filled, head included; 0: no chain yet */
    uint8_t length;       /* of `bytes` */
    bool in_title;        /* some occurrence is in a title */
};

struct table_slot {
    uint32_t hash_high;
    uint32_t term; /* place in `terms` plus 1; 0: free */
};

struct term_table {
    struct arena arena; /* terms' bytes and chunks */
    struct table_slot *slots;
    struct table_term *terms;
    uint32_t slot_count; /* a power of two, or 0 */
    uint32_t term_count;
    uint32_t term_capacity;
};

void term_table_init(struct term_table *table);
void term_table_release(struct term_table *table);

/* The term's number, which it gets here where it is new. 1..LEDE_TERM_BYTES_MAX bytes. */
lede_status term_table_find(struct term_table *table, const uint8_t *bytes, uint32_t length,
    uint32_t *number_out) MUST_CHECK;

/* Put down that the term occurs in `doc` at `position`. Documents come in ascending order, and the
 * positions inside one too. */
lede_status term_table_add(struct term_table *table, uint32_t number, uint32_t doc,
    uint32_t position, bool in_title) MUST_CHECK;

/* The bytes of the term's chain, appended to `out`. */
lede_status term_table_chain(
    const struct term_table *table, uint32_t number, struct buf *out) MUST_CHECK;

/* A walk over a term's chain where it lies, number by number. */
struct term_chain {
    const struct table_term *term;
    const struct table_chunk *chunk; /* NULL: the term has no chain */
    const uint8_t *at, *end;         /* in the chunk */
    size_t chunk_bytes;
};

void term_chain_begin(struct term_chain *chain, const struct term_table *table, uint32_t number);

/* The next number of the chain; false at its end. */
bool term_chain_next(struct term_chain *chain, uint32_t *value_out);

size_t term_table_held_bytes(const struct term_table *table);

#endif
