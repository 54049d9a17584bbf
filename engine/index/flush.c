/* Terms are sorted by a worker while the documents' dictionary is trained and their texts are compressed. */
#include "index/flush.h"

#include <stddef.h>
#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/limits.h"
#include "index/doc_order.h"
#include "index/flush_lists.h"
#include "index/list_writer.h"
#include "index/pairs.h"
#include "index/segment_file.h"
#include "index/stored.h"
#include "storage/segment.h"

/* Records read before their pages are let go: each may have brought those around it. */
enum { RECORDS_KEPT = 128 };

struct flush {
    struct batch *batch;
    struct segment_file file;
    struct doc_order order;
    struct list_writer lists;
    struct crew_job sorting;
    lede_status sort_status;
    struct term_list terms;
    struct span records; /* of the spool */
    uint32_t records_read;
    uint32_t *lengths; /* by number in the segment */
    uint64_t token_count;
    lede_error *error;
};

static const struct table_doc *doc_at(const struct flush *flush, uint32_t number)
{
    return &flush->batch->docs.docs[flush->order.arrivals[number]];
}

/* ---- stored documents ---- */

static lede_status rewind_records(void *context, lede_error *error)
{
    struct flush *flush = context;
    return spool_bytes(&flush->batch->records, &flush->records, error);
}

static lede_status read_record(
    void *context, uint32_t number, struct span *record_out, lede_error *error)
{
    struct flush *flush = context;
    const struct table_doc *doc = doc_at(flush, number);
    (void)error;
    if (++flush->records_read % RECORDS_KEPT == 0) {
        spool_forget(&flush->batch->records);
    }
    const bool is_there =
        span_part(flush->records, doc->record_offset, doc->record_bytes, record_out);
    ASSERT(is_there);
    return LEDE_OK;
}

static lede_status write_documents(struct flush *flush)
{
    const struct record_source source = {
        .context = flush, .rewind = rewind_records, .read = read_record};
    return flush->batch->manifest->has_stored
               ? stored_write(&flush->file.container, flush->batch->inverters.crew, &source,
                     flush->order.doc_count, flush->error)
               : LEDE_OK;
}

/* ---- lists ---- */

static void sort_terms(struct crew_job *job, uint32_t worker)
{
    struct flush *flush = (struct flush *)(void *)((char *)job - offsetof(struct flush, sorting));
    (void)worker;
    flush->sort_status = term_list_init(&flush->terms, &flush->batch->inverters);
}

static lede_status write_lists(struct flush *flush)
{
    const uint32_t doc_count = flush->order.doc_count;
    const bool has_positions = flush->batch->manifest->has_positions;
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
    lede_status status = list_writer_init(
        &flush->lists, &flush->file, flush->lengths, doc_count, has_positions, false, flush->error);
    if (status == LEDE_OK) {
        status = flush_lists_write(&flush->lists, &flush->terms, &input, flush->error);
    }
    if (status == LEDE_OK) {
        status = list_writer_finish(&flush->lists);
    }
    if (status == LEDE_OK && has_positions) {
        status = pairs_write(&flush->lists.frequent, &flush->terms, &input,
            &flush->lists.range_scale, &flush->file.container, flush->error);
    }
    return status == LEDE_OK ? list_writer_tables(&flush->lists) : status;
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
    const lede_status status = dates_write(dates, flush->order.doc_count, &flush->file.section);
    mem_free(dates);
    return segment_file_add(&flush->file, SECTION_DATES, status);
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
    const lede_status status = ids_write(ids, flush->order.doc_count, &flush->file.section);
    mem_free(ids);
    return segment_file_add(&flush->file, SECTION_IDS, status);
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
        keywords_write(inputs, field_count, flush->order.doc_count, &flush->file.section);
    mem_free(pairs);
    return segment_file_add(&flush->file, SECTION_KEYWORDS, status);
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
    lede_status status = segment_file_add(&flush->file, SECTION_LENGTHS,
        lengths_write(flush->lengths, doc_count, &flush->file.section));
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
        status = segment_file_add(
            &flush->file, SECTION_META, segment_meta_write(&meta, &flush->file.section));
    }
    return status;
}

/* ---- the file ---- */

static lede_status write_file(
    struct flush *flush, const char *dir, uint64_t number, struct manifest_segment *entry_out)
{
    struct crew *crew = flush->batch->inverters.crew;
    lede_status status = segment_file_open(&flush->file, dir, number, flush->error);
    if (status != LEDE_OK) {
        return status;
    }
    crew_give(crew, &flush->sorting, CREW_ANY, sort_terms);
    status = write_documents(flush);
    crew_wait(crew, &flush->sorting);
    if (status == LEDE_OK && flush->sort_status != LEDE_OK) {
        status = lede_fail_nomem(flush->error);
    }
    if (status == LEDE_OK) {
        status = write_lists(flush);
    }
    if (status == LEDE_OK) {
        status = write_columns(flush);
    }
    return status == LEDE_OK ? segment_file_finish(&flush->file, flush->order.doc_count, entry_out)
                             : status;
}

lede_status flush_batch(struct batch *batch, const char *dir, uint64_t number,
    struct manifest_segment *entry_out, lede_error *error)
{
    ASSERT(batch->docs.live_count > 0);
    struct flush *flush = mem_zalloc(1, sizeof *flush);
    if (flush == NULL) {
        return lede_fail_nomem(error);
    }
    flush->batch = batch;
    flush->error = error;
    const lede_status status = doc_order_init(&flush->order, &batch->docs) == LEDE_OK
                                   ? write_file(flush, dir, number, entry_out)
                                   : lede_fail_nomem(error);
    segment_file_release(&flush->file);
    list_writer_release(&flush->lists);
    term_list_release(&flush->terms);
    doc_order_release(&flush->order);
    mem_free(flush->lengths);
    mem_free(flush);
    return status;
}
