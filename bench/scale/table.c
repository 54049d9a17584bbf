/* table.c -- open addressing with linear probing, half full at most. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>

static void *grown(void *p, size_t size)
{
    p = realloc(p, size);
    if (p == NULL) {
        fputs("statistics: out of memory\n", stderr);
        exit(4);
    }
    return p;
}

void table_init(struct table *table, uint32_t slot_bits)
{
    const size_t slot_count = (size_t)1 << slot_bits;
    table->slots = grown(NULL, slot_count * sizeof *table->slots);
    for (size_t i = 0; i < slot_count; i++) {
        table->slots[i] = 0;
    }
    table->entries = grown(NULL, slot_count / 2 * sizeof *table->entries);
    table->count = 0;
    table->slot_bits = slot_bits;
}

void table_release(struct table *table)
{
    free(table->slots);
    free(table->entries);
}

static size_t slot_of(const struct table *table, uint64_t hash)
{
    const size_t mask = ((size_t)1 << table->slot_bits) - 1;
    size_t slot = (size_t)(hash * 0x9e3779b97f4a7c15u >> (64 - table->slot_bits));
    while (table->slots[slot] != 0 && table->entries[table->slots[slot] - 1].hash != hash) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

static void widen(struct table *table)
{
    struct table wider;
    table_init(&wider, table->slot_bits + 1);
    for (uint32_t i = 0; i < table->count; i++) {
        wider.entries[i] = table->entries[i];
        wider.slots[slot_of(&wider, wider.entries[i].hash)] = i + 1;
    }
    wider.count = table->count;
    table_release(table);
    *table = wider;
}

struct entry *table_find(struct table *table, uint64_t hash)
{
    size_t slot = slot_of(table, hash);
    if (table->slots[slot] == 0) {
        if (table->count == (uint32_t)1 << (table->slot_bits - 1)) {
            widen(table);
            slot = slot_of(table, hash);
        }
        table->entries[table->count] = (struct entry){.hash = hash};
        table->slots[slot] = ++table->count;
    }
    return &table->entries[table->slots[slot] - 1];
}
