/* word_table.h -- which term of a batch each word of its texts became, so that a distinct word is folded and
 * stemmed once, and a word met again is looked up once and touches one cache line.
 *
 * Open addressing, half to three quarters taken at most. A slot has the word's key (text/word_key.h) and the
 * term's number; of a word that the key is only a hash of, the place in a pool where both lie.
 *
 * Memory   24 bytes a slot, and the bytes of long words: word_table_held_bytes.
 */
#ifndef INDEX_WORD_TABLE_H
#define INDEX_WORD_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"
#include "text/word_key.h"

enum { WORD_TABLE_BYTES_MAX = 255 }; /* a longer word is not kept */

#define WORD_UNKNOWN UINT32_MAX /* not in the table */

struct word_slot {
    struct word_key key;
    uint32_t value; /* what was added; of a long word its place in the pool */
    uint8_t size;   /* of the word; 0: free */
};

struct word_table {
    struct word_slot *slots;
    uint32_t slot_count; /* a power of two, or 0 */
    uint32_t used;
    struct buf pool; /* of long words: the value, le32, then the bytes */
};

void word_table_init(struct word_table *table);
void word_table_release(struct word_table *table);

/* What was added for the word, or WORD_UNKNOWN. */
uint32_t word_table_find(const struct word_table *table, struct word_key key, struct span word);

/* The same for a word of up to WORD_KEY_BYTES, of which the key says all, with the key's hash: where it stands
 * in the first place looked at. */
static inline uint32_t word_table_find_first(
    const struct word_table *table, struct word_key key, uint32_t hash, uint32_t size)
{
    if (UNLIKELY(table->used == 0)) {
        return WORD_UNKNOWN;
    }
    const struct word_slot *slot = &table->slots[hash & (table->slot_count - 1)];
    return word_key_equals(slot->key, key) && slot->size == size ? slot->value : WORD_UNKNOWN;
}

/* Remember it: a word of 1..WORD_TABLE_BYTES_MAX bytes that is not there. `value` is not WORD_UNKNOWN. */
lede_status word_table_add(
    struct word_table *table, struct word_key key, struct span word, uint32_t value) MUST_CHECK;

/* Ask for the cache line that will be looked at first for a key of this hash. */
static inline void word_table_prefetch(const struct word_table *table, uint32_t hash)
{
    if (LIKELY(table->slot_count > 0)) {
        __builtin_prefetch(&table->slots[hash & (table->slot_count - 1)]);
    }
}

size_t word_table_held_bytes(const struct word_table *table);

#endif
