/* Sorting: where a list has many of the segment's documents, each posting is put down in the place of its
 * document and a bit set; the bits are then walked. Elsewhere postings are sorted by radix. A document's
 * occurrences in its title come before those in its body, so they have the lower positions already. */
#include "index/chain_reader.h"

#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/bits.h"
#include "base/limits.h"

enum {
    RADIX_BITS = 8,
    RADIX = 1 << RADIX_BITS,
    INSERTION_MAX = 48,
    /* Documents of the segment for each posting, at most, for which walking bits is the faster way. */
    BITS_DOCS = 1024,
    /* So many are copied whether they are there or not: most documents have no more. */
    POSITIONS_AT_ONCE = 4,
};

#define NO_POSTING UINT32_MAX

void chain_reader_init(struct chain_reader *reader, const struct doc_order *order)
{
    *reader = (struct chain_reader){.order = order};
}

static void release_arrays(struct chain_reader *reader)
{
    void *const arrays[] = {reader->arrived_docs, reader->starts, reader->arrived,
        reader->sorted.docs, reader->sorted.frequencies, reader->sorted.positions, reader->keys,
        reader->before};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        mem_free(arrays[i]);
    }
    *reader = (struct chain_reader){
        .order = reader->order, .doc_bits = reader->doc_bits, .last = reader->last};
}

void chain_reader_release(struct chain_reader *reader)
{
    release_arrays(reader);
    mem_free(reader->doc_bits);
    mem_free(reader->last);
    *reader = (struct chain_reader){0};
}

static lede_status make_document_room(struct chain_reader *reader)
{
    if (reader->doc_bits != NULL) {
        return LEDE_OK;
    }
    reader->doc_bits = mem_zalloc((size_t)reader->order->doc_count / 64 + 1, sizeof(uint64_t));
    reader->last = mem_array((size_t)reader->order->doc_count + 1, sizeof *reader->last);
    return reader->doc_bits != NULL && reader->last != NULL ? LEDE_OK : LEDE_ERR_NOMEM;
}

/* Room for chains of so many bytes: a posting takes two units of them at least, a position one. */
static lede_status make_room(struct chain_reader *reader, size_t bytes)
{
    size_t postings = bytes / CHAIN_UNIT_BYTES / 2 + 1;
    size_t positions = bytes / CHAIN_UNIT_BYTES + 1 + POSITIONS_AT_ONCE;
    if (postings <= reader->posting_capacity && positions <= reader->position_capacity) {
        return LEDE_OK;
    }
    if (bytes >= UINT32_MAX) {
        return LEDE_ERR_NOMEM;
    }
    release_arrays(reader);
    postings += postings / 2;
    positions += positions / 2;
    reader->arrived_docs = mem_array(postings, sizeof *reader->arrived_docs);
    reader->starts = mem_array(postings + 1, sizeof *reader->starts);
    reader->arrived = mem_array(positions, sizeof *reader->arrived);
    reader->before = mem_array(postings, sizeof *reader->before);
    reader->sorted.docs = mem_array(postings, sizeof *reader->sorted.docs);
    reader->sorted.frequencies = mem_array(postings, sizeof *reader->sorted.frequencies);
    reader->sorted.positions = mem_array(positions, sizeof *reader->sorted.positions);
    const bool is_done = reader->arrived_docs != NULL && reader->starts != NULL &&
                         reader->arrived != NULL && reader->before != NULL &&
                         reader->sorted.docs != NULL && reader->sorted.frequencies != NULL &&
                         reader->sorted.positions != NULL;
    if (!is_done) {
        release_arrays(reader);
        return LEDE_ERR_NOMEM;
    }
    reader->posting_capacity = postings;
    reader->position_capacity = positions;
    return LEDE_OK;
}

