/* The idea: words are compared and hashed as their keys (word_key.h), so that nothing on the way to a hit
 * depends on the word's length but whether its key is a hash. At most 3/4 of the slots are used. */
#include "text/term_cache.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "text/word_key.h"

struct term_slot {
    struct word_key key;
    uint32_t
        offset; /* in the pool: the word, where it is long, then the term, unless it is shared */
    uint8_t word_size; /* 0: free */
    uint8_t term_size;
    uint8_t is_shared; /* the word begins with the term */
    uint8_t unused;
};

static_assert(sizeof(struct term_slot) == 24, "three quarters of the bytes are for slots");

enum { SLOTS_MIN = 256, POOL_BYTES_MIN = 8192 };

void term_cache_init(struct term_cache *cache, uint32_t max_bytes)
{
    *cache = (struct term_cache){.max_bytes = max_bytes};
}

void term_cache_release(struct term_cache *cache)
{
    mem_free(cache->slots);
    mem_free(cache->pool);
    term_cache_init(cache, cache->max_bytes);
}

static uint32_t slot_of(struct word_key key, uint32_t mask)
{
    return (uint32_t)word_key_hash(key) & mask;
}

bool term_cache_find(const struct term_cache *cache, struct span word, struct span *term_out)
{
    if (cache->used == 0 || word.size > TERM_CACHE_WORD_BYTES_MAX) {
        return false;
    }
    const uint32_t mask = cache->slot_count - 1;
    const struct word_key key = word_key_of(word);
    const struct term_slot *slot = &cache->slots[slot_of(key, mask)];
    while (slot->word_size != 0) {
        if (word_key_equals(slot->key, key) && slot->word_size == word.size) {
            const uint8_t *const pooled = cache->pool + slot->offset;
            if (!word_key_is_hash(word.size) || memcmp(pooled, word.bytes, word.size) == 0) {
                const uint8_t *const term = pooled + (word_key_is_hash(word.size) ? word.size : 0);
                *term_out = span_of(slot->is_shared ? word.bytes : term, slot->term_size);
                return true;
            }
        }
        slot = slot == cache->slots + mask ? cache->slots : slot + 1;
    }
    return false;
}

static void forget(struct term_cache *cache)
{
    if (cache->slots != NULL) {
        memset(cache->slots, 0, cache->slot_count * sizeof cache->slots[0]);
    }
    cache->used = 0;
    cache->pool_size = 0;
}

static struct term_slot *free_slot(struct term_slot *slots, uint32_t mask, struct word_key key)
{
    uint32_t i = slot_of(key, mask);
    while (slots[i].word_size != 0) {
        i = (i + 1) & mask;
    }
    return &slots[i];
}

static bool grow_slots(struct term_cache *cache)
{
    const uint32_t count = cache->slot_count == 0 ? SLOTS_MIN : cache->slot_count * 2;
    if (count > (size_t)cache->max_bytes / 4 * 3 / sizeof(struct term_slot)) {
        return false;
    }
    struct term_slot *slots = mem_zalloc(count, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < cache->slot_count; i++) {
        const struct term_slot slot = cache->slots[i];
        if (slot.word_size != 0) {
            *free_slot(slots, count - 1, slot.key) = slot;
        }
    }
    mem_free(cache->slots);
    cache->slots = slots;
    cache->slot_count = count;
    return true;
}

static bool grow_pool(struct term_cache *cache)
{
    const uint32_t capacity = cache->pool_capacity == 0 ? POOL_BYTES_MIN : cache->pool_capacity * 2;
    if (capacity > cache->max_bytes / 4) {
        return false;
    }
    uint8_t *pool = mem_resize(cache->pool, capacity);
    if (pool == NULL) {
        return false;
    }
    cache->pool = pool;
    cache->pool_capacity = capacity;
    return true;
}

/* Room for one more entry of `size` bytes, made by growing or by forgetting. */
static bool make_room(struct term_cache *cache, uint32_t size)
{
    if (cache->used >= cache->slot_count / 4 * 3 && !grow_slots(cache)) {
        forget(cache);
    }
    if ((cache->pool == NULL || size > cache->pool_capacity - cache->pool_size) &&
        !grow_pool(cache)) {
        forget(cache);
    }
    return cache->slot_count > 0 && cache->pool != NULL &&
           size <= cache->pool_capacity - cache->pool_size;
}

void term_cache_add(struct term_cache *cache, struct span word, struct span term)
{
    ASSERT(term.size >= 1);
    ASSERT(term.size <= UINT8_MAX);
    if (word.size == 0 || word.size > TERM_CACHE_WORD_BYTES_MAX) {
        return;
    }
    const bool is_shared = term.size <= word.size && memcmp(word.bytes, term.bytes, term.size) == 0;
    const size_t word_size = word_key_is_hash(word.size) ? word.size : 0;
    const size_t term_size = is_shared ? 0 : term.size;
    if (!make_room(cache, (uint32_t)(word_size + term_size))) {
        return;
    }
    memcpy(cache->pool + cache->pool_size, word.bytes, word_size);
    memcpy(cache->pool + cache->pool_size + word_size, term.bytes, term_size);
    const struct word_key key = word_key_of(word);
    *free_slot(cache->slots, cache->slot_count - 1, key) = (struct term_slot){
        .key = key,
        .offset = cache->pool_size,
        .word_size = (uint8_t)word.size,
        .term_size = (uint8_t)term.size,
        .is_shared = is_shared,
    };
    cache->used++;
    cache->pool_size += (uint32_t)(word_size + term_size);
}
