/* Slots are probed linearly. A document that takes another's place takes its slot too, so a slot
 * leads to the newest document of an id, dead or alive, and no slot is ever freed.
 */
#include "index/doc_table.h"

#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/hash.h"
#include "base/limits.h"

enum { DOC_SLOTS_MIN = 64, DOCS_MIN = 32 };

void doc_table_init(struct doc_table *table)
{
    *table = (struct doc_table){0};
    arena_init(&table->arena);
}

void doc_table_release(struct doc_table *table)
{
    arena_release(&table->arena);
    mem_free(table->docs);
    mem_free(table->slots);
    doc_table_init(table);
}

size_t doc_table_held_bytes(const struct doc_table *table)
{
    return table->arena.held_bytes + (size_t)table->slot_count * sizeof *table->slots +
           (size_t)table->doc_capacity * sizeof *table->docs;
}

/* The slot where `id` is or would be. */
static uint32_t slot_of(const struct doc_table *table, struct span id)
{
    const uint32_t mask = table->slot_count - 1;
    uint32_t at = (uint32_t)hash_bytes(id.bytes, id.size) & mask;
    for (; table->slots[at] != 0; at = (at + 1) & mask) {
        const struct table_doc *doc = &table->docs[table->slots[at] - 1];
        if (doc->id.size == id.size && memcmp(doc->id.bytes, id.bytes, id.size) == 0) {
            break;
        }
    }
    return at;
}

uint32_t doc_table_find(const struct doc_table *table, struct span id)
{
    if (table->slot_count == 0) {
        return DOC_END;
    }
    const uint32_t number = table->slots[slot_of(table, id)];
    return number == 0 || table->docs[number - 1].is_dead ? DOC_END : number - 1;
}

static lede_status grow_slots(struct doc_table *table)
{
    const uint32_t slot_count = table->slot_count == 0 ? DOC_SLOTS_MIN : table->slot_count * 2;
    uint32_t *slots = mem_zalloc(slot_count, sizeof *slots);
    if (slots == NULL) {
        return LEDE_ERR_NOMEM;
    }
    mem_free(table->slots);
    table->slots = slots;
    table->slot_count = slot_count;
    for (uint32_t i = 0; i < table->doc_count; i++) {
        /* In order of arrival: the newest of an id comes last and stays. */
        slots[slot_of(table, table->docs[i].id)] = i + 1;
    }
    return LEDE_OK;
}

lede_status doc_table_reserve(struct doc_table *table)
{
    if (table->doc_count == table->doc_capacity) {
        const uint32_t capacity = table->doc_capacity == 0 ? DOCS_MIN : table->doc_capacity * 2;
        struct table_doc *docs = mem_resize(table->docs, (size_t)capacity * sizeof *docs);
        if (docs == NULL) {
            return LEDE_ERR_NOMEM;
        }
        table->docs = docs;
        table->doc_capacity = capacity;
    }
    return table->doc_count >= table->slot_count / 4 * 3 ? grow_slots(table) : LEDE_OK;
}

lede_status doc_table_add(struct doc_table *table, const struct table_doc *doc, uint32_t *doc_out)
{
    lede_status status = doc_table_reserve(table);
    if (status != LEDE_OK) {
        return status;
    }
    uint8_t *id = arena_copy(&table->arena, doc->id.bytes, doc->id.size);
    if (id == NULL) {
        return LEDE_ERR_NOMEM;
    }
    const uint32_t number = table->doc_count++;
    table->docs[number] = *doc;
    table->docs[number].id.bytes = id;
    table->docs[number].is_dead = false;
    const uint32_t slot = slot_of(table, doc->id);
    const uint32_t earlier = table->slots[slot];
    if (earlier != 0 && !table->docs[earlier - 1].is_dead) {
        doc_table_kill(table, earlier - 1);
    }
    table->slots[slot] = number + 1;
    table->live_count++;
    *doc_out = number;
    return LEDE_OK;
}

void doc_table_kill(struct doc_table *table, uint32_t doc)
{
    ASSERT(doc < table->doc_count);
    ASSERT(!table->docs[doc].is_dead);
    table->docs[doc].is_dead = true;
    table->live_count--;
}
