/* term_cache.h -- which term a word became, remembered, so that each distinct form is folded and
 * stemmed once.
 *
 * An open-addressing table of words' keys (word_key.h), so that finding a word of up to 16 bytes that is
 * there touches one cache line; longer words lie in a pool of bytes. Terms lie there too, but for those
 * that their word begins with, which are most. Table and pool grow by doubling up to the bound; where
 * that is reached, or memory is short, everything is forgotten and the filling begins anew. So nothing
 * here can fail; with no memory at all it remembers nothing.
 *
 * WORD_KEY_BYTES must be readable where a word begins.
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

/* The term of `word`: a part of it, or borrowed until the next add. */
bool term_cache_find(const struct term_cache *cache, struct span word, struct span *term_out);

/* Remember it. `word` is not there yet; terms are 1..255 bytes and do not lie in the cache. */
void term_cache_add(struct term_cache *cache, struct span word, struct span term);

#endif
