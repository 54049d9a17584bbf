#include "storage/segment.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cpu.h"

enum { META_BYTES = 64, META_FLAG_POSITIONS = 1, META_FLAG_STORED = 2 };

/* ---- SECTION_META ---- */

lede_status segment_meta_write(const struct segment_meta *meta, struct buf *section)
{
    const size_t start = section->size;
    (void)buf_append_le32(section, meta->doc_count);
    (void)buf_append_le32(section, (meta->has_positions ? META_FLAG_POSITIONS : 0u) |
                                       (meta->has_stored ? META_FLAG_STORED : 0u));
    (void)buf_append_le64(section, meta->token_count);
    (void)buf_append_le64(section, meta->posting_count);
    (void)buf_append_le64(section, meta->docs_bytes);
    (void)buf_append_le64(section, meta->frequencies_bytes);
    (void)buf_append_le64(section, meta->analyzer_fingerprint);
    return buf_append_zeros(section, META_BYTES - (section->size - start));
}

lede_status segment_meta_read(struct span section, struct segment_meta *meta_out, lede_error *error)
{
    struct cursor cursor = cursor_of(section);
    struct segment_meta meta = {.doc_count = cursor_u32(&cursor)};
    const uint32_t flags = cursor_u32(&cursor);
    meta.token_count = cursor_u64(&cursor);
    meta.posting_count = cursor_u64(&cursor);
    meta.docs_bytes = cursor_u64(&cursor);
    meta.frequencies_bytes = cursor_u64(&cursor);
    meta.analyzer_fingerprint = cursor_u64(&cursor);
    uint64_t reserved = cursor_u64(&cursor);
    reserved |= cursor_u64(&cursor);
    meta.has_positions = (flags & META_FLAG_POSITIONS) != 0;
    meta.has_stored = (flags & META_FLAG_STORED) != 0;
    if (cursor.failed || cursor_left(&cursor) != 0 || reserved != 0 ||
        (flags & ~(uint32_t)(META_FLAG_POSITIONS | META_FLAG_STORED)) != 0) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "meta: section is damaged");
    }
    if (meta.doc_count > LEDE_SEGMENT_DOCS_MAX) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "meta: %u documents are more than a segment has",
            meta.doc_count);
    }
    *meta_out = meta;
    return LEDE_OK;
}

/* ---- opening ---- */

static lede_status get_section(const struct segment *segment, uint32_t id, bool is_expected,
    struct span *section_out, lede_error *error)
{
    static const uint8_t nothing[LEDE_READ_PADDING];
    struct span section = span_of(nothing, 0);
    if (container_section(&segment->container, id, &section) != is_expected) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "%s: section is %s", section_name(id),
            is_expected ? "missing" : "there, though the segment has none");
    }
    *section_out = section;
    return LEDE_OK;
}

static lede_status open_dictionaries(struct segment *segment, lede_error *error)
{
    static const uint32_t section_ids[FIELD_COUNT] = {SECTION_TERMS, SECTION_TITLE_TERMS};
    for (unsigned field = 0; field < FIELD_COUNT; field++) {
        struct span section;
        lede_status status = get_section(segment, section_ids[field], true, &section, error);
        if (status == LEDE_OK) {
            status = termdict_open(
                &segment->terms[field], section, section_name(section_ids[field]), error);
        }
        if (status != LEDE_OK) {
            return status;
        }
    }
    return LEDE_OK;
}

