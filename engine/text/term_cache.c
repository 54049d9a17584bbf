/* The idea: a slot keeps 32 bits of the hash, so that words are compared (almost) only where they are
 * equal; the other bits choose the slot. At most 3/4 of the slots are used. */
#include "text/term_cache.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/hash.h"

struct term_slot {
    uint32_t tag;      /* upper half of the hash */
    uint32_t offset;   /* of the word in the pool */
    uint8_t word_size; /* 0: free */
    uint8_t term_size;
    uint8_t term_skip; /* from the word's begin to the term's: 0 where the word begins with it */
    uint8_t unused;
};

static_assert(sizeof(struct term_slot) == 12, "three eighths of the bytes are for slots");

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

bool term_cache_find(
    const struct term_cache *cache, struct span word, uint64_t hash, struct span *term_out)
{
    if (cache->used == 0) {
        return false;
    }
    const uint32_t mask = cache->slot_count - 1;
    const uint32_t tag = (uint32_t)(hash >> 32);
    for (uint32_t i = (uint32_t)hash & mask; cache->slots[i].word_size != 0; i = (i + 1) & mask) {
        const struct term_slot *slot = &cache->slots[i];
        if (slot->tag == tag && slot->word_size == word.size &&
            memcmp(cache->pool + slot->offset, word.bytes, word.size) == 0) {
            *term_out = span_of(cache->pool + slot->offset + slot->term_skip, slot->term_size);
            return true;
        }
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

static struct term_slot *free_slot(struct term_slot *slots, uint32_t mask, uint64_t hash)
{
    uint32_t i = (uint32_t)hash & mask;
    while (slots[i].word_size != 0) {
        i = (i + 1) & mask;
    }
    return &slots[i];
}

static bool grow_slots(struct term_cache *cache)
{
    const uint32_t count = cache->slot_count == 0 ? SLOTS_MIN : cache->slot_count * 2;
    if (count > cache->max_bytes / 8 * 3 / sizeof(struct term_slot)) {
        return false;
    }
    struct term_slot *slots = mem_zalloc(count, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < cache->slot_count; i++) {
        const struct term_slot slot = cache->slots[i];
        if (slot.word_size != 0) {
            const uint64_t hash = hash_bytes(cache->pool + slot.offset, slot.word_size);
            *free_slot(slots, count - 1, hash) = slot;
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
    if (capacity > cache->max_bytes / 8 * 5) {
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
    if (size > cache->pool_capacity - cache->pool_size && !grow_pool(cache)) {
        forget(cache);
    }
    return cache->slot_count > 0 && size <= cache->pool_capacity - cache->pool_size;
}

void term_cache_add(struct term_cache *cache, struct span word, uint64_t hash, struct span term)
{
    ASSERT(term.size >= 1);
    ASSERT(term.size <= UINT8_MAX);
    if (word.size == 0 || word.size > TERM_CACHE_WORD_BYTES_MAX) {
        return;
    }
    const bool shares = term.size <= word.size && memcmp(word.bytes, term.bytes, term.size) == 0;
    const uint32_t size = (uint32_t)(word.size + (shares ? 0 : term.size));
    if (!make_room(cache, size)) {
        return;
    }
    uint8_t *const bytes = cache->pool + cache->pool_size;
    memcpy(bytes, word.bytes, word.size);
    if (!shares) {
        memcpy(bytes + word.size, term.bytes, term.size);
    }
    *free_slot(cache->slots, cache->slot_count - 1, hash) = (struct term_slot){
        .tag = (uint32_t)(hash >> 32),
        .offset = cache->pool_size,
        .word_size = (uint8_t)word.size,
        .term_size = (uint8_t)term.size,
        .term_skip = shares ? 0 : (uint8_t)word.size,
    };
    cache->used++;
    cache->pool_size += size;
}
