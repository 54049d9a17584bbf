#include "index/word_table.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"

enum {
    SLOTS_MIN = 256,
    SLOTS_MAX = 1 << 30,
    VALUE_BYTES = 4,
};

static_assert(sizeof(struct word_slot) == 24, "as the header says");

void word_table_init(struct word_table *table)
{
    *table = (struct word_table){0};
    buf_init(&table->pool, UINT32_MAX);
}

void word_table_release(struct word_table *table)
{
    mem_free(table->slots);
    buf_release(&table->pool);
    word_table_init(table);
}

size_t word_table_held_bytes(const struct word_table *table)
{
    return (size_t)table->slot_count * sizeof *table->slots + table->pool.capacity;
}

uint32_t word_table_find(const struct word_table *table, struct word_key key, struct span word)
{
    if (UNLIKELY(table->used == 0)) {
        return WORD_UNKNOWN;
    }
    const uint32_t mask = table->slot_count - 1;
    uint32_t at = (uint32_t)word_key_hash(key) & mask;
    for (; table->slots[at].size != 0; at = (at + 1) & mask) {
        const struct word_slot *slot = &table->slots[at];
        if (!word_key_equals(slot->key, key) || slot->size != word.size) {
            continue;
        }
        if (LIKELY(!word_key_is_hash(word.size))) {
            return slot->value;
        }
        const uint8_t *pooled = table->pool.data + slot->value;
        if (memcmp(pooled + VALUE_BYTES, word.bytes, word.size) == 0) {
            return load_le32(pooled);
        }
    }
    return WORD_UNKNOWN;
}

static void place(struct word_slot *slots, uint32_t mask, const struct word_slot *slot)
{
    uint32_t at = (uint32_t)word_key_hash(slot->key) & mask;
    while (slots[at].size != 0) {
        at = (at + 1) & mask;
    }
    slots[at] = *slot;
}

static lede_status grow(struct word_table *table)
{
    if (table->slot_count >= SLOTS_MAX) {
        return LEDE_ERR_NOMEM;
    }
    const uint32_t slot_count = table->slot_count == 0 ? SLOTS_MIN : table->slot_count * 2;
    struct word_slot *slots = mem_zalloc(slot_count, sizeof *slots);
    if (slots == NULL) {
        return LEDE_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < table->slot_count; i++) {
        if (table->slots[i].size != 0) {
            place(slots, slot_count - 1, &table->slots[i]);
        }
    }
    mem_free(table->slots);
    table->slots = slots;
    table->slot_count = slot_count;
    return LEDE_OK;
}

lede_status word_table_add(
    struct word_table *table, struct word_key key, struct span word, uint32_t value)
{
    ASSERT(word.size >= 1);
    ASSERT(word.size <= WORD_TABLE_BYTES_MAX);
    DASSERT(value != WORD_UNKNOWN);
    if (table->used >= table->slot_count / 4 * 3 && grow(table) != LEDE_OK) {
        return LEDE_ERR_NOMEM;
    }
    struct word_slot slot = {.key = key, .value = value, .size = (uint8_t)word.size};
    if (word_key_is_hash(word.size)) {
        slot.value = (uint32_t)table->pool.size;
        (void)buf_append_le32(&table->pool, value);
        if (buf_append(&table->pool, word.bytes, word.size) != LEDE_OK) {
            return LEDE_ERR_NOMEM;
        }
    }
    place(table->slots, table->slot_count - 1, &slot);
    table->used++;
    return LEDE_OK;
}
