#include "index/flush.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/limits.h"
#include "index/doc_order.h"
#include "index/flush_lists.h"
#include "storage/container.h"
#include "storage/segment.h"

enum {
    /* Samples for the documents' dictionary: evenly spread, long ones by their beginning. */
    SAMPLES_MAX = 1024,
    SAMPLE_BYTES_MAX = 4096,
};

struct flush {
    struct batch *batch;
    struct container_writer container;
    struct doc_order order;
    struct flush_lists lists;
    uint32_t *lengths; /* by number in the segment */
    uint64_t token_count;
    struct buf section; /* the column being written */
    lede_error *error;
};

static const struct table_doc *doc_at(const struct flush *flush, uint32_t number)
{
    return &flush->batch->docs.docs[flush->order.arrivals[number]];
}

/* The status of a part that says only which failure it was. */
static lede_status explain(const struct flush *flush, lede_status status, const char *what)
{
    if (status == LEDE_OK) {
        return LEDE_OK;
    }
    return status == LEDE_ERR_NOMEM ? lede_fail_nomem(flush->error)
                                    : lede_fail(flush->error, status, "cannot write %s", what);
}

/* flush->section as section `id`. */
static lede_status add_section(struct flush *flush, uint32_t id, lede_status status)
{
    status = explain(flush, status, section_name(id));
    if (status == LEDE_OK) {
        status =
            container_writer_add(&flush->container, id, buf_span(&flush->section), flush->error);
    }
    buf_reset(&flush->section);
    return status;
}

/* ---- stored documents ---- */

static bool record_of(
    const struct flush *flush, struct span records, uint32_t number, struct span *record_out)
{
    const struct table_doc *doc = doc_at(flush, number);
    return span_part(records, doc->record_offset, doc->record_bytes, record_out);
}

static lede_status gather_samples(
    struct flush *flush, struct span records, struct buf *samples, size_t *sizes, size_t *count_out)
{
    const uint32_t doc_count = flush->order.doc_count;
    const uint32_t count = doc_count < SAMPLES_MAX ? doc_count : SAMPLES_MAX;
    for (uint32_t i = 0; i < count; i++) {
        struct span record;
        const bool is_there =
            record_of(flush, records, (uint32_t)((uint64_t)i * doc_count / count), &record);
        ASSERT(is_there);
        sizes[i] = record.size < SAMPLE_BYTES_MAX ? record.size : SAMPLE_BYTES_MAX;
        if (buf_append(samples, record.bytes, sizes[i]) != LEDE_OK) {
            return lede_fail_nomem(flush->error);
        }
    }
    *count_out = count;
    return LEDE_OK;
}

static lede_status open_docstore(
    struct flush *flush, struct span records, struct docstore_writer **writer_out)
{
    struct buf samples;
    size_t sizes[SAMPLES_MAX];
    size_t count = 0;
    buf_init(&samples, (size_t)SAMPLES_MAX * SAMPLE_BYTES_MAX);
    lede_status status = gather_samples(flush, records, &samples, sizes, &count);
    if (status == LEDE_OK) {
        status = docstore_writer_new(&flush->container, flush->batch->inverters.crew,
            buf_span(&samples), sizes, count, writer_out, flush->error);
    }
    buf_release(&samples);
    return status;
}

static lede_status write_documents(struct flush *flush)
{
    if (!flush->batch->manifest->has_stored) {
        return LEDE_OK;
    }
    struct span records;
    struct docstore_writer *writer = NULL;
    lede_status status = spool_bytes(&flush->batch->records, &records, flush->error);
    if (status == LEDE_OK) {
        status = container_writer_begin(&flush->container, SECTION_DOCUMENTS, flush->error);
    }
    if (status == LEDE_OK) {
        status = open_docstore(flush, records, &writer);
    }
    for (uint32_t i = 0; status == LEDE_OK && i < flush->order.doc_count; i++) {
        struct span record;
        const bool is_there = record_of(flush, records, i, &record);
        ASSERT(is_there);
        status = docstore_writer_add(writer, record, flush->error);
    }
    if (status == LEDE_OK) {
        status = docstore_writer_finish(writer, flush->error);
    }
    if (status == LEDE_OK) {
        status = container_writer_end(&flush->container, flush->error);
    }
    docstore_writer_free(writer);
    return status;
}

/* ---- lists ---- */

