/* The slots are probed linearly and hold half of the hash, so that a term's bytes are touched almost
 * only where it is the right one. They double when three quarters are taken.
 */
#include "index/term_table.h"

#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/hash.h"
#include "base/limits.h"

enum {
    SLOTS_MIN = 256,
    TERMS_MIN = 64,
    CHUNK_BYTES_MIN = 16,
    CHUNK_BYTES_MAX = 2048,
    CHUNK_DOUBLINGS = 7, /* from the one to the other */
    OCCURRENCE_BYTES_MAX = CHAIN_UNIT_BYTES + 2 * sizeof(uint32_t),
    /* Term numbers plus one, and slots for a third more, fit 32 bits. */
    TERMS_MAX = 1 << 30,
};

struct table_chunk {
    struct table_chunk *next;
};

static_assert(CHUNK_BYTES_MIN > sizeof(struct table_chunk), "a chunk holds something");
static_assert(sizeof(struct table_chunk) % CHAIN_UNIT_BYTES == 0, "a chunk holds whole units");
static_assert(CHUNK_BYTES_MIN << CHUNK_DOUBLINGS == CHUNK_BYTES_MAX, "as named");
static_assert(CHUNK_BYTES_MAX <= UINT16_MAX, "what is left of a chunk fits its field");
static_assert(sizeof(struct table_term) == 64, "a cache line");
static_assert(LEDE_TERM_BYTES_MAX <= UINT8_MAX, "a term's length fits its byte");

void term_table_init(struct term_table *table)
{
    *table = (struct term_table){0};
    arena_init(&table->arena);
}

void term_table_release(struct term_table *table)
{
    arena_release(&table->arena);
    mem_free(table->slots);
    mem_free(table->terms);
    mem_free(table->names);
    term_table_init(table);
}

size_t term_table_held_bytes(const struct term_table *table)
{
    return table->arena.held_bytes + (size_t)table->slot_count * sizeof *table->slots +
           (size_t)table->term_capacity * (sizeof *table->terms + sizeof *table->names);
}

/* The slots know half of each hash only, so the terms are hashed again. */
static lede_status grow_slots(struct term_table *table)
{
    const uint32_t slot_count = table->slot_count == 0 ? SLOTS_MIN : table->slot_count * 2;
    struct table_slot *slots = mem_zalloc(slot_count, sizeof *slots);
    if (slots == NULL) {
        return LEDE_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < table->term_count; i++) {
        const struct table_name *name = &table->names[i];
        const uint64_t hash = hash_bytes(name->bytes, name->length);
        uint32_t at = (uint32_t)hash & (slot_count - 1);
        while (slots[at].term != 0) {
            at = (at + 1) & (slot_count - 1);
        }
        slots[at] = (struct table_slot){.hash_high = (uint32_t)(hash >> 32), .term = i + 1};
    }
    mem_free(table->slots);
    table->slots = slots;
    table->slot_count = slot_count;
    return LEDE_OK;
}

static lede_status grow_terms(struct term_table *table)
{
    const uint32_t capacity = table->term_capacity == 0 ? TERMS_MIN : table->term_capacity * 2;
    struct table_term *terms = mem_resize(table->terms, (size_t)capacity * sizeof *terms);
    if (terms == NULL) {
        return LEDE_ERR_NOMEM;
    }
    table->terms = terms;
    struct table_name *names = mem_resize(table->names, (size_t)capacity * sizeof *names);
    if (names == NULL) {
        return LEDE_ERR_NOMEM;
    }
    table->names = names;
    table->term_capacity = capacity;
    return LEDE_OK;
}

static lede_status add_term(
    struct term_table *table, const uint8_t *bytes, uint32_t length, uint32_t *number_out)
{
    if (table->term_count >= TERMS_MAX) {
        return LEDE_ERR_NOMEM;
    }
    if (table->term_count == table->term_capacity && grow_terms(table) != LEDE_OK) {
        return LEDE_ERR_NOMEM;
    }
    uint8_t *copy = arena_copy(&table->arena, bytes, length);
    if (copy == NULL) {
        return LEDE_ERR_NOMEM;
    }
    table->terms[table->term_count] = (struct table_term){0};
    table->names[table->term_count] = (struct table_name){.bytes = copy, .length = (uint8_t)length};
    *number_out = table->term_count++;
    return LEDE_OK;
}