/* Append a chain's live postings to what has arrived. */
static void decode(struct chain_reader *reader, const struct table_chain *chain)
{
    const uint32_t *const numbers = reader->order->numbers;
    uint32_t *const docs = reader->arrived_docs;
    uint32_t *const starts = reader->starts;
    uint32_t *const positions = reader->arrived;
    uint32_t count = reader->arrived_count;
    uint32_t occurrences = reader->occurrences;
    uint32_t start = occurrences; /* of the document being read */
    uint32_t arrival = 0;
    uint32_t number = DOC_END;
    uint32_t position = 0;
    struct chain_walk walk;
    chain_walk_begin(&walk, chain);
    while (chain_walk_chunk(&walk)) {
        const uint8_t *at = walk.at;
        const uint8_t *const end = walk.end;
        while (at < end && load_le16(at) != CHAIN_END) {
            struct chain_item item;
            at = chain_item_read(at, &item);
            if ((item.value & 1) == 0) {
                position += item.value >> 1;
                positions[occurrences++] = position;
                continue;
            }
            /* What was read of a dead document is written over. */
            if (number == DOC_END) {
                occurrences = start;
            } else {
                docs[count] = number;
                starts[count++] = start;
            }
            start = occurrences;
            arrival += item.delta;
            number = numbers[arrival];
            position = item.value >> 1;
            positions[occurrences++] = position;
        }
    }
    if (number == DOC_END) {
        occurrences = start;
    } else {
        docs[count] = number;
        starts[count++] = start;
    }
    starts[count] = occurrences;
    reader->arrived_count = count;
    reader->occurrences = occurrences;
}

/* ---- in order ---- */

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

/* A list being written. */
struct sorting {
    struct chain_list *list;
    uint32_t position_count;
};

/* Append posting `from` of what has arrived, to the last document's where it is the same. */
static inline void put_posting(
    const struct chain_reader *reader, struct sorting *sorting, uint32_t doc, uint32_t from)
{
    struct chain_list *list = sorting->list;
    const uint32_t frequency = reader->starts[from + 1] - reader->starts[from];
    const uint32_t *positions = reader->arrived + reader->starts[from];
    uint32_t *to = list->positions + sorting->position_count;
    memcpy(to, positions, POSITIONS_AT_ONCE * sizeof *to);
    for (uint32_t i = POSITIONS_AT_ONCE; i < frequency; i++) {
        to[i] = positions[i];
    }
    sorting->position_count += frequency;
    if (list->count > 0 && list->docs[list->count - 1] == doc) {
        list->frequencies[list->count - 1] += frequency;
    } else {
        list->docs[list->count] = doc;
        list->frequencies[list->count++] = frequency;
    }
}

static lede_status sort_by_keys(struct chain_reader *reader, struct sorting *sorting)
{
    const uint32_t count = reader->arrived_count;
    if (count > reader->key_capacity) {
        mem_free(reader->keys);
        reader->key_capacity = 0;
        reader->keys = mem_array((size_t)count * 3, sizeof *reader->keys);
        if (reader->keys == NULL) {
            return LEDE_ERR_NOMEM;
        }
        reader->key_capacity = count + count / 2;
    }
    for (uint32_t i = 0; i < count; i++) {
        reader->keys[i] = (uint64_t)reader->arrived_docs[i] << 32 | i;
    }
    sort_keys(reader->keys, reader->keys + count, count, bit_width32(reader->order->doc_count));
    for (uint32_t i = 0; i < count; i++) {
        put_posting(reader, sorting, (uint32_t)(reader->keys[i] >> 32), (uint32_t)reader->keys[i]);
    }
    return LEDE_OK;
}

