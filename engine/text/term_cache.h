/* term_cache.h -- which term a word became, remembered, so that each distinct form is folded and
 * stemmed once.
 *
 * An open-addressing table over a pool of bytes that holds word and term one after the other; a term
 * that its word begins with takes no bytes of its own. Both grow by doubling up to the bound; where
 * the bound is reached, or memory is short, everything is forgotten and the filling begins anew. So
 * nothing here can fail, and with no memory at all it remembers nothing.
 *
 * Cost     one hash, mostly one cache line of slots and one of bytes for a word that is there.
 */
#ifndef TEXT_TERM_CACHE_H
#define TEXT_TERM_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum { TERM_CACHE_WORD_BYTES_MAX = 255 }; /* longer words are not kept */

struct term_slot;

struct term_cache {
    struct term_slot *slots;
    uint32_t slot_count; /* 0 or a power of two */
    uint32_t used;
    uint8_t *pool;
    uint32_t pool_size;
    uint32_t pool_capacity;
    uint32_t max_bytes;
};

/* Slots and pool together stay within `max_bytes`; 0 keeps nothing. */
void term_cache_init(struct term_cache *cache, uint32_t max_bytes);
void term_cache_release(struct term_cache *cache);

/* The term of `word`, whose hash_bytes() is `hash`; borrowed until the next add. */
bool term_cache_find(
    const struct term_cache *cache, struct span word, uint64_t hash, struct span *term_out);

/* Remember it. `word` is not there yet; neither may lie in the cache; terms are 1..255 bytes. */
void term_cache_add(struct term_cache *cache, struct span word, uint64_t hash, struct span term);

#endif
