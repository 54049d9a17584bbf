/* The pairs are found anew, document by document, from the positions of the frequent terms. They come ordered
 * by document and the lists by pair; rather than holding either in memory, two sums are kept: how many
 * documents each pair has, and for each document the sum of its pairs' hashes. The lists take from both what
 * they say, and everything has to be 0 in the end. */
#include "storage/pair_verify.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/bits.h"
#include "base/hash.h"
#include "storage/adjacency.h"
#include "storage/occurrences.h"

struct verifying {
    const struct pair_lists *pairs;
    const struct termdict *dict;
    const struct postings_source *source;
    const struct range_scale *scale;
    const uint32_t *lengths;
    char *message;
    size_t message_size;
    struct postings_cursor *cursors; /* of the frequent terms, by place */
    struct occurrences *occurrences; /* theirs */
    uint32_t *positions;             /* of a term in a document */
    uint32_t position_capacity;
    struct adjacency adjacency;
    uint64_t *sums; /* by document */
    uint32_t documents[LEDE_PAIR_TERMS_MAX][LEDE_PAIR_TERMS_MAX];
};

static lede_status fault(struct verifying *verifying, const char *format, ...) PRINTF(2, 3);

static lede_status fault(struct verifying *verifying, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(verifying->message, verifying->message_size, format, arguments);
    va_end(arguments);
    return LEDE_ERR_CORRUPT;
}

static uint64_t pair_hash(uint32_t first, uint32_t second)
{
    const uint8_t name[] = {(uint8_t)first, (uint8_t)second};
    return hash_bytes(name, sizeof name);
}

/* ---- what the positions say ---- */

static lede_status open_terms(struct verifying *verifying)
{
    struct termdict_walk walk;
    uint32_t place = 0;
    verifying->cursors = mem_array(verifying->pairs->term_count, sizeof *verifying->cursors);
    verifying->occurrences =
        mem_array(verifying->pairs->term_count, sizeof *verifying->occurrences);
    if (verifying->cursors == NULL || verifying->occurrences == NULL) {
        return LEDE_ERR_NOMEM;
    }
    for (termdict_walk_begin(&walk, verifying->dict, (const uint8_t *)"", 0);
         walk.status == LEDE_OK && place < verifying->pairs->term_count;
         termdict_walk_next(&walk)) {
        if (walk.ordinal == pair_lists_ordinal(verifying->pairs, place)) {
            postings_cursor_init(&verifying->cursors[place], verifying->source, &walk.hit.entry);
            occurrences_init(&verifying->occurrences[place], &verifying->cursors[place]);
            place++;
        }
    }
    return place == verifying->pairs->term_count
               ? LEDE_OK
               : fault(verifying, "the dictionary cannot be read to its terms");
}

static lede_status add_positions(struct verifying *verifying, uint32_t place)
{
    struct postings_cursor *cursor = &verifying->cursors[place];
    const uint32_t frequency = postings_cursor_frequency(cursor);
    if (frequency > verifying->lengths[cursor->doc]) {
        return fault(
            verifying, "document %u: a word is in it more often than it is long", cursor->doc);
    }
    if (frequency > verifying->position_capacity) {
        mem_free(verifying->positions);
        verifying->position_capacity = 0;
        verifying->positions = mem_array((size_t)frequency * 2, sizeof *verifying->positions);
        if (verifying->positions == NULL) {
            return LEDE_ERR_NOMEM;
        }
        verifying->position_capacity = frequency * 2;
    }
    if (frequency == 0 ||
        occurrences_read(&verifying->occurrences[place], verifying->positions, frequency) !=
            frequency ||
        verifying->positions[frequency - 1] >= ADJACENCY_POSITION_END) {
        return fault(verifying, "document %u: a word's positions are damaged", cursor->doc);
    }
    for (uint32_t i = 0; i < frequency; i++) {
        if (adjacency_add(&verifying->adjacency, place, verifying->positions[i]) != LEDE_OK) {
            return LEDE_ERR_NOMEM;
        }
    }
    return LEDE_OK;
}

static lede_status find_in_document(struct verifying *verifying, uint32_t doc)
{
    struct adjacency *adjacency = &verifying->adjacency;
    for (uint32_t place = 0; place < verifying->pairs->term_count; place++) {
        struct postings_cursor *cursor = &verifying->cursors[place];
        if (cursor->doc == doc) {
            const lede_status status = add_positions(verifying, place);
            if (status != LEDE_OK) {
                return status;
            }
            (void)postings_cursor_next(cursor);
        }
    }
    adjacency_find(adjacency);
    for (uint64_t firsts = adjacency->firsts; firsts != 0; firsts &= firsts - 1) {
        const uint32_t first = lowest_bit64(firsts);
        uint64_t followers = adjacency->followers[first];
        for (; followers != 0; followers &= followers - 1) {
            const uint32_t second = lowest_bit64(followers);
            verifying->documents[first][second]++;
            verifying->sums[doc] += pair_hash(first, second);
        }
    }
    return LEDE_OK;
}

