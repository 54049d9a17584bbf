#include "index/flush_lists.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "index/chain_reader.h"

/* What is sorted: the first bytes of a term as a number decide nearly always. */
struct sorted_term {
    uint64_t prefix;
    uint32_t term;
};

struct pass {
    struct list_writer *writer;
    const struct flush_input *input;
    struct chain_reader reader;
    struct sorted_term *terms;
    lede_error *error;
};

static int compare_terms(const void *a, const void *b, void *context)
{
    const struct sorted_term *first = a;
    const struct sorted_term *second = b;
    if (first->prefix != second->prefix) {
        return first->prefix < second->prefix ? -1 : 1;
    }
    const struct table_term *terms = context;
    const struct table_term *one = &terms[first->term];
    const struct table_term *other = &terms[second->term];
    return span_compare(span_of(one->bytes, one->length), span_of(other->bytes, other->length));
}

static lede_status sort_terms(struct pass *pass)
{
    const struct term_table *table = &pass->input->batch->terms;
    pass->terms = mem_array(table->term_count, sizeof *pass->terms);
    if (pass->terms == NULL) {
        return lede_fail_nomem(pass->error);
    }
    for (uint32_t i = 0; i < table->term_count; i++) {
        uint8_t prefix[8] = {0};
        const struct table_term *term = &table->terms[i];
        memcpy(prefix, term->bytes, term->length < sizeof prefix ? term->length : sizeof prefix);
        pass->terms[i] = (struct sorted_term){.prefix = load_be64(prefix), .term = i};
    }
    qsort_r(pass->terms, table->term_count, sizeof *pass->terms, compare_terms, table->terms);
    return LEDE_OK;
}

static lede_status write_list(
    struct pass *pass, const struct chain_list *list, unsigned field, struct term_entry *entry_out)
{
    lede_status status = LEDE_OK;
    size_t occurrences = 0;
    list_writer_begin(pass->writer, field, list->count);
    for (uint32_t first = 0; status == LEDE_OK && first < list->count;) {
        const uint32_t left = list->count - first;
        const struct posting_block block = {
            .docs = list->docs + first,
            .frequencies = list->frequencies + first,
            .positions = pass->writer->has_positions ? list->positions + occurrences : NULL,
            .count = left < LEDE_BLOCK_POSTINGS ? left : LEDE_BLOCK_POSTINGS,
        };
        status = list_writer_block(pass->writer, &block);
        for (uint32_t i = 0; i < block.count; i++) {
            occurrences += block.frequencies[i];
        }
        first += block.count;
    }
    return status == LEDE_OK ? list_writer_end(pass->writer, entry_out) : status;
}

/* What an alias says of a list that is written elsewhere. */
static struct term_entry describe_list(const struct chain_list *list, const uint32_t *lengths)
{
    struct term_entry entry = {
        .df = list->count, .cf = list->occurrences, .min_length = UINT32_MAX};
    for (uint32_t i = 0; i < list->count; i++) {
        const uint32_t length = lengths[list->docs[i]];
        if (list->frequencies[i] > entry.max_tf) {
            entry.max_tf = list->frequencies[i];
        }
        if (length < entry.min_length) {
            entry.min_length = length;
        }
    }
    return entry;
}

static struct span term_span(const struct pass *pass, uint32_t number)
{
    const struct table_term *term = &pass->input->batch->terms.terms[number];
    return span_of(term->bytes, term->length);
}

static lede_status write_title_term(struct pass *pass, uint32_t number)
{
    if (!pass->input->batch->terms.terms[number].in_title) {
        return LEDE_OK;
    }
    struct chain_list list = {0};
    struct term_entry entry;
    lede_status status = chain_reader_read(&pass->reader, number, CHAIN_TEXT, &list);
    const uint64_t occurrences = list.occurrences;
    if (status == LEDE_OK) {
        status = chain_reader_read(&pass->reader, number, CHAIN_TITLE, &list);
    }
    if (status != LEDE_OK) {
        return lede_fail_nomem(pass->error);
    }
    if (list.count == 0) {
        return LEDE_OK;
    }
    /* As many occurrences in titles as in all: then it is in no document's body. */
    if (list.occurrences == occurrences) {
        entry = describe_list(&list, pass->input->lengths);
        return list_writer_alias(pass->writer, term_span(pass, number), &entry);
    }
    status = write_list(pass, &list, FIELD_TITLE, &entry);
    return status == LEDE_OK
               ? list_writer_name(pass->writer, term_span(pass, number), &entry, number)
               : status;
}

static lede_status write_text_term(struct pass *pass, uint32_t number)
{
    struct chain_list list;
    struct term_entry entry;
    if (chain_reader_read(&pass->reader, number, CHAIN_TEXT, &list) != LEDE_OK) {
        return lede_fail_nomem(pass->error);
    }
    if (list.count == 0) {
        return LEDE_OK;
    }
    const lede_status status = write_list(pass, &list, FIELD_TEXT, &entry);
    return status == LEDE_OK
               ? list_writer_name(pass->writer, term_span(pass, number), &entry, number)
               : status;
}

static lede_status write_field(
    struct pass *pass, lede_status (*write_term)(struct pass *, uint32_t))
{
    lede_status status = LEDE_OK;
    for (uint32_t i = 0; status == LEDE_OK && i < pass->input->batch->terms.term_count; i++) {
        status = write_term(pass, pass->terms[i].term);
    }
    return status;
}

lede_status flush_lists_write(
    struct list_writer *writer, const struct flush_input *input, lede_error *error)
{
    struct pass pass = {.writer = writer, .input = input, .error = error};
    chain_reader_init(&pass.reader, &input->batch->terms, &input->batch->docs, input->order);
    lede_status status = sort_terms(&pass);
    if (status == LEDE_OK) {
        status = write_field(&pass, write_title_term);
    }
    if (status == LEDE_OK) {
        status = write_field(&pass, write_text_term);
    }
    mem_free(pass.terms);
    chain_reader_release(&pass.reader);
    return status;
}