static lede_status write_lists(struct flush *flush)
{
    const uint32_t doc_count = flush->order.doc_count;
    flush->lengths = mem_array(doc_count, sizeof *flush->lengths);
    if (flush->lengths == NULL) {
        return lede_fail_nomem(flush->error);
    }
    for (uint32_t i = 0; i < doc_count; i++) {
        flush->lengths[i] = doc_at(flush, i)->length;
        flush->token_count += flush->lengths[i];
    }
    const struct flush_input input = {
        .batch = flush->batch,
        .order = &flush->order,
        .lengths = flush->lengths,
    };
    lede_status status = flush_lists_write(&flush->lists, &input, &flush->container, flush->error);
    struct span positions;
    if (status == LEDE_OK && flush->batch->manifest->has_positions) {
        status = spool_bytes(&flush->lists.positions, &positions, flush->error);
        if (status == LEDE_OK) {
            status =
                container_writer_add(&flush->container, SECTION_POSITIONS, positions, flush->error);
        }
        if (status == LEDE_OK) {
            status = pairs_write(&flush->lists.frequent, &flush->lists.terms, &input,
                &flush->lists.range_scale, &flush->container, flush->error);
        }
    }
    const struct {
        uint32_t id;
        struct span bytes;
    } parts[] = {
        {SECTION_BLOCK_ROWS, buf_span(&flush->lists.rows)},
        {SECTION_TERMS, flush->lists.dictionary_sections[FIELD_TEXT]},
        {SECTION_TITLE_TERMS, flush->lists.dictionary_sections[FIELD_TITLE]},
    };
    for (size_t i = 0; status == LEDE_OK && i < sizeof parts / sizeof parts[0]; i++) {
        status = container_writer_add(&flush->container, parts[i].id, parts[i].bytes, flush->error);
    }
    return status;
}

/* Bounds by range: what stands before them, then the codes from their spool. */
static lede_status write_ranges(struct flush *flush)
{
    struct flush_lists *lists = &flush->lists;
    struct span codes;
    lede_status status = explain(flush,
        range_bounds_write_head(
            &lists->range_scale, buf_span(&lists->range_ordinals), &flush->section),
        section_name(SECTION_RANGES));
    if (status == LEDE_OK) {
        status = spool_bytes(&lists->ranges, &codes, flush->error);
    }
    if (status == LEDE_OK) {
        status = container_writer_begin(&flush->container, SECTION_RANGES, flush->error);
    }
    if (status == LEDE_OK) {
        status = container_writer_append(
            &flush->container, flush->section.data, flush->section.size, flush->error);
    }
    if (status == LEDE_OK) {
        status = container_writer_append(&flush->container, codes.bytes, codes.size, flush->error);
    }
    if (status == LEDE_OK) {
        status = container_writer_end(&flush->container, flush->error);
    }
    buf_reset(&flush->section);
    return status;
}

/* ---- columns ---- */

static lede_status write_dates(struct flush *flush)
{
    date_key *dates = mem_array(flush->order.doc_count, sizeof *dates);
    if (dates == NULL) {
        return lede_fail_nomem(flush->error);
    }
    for (uint32_t i = 0; i < flush->order.doc_count; i++) {
        dates[i] = doc_at(flush, i)->date;
    }
    const lede_status status = dates_write(dates, flush->order.doc_count, &flush->section);
    mem_free(dates);
    return add_section(flush, SECTION_DATES, status);
}

static lede_status write_ids(struct flush *flush)
{
    struct span *ids = mem_array(flush->order.doc_count, sizeof *ids);
    if (ids == NULL) {
        return lede_fail_nomem(flush->error);
    }
    for (uint32_t i = 0; i < flush->order.doc_count; i++) {
        ids[i] = doc_at(flush, i)->id;
    }
    const lede_status status = ids_write(ids, flush->order.doc_count, &flush->section);
    mem_free(ids);
    return add_section(flush, SECTION_IDS, status);
}

/* The pairs of all fields in one array, a field's behind each other. */
static struct keyword_pair *gather_pairs(
    const struct flush *flush, struct keyword_input *inputs, uint32_t field_count)
{
    size_t starts[LEDE_KEYWORD_FIELDS_MAX + 1] = {0};
    for (uint32_t i = 0; i < flush->order.doc_count; i++) {
        const struct doc_keyword *keyword = doc_at(flush, i)->keywords;
        for (; keyword != NULL; keyword = keyword->next) {
            starts[keyword->field + 1]++;
        }
    }
    for (uint32_t field = 0; field < field_count; field++) {
        starts[field + 1] += starts[field];
    }
    struct keyword_pair *pairs = mem_array(starts[field_count], sizeof *pairs);
    if (pairs == NULL) {
        return NULL;
    }
    for (uint32_t field = 0; field < field_count; field++) {
        const char *name = flush->batch->manifest->keywords[field];
        inputs[field] = (struct keyword_input){
            .name = span_of(name, strlen(name)), .pairs = pairs + starts[field]};
    }
    for (uint32_t i = 0; i < flush->order.doc_count; i++) {
        const struct doc_keyword *keyword = doc_at(flush, i)->keywords;
        for (; keyword != NULL; keyword = keyword->next) {
            struct keyword_input *input = &inputs[keyword->field];
            pairs[starts[keyword->field] + input->pair_count++] =
                (struct keyword_pair){.doc = i, .value = keyword->value};
        }
    }
    return pairs;
}

