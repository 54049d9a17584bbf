#include "index/list_writer.h"

#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"

enum {
    /* Buffers are drained beyond this, and spools go to their files. */
    DRAIN_BYTES = 1 << 18,
    SPOOL_BYTES = 1 << 20,
};

static lede_status open_spool(
    const struct list_writer *writer, struct list_spool *spool, const char *part)
{
    const lede_status status = segment_file_scratch(writer->file, part, spool->path, writer->error);
    if (status == LEDE_OK) {
        spool_init(&spool->spool, spool->path, SPOOL_BYTES);
    }
    return status;
}

static lede_status open_spools(struct list_writer *writer)
{
    const struct {
        struct list_spool *spool;
        const char *part;
    } spools[] = {
        {&writer->apart, "postings"},
        {&writer->positions, "positions"},
        {&writer->rows, "rows"},
        {&writer->ranges, "ranges"},
        {&writer->blocks[FIELD_TEXT], "terms"},
        {&writer->blocks[FIELD_TITLE], "titles"},
    };
    for (size_t i = 0; i < sizeof spools / sizeof spools[0]; i++) {
        const lede_status status = open_spool(writer, spools[i].spool, spools[i].part);
        if (status != LEDE_OK) {
            return status;
        }
    }
    return LEDE_OK;
}

lede_status list_writer_init(struct list_writer *writer, struct segment_file *file,
    const uint32_t *lengths, uint32_t doc_count, bool has_positions, bool is_apart,
    lede_error *error)
{
    *writer = (struct list_writer){
        .file = file,
        .error = error,
        .is_apart = is_apart,
        .lengths = lengths,
        .doc_count = doc_count,
        .has_positions = has_positions,
        .range_stride = range_bounds_stride(doc_count),
    };
    postings_writer_init(&writer->postings);
    for (unsigned field = 0; field < FIELD_COUNT; field++) {
        termdict_writer_init(&writer->dictionaries[field]);
    }
    buf_init(&writer->range_ordinals, SIZE_MAX);
    frequent_terms_init(&writer->frequent, doc_count);
    range_scale_choose(&writer->range_scale, lengths, doc_count);
    writer->range_codes = mem_array(writer->range_stride, 1);
    if (writer->range_codes == NULL) {
        return lede_fail_nomem(error);
    }
    const lede_status status = open_spools(writer);
    return status == LEDE_OK && !is_apart
               ? container_writer_begin(&file->container, SECTION_POSTINGS, error)
               : status;
}

void list_writer_release(struct list_writer *writer)
{
    struct list_spool *const spools[] = {&writer->apart, &writer->positions, &writer->rows,
        &writer->ranges, &writer->blocks[FIELD_TEXT], &writer->blocks[FIELD_TITLE]};
    for (size_t i = 0; i < sizeof spools / sizeof spools[0]; i++) {
        spool_release(&spools[i]->spool);
    }
    for (unsigned field = 0; field < FIELD_COUNT; field++) {
        termdict_writer_release(&writer->dictionaries[field]);
    }
    postings_writer_release(&writer->postings);
    buf_release(&writer->range_ordinals);
    mem_free(writer->range_codes);
    writer->range_codes = NULL;
}

/* ---- lists ---- */

lede_status list_writer_begin(struct list_writer *writer, unsigned field, uint32_t df_max)
{
    writer->field = field;
    writer->has_range_codes = field == FIELD_TEXT && range_bounds_wanted(df_max, writer->doc_count);
    if (writer->has_range_codes) {
        memset(writer->range_codes, 0, writer->range_stride);
    }
    return postings_writer_begin(&writer->postings, writer->lengths, &writer->range_scale,
        dense_docs_wanted(df_max, writer->doc_count) ? writer->doc_count : 0, writer->error);
}

static lede_status drain_postings(struct list_writer *writer)
{
    struct postings_writer *postings = &writer->postings;
    if (writer->is_apart) {
        return spool_drain(
            &writer->apart.spool, &postings->postings, &postings->postings_base, writer->error);
    }
    const size_t size = postings->postings.size;
    const lede_status status = container_writer_append(
        &writer->file->container, postings->postings.data, size, writer->error);
    postings->postings_base += size;
    buf_reset(&postings->postings);
    return status;
}

static lede_status drain_positions(struct list_writer *writer)
{
    return spool_drain(&writer->positions.spool, &writer->postings.positions,
        &writer->postings.positions_base, writer->error);
}

