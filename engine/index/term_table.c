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
    CHUNK_BYTES_MAX = 512,
    VARINT32_BYTES_MAX = 5,
    /* Term numbers plus one, and slots for a third more, fit 32 bits. */
    TERMS_MAX = 1 << 30,
};

struct table_chunk {
    struct table_chunk *next;
};

static_assert(CHUNK_BYTES_MIN > sizeof(struct table_chunk), "a chunk holds something");
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
    term_table_init(table);
}

size_t term_table_held_bytes(const struct term_table *table)
{
    return table->arena.held_bytes + (size_t)table->slot_count * sizeof *table->slots +
           (size_t)table->term_capacity * sizeof *table->terms;
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
        const struct table_term *term = &table->terms[i];
        const uint64_t hash = hash_bytes(term->bytes, term->length);
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
    table->terms[table->term_count] = (struct table_term){.bytes = copy, .length = (uint8_t)length};
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
        const struct table_term *term = &table->terms[table->slots[at].term - 1];
        if (term->length == length && memcmp(term->bytes, bytes, length) == 0) {
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

static lede_status grow_chain(struct term_table *table, struct table_term *term)
{
    size_t bytes = term->chunk_bytes == 0 ? CHUNK_BYTES_MIN : (size_t)term->chunk_bytes * 2;
    if (bytes > CHUNK_BYTES_MAX) {
        bytes = CHUNK_BYTES_MAX;
    }
    struct table_chunk *chunk = arena_alloc(&table->arena, bytes);
    if (chunk == NULL) {
        return LEDE_ERR_NOMEM;
    }
    chunk->next = NULL;
    if (term->first == NULL) {
        term->first = chunk;
    } else {
        struct table_chunk *full = (struct table_chunk *)(void *)(term->end - term->chunk_bytes);
        full->next = chunk;
    }
    term->chunk_bytes = (uint16_t)bytes;
    term->at = (uint8_t *)(chunk + 1);
    term->end = (uint8_t *)chunk + bytes;
    return LEDE_OK;
}

static uint8_t *put_varint(uint8_t *at, uint32_t value)
{
    while (value >= 0x80) {
        *at++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *at++ = (uint8_t)value;
    return at;
}

/* A number is cut where a chunk ends, so all chunks but the last are full. */
static lede_status append_varint(struct term_table *table, struct table_term *term, uint32_t value)
{
    if (LIKELY(term->end - term->at >= VARINT32_BYTES_MAX)) {
        term->at = put_varint(term->at, value);
        return LEDE_OK;
    }
    uint8_t bytes[VARINT32_BYTES_MAX];
    const uint8_t *end = put_varint(bytes, value);
    for (const uint8_t *byte = bytes; byte < end; byte++) {
        if (term->at == term->end && grow_chain(table, term) != LEDE_OK) {
            return LEDE_ERR_NOMEM;
        }
        *term->at++ = *byte;
    }
    return LEDE_OK;
}

lede_status term_table_add(
    struct term_table *table, uint32_t number, uint32_t doc, uint32_t position, bool in_title)
{
    DASSERT(number < table->term_count);
    struct table_term *term = &table->terms[number];
    lede_status status = LEDE_OK;
    uint32_t delta = position + 1;
    if (term->first == NULL) {
        status = append_varint(table, term, doc);
    } else if (term->last_doc != doc) {
        DASSERT(doc > term->last_doc);
        status = append_varint(table, term, 0);
        if (status == LEDE_OK) {
            status = append_varint(table, term, doc - term->last_doc);
        }
    } else {
        DASSERT(position > term->last_position);
        delta = position - term->last_position;
    }
    if (status == LEDE_OK) {
        status = append_varint(table, term, delta);
    }
    term->last_doc = doc;
    term->last_position = position;
    term->in_title |= in_title;
    return status;
}

lede_status term_table_chain(const struct term_table *table, uint32_t number, struct buf *out)
{
    DASSERT(number < table->term_count);
    const struct table_term *term = &table->terms[number];
    size_t bytes = CHUNK_BYTES_MIN;
    for (const struct table_chunk *chunk = term->first; chunk != NULL; chunk = chunk->next) {
        const uint8_t *from = (const uint8_t *)(chunk + 1);
        const uint8_t *to = chunk->next == NULL ? term->at : (const uint8_t *)chunk + bytes;
        if (buf_append(out, from, (size_t)(to - from)) != LEDE_OK) {
            return LEDE_ERR_NOMEM;
        }
        if (bytes < CHUNK_BYTES_MAX) {
            bytes *= 2;
        }
    }
    return LEDE_OK;
}

/* ---- walking a chain ---- */

static void enter_chunk(struct term_chain *chain)
{
    const struct table_chunk *chunk = chain->chunk;
    chain->at = (const uint8_t *)(chunk + 1);
    chain->end =
        chunk->next == NULL ? chain->term->at : (const uint8_t *)chunk + chain->chunk_bytes;
}

void term_chain_begin(struct term_chain *chain, const struct term_table *table, uint32_t number)
{
    DASSERT(number < table->term_count);
    const struct table_term *term = &table->terms[number];
    *chain =
        (struct term_chain){.term = term, .chunk = term->first, .chunk_bytes = CHUNK_BYTES_MIN};
    if (chain->chunk != NULL) {
        enter_chunk(chain);
    }
}

/* The next byte, in the next chunk where this one is used up. */
static bool next_byte(struct term_chain *chain, uint8_t *byte_out)
{
    while (chain->at == chain->end) {
        if (chain->chunk == NULL || chain->chunk->next == NULL) {
            return false;
        }
        chain->chunk = chain->chunk->next;
        if (chain->chunk_bytes < CHUNK_BYTES_MAX) {
            chain->chunk_bytes *= 2;
        }
        enter_chunk(chain);
    }
    *byte_out = *chain->at++;
    return true;
}

bool term_chain_next(struct term_chain *chain, uint32_t *value_out)
{
    uint8_t byte;
    if (!next_byte(chain, &byte)) {
        return false;
    }
    uint32_t value = byte & 0x7f;
    for (uint32_t shift = 7; byte >= 0x80; shift += 7) {
        const bool is_there = next_byte(chain, &byte);
        ASSERT(is_there);
        value |= (uint32_t)(byte & 0x7f) << shift;
    }
    *value_out = value;
    return true;
}
