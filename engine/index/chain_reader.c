#include "index/chain_reader.h"

#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/bits.h"

enum { RADIX_BITS = 8, RADIX = 1 << RADIX_BITS, INSERTION_MAX = 48 };

void chain_reader_init(struct chain_reader *reader, const struct term_table *terms,
    const struct doc_table *docs, const struct doc_order *order)
{
    *reader = (struct chain_reader){.terms = terms, .docs = docs, .order = order};
    buf_init(&reader->bytes, SIZE_MAX);
}

static void list_release(struct chain_list *list)
{
    mem_free(list->docs);
    mem_free(list->frequencies);
    mem_free(list->positions);
    *list = (struct chain_list){0};
}

static void release_arrays(struct chain_reader *reader)
{
    list_release(&reader->arrived);
    list_release(&reader->sorted);
    mem_free(reader->keys);
    mem_free(reader->starts);
    reader->keys = NULL;
    reader->starts = NULL;
    reader->posting_capacity = 0;
    reader->position_capacity = 0;
}

void chain_reader_release(struct chain_reader *reader)
{
    buf_release(&reader->bytes);
    release_arrays(reader);
    *reader = (struct chain_reader){0};
}

static bool list_alloc(struct chain_list *list, size_t postings, size_t positions)
{
    list->docs = mem_array(postings, sizeof *list->docs);
    list->frequencies = mem_array(postings, sizeof *list->frequencies);
    list->positions = mem_array(positions, sizeof *list->positions);
    return list->docs != NULL && list->frequencies != NULL && list->positions != NULL;
}

/* A posting takes three bytes of the chain at least, but for the first; a position takes one. */
static lede_status make_room(struct chain_reader *reader)
{
    size_t postings = reader->bytes.size / 3 + 1;
    size_t positions = reader->bytes.size;
    if (postings <= reader->posting_capacity && positions <= reader->position_capacity) {
        return LEDE_OK;
    }
    release_arrays(reader);
    postings += postings / 2;
    positions += positions / 2;
    bool is_done = list_alloc(&reader->arrived, postings, positions);
    if (is_done && !reader->order->is_arrival) {
        reader->keys = mem_array(postings * 2, sizeof *reader->keys);
        reader->starts = mem_array(postings, sizeof *reader->starts);
        is_done = reader->keys != NULL && reader->starts != NULL &&
                  list_alloc(&reader->sorted, postings, positions);
    }
    if (!is_done) {
        release_arrays(reader);
        return LEDE_ERR_NOMEM;
    }
    reader->posting_capacity = postings;
    reader->position_capacity = positions;
    return LEDE_OK;
}

static const uint8_t *get_varint(const uint8_t *at, uint32_t *value_out)
{
    uint32_t value = *at & 0x7f;
    for (uint32_t shift = 7; *at++ >= 0x80; shift += 7) {
        value |= (uint32_t)(*at & 0x7f) << shift;
    }
    *value_out = value;
    return at;
}

static void decode(struct chain_reader *reader, enum chain_part part)
{
    struct chain_list *list = &reader->arrived;
    const uint8_t *at = reader->bytes.data;
    const uint8_t *end = at + reader->bytes.size;
    uint32_t arrival = 0;
    uint32_t count = 0;
    size_t occurrences = 0;
    while (at < end) {
        uint32_t delta;
        at = get_varint(at, &delta);
        arrival += delta;
        const struct table_doc *doc = &reader->docs->docs[arrival];
        const uint32_t position_end = part == CHAIN_TITLE ? doc->title_length : UINT32_MAX;
        const size_t first = occurrences;
        uint32_t position = UINT32_MAX; /* so that the first delta gives the first position */
        while (at < end) {
            at = get_varint(at, &delta);
            if (delta == 0) {
                break;
            }
            position += delta;
            if (position < position_end) {
                list->positions[occurrences++] = position;
            }
        }
        if (doc->is_dead || occurrences == first) {
            occurrences = first;
            continue;
        }
        list->docs[count] = reader->order->numbers[arrival];
        list->frequencies[count] = (uint32_t)(occurrences - first);
        count++;
    }
    list->count = count;
    list->occurrences = occurrences;
}

static void sort_by_insertion(uint64_t *keys, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const uint64_t key = keys[i];
        size_t at = i;
        for (; at > 0 && keys[at - 1] > key; at--) {
            keys[at] = keys[at - 1];
        }
        keys[at] = key;
    }
}

/* By the upper halves, which are below 2^key_bits; stable, digit by digit from the lowest. */
static void sort_keys(uint64_t *keys, uint64_t *room, size_t count, uint32_t key_bits)
{
    if (count <= INSERTION_MAX) {
        sort_by_insertion(keys, count);
        return;
    }
    uint64_t *from = keys;
    uint64_t *to = room;
    for (uint32_t shift = 32; shift < 32 + key_bits; shift += RADIX_BITS) {
        size_t starts[RADIX + 1] = {0};
        for (size_t i = 0; i < count; i++) {
            starts[(from[i] >> shift & (RADIX - 1)) + 1]++;
        }
        for (size_t i = 0; i < RADIX; i++) {
            starts[i + 1] += starts[i];
        }
        for (size_t i = 0; i < count; i++) {
            to[starts[from[i] >> shift & (RADIX - 1)]++] = from[i];
        }
        uint64_t *swapped = from;
        from = to;
        to = swapped;
    }
    if (from != keys) {
        memcpy(keys, from, count * sizeof *keys);
    }
}

static void sort_list(struct chain_reader *reader)
{
    const struct chain_list *arrived = &reader->arrived;
    struct chain_list *sorted = &reader->sorted;
    size_t start = 0;
    for (uint32_t i = 0; i < arrived->count; i++) {
        reader->keys[i] = (uint64_t)arrived->docs[i] << 32 | i;
        reader->starts[i] = start;
        start += arrived->frequencies[i];
    }
    sort_keys(reader->keys, reader->keys + arrived->count, arrived->count,
        bit_width32(reader->order->doc_count));
    size_t at = 0;
    for (uint32_t i = 0; i < arrived->count; i++) {
        const uint32_t from = (uint32_t)reader->keys[i];
        const uint32_t frequency = arrived->frequencies[from];
        sorted->docs[i] = arrived->docs[from];
        sorted->frequencies[i] = frequency;
        memcpy(sorted->positions + at, arrived->positions + reader->starts[from],
            frequency * sizeof *sorted->positions);
        at += frequency;
    }
    ASSERT(at == arrived->occurrences);
    sorted->count = arrived->count;
    sorted->occurrences = arrived->occurrences;
}

lede_status chain_reader_read(
    struct chain_reader *reader, uint32_t term, enum chain_part part, struct chain_list *list_out)
{
    buf_reset(&reader->bytes);
    lede_status status = term_table_chain(reader->terms, term, &reader->bytes);
    if (status == LEDE_OK) {
        status = make_room(reader);
    }
    if (status != LEDE_OK) {
        return status;
    }
    decode(reader, part);
    if (reader->order->is_arrival) {
        *list_out = reader->arrived;
        return LEDE_OK;
    }
    sort_list(reader);
    *list_out = reader->sorted;
    return LEDE_OK;
}