lede_status list_writer_block(struct list_writer *writer, const struct posting_block *block)
{
    struct postings_writer *postings = &writer->postings;
    lede_status status = postings_writer_block(postings, block, writer->error);
    if (status != LEDE_OK) {
        return status;
    }
    if (writer->has_range_codes) {
        range_bounds_encode(&writer->range_scale, block->docs, block->frequencies, block->count,
            writer->lengths, writer->range_codes);
    }
    if (postings->postings.size >= DRAIN_BYTES) {
        status = drain_postings(writer);
    }
    if (status == LEDE_OK && postings->positions.size >= DRAIN_BYTES) {
        status = drain_positions(writer);
    }
    return status;
}

lede_status list_writer_end(struct list_writer *writer, struct term_entry *entry_out)
{
    struct postings_writer *postings = &writer->postings;
    lede_status status = postings_writer_end(postings, entry_out, writer->error);
    if (writer->field == FIELD_TEXT) {
        writer->docs_bytes += postings->docs_bytes;
        writer->frequencies_bytes += postings->frequencies_bytes;
    }
    postings->docs_bytes = 0;
    postings->frequencies_bytes = 0;
    if (status == LEDE_OK && postings->rows.size >= DRAIN_BYTES) {
        status =
            spool_drain(&writer->rows.spool, &postings->rows, &postings->rows_base, writer->error);
    }
    return status;
}

/* ---- terms ---- */

/* The bounds by range of the next term of the text dictionary, if it has any. */
static lede_status write_ranges(struct list_writer *writer, uint32_t df)
{
    if (!range_bounds_wanted(df, writer->doc_count)) {
        return LEDE_OK;
    }
    ASSERT(writer->has_range_codes);
    const uint32_t ordinal = writer->dictionaries[FIELD_TEXT].term_count;
    if (buf_append_le32(&writer->range_ordinals, ordinal) != LEDE_OK) {
        return lede_fail_nomem(writer->error);
    }
    return spool_append(
        &writer->ranges.spool, writer->range_codes, writer->range_stride, writer->error);
}

static lede_status add_term(struct list_writer *writer, unsigned field, struct span term,
    const struct term_entry *entry, bool is_alias)
{
    struct termdict_writer *dictionary = &writer->dictionaries[field];
    lede_status status = termdict_writer_add(
        dictionary, term.bytes, (uint32_t)term.size, entry, is_alias, writer->error);
    if (status == LEDE_OK && dictionary->blocks.size >= DRAIN_BYTES) {
        status = spool_drain(&writer->blocks[field].spool, &dictionary->blocks,
            &dictionary->blocks_base, writer->error);
    }
    return status;
}

lede_status list_writer_name(
    struct list_writer *writer, struct span term, const struct term_entry *entry, uint32_t number)
{
    if (writer->field == FIELD_TEXT) {
        const lede_status status = write_ranges(writer, entry->df);
        if (status != LEDE_OK) {
            return status;
        }
        writer->posting_count += entry->df;
        frequent_terms_offer(
            &writer->frequent, &(struct frequent_term){.number = number,
                                   .ordinal = writer->dictionaries[FIELD_TEXT].term_count,
                                   .documents = entry->df});
    }
    return add_term(writer, writer->field, term, entry, false);
}

lede_status list_writer_alias(
    struct list_writer *writer, struct span term, const struct term_entry *entry)
{
    return add_term(writer, FIELD_TITLE, term, entry, true);
}

/* ---- lists made apart ---- */

lede_status list_writer_made_term(
    struct list_writer *writer, unsigned field, const struct made_term *made)
{
    const struct postings_writer *postings = &writer->postings;
    const uint32_t ordinal = writer->dictionaries[field].term_count;
    struct term_entry entry = made->entry;
    if (!made->is_alias) {
        entry.postings_offset += postings->postings_base;
        entry.rows_offset += postings->rows_base;
        entry.positions_offset += postings->positions_base;
    }
    if (made->has_ranges && buf_append_le32(&writer->range_ordinals, ordinal) != LEDE_OK) {
        return lede_fail_nomem(writer->error);
    }
    if (field == FIELD_TEXT) {
        writer->posting_count += entry.df;
        frequent_terms_offer(&writer->frequent,
            &(struct frequent_term){
                .number = made->number, .ordinal = ordinal, .documents = entry.df});
    }
    return add_term(writer, field, made->name, &entry, made->is_alias);
}

