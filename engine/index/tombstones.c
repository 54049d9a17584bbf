#include "index/tombstones.h"

#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/limits.h"
#include "index/dead_postings.h"

/* Growing rows of one dictionary. */
struct rows {
    struct deletion_term *terms;
    size_t count;
    size_t capacity;
};

struct tally {
    const uint64_t *bitmap;
    const struct segment *segment;
    struct rows fields[FIELD_COUNT];
    lede_error *error;
};

static size_t word_count(const struct segment *segment)
{
    return ((size_t)segment->meta.doc_count + 63) / 64;
}

void tombstones_init(struct tombstones *tombstones, const struct segment *segment)
{
    *tombstones = (struct tombstones){.deleted_count = segment->deletions.deleted_count};
}

void tombstones_release(struct tombstones *tombstones)
{
    mem_free(tombstones->bitmap);
    *tombstones = (struct tombstones){0};
}

bool tombstones_has(
    const struct tombstones *tombstones, const struct segment *segment, uint32_t doc)
{
    if (tombstones->bitmap == NULL) {
        return deletions_has(&segment->deletions, doc);
    }
    return (tombstones->bitmap[doc / 64] >> (doc % 64) & 1) != 0;
}

/* A new bitmap of what is deleted, NULL without memory. */
static uint64_t *make_bitmap(const struct tombstones *tombstones, const struct segment *segment)
{
    uint64_t *bitmap = mem_zalloc(word_count(segment), sizeof *bitmap);
    const uint32_t doc_count = tombstones->deleted_count > 0 ? segment->meta.doc_count : 0;
    for (uint32_t doc = 0; bitmap != NULL && doc < doc_count; doc++) {
        bitmap[doc / 64] |= (uint64_t)tombstones_has(tombstones, segment, doc) << (doc % 64);
    }
    return bitmap;
}

lede_status tombstones_reserve(struct tombstones *tombstones, const struct segment *segment)
{
    if (tombstones->bitmap == NULL) {
        tombstones->bitmap = make_bitmap(tombstones, segment);
    }
    return tombstones->bitmap == NULL ? LEDE_ERR_NOMEM : LEDE_OK;
}

lede_status tombstones_copy(
    const struct tombstones *tombstones, const struct segment *segment, uint64_t **bitmap_out)
{
    if (tombstones->deleted_count == 0) {
        *bitmap_out = NULL;
        return LEDE_OK;
    }
    uint64_t *bitmap = make_bitmap(tombstones, segment);
    if (bitmap == NULL) {
        return LEDE_ERR_NOMEM;
    }
    *bitmap_out = bitmap;
    return LEDE_OK;
}

void tombstones_add(struct tombstones *tombstones, uint32_t doc)
{
    const uint64_t bit = UINT64_C(1) << (doc % 64);
    ASSERT(tombstones->bitmap != NULL);
    ASSERT((tombstones->bitmap[doc / 64] & bit) == 0);
    tombstones->bitmap[doc / 64] |= bit;
    tombstones->deleted_count++;
    tombstones->is_changed = true;
}

static lede_status add_row(struct rows *rows, struct deletion_term row)
{
    if (rows->count == rows->capacity) {
        const size_t capacity = rows->capacity == 0 ? 256 : rows->capacity * 2;
        struct deletion_term *terms = mem_resize(rows->terms, capacity * sizeof *terms);
        if (terms == NULL) {
            return LEDE_ERR_NOMEM;
        }
        rows->terms = terms;
        rows->capacity = capacity;
    }
    rows->terms[rows->count++] = row;
    return LEDE_OK;
}

static lede_status count_term(
    struct tally *tally, unsigned field, const struct term_entry *entry, uint32_t ordinal)
{
    struct deletion_term row = {0};
    const lede_status status =
        dead_postings_count(tally->segment, tally->bitmap, entry, &row, tally->error);
    row.ordinal = ordinal;
    if (status != LEDE_OK || row.df == 0) {
        return status;
    }
    return add_row(&tally->fields[field], row) == LEDE_OK ? LEDE_OK : lede_fail_nomem(tally->error);
}

static lede_status count_field(struct tally *tally, unsigned field)
{
    struct termdict_walk walk;
    termdict_walk_begin(&walk, &tally->segment->terms[field], (const uint8_t *)"", 0);
    for (; walk.status == LEDE_OK; termdict_walk_next(&walk)) {
        struct termdict_hit hit = walk.hit;
        lede_status status = LEDE_OK;
        if (hit.is_alias) {
            status = termdict_find(&tally->segment->terms[FIELD_TEXT], walk.term, walk.term_length,
                &hit, tally->error);
        }
        if (status == LEDE_OK) {
            status = count_term(tally, field, &hit.entry, walk.ordinal);
        } else if (status == LEDE_ERR_NOT_FOUND) {
            walk.status = LEDE_ERR_CORRUPT;
            break;
        }
        if (status != LEDE_OK) {
            return status;
        }
    }
    if (walk.status != LEDE_ERR_NOT_FOUND) {
        return lede_fail(tally->error, LEDE_ERR_CORRUPT, "segment %llu: %s cannot be read",
            (unsigned long long)tally->segment->number,
            section_name(field == FIELD_TEXT ? SECTION_TERMS : SECTION_TITLE_TERMS));
    }
    return LEDE_OK;
}

static lede_status encode(
    const struct tombstones *tombstones, const struct tally *tally, struct buf *file)
{
    struct deletions_input input = {
        .bitmap = tombstones->bitmap,
        .doc_count = tally->segment->meta.doc_count,
        .deleted_count = tombstones->deleted_count,
    };
    for (uint32_t doc = dead_postings_next(tally->segment, tally->bitmap, 0); doc != DOC_END;
         doc = dead_postings_next(tally->segment, tally->bitmap, doc + 1)) {
        input.deleted_length += lengths_at(&tally->segment->lengths, doc);
    }
    for (unsigned field = 0; field < FIELD_COUNT; field++) {
        input.terms[field] = tally->fields[field].terms;
        input.term_counts[field] = tally->fields[field].count;
    }
    return deletions_encode(&input, file) == LEDE_OK ? LEDE_OK : lede_fail_nomem(tally->error);
}

lede_status tombstones_encode(const struct tombstones *tombstones, const struct segment *segment,
    struct buf *file, lede_error *error)
{
    ASSERT(tombstones->bitmap != NULL);
    struct tally tally = {.bitmap = tombstones->bitmap, .segment = segment, .error = error};
    lede_status status = LEDE_OK;
    for (unsigned field = 0; status == LEDE_OK && field < FIELD_COUNT; field++) {
        status = count_field(&tally, field);
    }
    if (status == LEDE_OK) {
        status = encode(tombstones, &tally, file);
    }
    for (unsigned field = 0; field < FIELD_COUNT; field++) {
        mem_free(tally.fields[field].terms);
    }
    return status;
}
