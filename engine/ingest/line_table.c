/* line_table.c -- open addressing, linear probing. */
#include "ingest/line_table.h"

#include "base/alloc.h"
#include "base/assert.h"
#include "base/hash.h"

enum {
    SLOTS_MIN = 1 << 10,
    SLOTS_MAX = 2 * LINE_TABLE_LINES,
    RECURS_MIN = 3,
    RECURS_SHARE = 20,
    RECURS_ALWAYS = 50,
};

void line_table_release(struct line_table *table)
{
    mem_free(table->slots);
    *table = (struct line_table){0};
}

uint64_t line_hash(const char *text, size_t length)
{
    char line[LINE_BYTES_MAX];
    size_t kept = 0;
    for (size_t i = 0; i < length; i++) {
        bool is_blank = text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r');
        if ((unsigned char)text[i] == 0xc2 && i + 1 < length &&
            (unsigned char)text[i + 1] == 0xa0) {
            is_blank = true;
            i++;
        }
        if (is_blank && (kept == 0 || line[kept - 1] == ' ')) {
            continue;
        }
        if (kept == sizeof line) {
            return 0;
        }
        line[kept++] = is_blank ? ' ' : text[i];
    }
    if (kept == 0) {
        return 0;
    }
    kept -= line[kept - 1] == ' '; /* not the only one: a line begins with none */
    const uint64_t hash = hash_bytes(line, kept);
    return hash == 0 ? 1 : hash;
}

void line_table_page(struct line_table *table)
{
    if (table->pages < UINT32_MAX) {
        table->pages++;
    }
}

static struct line_slot *find_slot(const struct line_table *table, uint64_t hash)
{
    const size_t mask = table->slot_count - 1;
    size_t at = (size_t)hash & mask;
    while (table->slots[at].hash != 0 && table->slots[at].hash != hash) {
        at = (at + 1) & mask;
    }
    return &table->slots[at];
}

/* Move to a table of `slot_count` slots the lines that are on `pages_min` pages or more. */
static lede_status rebuild(
    struct line_table *table, size_t slot_count, uint32_t pages_min, lede_error *error)
{
    struct line_table moved = {.slots = mem_zalloc(slot_count, sizeof *moved.slots),
        .slot_count = slot_count,
        .pages = table->pages};
    if (moved.slots == NULL) {
        return lede_fail_nomem(error);
    }
    ASSERT(table->slots != NULL || table->slot_count == 0);
    for (size_t i = 0; i < table->slot_count; i++) {
        const struct line_slot *slot = &table->slots[i];
        if (slot->hash != 0 && (slot->pages >= pages_min || slot->last_page == table->pages)) {
            *find_slot(&moved, slot->hash) = *slot;
            moved.used++;
        }
    }
    mem_free(table->slots);
    *table = moved;
    return LEDE_OK;
}

static lede_status make_room(struct line_table *table, lede_error *error)
{
    if (table->slots == NULL) {
        return rebuild(table, SLOTS_MIN, 0, error);
    }
    if (table->used < table->slot_count / 2) {
        return LEDE_OK;
    }
    if (table->slot_count < SLOTS_MAX) {
        return rebuild(table, table->slot_count * 2, 0, error);
    }
    /* Forget ever more frequent lines, until half of them are gone. */
    uint32_t pages_min = 2;
    lede_status status = LEDE_OK;
    while (status == LEDE_OK && table->used >= table->slot_count / 4 && pages_min < (1u << 30)) {
        status = rebuild(table, table->slot_count, pages_min, error);
        pages_min *= 2;
    }
    return status;
}

lede_status line_table_count(struct line_table *table, uint64_t hash, lede_error *error)
{
    if (hash == 0) {
        return LEDE_OK;
    }
    const lede_status status = make_room(table, error);
    if (status != LEDE_OK) {
        return status;
    }
    struct line_slot *slot = find_slot(table, hash);
    if (slot->hash == 0) {
        if (table->used >= table->slot_count / 2) {
            return LEDE_OK; /* one page alone fills the table: its further lines are not counted */
        }
        *slot = (struct line_slot){.hash = hash};
        table->used++;
    }
    if (slot->last_page != table->pages || slot->pages == 0) {
        slot->last_page = table->pages;
        slot->pages++;
    }
    return LEDE_OK;
}

bool line_table_recurs(const struct line_table *table, uint64_t hash)
{
    if (table == NULL || table->slots == NULL || hash == 0) {
        return false;
    }
    const struct line_slot *slot = find_slot(table, hash);
    return slot->hash == hash && slot->pages >= RECURS_MIN &&
           (slot->pages >= RECURS_ALWAYS || (uint64_t)slot->pages * RECURS_SHARE >= table->pages);
}
