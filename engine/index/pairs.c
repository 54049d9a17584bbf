/* Pairs are terms of a second term table, named by the places of their words; a document is one occurrence. So
 * their chains are those of other terms, and dead documents and the order of documents are left to the reader
 * of chains. */
#include "index/pairs.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/bits.h"
#include "index/chain_reader.h"
#include "index/flush_lists.h"
#include "storage/adjacency.h"
#include "storage/pair_lists.h"

void frequent_terms_init(struct frequent_terms *frequent, uint32_t doc_count)
{
    const uint32_t count_max = doc_count / LEDE_PAIR_TERM_DOCS;
    *frequent = (struct frequent_terms){
        .count_max = count_max < LEDE_PAIR_TERMS_MAX ? count_max : LEDE_PAIR_TERMS_MAX,
        .documents_min = doc_count / LEDE_PAIR_DF_SHARE + 1,
    };
}

void frequent_terms_offer(struct frequent_terms *frequent, const struct frequent_term *term)
{
    struct frequent_term *terms = frequent->terms;
    if (term->documents < frequent->documents_min || frequent->count_max == 0) {
        return;
    }
    uint32_t at = frequent->count;
    if (frequent->count == frequent->count_max) {
        if (terms[0].documents >= term->documents) {
            return;
        }
        /* The rarest goes, the last of several. */
        for (at = 0; at + 1 < frequent->count && terms[at + 1].documents < term->documents; at++) {
            terms[at] = terms[at + 1];
        }
        terms[at] = *term;
        return;
    }
    for (; at > 0 && terms[at - 1].documents >= term->documents; at--) {
        terms[at] = terms[at - 1];
    }
    terms[at] = *term;
    frequent->count++;
}

/* ---- finding ---- */

/* A frequent term's chain, walked along with the others. */
struct walk {
    struct term_chain chain;
    uint32_t doc; /* by arrival; DOC_END at the end */
};

struct pairs {
    const struct frequent_terms *frequent;
    const struct flush_input *input;
    const struct range_scale *scale;
    struct walk walks[LEDE_PAIR_TERMS_MAX];
    struct adjacency adjacency;
    struct term_table table; /* of pairs */
    /* By places of both words: number in the table plus 1; 0: not met. */
    uint32_t numbers[LEDE_PAIR_TERMS_MAX][LEDE_PAIR_TERMS_MAX];
    struct pair_lists_writer writer;
};

static void begin_walk(struct walk *walk, const struct term_table *table, uint32_t number)
{
    term_chain_begin(&walk->chain, table, number);
    if (!term_chain_next(&walk->chain, &walk->doc)) {
        walk->doc = DOC_END;
    }
}

/* Add the positions of a term in walk->doc, and go on to its next document. */
static lede_status add_positions(struct adjacency *adjacency, struct walk *walk, uint32_t place)
{
    uint32_t position = UINT32_MAX; /* so that the first delta gives the first position */
    uint32_t delta;
    while (term_chain_next(&walk->chain, &delta)) {
        if (delta == 0) {
            const bool is_there = term_chain_next(&walk->chain, &delta);
            ASSERT(is_there);
            walk->doc += delta;
            return LEDE_OK;
        }
        position += delta;
        if (adjacency_add(adjacency, place, position) != LEDE_OK) {
            return LEDE_ERR_NOMEM;
        }
    }
    walk->doc = DOC_END;
    return LEDE_OK;
}

static lede_status add_pair(struct pairs *pairs, uint32_t first, uint32_t second, uint32_t doc)
{
    uint32_t *number = &pairs->numbers[first][second];
    if (*number == 0) {
        const uint8_t name[] = {(uint8_t)first, (uint8_t)second};
        const lede_status status = term_table_find(&pairs->table, name, sizeof name, number);
        if (status != LEDE_OK) {
            return status;
        }
        ++*number;
    }
    return term_table_add(&pairs->table, *number - 1, doc, 0, false);
}

