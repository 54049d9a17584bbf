#include "storage/postings_frequencies.h"

#include <string.h>

#include "codec/block.h"
#include "storage/postings_block.h"
#include "storage/postings_cursor_parts.h"

/* Frequencies of a block that are looked up one by one; whoever asks for more gets all. */
enum { LOOKUPS_MAX = 4 };

void postings_frequencies_init(
    struct postings_frequencies *frequencies, struct postings_cursor *cursor)
{
    frequencies->cursor = cursor;
    frequencies->block = UINT32_MAX;
}

/* Go to the frequencies of block `block`. */
static bool open_block(struct postings_frequencies *frequencies, uint32_t block)
{
    const struct postings_cursor *cursor = frequencies->cursor;
    struct postings_block found;
    if (!postings_block_find(cursor, block, &found)) {
        return false;
    }
    frequencies->count = found.count;
    frequencies->bytes = found.frequencies;
    frequencies->block = block;
    frequencies->lookups = 0;
    frequencies->is_decoded = false;
    return true;
}

static bool decode_block(struct postings_frequencies *frequencies)
{
    struct postings_cursor *cursor = frequencies->cursor;
    const size_t used = block_decode_numbers(
        cursor->source->bitpack, frequencies->bytes, frequencies->count, frequencies->numbers);
    if (used == 0 || used != frequencies->bytes.size) {
        return false;
    }
    cursor->bytes_read += frequencies->bytes.size;
    frequencies->is_decoded = true;
    return true;
}

/* `count` places in the block at hand. */
static bool read_block(struct postings_frequencies *frequencies, const uint32_t *places,
    uint32_t count, uint32_t *frequencies_out)
{
    const uint32_t max_tf = frequencies->cursor->entry.max_tf;
    if (!frequencies->is_decoded && frequencies->lookups + count > LOOKUPS_MAX &&
        !decode_block(frequencies)) {
        return false;
    }
    uint32_t largest = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t index = places[i] % LEDE_BLOCK_POSTINGS;
        uint32_t number;
        if (index >= frequencies->count) {
            return false;
        }
        if (frequencies->is_decoded) {
            number = frequencies->numbers[index];
        } else {
            frequencies->lookups++;
            if (!block_number_at(frequencies->bytes, frequencies->count, index, &number)) {
                return false;
            }
        }
        largest = number > largest ? number : largest;
        frequencies_out[i] = number + 1;
    }
    return largest < max_tf;
}

void postings_frequencies_read(struct postings_frequencies *frequencies, const uint32_t *places,
    uint32_t count, uint32_t *frequencies_out)
{
    struct postings_cursor *cursor = frequencies->cursor;
    bool is_sound = cursor->status == LEDE_OK;
    for (uint32_t i = 0; is_sound && i < count;) {
        const uint32_t block = places[i] / LEDE_BLOCK_POSTINGS;
        uint32_t end = i + 1;
        while (end < count && places[end] / LEDE_BLOCK_POSTINGS == block) {
            end++;
        }
        if (cursor->entry.df == 1) {
            frequencies_out[i] = cursor->entry.max_tf;
            is_sound = end - i == 1 && places[i] == 0;
        } else {
            is_sound = (block == frequencies->block || open_block(frequencies, block)) &&
                       read_block(frequencies, places + i, end - i, frequencies_out + i);
        }
        i = end;
    }
    if (!is_sound) {
        if (cursor->status == LEDE_OK) {
            (void)postings_cursor_fail(cursor);
        }
        memset(frequencies_out, 0, count * sizeof *frequencies_out);
    }
}