static lede_status write_keywords(struct flush *flush)
{
    struct keyword_input inputs[LEDE_KEYWORD_FIELDS_MAX];
    const uint32_t field_count = flush->batch->manifest->keyword_count;
    struct keyword_pair *pairs = gather_pairs(flush, inputs, field_count);
    if (pairs == NULL) {
        return lede_fail_nomem(flush->error);
    }
    const lede_status status =
        keywords_write(inputs, field_count, flush->order.doc_count, &flush->section);
    mem_free(pairs);
    return add_section(flush, SECTION_KEYWORDS, status);
}

static lede_status write_columns(struct flush *flush)
{
    const uint32_t doc_count = flush->order.doc_count;
    const struct segment_meta meta = {
        .doc_count = doc_count,
        .token_count = flush->token_count,
        .posting_count = flush->lists.posting_count,
        .docs_bytes = flush->lists.docs_bytes,
        .frequencies_bytes = flush->lists.frequencies_bytes,
        .analyzer_fingerprint = flush->batch->manifest->analyzer_fingerprint,
        .has_positions = flush->batch->manifest->has_positions,
        .has_stored = flush->batch->manifest->has_stored,
    };
    lede_status status = add_section(
        flush, SECTION_LENGTHS, lengths_write(flush->lengths, doc_count, &flush->section));
    if (status == LEDE_OK) {
        status = write_dates(flush);
    }
    if (status == LEDE_OK) {
        status = write_ids(flush);
    }
    if (status == LEDE_OK) {
        status = write_keywords(flush);
    }
    if (status == LEDE_OK) {
        status = add_section(flush, SECTION_META, segment_meta_write(&meta, &flush->section));
    }
    return status;
}

/* ---- the file ---- */

static lede_status write_file(struct flush *flush, const char *path, struct manifest_segment *entry)
{
    lede_status status = container_writer_open(&flush->container, path, flush->error);
    if (status == LEDE_OK) {
        status = write_documents(flush);
    }
    if (status == LEDE_OK) {
        status = write_lists(flush);
    }
    if (status == LEDE_OK) {
        status = write_ranges(flush);
    }
    if (status == LEDE_OK) {
        status = write_columns(flush);
    }
    if (status == LEDE_OK) {
        status = container_writer_finish(
            &flush->container, &entry->size_bytes, &entry->toc_checksum, flush->error);
    }
    return status;
}

lede_status flush_batch(struct batch *batch, const char *dir, uint64_t number,
    struct manifest_segment *entry_out, lede_error *error)
{
    ASSERT(batch->docs.live_count > 0);
    struct flush flush = {.batch = batch, .error = error};
    char name[LEDE_FILE_NAME_BYTES_MAX];
    char tmp_name[LEDE_FILE_NAME_BYTES_MAX + sizeof ".tmp"];
    char path[LEDE_PATH_BYTES_MAX];
    char tmp_path[LEDE_PATH_BYTES_MAX];
    char positions_path[LEDE_PATH_BYTES_MAX];
    char ranges_path[LEDE_PATH_BYTES_MAX];
    segment_file_name(number, name);
    (void)snprintf(tmp_name, sizeof tmp_name, "%s.tmp", name);
    lede_status status =
        path_join(positions_path, sizeof positions_path, dir, POSITIONS_SCRATCH_NAME, error);
    if (status == LEDE_OK) {
        status = path_join(ranges_path, sizeof ranges_path, dir, RANGES_SCRATCH_NAME, error);
    }
    if (status == LEDE_OK) {
        status = path_join(path, sizeof path, dir, name, error);
    }
    if (status == LEDE_OK) {
        status = path_join(tmp_path, sizeof tmp_path, dir, tmp_name, error);
    }
    if (status != LEDE_OK) {
        return status;
    }

    struct manifest_segment entry = {.number = number, .doc_count = batch->docs.live_count};
    flush_lists_init(&flush.lists, positions_path, ranges_path);
    buf_init(&flush.section, SIZE_MAX);
    status = explain(&flush, doc_order_init(&flush.order, &batch->docs), "a segment");
    if (status == LEDE_OK) {
        status = write_file(&flush, tmp_path, &entry);
    }
    if (status == LEDE_OK) {
        status = file_rename(tmp_path, path, error);
        if (status != LEDE_OK) {
            (void)file_remove(tmp_path, NULL);
        }
    }
    container_writer_abandon(&flush.container);
    flush_lists_release(&flush.lists);
    doc_order_release(&flush.order);
    mem_free(flush.lengths);
    buf_release(&flush.section);
    if (status == LEDE_OK) {
        *entry_out = entry;
    }
    return status;
}