/* Backwards, so that a document's first posting is the last one met. */
static void sort_by_bits(struct chain_reader *reader, struct sorting *sorting)
{
    for (uint32_t i = reader->arrived_count; i-- > 0;) {
        const uint32_t doc = reader->arrived_docs[i];
        uint64_t *word = &reader->doc_bits[doc / 64];
        const uint64_t bit = UINT64_C(1) << doc % 64;
        reader->before[i] = (*word & bit) == 0 ? NO_POSTING : reader->last[doc];
        *word |= bit;
        reader->last[doc] = i;
    }
    const uint32_t word_count = reader->order->doc_count / 64 + 1;
    for (uint32_t place = 0; place < word_count; place++) {
        uint64_t word = reader->doc_bits[place];
        reader->doc_bits[place] = 0;
        for (; word != 0; word &= word - 1) {
            const uint32_t doc = place * 64 + lowest_bit64(word);
            uint32_t from = reader->last[doc];
            do {
                put_posting(reader, sorting, doc, from);
                from = reader->before[from];
            } while (UNLIKELY(from != NO_POSTING));
        }
    }
}

/* What has arrived is the list. */
static void list_as_arrived(struct chain_reader *reader, struct chain_list *list_out)
{
    uint32_t *frequencies = reader->sorted.frequencies;
    for (uint32_t i = 0; i < reader->arrived_count; i++) {
        frequencies[i] = reader->starts[i + 1] - reader->starts[i];
    }
    *list_out = (struct chain_list){
        .docs = reader->arrived_docs,
        .frequencies = frequencies,
        .positions = reader->arrived,
        .count = reader->arrived_count,
        .occurrences = reader->occurrences,
    };
}

size_t term_sources_bytes(const struct term_sources *sources, bool with_body)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < sources->count; i++) {
        bytes += table_chain_bytes(&sources->terms[i]->chains[CHAIN_TITLE]);
        bytes += with_body ? table_chain_bytes(&sources->terms[i]->chains[CHAIN_BODY]) : 0;
    }
    return bytes;
}

/* Returns how many chains gave something. */
static uint32_t decode_all(
    struct chain_reader *reader, const struct term_sources *sources, enum chain_part part)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < sources->count; i++) {
        const uint32_t before = reader->arrived_count;
        decode(reader, &sources->terms[i]->chains[part]);
        found += reader->arrived_count > before;
    }
    return found;
}

lede_status chain_reader_read(struct chain_reader *reader, const struct term_sources *sources,
    enum chain_choice choice, struct chain_list *list_out)
{
    const bool with_body = choice == CHOOSE_TEXT;
    lede_status status = make_document_room(reader);
    if (status == LEDE_OK) {
        status = make_room(reader, term_sources_bytes(sources, with_body));
    }
    if (status != LEDE_OK) {
        return status;
    }
    reader->arrived_count = 0;
    reader->occurrences = 0;
    uint32_t found = decode_all(reader, sources, CHAIN_TITLE);
    found += with_body ? decode_all(reader, sources, CHAIN_BODY) : 0;
    if (reader->order->is_arrival && found <= 1) {
        list_as_arrived(reader, list_out);
        return LEDE_OK;
    }
    reader->sorted.count = 0;
    struct sorting sorting = {.list = &reader->sorted};
    if (reader->arrived_count > INSERTION_MAX &&
        reader->order->doc_count / BITS_DOCS <= reader->arrived_count) {
        sort_by_bits(reader, &sorting);
    } else {
        status = sort_by_keys(reader, &sorting);
    }
    if (status != LEDE_OK) {
        return status;
    }
    reader->sorted.occurrences = reader->occurrences;
    *list_out = reader->sorted;
    return LEDE_OK;
}

static bool has_live(const struct table_chain *chain, const struct doc_order *order)
{
    struct chain_walk walk;
    chain_walk_begin(&walk, chain);
    while (chain_walk_next(&walk)) {
        if (order->numbers[walk.doc] != DOC_END) {
            return true;
        }
    }
    return false;
}

bool term_is_in_body(const struct term_sources *sources, const struct doc_order *order)
{
    for (uint32_t i = 0; i < sources->count; i++) {
        if (has_live(&sources->terms[i]->chains[CHAIN_BODY], order)) {
            return true;
        }
    }
    return false;
}