static lede_status find_in_document(struct pairs *pairs, uint32_t doc)
{
    struct adjacency *adjacency = &pairs->adjacency;
    for (uint32_t place = 0; place < pairs->frequent->count; place++) {
        if (pairs->walks[place].doc == doc &&
            add_positions(adjacency, &pairs->walks[place], place) != LEDE_OK) {
            return LEDE_ERR_NOMEM;
        }
    }
    adjacency_find(adjacency);
    if (pairs->input->batch->docs.docs[doc].is_dead) {
        return LEDE_OK;
    }
    for (uint64_t firsts = adjacency->firsts; firsts != 0; firsts &= firsts - 1) {
        const uint32_t first = lowest_bit64(firsts);
        uint64_t followers = adjacency->followers[first];
        for (; followers != 0; followers &= followers - 1) {
            if (add_pair(pairs, first, lowest_bit64(followers), doc) != LEDE_OK) {
                return LEDE_ERR_NOMEM;
            }
        }
    }
    return LEDE_OK;
}

static lede_status find_pairs(struct pairs *pairs)
{
    const struct batch *batch = pairs->input->batch;
    for (uint32_t place = 0; place < pairs->frequent->count; place++) {
        begin_walk(&pairs->walks[place], &batch->terms, pairs->frequent->terms[place].number);
    }
    for (uint32_t doc = 0; doc < batch->docs.doc_count; doc++) {
        if (find_in_document(pairs, doc) != LEDE_OK) {
            return LEDE_ERR_NOMEM;
        }
    }
    return LEDE_OK;
}

/* ---- writing ---- */

static lede_status write_pair(struct pairs *pairs, struct chain_reader *reader, uint32_t first,
    uint32_t second, lede_error *error)
{
    struct chain_list list;
    if (pairs->numbers[first][second] == 0) {
        return LEDE_OK;
    }
    if (chain_reader_read(reader, pairs->numbers[first][second] - 1, CHAIN_TEXT, &list) !=
        LEDE_OK) {
        return lede_fail_nomem(error);
    }
    const struct posting_list postings = {
        .docs = list.docs,
        .frequencies = list.frequencies,
        .count = list.count,
        .lengths = pairs->input->lengths,
        .scale = pairs->scale,
    };
    return pair_lists_writer_add(&pairs->writer, first, second, &postings, error);
}

static lede_status write_pairs(
    struct pairs *pairs, struct container_writer *container, lede_error *error)
{
    const struct frequent_terms *frequent = pairs->frequent;
    uint32_t ordinals[LEDE_PAIR_TERMS_MAX];
    struct chain_reader reader;
    lede_status status = LEDE_OK;
    chain_reader_init(&reader, &pairs->table, &pairs->input->batch->docs, pairs->input->order);
    for (uint32_t first = 0; first < frequent->count; first++) {
        ordinals[first] = frequent->terms[first].ordinal;
        for (uint32_t second = 0; status == LEDE_OK && second < frequent->count; second++) {
            status = write_pair(pairs, &reader, first, second, error);
        }
    }
    if (status == LEDE_OK) {
        status =
            pair_lists_writer_finish(&pairs->writer, ordinals, frequent->count, container, error);
    }
    chain_reader_release(&reader);
    return status;
}

static int compare_ordinals(const void *a, const void *b)
{
    const struct frequent_term *first = a;
    const struct frequent_term *second = b;
    return (first->ordinal > second->ordinal) - (first->ordinal < second->ordinal);
}

void frequent_terms_order(struct frequent_terms *frequent)
{
    qsort(frequent->terms, frequent->count, sizeof frequent->terms[0], compare_ordinals);
}

lede_status pairs_write(struct frequent_terms *frequent, const struct flush_input *input,
    const struct range_scale *scale, struct container_writer *container, lede_error *error)
{
    if (frequent->count == 0) {
        return LEDE_OK;
    }
    struct pairs *pairs = mem_zalloc(1, sizeof *pairs);
    if (pairs == NULL) {
        return lede_fail_nomem(error);
    }
    frequent_terms_order(frequent);
    pairs->frequent = frequent;
    pairs->input = input;
    pairs->scale = scale;
    adjacency_init(&pairs->adjacency);
    term_table_init(&pairs->table);
    pair_lists_writer_init(&pairs->writer);
    lede_status status = LEDE_OK;
    if (find_pairs(pairs) != LEDE_OK) {
        status = lede_fail_nomem(error);
    }
    if (status == LEDE_OK) {
        status = write_pairs(pairs, container, error);
    }
    pair_lists_writer_release(&pairs->writer);
    term_table_release(&pairs->table);
    adjacency_release(&pairs->adjacency);
    mem_free(pairs);
    return status;
}
