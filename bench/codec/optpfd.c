/* The head: exceptions in bits 0..7, b in bits 8..13, words of exceptions in bits 14..31. */
#include "optpfd.h"

#include <stdbool.h>
#include <string.h>

#include "base/bits.h"

/* ---- Simple16 ---- */

enum { SIMPLE_PAYLOAD_BITS = 28, SIMPLE_MODES = 16 };

/* Runs of numbers of one width in a word; the widths of a mode add up to 28 bits. */
static const struct {
    uint8_t count, width;
} simple_runs[SIMPLE_MODES][3] = {
    {{28, 1}},
    {{7, 2}, {14, 1}},
    {{7, 1}, {7, 2}, {7, 1}},
    {{14, 1}, {7, 2}},
    {{14, 2}},
    {{1, 4}, {8, 3}},
    {{1, 3}, {4, 4}, {3, 3}},
    {{7, 4}},
    {{4, 5}, {2, 4}},
    {{2, 4}, {4, 5}},
    {{3, 6}, {2, 5}},
    {{2, 5}, {3, 6}},
    {{4, 7}},
    {{1, 10}, {2, 9}},
    {{2, 14}},
    {{1, 28}},
};

/* How many of `count` numbers a word of `mode` takes, at most as many as there are; 0 where one is too large for its
 * place. The word goes to *word_out. */
static size_t simple_fill(const uint32_t *numbers, size_t count, uint32_t mode, uint32_t *word_out)
{
    uint32_t word = mode << SIMPLE_PAYLOAD_BITS;
    uint32_t bit = 0;
    size_t taken = 0;
    for (uint32_t run = 0; run < 3; run++) {
        const uint32_t width = simple_runs[mode][run].width;
        for (uint32_t i = 0; i < simple_runs[mode][run].count && taken < count; i++) {
            if (bit_width32(numbers[taken]) > width) {
                return 0;
            }
            word |= numbers[taken++] << bit;
            bit += width;
        }
    }
    *word_out = word;
    return taken;
}

/* Words taken, by the mode that takes most each time; 0 where a number has more than 28 bits. */
static size_t simple_encode(const uint32_t *numbers, size_t count, uint32_t *words)
{
    size_t at = 0;
    size_t written = 0;
    while (at < count) {
        size_t taken = 0;
        for (uint32_t mode = 0; mode < SIMPLE_MODES && taken == 0; mode++) {
            taken = simple_fill(numbers + at, count - at, mode, &words[written]);
        }
        if (taken == 0) {
            return 0;
        }
        at += taken;
        written++;
    }
    return written;
}

static size_t simple_decode(const uint32_t *words, size_t count, uint32_t *numbers)
{
    size_t at = 0;
    size_t read = 0;
    while (at < count) {
        const uint32_t word = words[read++];
        const uint32_t mode = word >> SIMPLE_PAYLOAD_BITS;
        uint32_t bit = 0;
        for (uint32_t run = 0; run < 3; run++) {
            const uint32_t width = simple_runs[mode][run].width;
            for (uint32_t i = 0; i < simple_runs[mode][run].count && at < count; i++) {
                numbers[at++] = word >> bit & ((1u << width) - 1);
                bit += width;
            }
        }
    }
    return read;
}

/* ---- blocks ---- */

enum { WORD_BITS = 32, EXCEPTIONS_MAX = OPTPFD_BLOCK, PARTS_MAX = 2 * EXCEPTIONS_MAX };

static const uint8_t slot_widths[] = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 20, 32};

static uint32_t high_of(uint32_t number, uint32_t width)
{
    return width == WORD_BITS ? 0 : number >> width;
}

/* Distances of the places (the first: the place itself; of the others one less), then the high parts less one. */
static uint32_t find_exceptions(const uint32_t *numbers, uint32_t width, uint32_t *parts)
{
    uint32_t count = 0;
    uint32_t high[EXCEPTIONS_MAX];
    uint32_t before = 0;
    for (uint32_t i = 0; i < OPTPFD_BLOCK; i++) {
        if (high_of(numbers[i], width) != 0) {
            parts[count] = i - before;
            before = i + 1;
            high[count++] = high_of(numbers[i], width) - 1;
        }
    }
    memcpy(parts + count, high, count * sizeof *high);
    return count;
}

static void pack(const uint32_t *numbers, uint32_t width, uint32_t *words)
{
    memset(words, 0, width * OPTPFD_BLOCK / WORD_BITS * sizeof *words);
    for (uint32_t i = 0; i < OPTPFD_BLOCK && width > 0; i++) {
        const uint64_t low = width == WORD_BITS ? numbers[i] : numbers[i] & ((1u << width) - 1);
        const uint32_t bit = i * width % WORD_BITS;
        uint32_t *word = words + i * width / WORD_BITS;
        word[0] |= (uint32_t)(low << bit);
        if (bit + width > WORD_BITS) {
            word[1] |= (uint32_t)(low >> (WORD_BITS - bit));
        }
    }
}

static void unpack(const uint32_t *words, uint32_t width, uint32_t *numbers)
{
    const uint64_t mask = (UINT64_C(1) << width) - 1;
    for (uint32_t i = 0; i < OPTPFD_BLOCK; i++) {
        const uint32_t bit = i * width % WORD_BITS;
        const uint32_t *word = words + i * width / WORD_BITS;
        uint64_t bits = width == 0 ? 0 : word[0];
        if (bit + width > WORD_BITS) {
            bits |= (uint64_t)word[1] << WORD_BITS;
        }
        numbers[i] = (uint32_t)(bits >> bit & mask);
    }
}

size_t optpfd_encode(const uint32_t *numbers, uint32_t *words)
{
    uint32_t parts[PARTS_MAX];
    uint32_t simple[PARTS_MAX];
    size_t best = SIZE_MAX;
    for (size_t w = 0; w < sizeof slot_widths; w++) {
        const uint32_t width = slot_widths[w];
        const uint32_t exceptions = find_exceptions(numbers, width, parts);
        const size_t patch = simple_encode(parts, 2 * (size_t)exceptions, simple);
        const size_t slots = width * OPTPFD_BLOCK / WORD_BITS;
        if ((exceptions > 0 && patch == 0) || 1 + slots + patch >= best) {
            continue;
        }
        best = 1 + slots + patch;
        if (best <= OPTPFD_WORDS_MAX) {
            words[0] = exceptions | width << 8 | (uint32_t)patch << 14;
            pack(numbers, width, words + 1);
            memcpy(words + 1 + slots, simple, patch * sizeof *simple);
        }
    }
    return best;
}

size_t optpfd_decode(const uint32_t *words, uint32_t *numbers)
{
    const uint32_t exceptions = words[0] & 0xff;
    const uint32_t width = words[0] >> 8 & 0x3f;
    const size_t slots = width * OPTPFD_BLOCK / WORD_BITS;
    if (exceptions > EXCEPTIONS_MAX || width > WORD_BITS) {
        return 0;
    }
    uint32_t parts[PARTS_MAX];
    unpack(words + 1, width, numbers);
    const size_t patch = simple_decode(words + 1 + slots, 2 * (size_t)exceptions, parts);
    uint32_t place = 0;
    for (uint32_t i = 0; i < exceptions; i++) {
        place += parts[i];
        if (place >= OPTPFD_BLOCK) {
            return 0;
        }
        numbers[place++] += (parts[exceptions + i] + 1) << width;
    }
    return patch == words[0] >> 14 ? 1 + slots + patch : 0;
}
