#include "index/merge_records.h"

#include "base/alloc.h"
#include "base/assert.h"
#include "index/stored.h"

enum {
    /* Records read before pages are let go, each with those around it, and before it is asked whether the merge
     * was called off. */
    LOOK_RECORDS = 64,
};

struct records {
    const struct merge_docs *docs;
    const atomic_bool *is_cancelled;
    struct merge_walk walk;
    struct docstore_reader *readers[MERGE_SOURCES_MAX];
    uint32_t read_count;
    uint32_t last; /* the source read last: no other reader keeps a long record */
};

static lede_status rewind_walk(void *context, lede_error *error)
{
    struct records *records = context;
    (void)error;
    merge_walk_begin(&records->walk, records->docs);
    return LEDE_OK;
}

static lede_status look(struct records *records, lede_error *error)
{
    merge_docs_forget(records->docs);
    if (records->is_cancelled != NULL &&
        atomic_load_explicit(records->is_cancelled, memory_order_relaxed)) {
        return lede_fail(error, LEDE_ERR_BUSY, "the merge was called off");
    }
    return LEDE_OK;
}

static lede_status read_record(
    void *context, uint32_t number, struct span *record_out, lede_error *error)
{
    struct records *records = context;
    do {
        const bool is_there = merge_walk_next(&records->walk);
        ASSERT(is_there);
    } while (records->walk.number < number);
    if (++records->read_count % LOOK_RECORDS == 0) {
        const lede_status status = look(records, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    const struct segment *segment = records->docs->sources[records->walk.source].segment;
    struct docstore_reader *reader = records->readers[records->walk.source];
    lede_error fault;
    docstore_reader_trim(records->readers[records->last]);
    records->last = records->walk.source;
    const lede_status status =
        docstore_read(&segment->docstore, reader, records->walk.doc, SIZE_MAX, record_out, &fault);
    return status == LEDE_OK ? LEDE_OK
                             : lede_fail(error, status, "segment %llu: %s",
                                   (unsigned long long)segment->number, fault.message);
}

lede_status merge_records_write(struct container_writer *container, struct crew *crew,
    const struct merge_docs *docs, const atomic_bool *is_cancelled, lede_error *error)
{
    struct records records = {.docs = docs, .is_cancelled = is_cancelled};
    const struct record_source source = {
        .context = &records, .rewind = rewind_walk, .read = read_record};
    lede_status status = LEDE_OK;
    for (uint32_t i = 0; status == LEDE_OK && i < docs->source_count; i++) {
        records.readers[i] = docstore_reader_new();
        if (records.readers[i] == NULL) {
            status = lede_fail_nomem(error);
        }
    }
    if (status == LEDE_OK) {
        status = stored_write(container, crew, &source, docs->doc_count, error);
    }
    for (uint32_t i = 0; i < docs->source_count; i++) {
        docstore_reader_free(records.readers[i]);
    }
    return status;
}