static lede_status find_pairs(struct verifying *verifying)
{
    const uint32_t doc_count = verifying->source->doc_count;
    verifying->sums = mem_zalloc(doc_count, sizeof *verifying->sums);
    if (verifying->sums == NULL) {
        return LEDE_ERR_NOMEM;
    }
    for (uint32_t doc = 0; doc < doc_count; doc++) {
        const lede_status status = find_in_document(verifying, doc);
        if (status != LEDE_OK) {
            return status;
        }
    }
    for (uint32_t place = 0; place < verifying->pairs->term_count; place++) {
        if (verifying->cursors[place].status != LEDE_OK) {
            return fault(verifying, "the list of frequent word %u is damaged", place);
        }
    }
    return LEDE_OK;
}

/* ---- what the lists say ---- */

static lede_status check_list(struct verifying *verifying, const uint8_t *name,
    const struct term_entry *entry, struct postings_cursor *cursor)
{
    const uint32_t first = name[0];
    const uint32_t second = name[1];
    const uint64_t hash = pair_hash(first, second);
    uint32_t count = 0;
    uint32_t min_length = UINT32_MAX;
    postings_cursor_init(cursor, &verifying->pairs->source, entry);
    while (cursor->doc != DOC_END) {
        if (postings_cursor_frequency(cursor) != 1) {
            return fault(verifying, "pair %u %u: its frequencies are damaged", first, second);
        }
        if (cursor->index == 0 &&
            !postings_verify_codes(cursor, verifying->scale, verifying->lengths)) {
            return fault(verifying, "pair %u %u: the codes of block %u are not its documents'",
                first, second, cursor->block);
        }
        const uint32_t length = verifying->lengths[cursor->doc];
        min_length = length < min_length ? length : min_length;
        verifying->sums[cursor->doc] -= hash;
        count++;
        (void)postings_cursor_next(cursor);
    }
    if (cursor->status != LEDE_OK) {
        return fault(verifying, "pair %u %u: a block is damaged", first, second);
    }
    if (count != entry->df || count != verifying->documents[first][second] ||
        entry->cf != entry->df || entry->max_tf != 1) {
        return fault(verifying, "pair %u %u: %u documents are listed, it stands in %u", first,
            second, count, verifying->documents[first][second]);
    }
    if (min_length != entry->min_length) {
        return fault(verifying, "pair %u %u: the smallest length is %u, not %u", first, second,
            min_length, entry->min_length);
    }
    verifying->documents[first][second] = 0;
    return LEDE_OK;
}

static lede_status check_lists(struct verifying *verifying)
{
    const uint32_t term_count = verifying->pairs->term_count;
    struct termdict_walk walk;
    uint32_t count = 0;
    lede_status status = LEDE_OK;
    for (termdict_walk_begin(&walk, &verifying->pairs->dict, (const uint8_t *)"", 0);
         walk.status == LEDE_OK && status == LEDE_OK; termdict_walk_next(&walk)) {
        if (walk.term_length != 2 || walk.term[0] >= term_count || walk.term[1] >= term_count ||
            walk.hit.is_alias) {
            return fault(verifying, "list %u: names no pair of frequent words", walk.ordinal);
        }
        status = check_list(verifying, walk.term, &walk.hit.entry, &verifying->cursors[0]);
        count++;
    }
    if (status == LEDE_OK &&
        (walk.status != LEDE_ERR_NOT_FOUND || count != verifying->pairs->dict.term_count)) {
        return fault(verifying, "lists cannot be read to the end");
    }
    return status;
}

static lede_status check_sums(struct verifying *verifying)
{
    for (uint32_t first = 0; first < verifying->pairs->term_count; first++) {
        for (uint32_t second = 0; second < verifying->pairs->term_count; second++) {
            if (verifying->documents[first][second] != 0) {
                return fault(verifying, "pair %u %u: is not listed, it stands in %u documents",
                    first, second, verifying->documents[first][second]);
            }
        }
    }
    for (uint32_t doc = 0; doc < verifying->source->doc_count; doc++) {
        if (verifying->sums[doc] != 0) {
            return fault(
                verifying, "document %u: is not listed for the pairs that stand in it", doc);
        }
    }
    return LEDE_OK;
}

static lede_status verify(struct verifying *verifying)
{
    lede_status status = open_terms(verifying);
    if (status == LEDE_OK) {
        status = find_pairs(verifying);
    }
    if (status == LEDE_OK) {
        status = check_lists(verifying);
    }
    return status == LEDE_OK ? check_sums(verifying) : status;
}

lede_status pair_lists_verify(const struct pair_lists *pairs, const struct termdict *dict,
    const struct postings_source *source, const struct range_scale *scale, const uint32_t *lengths,
    char *message, size_t message_size)
{
    struct verifying *verifying = mem_zalloc(1, sizeof *verifying);
    if (verifying == NULL) {
        return LEDE_ERR_NOMEM;
    }
    verifying->pairs = pairs;
    verifying->dict = dict;
    verifying->source = source;
    verifying->scale = scale;
    verifying->lengths = lengths;
    verifying->message = message;
    verifying->message_size = message_size;
    const lede_status status = verify(verifying);
    adjacency_release(&verifying->adjacency);
    mem_free(verifying->positions);
    mem_free(verifying->cursors);
    mem_free(verifying->occurrences);
    mem_free(verifying->sums);
    mem_free(verifying);
    return status;
}