lede_status term_table_find(
    struct term_table *table, const uint8_t *bytes, uint32_t length, uint32_t *number_out)
{
    DASSERT(length >= 1);
    DASSERT(length <= LEDE_TERM_BYTES_MAX);
    if (table->term_count >= table->slot_count / 4 * 3 && grow_slots(table) != LEDE_OK) {
        return LEDE_ERR_NOMEM;
    }
    const uint64_t hash = hash_bytes(bytes, length);
    const uint32_t hash_high = (uint32_t)(hash >> 32);
    const uint32_t mask = table->slot_count - 1;
    uint32_t at = (uint32_t)hash & mask;
    for (; table->slots[at].term != 0; at = (at + 1) & mask) {
        if (table->slots[at].hash_high != hash_high) {
            continue;
        }
        const struct table_name *name = &table->names[table->slots[at].term - 1];
        if (name->length == length && memcmp(name->bytes, bytes, length) == 0) {
            *number_out = table->slots[at].term - 1;
            return LEDE_OK;
        }
    }
    uint32_t number;
    if (add_term(table, bytes, length, &number) != LEDE_OK) {
        return LEDE_ERR_NOMEM;
    }
    table->slots[at] = (struct table_slot){.hash_high = hash_high, .term = number + 1};
    *number_out = number;
    return LEDE_OK;
}

/* ---- chains ---- */

static size_t chunk_bytes(uint32_t chunk_index)
{
    return chunk_index < CHUNK_DOUBLINGS ? (size_t)CHUNK_BYTES_MIN << chunk_index
                                         : (size_t)CHUNK_BYTES_MAX;
}

size_t table_chain_bytes(const struct table_chain *chain)
{
    const size_t doubled =
        chain->chunk_count < CHUNK_DOUBLINGS ? chain->chunk_count : (size_t)CHUNK_DOUBLINGS;
    return (((size_t)1 << doubled) - 1) * CHUNK_BYTES_MIN +
           (chain->chunk_count - doubled) * CHUNK_BYTES_MAX -
           chain->chunk_count * sizeof(struct table_chunk) - chain->left;
}

/* Where the chain's newest chunk begins. */
static struct table_chunk *newest_chunk(const struct table_chain *chain)
{
    uint8_t *end = chain->at + chain->left;
    return (struct table_chunk *)(void *)(end - chunk_bytes(chain->chunk_count - 1));
}

static lede_status grow_chain(struct term_table *table, struct table_chain *chain)
{
    const size_t bytes = chunk_bytes(chain->chunk_count);
    struct table_chunk *chunk = arena_alloc(&table->arena, bytes);
    if (chunk == NULL) {
        return LEDE_ERR_NOMEM;
    }
    chunk->next = NULL;
    if (chain->first == NULL) {
        chain->first = chunk;
    } else {
        if (chain->left > 0) {
            store_le16(chain->at, CHAIN_END);
        }
        newest_chunk(chain)->next = chunk;
    }
    chain->at = (uint8_t *)(chunk + 1);
    chain->left = (uint16_t)(bytes - sizeof *chunk);
    chain->chunk_count++;
    return LEDE_OK;
}

static uint8_t *put_short(uint8_t *at, uint32_t value, uint32_t delta, bool is_next)
{
    store_le16(at, (uint16_t)value);
    if (is_next) {
        store_le16(at + CHAIN_UNIT_BYTES, (uint16_t)delta);
    }
    return at + (CHAIN_UNIT_BYTES << is_next);
}

static uint8_t *put_long(uint8_t *at, uint32_t value, uint32_t delta, bool is_next)
{
    store_le16(at, CHAIN_LONG);
    at += CHAIN_UNIT_BYTES;
    store_le32(at, value);
    at += sizeof value;
    if (is_next) {
        store_le32(at, delta);
        at += sizeof delta;
    }
    return at;
}

lede_status term_table_add_carefully(
    struct term_table *table, struct table_chain *chain, uint32_t doc, uint32_t position)
{
    uint8_t bytes[OCCURRENCE_BYTES_MAX];
    const bool is_next = chain->first == NULL || doc != chain->last_doc;
    const uint32_t value = is_next ? position << 1 | 1 : (position - chain->last_position) << 1;
    const uint32_t delta = doc - chain->last_doc;
    const bool is_short = value < CHAIN_LONG && delta <= UINT16_MAX;
    const uint8_t *end =
        is_short ? put_short(bytes, value, delta, is_next) : put_long(bytes, value, delta, is_next);
    const size_t size = (size_t)(end - bytes);
    while (chain->left < size) {
        if (grow_chain(table, chain) != LEDE_OK) {
            return LEDE_ERR_NOMEM;
        }
    }
    memcpy(chain->at, bytes, size);
    chain->at += size;
    chain->left = (uint16_t)(chain->left - size);
    return LEDE_OK;
}

void chain_walk_begin(struct chain_walk *walk, const struct table_chain *chain)
{
    *walk = (struct chain_walk){.chain = chain, .chunk = chain->first};
}

bool chain_walk_chunk(struct chain_walk *walk)
{
    const struct table_chunk *chunk = walk->chunk;
    if (chunk == NULL) {
        return false;
    }
    walk->at = (const uint8_t *)(chunk + 1);
    walk->end = chunk->next == NULL ? walk->chain->at
                                    : (const uint8_t *)chunk + chunk_bytes(walk->chunk_index);
    if (chunk->next != NULL) {
        __builtin_prefetch(chunk->next);
    }
    walk->chunk = chunk->next;
    walk->chunk_index++;
    return true;
}
