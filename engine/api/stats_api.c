/* What an index holds and where its bytes are. Sections of all segments are summed by name; with the
 * manifest, the deletions and what holds sections together they are all the bytes of the commit.
 */
#include <string.h>

#include "api/handle.h"
#include "base/alloc.h"
#include "base/checksum.h"
#include "base/sort.h"

enum { HASH_ROW_BYTES = 16 };

/* Headers, tables of contents and the padding between sections. */
static const char container_part[] = "container";

static void add_part(lede_index_stats *stats, const char *name, uint64_t bytes)
{
    size_t i = 0;
    while (i < stats->part_count && strcmp(stats->parts[i].name, name) != 0) {
        i++;
    }
    if (i == stats->part_count) {
        if (i == LEDE_PARTS_MAX) {
            return;
        }
        stats->parts[stats->part_count++] = (lede_part){.name = name};
    }
    stats->parts[i].bytes += bytes;
    stats->bytes += bytes;
}

/* What bits are counted against. */
struct totals {
    uint64_t tokens; /* of deleted documents too */
    uint64_t docs_bytes, frequencies_bytes, positions_bytes, skip_bytes;
    date_key first, last; /* DATE_NONE: no document has a date */
};

static void add_sections(
    const struct segment *segment, lede_index_stats *stats, struct totals *totals)
{
    uint64_t in_sections = 0;
    for (size_t i = 0; i < segment->container.row_count; i++) {
        const struct section_row *row = &segment->container.rows[i];
        const char *name = section_name(row->id);
        if (name == NULL) {
            continue;
        }
        add_part(stats, name, row->size);
        in_sections += row->size;
        if (row->id == SECTION_POSITIONS) {
            totals->positions_bytes += row->size;
        } else if (row->id == SECTION_BLOCK_ROWS) {
            totals->skip_bytes += row->size;
        }
    }
    add_part(stats, container_part, segment->container.file.size - in_sections);
}

/* The live documents' first and last date; they are numbered by date. */
static void add_dates(const struct segment *segment, lede_index_stats *stats, struct totals *totals)
{
    const struct dates *dates = &segment->dates;
    uint32_t first = dates->undated_count;
    uint32_t end = dates->doc_count;
    for (uint32_t doc = 0; doc < dates->undated_count; doc++) {
        stats->undated_documents += !deletions_has(&segment->deletions, doc);
    }
    while (first < end && deletions_has(&segment->deletions, first)) {
        first++;
    }
    while (end > first && deletions_has(&segment->deletions, end - 1)) {
        end--;
    }
    if (first == end) {
        return;
    }
    const date_key first_date = dates_at(dates, first);
    const date_key last_date = dates_at(dates, end - 1);
    if (totals->first == DATE_NONE || first_date < totals->first) {
        totals->first = first_date;
    }
    if (last_date > totals->last) {
        totals->last = last_date;
    }
}

static void add_segment(
    const struct segment *segment, lede_index_stats *stats, struct totals *totals)
{
    stats->terms += segment->terms[FIELD_TEXT].term_count;
    stats->postings += segment->meta.posting_count;
    stats->deleted_documents += segment->deletions.deleted_count;
    totals->tokens += segment->meta.token_count;
    totals->docs_bytes += segment->meta.docs_bytes;
    totals->frequencies_bytes += segment->meta.frequencies_bytes;
    add_sections(segment, stats, totals);
    add_part(stats, "deletions", segment->deletions.file.size);
    add_dates(segment, stats, totals);
}

static int compare_rows(const void *a, const void *b)
{
    return memcmp(a, b, HASH_ROW_BYTES);
}

/* Tables of contents have the checksums of all sections. Segments are taken in an order of their own: which came
 * first says nothing of what is in them. */
static lede_status hash_content(const struct manifest *manifest, uint64_t *hash_out)
{
    uint8_t *rows = mem_array(manifest->segment_count, HASH_ROW_BYTES);
    if (rows == NULL) {
        return LEDE_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < manifest->segment_count; i++) {
        uint8_t *row = rows + (size_t)i * HASH_ROW_BYTES;
        store_le64(row, manifest->segments[i].toc_checksum);
        store_le64(row + 8, manifest->segments[i].deletions_checksum);
    }
    sort_rows(rows, manifest->segment_count, HASH_ROW_BYTES, compare_rows);
    *hash_out = checksum_bytes(rows, (size_t)manifest->segment_count * HASH_ROW_BYTES);
    mem_free(rows);
    return LEDE_OK;
}

static double bits_each(uint64_t bytes, uint64_t count)
{
    return count == 0 ? 0 : (double)bytes * 8 / (double)count;
}

static void fill(const struct snapshot *snapshot, uint64_t manifest_bytes, lede_index_stats *stats)
{
    const struct manifest *manifest = &snapshot->manifest;
    struct totals totals = {.first = DATE_NONE, .last = DATE_NONE};
    *stats = (lede_index_stats){
        .documents = snapshot->live_count,
        .tokens = snapshot->live_length,
        .segments = manifest->segment_count,
        .generation = manifest->generation,
        .has_positions = manifest->has_positions,
        .has_stored = manifest->has_stored,
    };
    memcpy(stats->language, manifest->language, sizeof stats->language);
    add_part(stats, "manifest", manifest_bytes);
    for (uint32_t i = 0; i < manifest->segment_count; i++) {
        add_segment(snapshot_segment(snapshot, i), stats, &totals);
    }
    if (stats->documents > 0) {
        stats->average_length = (double)stats->tokens / (double)stats->documents;
    }
    (void)date_format(totals.first, stats->date_first);
    (void)date_format(totals.last, stats->date_last);
    stats->docid_bits_per_posting = bits_each(totals.docs_bytes, stats->postings);
    stats->frequency_bits_per_posting = bits_each(totals.frequencies_bytes, stats->postings);
    stats->position_bits_per_token = bits_each(totals.positions_bytes, totals.tokens);
    stats->skip_bits_per_posting = bits_each(totals.skip_bytes, stats->postings);
}

lede_status lede_index_stats_read(lede_index *index, lede_index_stats *stats_out, lede_error *error)
{
    if (index == NULL || stats_out == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "stats: an argument is NULL");
    }
    static_assert(sizeof stats_out->date_first >= DATE_TEXT_BYTES, "a date fits");
    static_assert(
        sizeof stats_out->language >= sizeof index->snapshot->manifest.language, "it fits");
    struct snapshot *snapshot = index_snapshot(index);
    struct buf manifest;
    buf_init(&manifest, SIZE_MAX);
    uint64_t hash = 0;
    lede_status status = manifest_encode(&snapshot->manifest, &manifest);
    if (status == LEDE_OK) {
        status = hash_content(&snapshot->manifest, &hash);
    }
    if (status == LEDE_OK) {
        fill(snapshot, manifest.size, stats_out);
        stats_out->content_hash = hash;
    }
    buf_release(&manifest);
    snapshot_drop(snapshot);
    return status == LEDE_OK ? LEDE_OK : lede_fail_nomem(error);
}
