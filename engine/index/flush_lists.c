#include "index/flush_lists.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/limits.h"
#include "index/chain_reader.h"

enum {
    /* Finished lists are taken out of the writer's buffers beyond this. */
    DRAIN_BYTES = 1 << 20,
    POSITIONS_MEMORY_BYTES = 4 << 20,
    RANGES_MEMORY_BYTES = 8 << 20,
};

/* What is sorted: the first bytes of a term as a number decide nearly always. */
struct sorted_term {
    uint64_t prefix;
    uint32_t term;
};

/* One pass over the terms. */
struct pass {
    struct flush_lists *lists;
    const struct flush_input *input;
    struct container_writer *container;
    struct chain_reader reader;
    struct sorted_term *terms;
    struct termdict_writer *dictionary; /* of this pass's field */
    uint8_t *range_codes;               /* of one term */
    uint32_t range_stride;
    lede_error *error;
};

void flush_lists_init(
    struct flush_lists *lists, const char *positions_path, const char *ranges_path)
{
    *lists = (struct flush_lists){0};
    postings_writer_init(&lists->postings);
    spool_init(&lists->positions, positions_path, POSITIONS_MEMORY_BYTES);
    spool_init(&lists->ranges, ranges_path, RANGES_MEMORY_BYTES);
    buf_init(&lists->range_ordinals, SIZE_MAX);
    for (unsigned field = 0; field < FIELD_COUNT; field++) {
        termdict_writer_init(&lists->dictionaries[field]);
    }
}

void flush_lists_release(struct flush_lists *lists)
{
    postings_writer_release(&lists->postings);
    spool_release(&lists->positions);
    spool_release(&lists->ranges);
    buf_release(&lists->range_ordinals);
    for (unsigned field = 0; field < FIELD_COUNT; field++) {
        termdict_writer_release(&lists->dictionaries[field]);
    }
}

static const struct term_table *table_of(const struct pass *pass)
{
    return &pass->input->batch->inverter.terms;
}

static int compare_terms(const void *a, const void *b, void *context)
{
    const struct sorted_term *first = a;
    const struct sorted_term *second = b;
    if (first->prefix != second->prefix) {
        return first->prefix < second->prefix ? -1 : 1;
    }
    const struct term_table *table = table_of(context);
    return span_compare(
        term_table_name(table, first->term), term_table_name(table, second->term));
}

static lede_status sort_terms(struct pass *pass)
{
    const struct term_table *table = table_of(pass);
    pass->terms = mem_array(table->term_count, sizeof *pass->terms);
    if (pass->terms == NULL) {
        return lede_fail_nomem(pass->error);
    }
    for (uint32_t i = 0; i < table->term_count; i++) {
        uint8_t prefix[8] = {0};
        const struct span name = term_table_name(table, i);
        memcpy(prefix, name.bytes, name.size < sizeof prefix ? name.size : sizeof prefix);
        pass->terms[i] = (struct sorted_term){.prefix = load_be64(prefix), .term = i};
    }
    qsort_r(pass->terms, table->term_count, sizeof *pass->terms, compare_terms, pass);
    return LEDE_OK;
}

static lede_status drain_postings(struct pass *pass)
{
    struct postings_writer *writer = &pass->lists->postings;
    const size_t size = writer->postings.size;
    const lede_status status =
        container_writer_append(pass->container, writer->postings.data, size, pass->error);
    writer->postings_base += size;
    buf_reset(&writer->postings);
    return status;
}

static lede_status drain_positions(struct pass *pass)
{
    struct postings_writer *writer = &pass->lists->postings;
    const size_t size = writer->positions.size;
    const lede_status status =
        spool_append(&pass->lists->positions, writer->positions.data, size, pass->error);
    writer->positions_base += size;
    buf_reset(&writer->positions);
    return status;
}

