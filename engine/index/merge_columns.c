#include "index/merge_columns.h"

#include "base/alloc.h"
#include "index/spool.h"

enum {
    DRAIN_BYTES = 1 << 18,
    SPOOL_BYTES = 1 << 20,
};

lede_status merge_dates_write(struct segment_file *file, const struct merge_docs *docs)
{
    struct merge_walk walk;
    date_key *dates = mem_array(docs->doc_count, sizeof *dates);
    if (dates == NULL) {
        return lede_fail_nomem(file->error);
    }
    merge_walk_begin(&walk, docs);
    while (merge_walk_next(&walk)) {
        dates[walk.number] = dates_at(&docs->sources[walk.source].segment->dates, walk.doc);
    }
    const lede_status status = dates_write(dates, docs->doc_count, &file->section);
    mem_free(dates);
    return segment_file_add(file, SECTION_DATES, status);
}

static lede_status gather_ids(struct ids_writer *writer, struct spool *spool,
    struct segment_file *file, const struct merge_docs *docs)
{
    struct merge_walk walk;
    lede_status status = LEDE_OK;
    merge_walk_begin(&walk, docs);
    while (status == LEDE_OK && merge_walk_next(&walk)) {
        char id[LEDE_ID_BYTES_MAX + 1];
        const struct segment *segment = docs->sources[walk.source].segment;
        const size_t size = ids_at(&segment->ids, walk.doc, id);
        if (size == 0) {
            return lede_fail(file->error, LEDE_ERR_CORRUPT,
                "segment %llu: ids cannot be read at document %u",
                (unsigned long long)segment->number, walk.doc);
        }
        if (ids_writer_add(writer, span_of(id, size)) != LEDE_OK) {
            return lede_fail_nomem(file->error);
        }
        if (writer->blocks.size >= DRAIN_BYTES) {
            status = spool_drain(spool, &writer->blocks, &writer->blocks_base, file->error);
        }
    }
    return status;
}

static lede_status write_ids(
    struct ids_writer *writer, struct spool *spool, struct segment_file *file)
{
    struct container_writer *container = &file->container;
    if (ids_writer_finish(writer, &file->section) != LEDE_OK) {
        return lede_fail_nomem(file->error);
    }
    lede_status status = container_writer_begin(container, SECTION_IDS, file->error);
    if (status == LEDE_OK) {
        status =
            container_writer_append(container, file->section.data, file->section.size, file->error);
    }
    buf_reset(&file->section);
    if (status == LEDE_OK) {
        status = spool_move(spool, container, file->error);
    }
    if (status == LEDE_OK) {
        status = container_writer_append(
            container, writer->blocks.data, writer->blocks.size, file->error);
    }
    return status == LEDE_OK ? container_writer_end(container, file->error) : status;
}

lede_status merge_ids_write(struct segment_file *file, const struct merge_docs *docs)
{
    struct ids_writer writer = {0};
    struct spool spool;
    char path[LEDE_PATH_BYTES_MAX];
    lede_status status = segment_file_scratch(file, "ids", path, file->error);
    if (status != LEDE_OK) {
        return status;
    }
    spool_init(&spool, path, SPOOL_BYTES);
    if (ids_writer_init(&writer, docs->doc_count) != LEDE_OK) {
        status = lede_fail_nomem(file->error);
    }
    if (status == LEDE_OK) {
        status = gather_ids(&writer, &spool, file, docs);
    }
    if (status == LEDE_OK) {
        status = write_ids(&writer, &spool, file);
    }
    ids_writer_release(&writer);
    spool_release(&spool);
    return status;
}
