/* term_table.h -- the terms of the documents held in memory, each with the chains of its occurrences.
 *
 *     slots: hash -> term -> first chunk -> chunk -> ... -> chunk being filled
 *
 * A term has two chains, of its occurrences in titles and in bodies. An occurrence is one or two units of
 * two bytes at the end of a chain; nothing is written twice and nothing is looked at again before the flush:
 *
 *     of a document not met before   position << 1 | 1, document - the one before
 *     of the same                    (position - the one before) << 1
 *     where that does not fit        CHAIN_LONG, and both, or the one, in four bytes each
 *
 * A chain's first document is counted from 0. No occurrence is cut: where one does not fit in a chunk, the
 * rest of that begins with CHAIN_END, which no occurrence does. Chunks grow from 16 to 2048 bytes: a word
 * that occurs once costs one of 16.
 *
 * Memory   term_table_held_bytes() is all of it.
 * Cost     one append an occurrence, two cache lines touched; a look-up besides where the caller does not
 *          know the term's number (word_table.h does).
 */
#ifndef INDEX_TERM_TABLE_H
#define INDEX_TERM_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/assert.h"
#include "base/attr.h"
#include "base/bytes.h"
#include "base/span.h"
#include "base/status.h"

enum {
    CHAIN_UNIT_BYTES = 2,
    CHAIN_END = 0,       /* nothing follows in this chunk */
    CHAIN_LONG = 0xffff, /* what does not fit in units follows */
};

struct table_chunk;

struct table_chain {
    uint8_t *at;               /* where it goes on */
    struct table_chunk *first; /* NULL: nothing in it */
    uint32_t last_doc;
    uint32_t last_position;
    uint32_t chunk_count;
    uint16_t left; /* bytes at `at` */
};

enum chain_part { CHAIN_BODY, CHAIN_TITLE, CHAIN_PARTS };

struct table_term {
    struct table_chain chains[CHAIN_PARTS];
};

struct table_name {
    const uint8_t *bytes; /* in the arena */
    uint8_t length;
};

struct table_slot {
    uint32_t hash_high;
    uint32_t term; /* number plus 1; 0: free */
};

struct term_table {
    struct arena arena; /* terms' bytes and chunks */
    struct table_slot *slots;
    struct table_term *terms;
    struct table_name *names;
    uint32_t slot_count; /* a power of two, or 0 */
    uint32_t term_count;
    uint32_t term_capacity;
};

void term_table_init(struct term_table *table);
void term_table_release(struct term_table *table);

/* The term's number, which it gets here where it is new. 1..LEDE_TERM_BYTES_MAX bytes. */
lede_status term_table_find(struct term_table *table, const uint8_t *bytes, uint32_t length,
    uint32_t *number_out) MUST_CHECK;

static inline struct span term_table_name(const struct term_table *table, uint32_t number)
{
    return span_of(table->names[number].bytes, table->names[number].length);
}

/* An occurrence where the chunk may be too small for it, or a number is a large one: part of term_table_add. */
lede_status term_table_add_carefully(struct term_table *table, struct table_chain *chain,
    uint32_t doc, uint32_t position) MUST_CHECK;

/* Put down that the term occurs in `doc` at `position`, below 2^31. In a chain documents come in ascending
 * order, and the positions inside one too. */