static lede_status open_postings(struct segment *segment, lede_error *error)
{
    struct postings_source *source = &segment->postings;
    const struct {
        uint32_t id;
        struct span *span;
    } parts[] = {
        {SECTION_POSTINGS, &source->postings},
        {SECTION_BLOCK_ROWS, &source->rows},
        {SECTION_POSITIONS, &source->positions},
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const bool is_expected = parts[i].id != SECTION_POSITIONS || segment->meta.has_positions;
        const lede_status status =
            get_section(segment, parts[i].id, is_expected, parts[i].span, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    source->doc_count = segment->meta.doc_count;
    source->has_dense = true;
    source->bitpack = bitpack_ops_for(cpu_features());
    struct span section;
    const lede_status status = get_section(segment, SECTION_RANGES, true, &section, error);
    return status != LEDE_OK ? status
                             : range_bounds_open(&segment->ranges, section, source->doc_count,
                                   segment->terms[FIELD_TEXT].term_count, error);
}

/* Segments whose writer knew no pairs, or found no frequent words, have none. */
static lede_status open_pairs(struct segment *segment, lede_error *error)
{
    struct span section;
    if (!segment->meta.has_positions ||
        !container_section(&segment->container, SECTION_PAIRS, &section)) {
        return LEDE_OK;
    }
    return pair_lists_open(&segment->pairs, section, segment->terms[FIELD_TEXT].term_count,
        segment->meta.doc_count, segment->postings.bitpack, error);
}

static lede_status open_columns(struct segment *segment, lede_error *error)
{
    const uint32_t doc_count = segment->meta.doc_count;
    struct span section;
    lede_status status = get_section(segment, SECTION_LENGTHS, true, &section, error);
    if (status == LEDE_OK) {
        status = lengths_open(&segment->lengths, section, doc_count, error);
    }
    if (status == LEDE_OK) {
        status = get_section(segment, SECTION_DATES, true, &section, error);
    }
    if (status == LEDE_OK) {
        status = dates_open(&segment->dates, section, doc_count, error);
    }
    if (status == LEDE_OK) {
        status = get_section(segment, SECTION_IDS, true, &section, error);
    }
    if (status == LEDE_OK) {
        status = ids_open(&segment->ids, section, doc_count, error);
    }
    if (status == LEDE_OK) {
        status = get_section(segment, SECTION_KEYWORDS, true, &section, error);
    }
    if (status == LEDE_OK) {
        status = keywords_open(&segment->keywords, section, doc_count, error);
    }
    if (status == LEDE_OK) {
        status = get_section(segment, SECTION_DOCUMENTS, segment->meta.has_stored, &section, error);
    }
    if (status == LEDE_OK && segment->meta.has_stored) {
        status = docstore_open(&segment->docstore, section, doc_count, error);
    }
    return status;
}

/* Lists are read on from where one begins; documents here and there. */
void segment_expect(const struct segment *segment, bool is_whole)
{
    const struct mapping *file = &segment->container.file;
    const struct span all = span_of(file->bytes, file->size);
    const struct span frames = segment->docstore.frames;
    mapping_advise(file, all, is_whole ? MAPPING_FRONT_TO_END : MAPPING_SOME_ORDER);
    if (!is_whole && frames.size > 0) {
        mapping_advise(file, frames, MAPPING_NO_ORDER);
    }
}

void segment_forget(const struct segment *segment)
{
    const struct mapping *file = &segment->container.file;
    mapping_advise(file, span_of(file->bytes, file->size), MAPPING_NOT_NEEDED);
}

void segment_forget_ids(const struct segment *segment)
{
    mapping_advise(&segment->container.file, segment->ids.blocks, MAPPING_NOT_NEEDED);
}

/* Everything in the container; messages do not name the file. */
static lede_status open_parts(
    struct segment *segment, const struct manifest_segment *entry, lede_error *error)
{
    if (segment->container.file.size != entry->size_bytes ||
        segment->container.toc_checksum != entry->toc_checksum) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "is not the file that the manifest means");
    }
    struct span section;
    lede_status status = get_section(segment, SECTION_META, true, &section, error);
    if (status == LEDE_OK) {
        status = segment_meta_read(section, &segment->meta, error);
    }
    if (status == LEDE_OK && segment->meta.doc_count != entry->doc_count) {
        status = lede_fail(error, LEDE_ERR_CORRUPT, "meta: has %u documents, manifest says %u",
            segment->meta.doc_count, entry->doc_count);
    }
    if (status == LEDE_OK) {
        status = open_dictionaries(segment, error);
    }
    if (status == LEDE_OK) {
        status = open_postings(segment, error);
    }
    if (status == LEDE_OK) {
        status = open_pairs(segment, error);
    }
    if (status == LEDE_OK) {
        status = open_columns(segment, error);
    }
    if (status == LEDE_OK) {
        segment_expect(segment, false);
    }
    return status;
}

static lede_status open_deletions(struct segment *segment, const char *dir,
    const struct manifest_segment *entry, lede_error *error)
{
    segment->live_count = segment->meta.doc_count;
    segment->live_length = segment->meta.token_count;
    if (entry->deletions_number == 0) {
        return LEDE_OK;
    }
    char name[LEDE_FILE_NAME_BYTES_MAX];
    char path[LEDE_PATH_BYTES_MAX];
    deletions_file_name(entry->number, entry->deletions_number, name);
    lede_status status = path_join(path, sizeof path, dir, name, error);
    if (status == LEDE_OK) {
        status = deletions_open(
            &segment->deletions, path, segment->meta.doc_count, entry->deletions_checksum, error);
    }
    if (status != LEDE_OK) {
        return status;
    }
    if (segment->deletions.deleted_length > segment->meta.token_count) {
        return lede_fail(
            error, LEDE_ERR_CORRUPT, "%s: takes more tokens than the segment has", name);
    }
    segment->live_count -= segment->deletions.deleted_count;
    segment->live_length -= segment->deletions.deleted_length;
    return LEDE_OK;
}

