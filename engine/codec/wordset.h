/* wordset.h -- a set of documents as 64-bit words: document d is bit d % 64 of word d / 64.
 *
 * A set stands for a stretch of documents; `base` is the one that its first bit stands for. Words are in
 * memory only; a bit string is bytes of a file, bit i being bit i % 8 of byte i / 8.
 *
 * Variants: scalar (the specification), AVX2, AVX-512 and NEON, alike on all inputs. Any count may be 0,
 * no pointer needs an alignment beyond its type's. Cost: bench/micro says.
 */
#ifndef CODEC_WORDSET_H
#define CODEC_WORDSET_H

#include <stddef.h>
#include <stdint.h>

struct wordset_ops {
    const char *name;
    uint32_t cpu_needs; /* enum cpu_feature */
    /* Add those of a bit string whose bit 0 is bit `at` of the set. Reads at most LEDE_READ_PADDING bytes
     * past the string; touches only words that bits [at, at + bit_count) lie in. */
    void (*set_bits)(uint64_t *words, uint32_t at, const uint8_t *bits, uint32_t bit_count);
    /* words[i] &= others[i], &= ~others[i], |= others[i]. The others may be words of a file: at any address. */
    void (*intersect)(uint64_t *words, const void *others, uint32_t word_count);
    void (*subtract)(uint64_t *words, const void *others, uint32_t word_count);
    void (*unite)(uint64_t *words, const void *others, uint32_t word_count);
    /* How many bits are set, in all words or from bit `first` to the one before `end` (first <= end). */
    uint64_t (*count)(const uint64_t *words, uint32_t word_count);
    uint64_t (*count_range)(const uint64_t *words, uint64_t first, uint64_t end);
    /* Ones of a bit string from bit `first` to the one before `end`. Reads at most LEDE_READ_PADDING bytes past the
     * byte of bit `end`. */
    uint32_t (*count_bits)(const uint8_t *bits, uint32_t first, uint32_t end);
    /* Which of `count` bits are set and how many ones of their word are before them: for each i, ascending, whose
     * bits[i] is set, found[] gets i and places[] starts[bits[i] / 64] plus the ones below bit bits[i]. Returns how many.
     * Both have room for `count`. */
    uint32_t (*look_up)(const uint64_t *words, const uint32_t *starts, const uint32_t *bits,
        uint32_t count, uint32_t *found, uint32_t *places);
    /* The documents of the set, ascending, modulo 2^32. Writes as many as there are and returns how many. */
    uint32_t (*docs)(const uint64_t *words, uint32_t word_count, uint32_t base, uint32_t *docs);
    /* starts[i] = first + ones in the words before word i: what look_up takes, for words in a row. */
    void (*starts)(const uint64_t *words, uint32_t word_count, uint32_t first, uint32_t *starts);
};

/* The best variant for this processor; `features` is cpu_features(), or a part of it in tests. */
const struct wordset_ops *wordset_ops_for(uint32_t features);

/* Every variant compiled in, best first, scalar last; NULL past the end. */
const struct wordset_ops *wordset_ops_at(size_t i);

#endif