MUST_CHECK static inline lede_status term_table_add(struct term_table *table, uint32_t number,
    enum chain_part part, uint32_t doc, uint32_t position)
{
    DASSERT(number < table->term_count);
    DASSERT(position <= INT32_MAX);
    struct table_chain *chain = &table->terms[number].chains[part];
    const bool is_next = doc != chain->last_doc;
    DASSERT(doc >= chain->last_doc);
    DASSERT(is_next || chain->first == NULL || position > chain->last_position);
    const uint32_t mask = 0u - (uint32_t)is_next;
    const uint32_t value = (position - (chain->last_position & ~mask)) << 1 | (mask & 1);
    const uint32_t delta = doc - chain->last_doc;
    /* Both are units and neither is CHAIN_LONG. The second counts only where it is a new document's. */
    if (LIKELY(chain->left >= 2 * CHAIN_UNIT_BYTES && (value | delta) < CHAIN_LONG)) {
        const uint32_t size = CHAIN_UNIT_BYTES << is_next;
        store_le32(chain->at, value | delta << 16);
        chain->at += size;
        chain->left = (uint16_t)(chain->left - size);
    } else {
        const lede_status status = term_table_add_carefully(table, chain, doc, position);
        if (status != LEDE_OK) {
            return status;
        }
    }
    chain->last_doc = doc;
    chain->last_position = position;
    return LEDE_OK;
}

/* Ask for what term_table_add will touch: first the term, and when that is there its chain's end. */
static inline void term_table_prefetch(const struct term_table *table, uint32_t number)
{
    __builtin_prefetch(&table->terms[number], 1);
}

static inline void term_table_prefetch_end(
    const struct term_table *table, uint32_t number, enum chain_part part)
{
    __builtin_prefetch(table->terms[number].chains[part].at, 1);
}

size_t term_table_held_bytes(const struct term_table *table);

/* ---- reading a chain ---- */

/* A walk over a chain where it lies. */
struct chain_walk {
    const struct table_chain *chain;
    const struct table_chunk *chunk; /* the next one; NULL: there is none */
    uint32_t chunk_index;            /* its place */
    uint32_t doc, position;          /* of the last occurrence that chain_walk_next gave */
    const uint8_t *at, *end;         /* what is left of the chunk being read */
};

void chain_walk_begin(struct chain_walk *walk, const struct table_chain *chain);

/* The bytes of the next chunk to walk->at and ->end; false where there is none. */
bool chain_walk_chunk(struct chain_walk *walk);

/* Bytes that the chain's occurrences take at most. */
size_t table_chain_bytes(const struct table_chain *chain);

/* An occurrence as it was put down; its value has the document's delta behind it where it is odd. */
struct chain_item {
    uint32_t value;
    uint32_t delta; /* 0 where the value is even */
};

/* The one at `at`, where there is one; returns what follows. */
static inline const uint8_t *chain_item_read(const uint8_t *at, struct chain_item *item_out)
{
    uint32_t value = load_le16(at);
    uint32_t delta = 0;
    at += CHAIN_UNIT_BYTES;
    if (LIKELY(value != CHAIN_LONG)) {
        if ((value & 1) != 0) {
            delta = load_le16(at);
            at += CHAIN_UNIT_BYTES;
        }
    } else {
        value = load_le32(at);
        at += sizeof value;
        if ((value & 1) != 0) {
            delta = load_le32(at);
            at += sizeof delta;
        }
    }
    *item_out = (struct chain_item){.value = value, .delta = delta};
    return at;
}

static inline bool chain_is_at_end(const struct chain_walk *walk)
{
    return walk->at == walk->end || load_le16(walk->at) == CHAIN_END;
}

/* The next occurrence to walk->doc and ->position; false at the end. */
static inline bool chain_walk_next(struct chain_walk *walk)
{
    while (chain_is_at_end(walk)) {
        if (!chain_walk_chunk(walk)) {
            return false;
        }
    }
    struct chain_item item;
    walk->at = chain_item_read(walk->at, &item);
    walk->doc += item.delta;
    walk->position = (item.value >> 1) + ((item.value & 1) != 0 ? 0 : walk->position);
    return true;
}

/* The next occurrence, if it is of the same document and in the chunk being read; false, and nothing changed: not so,
 * or unknown. */
static inline bool chain_walk_on(struct chain_walk *walk)
{
    struct chain_item item;
    if (chain_is_at_end(walk)) {
        return false;
    }
    const uint8_t *behind = chain_item_read(walk->at, &item);
    if ((item.value & 1) != 0) {
        return false;
    }
    walk->at = behind;
    walk->position += item.value >> 1;
    return true;
}

#endif