lede_status list_writer_made_bytes(struct list_writer *writer, unsigned field,
    const struct postings_writer *made, struct span codes)
{
    struct postings_writer *postings = &writer->postings;
    lede_error *error = writer->error;
    ASSERT(postings->postings.size == 0);
    ASSERT(!writer->is_apart);
    lede_status status = container_writer_append(
        &writer->file->container, made->postings.data, made->postings.size, error);
    if (status == LEDE_OK) {
        status = spool_append(
            &writer->positions.spool, made->positions.data, made->positions.size, error);
    }
    if (status == LEDE_OK) {
        status = spool_append(&writer->rows.spool, made->rows.data, made->rows.size, error);
    }
    if (status == LEDE_OK) {
        status = spool_append(&writer->ranges.spool, codes.bytes, codes.size, error);
    }
    postings->postings_base += made->postings.size;
    postings->positions_base += made->positions.size;
    postings->rows_base += made->rows.size;
    if (field == FIELD_TEXT) {
        writer->docs_bytes += made->docs_bytes;
        writer->frequencies_bytes += made->frequencies_bytes;
    }
    return status;
}

/* ---- sections ---- */

/* SECTION_POSTINGS of lists that were written apart. */
static lede_status write_apart(struct list_writer *writer)
{
    struct segment_file *file = writer->file;
    const lede_status status =
        container_writer_begin(&file->container, SECTION_POSTINGS, file->error);
    return status == LEDE_OK ? spool_move(&writer->apart.spool, &file->container, file->error)
                             : status;
}

lede_status list_writer_finish(struct list_writer *writer)
{
    struct segment_file *file = writer->file;
    writer->error = file->error;
    lede_status status = drain_postings(writer);
    if (status == LEDE_OK && writer->is_apart) {
        status = write_apart(writer);
    }
    if (status == LEDE_OK) {
        status = container_writer_end(&file->container, file->error);
    }
    if (status != LEDE_OK || !writer->has_positions) {
        return status;
    }
    status = drain_positions(writer);
    if (status == LEDE_OK) {
        status = container_writer_begin(&file->container, SECTION_POSITIONS, file->error);
    }
    if (status == LEDE_OK) {
        status = spool_move(&writer->positions.spool, &file->container, file->error);
    }
    return status == LEDE_OK ? container_writer_end(&file->container, file->error) : status;
}

/* A section of what stands in front and what is in a spool and, not yet drained, in a buffer. */
static lede_status write_parts(struct list_writer *writer, uint32_t id, struct span head,
    struct list_spool *spool, const struct buf *rest)
{
    struct segment_file *file = writer->file;
    lede_status status = container_writer_begin(&file->container, id, file->error);
    if (status == LEDE_OK) {
        status = container_writer_append(&file->container, head.bytes, head.size, file->error);
    }
    if (status == LEDE_OK) {
        status = spool_move(&spool->spool, &file->container, file->error);
    }
    if (status == LEDE_OK && rest != NULL) {
        status = container_writer_append(&file->container, rest->data, rest->size, file->error);
    }
    return status == LEDE_OK ? container_writer_end(&file->container, file->error) : status;
}

static lede_status write_dictionary(struct list_writer *writer, unsigned field, uint32_t id)
{
    struct span head;
    struct termdict_writer *dictionary = &writer->dictionaries[field];
    const lede_status status = termdict_writer_finish_head(dictionary, &head, writer->file->error);
    return status == LEDE_OK
               ? write_parts(writer, id, head, &writer->blocks[field], &dictionary->blocks)
               : status;
}

lede_status list_writer_tables(struct list_writer *writer)
{
    const struct span nothing = span_of("", 0);
    struct buf head;
    lede_status status =
        write_parts(writer, SECTION_BLOCK_ROWS, nothing, &writer->rows, &writer->postings.rows);
    if (status == LEDE_OK) {
        status = write_dictionary(writer, FIELD_TEXT, SECTION_TERMS);
    }
    if (status == LEDE_OK) {
        status = write_dictionary(writer, FIELD_TITLE, SECTION_TITLE_TERMS);
    }
    if (status != LEDE_OK) {
        return status;
    }
    buf_init(&head, SIZE_MAX);
    if (range_bounds_write_head(&writer->range_scale, buf_span(&writer->range_ordinals), &head) !=
        LEDE_OK) {
        status = lede_fail_nomem(writer->file->error);
    } else {
        status = write_parts(writer, SECTION_RANGES, buf_span(&head), &writer->ranges, NULL);
    }
    buf_release(&head);
    return status;
}
