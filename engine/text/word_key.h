/* word_key.h -- a word as two numbers, so that comparing and hashing one does not depend on its length.
 *
 * A word of up to 16 bytes is itself, with zeros behind it; a longer one is its 128-bit hash, and whoever
 * finds it by that compares the bytes too.
 */
#ifndef TEXT_WORD_KEY_H
#define TEXT_WORD_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "base/span.h"

enum {
    WORD_KEY_BYTES = 16, /* so many must be readable where a word begins */
};

struct word_key {
    uint64_t low;
    uint64_t high;
};

static inline bool word_key_is_hash(size_t word_size)
{
    return word_size > WORD_KEY_BYTES;
}

static inline struct word_key word_key_of(struct span word)
{
    if (word_key_is_hash(word.size)) {
        const XXH128_hash_t hash = XXH3_128bits(word.bytes, word.size);
        return (struct word_key){.low = hash.low64, .high = hash.high64};
    }
    static const uint64_t masks[4] = {UINT64_MAX, UINT64_MAX, 0, 0};
    const uint8_t *const mask = (const uint8_t *)masks + (WORD_KEY_BYTES - word.size);
    /* The tokenizer has just stored the word eight bytes at a time. A load of all sixteen at once, which
     * compilers make of these two, would wait until both stores have reached the cache. */
    uint64_t low = load_le64(word.bytes);
    uint64_t high = load_le64(word.bytes + 8);
    KEEP_SCALAR(low);
    KEEP_SCALAR(high);
    low &= load_le64(mask);
    high &= load_le64(mask + 8);
    KEEP_SCALAR(low);
    KEEP_SCALAR(high);
    return (struct word_key){.low = low, .high = high};
}

static inline bool word_key_equals(struct word_key a, struct word_key b)
{
    return a.low == b.low && a.high == b.high;
}

/* Where a key goes in a table. The product of both halves, each made another number by a constant that no
 * word's bytes are (0xff is in no UTF-8, so neither factor is 0), with its upper half folded down
 * (the step of XXH3 and wyhash). */
static inline uint64_t word_key_hash(struct word_key key)
{
    const unsigned __int128 product =
        (unsigned __int128)(key.low ^ 0xff51afd7ed558ccdu) * (key.high ^ 0xffc4ceb9fe1a85ecu);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

#endif