lede_status segment_open(const char *dir, const struct manifest_segment *entry,
    struct segment **segment_out, lede_error *error)
{
    char name[LEDE_FILE_NAME_BYTES_MAX];
    char path[LEDE_PATH_BYTES_MAX];
    segment_file_name(entry->number, name);
    lede_status status = path_join(path, sizeof path, dir, name, error);
    if (status != LEDE_OK) {
        return status;
    }
    struct segment *segment = mem_zalloc(1, sizeof *segment);
    if (segment == NULL) {
        return lede_fail_nomem(error);
    }
    segment->number = entry->number;
    status = container_open(&segment->container, path, error);
    if (status == LEDE_OK) {
        lede_error fault;
        status = open_parts(segment, entry, &fault);
        if (status != LEDE_OK) {
            (void)lede_fail(error, status, "%s: %s", name, fault.message);
        }
    }
    if (status == LEDE_OK) {
        status = open_deletions(segment, dir, entry, error);
    }
    if (status != LEDE_OK) {
        segment_close(segment);
        return status;
    }
    *segment_out = segment;
    return LEDE_OK;
}

void segment_close(struct segment *segment)
{
    if (segment == NULL) {
        return;
    }
    docstore_close(&segment->docstore);
    deletions_close(&segment->deletions);
    container_close(&segment->container);
    mem_free(segment);
}

/* ---- terms ---- */

static lede_status fail_term(
    const struct segment *segment, unsigned field, lede_error *error, const char *what)
{
    return lede_fail(error, LEDE_ERR_CORRUPT, "%s: %s: %s", segment->container.name,
        section_name(field == FIELD_TEXT ? SECTION_TERMS : SECTION_TITLE_TERMS), what);
}

lede_status segment_resolve_term(const struct segment *segment, unsigned field, const uint8_t *term,
    uint32_t term_length, struct termdict_hit *hit, struct deletion_term *deleted_out,
    lede_error *error)
{
    if (hit->is_alias) {
        struct termdict_hit meant;
        const lede_status status = field == FIELD_TEXT ? LEDE_ERR_NOT_FOUND
                                                       : termdict_find(&segment->terms[FIELD_TEXT],
                                                             term, term_length, &meant, error);
        if (status != LEDE_OK && status != LEDE_ERR_NOT_FOUND) {
            return status;
        }
        if (status == LEDE_ERR_NOT_FOUND || meant.is_alias || meant.entry.df != hit->entry.df ||
            meant.entry.cf != hit->entry.cf) {
            return fail_term(segment, field, error, "an alias is not of a term of the text");
        }
        hit->entry = meant.entry;
    }
    const struct deletion_term deleted =
        deletions_of_term(&segment->deletions, field, hit->ordinal);
    if (deleted.df > hit->entry.df || deleted.cf > hit->entry.cf) {
        return fail_term(segment, field, error, "deletions take more from a term than it has");
    }
    *deleted_out = deleted;
    return LEDE_OK;
}

lede_status segment_find_term(const struct segment *segment, unsigned field, const uint8_t *term,
    uint32_t term_length, struct termdict_hit *hit_out, struct deletion_term *deleted_out,
    lede_error *error)
{
    struct termdict_hit hit;
    struct deletion_term deleted;
    lede_status status = termdict_find(&segment->terms[field], term, term_length, &hit, error);
    if (status == LEDE_OK) {
        status = segment_resolve_term(segment, field, term, term_length, &hit, &deleted, error);
    }
    if (status != LEDE_OK) {
        return status;
    }
    *hit_out = hit;
    *deleted_out = deleted;
    return LEDE_OK;
}

lede_status segment_find_pair(const struct segment *segment, uint32_t first, uint32_t second,
    enum pair_answer *answer_out, struct term_entry *entry_out, lede_error *error)
{
    lede_error fault;
    const lede_status status =
        pair_lists_find(&segment->pairs, first, second, answer_out, entry_out, &fault);
    return status == LEDE_OK
               ? LEDE_OK
               : lede_fail(error, status, "%s: %s", segment->container.name, fault.message);
}
