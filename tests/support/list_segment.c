#include "support/list_segment.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/* Give the list documents all over the segment. */
static void spread(struct list_model *model, uint32_t df, struct rng *rng)
{
    for (uint32_t i = 0; i < df; i++) {
        const uint32_t least = (uint32_t)((uint64_t)SEGMENT_DOCS * i / df);
        const uint32_t next = (uint32_t)((uint64_t)SEGMENT_DOCS * (i + 1) / df);
        model->docs[i] = least + (uint32_t)rng_below(rng, next - least);
    }
}

static void add_list(struct list_segment *made, uint32_t df, struct rng *rng)
{
    const uint32_t at = made->list_count++;
    struct list_model *model = &made->models[at];
    *model = list_model_new(df, (enum list_style)rng_below(rng, STYLE_COUNT), false, rng_next(rng));
    if (model->doc_count > SEGMENT_DOCS || rng_below(rng, 2) == 0) {
        spread(model, df, rng);
    }
    memset(made->places[at], 0xff, sizeof made->places[at]);
    for (uint32_t i = 0; i < df; i++) {
        made->places[at][model->docs[i]] = i;
    }
}

/* No document has fewer words than its lists say. */
static void make_lengths(struct list_segment *made, struct rng *rng)
{
    for (uint32_t doc = 0; doc < SEGMENT_DOCS; doc++) {
        made->lengths[doc] = (uint32_t)rng_below(rng, 1 + rng_skewed(rng, 11));
    }
    for (uint32_t i = 0; i < made->list_count; i++) {
        const struct posting_list *list = &made->models[i].list;
        for (uint32_t j = 0; j < list->count; j++) {
            made->lengths[list->docs[j]] += list->frequencies[j];
        }
    }
    guard_init(&made->length_bytes, sizeof made->lengths + LEDE_READ_PADDING, GUARD_BEHIND);
    memcpy(made->length_bytes.bytes, made->lengths, sizeof made->lengths);
    made->segment.lengths = (struct lengths){.bytes = made->length_bytes.bytes, .width_bytes = 4};
    range_scale_choose(&made->segment.ranges.scale, made->lengths, SEGMENT_DOCS);
}

static void delete_some(struct list_segment *made, uint32_t live_in, struct rng *rng)
{
    struct deletions *deletions = &made->segment.deletions;
    guard_init(&made->bitmap, (SEGMENT_DOCS + 63) / 64 * sizeof(uint64_t), GUARD_BEHIND);
    deletions->bitmap = span_of(made->bitmap.bytes, made->bitmap.size);
    for (uint32_t doc = 0; doc < SEGMENT_DOCS; doc++) {
        const bool is_deleted = rng_below(rng, live_in) != 0;
        made->bitmap.bytes[doc / 8] |= (uint8_t)(is_deleted << doc % 8);
        deletions->deleted_count += is_deleted;
    }
}

struct list_segment *list_segment_new(
    const uint32_t *dfs, uint32_t list_count, uint32_t live_in, struct rng *rng)
{
    struct list_segment *made = calloc(1, sizeof *made);
    ck_assert_ptr_nonnull(made);
    ck_assert_uint_le(list_count, SEGMENT_LISTS_MAX);
    made->segment.meta.doc_count = SEGMENT_DOCS;
    made->segment.ranges.stride = range_bounds_stride(SEGMENT_DOCS);
    while (made->list_count < list_count) {
        add_list(made, dfs[made->list_count], rng);
    }
    make_lengths(made, rng);
    if (live_in > 0) {
        delete_some(made, live_in, rng);
    }
    for (uint32_t i = 0; i < list_count; i++) {
        made->models[i].list.lengths = made->lengths;
        made->models[i].list.scale = &made->segment.ranges.scale;
        made->models[i].list.doc_count = SEGMENT_DOCS;
        made->stored[i] = stored_list_new(&made->models[i]);
        made->stored[i].source.doc_count = SEGMENT_DOCS;
    }
    return made;
}

void list_segment_free(struct list_segment *made)
{
    for (uint32_t i = 0; i < made->list_count; i++) {
        stored_list_free(&made->stored[i]);
        list_model_free(&made->models[i]);
    }
    guard_release(&made->length_bytes);
    guard_release(&made->bitmap);
    free(made);
}

void list_segment_rewind(struct list_segment *made, const struct bitpack_ops *ops)
{
    made->segment.postings.bitpack = ops;
    for (uint32_t i = 0; i < made->list_count; i++) {
        made->stored[i].source.bitpack = ops;
        postings_cursor_init(&made->cursors[i], &made->stored[i].source, &made->stored[i].entry);
    }
}