static lede_status write_list(
    struct pass *pass, const struct chain_list *list, struct term_entry *entry_out)
{
    const struct posting_list postings = {
        .docs = list->docs,
        .frequencies = list->frequencies,
        .count = list->count,
        .positions = pass->input->batch->manifest->has_positions ? list->positions : NULL,
        .lengths = pass->input->lengths,
        .scale = &pass->lists->range_scale,
    };
    struct postings_writer *writer = &pass->lists->postings;
    lede_status status = postings_writer_add(writer, &postings, entry_out, pass->error);
    if (status == LEDE_OK && writer->postings.size >= DRAIN_BYTES) {
        status = drain_postings(pass);
    }
    if (status == LEDE_OK && writer->positions.size >= DRAIN_BYTES) {
        status = drain_positions(pass);
    }
    return status;
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

static lede_status add_to_dictionary(
    struct pass *pass, uint32_t number, const struct term_entry *entry, bool is_alias)
{
    const struct span name = term_table_name(table_of(pass), number);
    return termdict_writer_add(
        pass->dictionary, name.bytes, (uint32_t)name.size, entry, is_alias, pass->error);
}

static lede_status write_title_term(struct pass *pass, uint32_t number)
{
    const struct table_term *term = &table_of(pass)->terms[number];
    struct chain_list list;
    struct term_entry entry;
    if (term->chains[CHAIN_TITLE].first == NULL) {
        return LEDE_OK;
    }
    if (chain_reader_read(&pass->reader, term, CHOOSE_TITLE, &list) != LEDE_OK) {
        return lede_fail_nomem(pass->error);
    }
    if (list.count == 0) {
        return LEDE_OK;
    }
    /* In no document's body: then the text has the same list. */
    const bool is_alias = !chain_has_live(&term->chains[CHAIN_BODY], pass->input->order);
    lede_status status = LEDE_OK;
    if (is_alias) {
        entry = describe_list(&list, pass->input->lengths);
    } else {
        status = write_list(pass, &list, &entry);
    }
    return status == LEDE_OK ? add_to_dictionary(pass, number, &entry, is_alias) : status;
}

/* The bounds by range of the next term of the text dictionary, if it is frequent. */
static lede_status write_ranges(struct pass *pass, const struct chain_list *list, uint32_t ordinal)
{
    struct flush_lists *lists = pass->lists;
    if (!range_bounds_wanted(list->count, pass->input->order->doc_count)) {
        return LEDE_OK;
    }
    range_bounds_encode(&lists->range_scale, list->docs, list->frequencies, list->count,
        pass->input->lengths, pass->range_stride, pass->range_codes);
    if (buf_append_le32(&lists->range_ordinals, ordinal) != LEDE_OK) {
        return lede_fail_nomem(pass->error);
    }
    return spool_append(&lists->ranges, pass->range_codes, pass->range_stride, pass->error);
}

static lede_status write_text_term(struct pass *pass, uint32_t number)
{
    struct chain_list list;
    struct term_entry entry;
    if (chain_reader_read(&pass->reader, &table_of(pass)->terms[number], CHOOSE_TEXT, &list) !=
        LEDE_OK) {
        return lede_fail_nomem(pass->error);
    }
    if (list.count == 0) {
        return LEDE_OK;
    }
    lede_status status = write_list(pass, &list, &entry);
    if (status == LEDE_OK) {
        status = write_ranges(pass, &list, pass->dictionary->term_count);
    }
    if (status != LEDE_OK) {
        return status;
    }
    pass->lists->posting_count += list.count;
    frequent_terms_offer(&pass->lists->frequent,
        &(struct frequent_term){
            .number = number, .ordinal = pass->dictionary->term_count, .documents = list.count});
    return add_to_dictionary(pass, number, &entry, false);
}

static lede_status write_field(struct pass *pass, unsigned field)
{
    lede_status (*const write_term)(struct pass *, uint32_t) =
        field == FIELD_TITLE ? write_title_term : write_text_term;
    lede_status status = LEDE_OK;
    struct buf section = {0};
    pass->dictionary = &pass->lists->dictionaries[field];
    for (uint32_t i = 0; status == LEDE_OK && i < table_of(pass)->term_count; i++) {
        status = write_term(pass, pass->terms[i].term);
    }
    if (status == LEDE_OK) {
        status = termdict_writer_finish(pass->dictionary, &section, pass->error);
    }
    if (status == LEDE_OK) {
        pass->lists->dictionary_sections[field] = buf_span(&section);
    }
    return status;
}

static lede_status write_fields(struct pass *pass)
{
    struct flush_lists *lists = pass->lists;
    lede_status status = write_field(pass, FIELD_TITLE);
    if (status != LEDE_OK) {
        return status;
    }
    const uint64_t title_docs = lists->postings.docs_bytes;
    const uint64_t title_frequencies = lists->postings.frequencies_bytes;
    status = write_field(pass, FIELD_TEXT);
    lists->docs_bytes = lists->postings.docs_bytes - title_docs;
    lists->frequencies_bytes = lists->postings.frequencies_bytes - title_frequencies;
    return status;
}

static lede_status choose_ranges(struct pass *pass)
{
    const uint32_t doc_count = pass->input->order->doc_count;
    pass->range_stride = range_bounds_stride(doc_count);
    pass->range_codes = mem_array(pass->range_stride, 1);
    if (pass->range_codes == NULL) {
        return lede_fail_nomem(pass->error);
    }
    range_scale_choose(&pass->lists->range_scale, pass->input->lengths, doc_count);
    return LEDE_OK;
}

lede_status flush_lists_write(struct flush_lists *lists, const struct flush_input *input,
    struct container_writer *container, lede_error *error)
{
    struct pass pass = {.lists = lists, .input = input, .container = container, .error = error};
    frequent_terms_init(&lists->frequent, input->order->doc_count);
    chain_reader_init(&pass.reader, input->order);
    lede_status status = choose_ranges(&pass);
    if (status == LEDE_OK) {
        status = sort_terms(&pass);
    }
    if (status == LEDE_OK) {
        status = container_writer_begin(container, SECTION_POSTINGS, error);
    }
    if (status == LEDE_OK) {
        status = write_fields(&pass);
    }
    if (status == LEDE_OK) {
        status = drain_postings(&pass);
    }
    if (status == LEDE_OK) {
        status = container_writer_end(container, error);
    }
    if (status == LEDE_OK) {
        status = drain_positions(&pass);
    }
    mem_free(pass.terms);
    mem_free(pass.range_codes);
    chain_reader_release(&pass.reader);
    return status;
}
