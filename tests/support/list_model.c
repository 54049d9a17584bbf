#include "support/list_model.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "support/rng.h"

static uint32_t model_gap(enum list_style style, struct rng *rng)
{
    const uint32_t random = rng_next32(rng);
    switch (style) {
    case STYLE_DENSE: return 1 + random % 3;
    case STYLE_RUNS: return random % 300 == 0 ? 1 + random % 5000 : 1;
    case STYLE_SPARSE: return 1 + random % 120;
    case STYLE_BITS: return random % 200 == 0 ? 1 + random % 500 : 1 + random % 4;
    default: return random % 9 == 0 ? 1 + random % 300 : 1 + random % 9;
    }
}

static uint32_t model_tf(enum list_style style, struct rng *rng)
{
    const uint32_t random = rng_next32(rng);
    if (style == STYLE_MANY_TF && random % 97 == 0) {
        return 1 + random % 700;
    }
    return style == STYLE_RUNS || random % 10 < 7 ? 1 : 1 + random % 20;
}

struct list_model list_model_new(
    uint32_t df, enum list_style style, bool has_positions, uint64_t seed)
{
    struct rng rng;
    rng_init(&rng, seed);
    struct list_model model = {0};
    uint32_t total = 0;
    model.docs = calloc(df, sizeof *model.docs);
    model.frequencies = calloc(df, sizeof *model.frequencies);
    model.first_position = calloc(df, sizeof *model.first_position);
    uint32_t last = rng_next32(&rng) % 3 == 0 ? UINT32_MAX : rng_next32(&rng) % 1000;
    for (uint32_t i = 0; i < df; i++) {
        last += model_gap(style, &rng);
        model.docs[i] = last;
        model.frequencies[i] = model_tf(style, &rng);
        model.first_position[i] = total;
        total += model.frequencies[i];
    }
    model.doc_count = last + 1 + rng_next32(&rng) % 100;
    model.lengths = calloc(model.doc_count, sizeof *model.lengths);
    for (uint32_t i = 0; i < model.doc_count; i++) {
        model.lengths[i] = 1 + rng_next32(&rng) % (rng_next32(&rng) % 50 == 0 ? 200000 : 900);
    }
    model.scale = malloc(sizeof *model.scale);
    range_scale_choose(model.scale, model.lengths, model.doc_count);
    model.positions = calloc(total, sizeof *model.positions);
    for (uint32_t i = 0; i < df; i++) {
        uint32_t position = rng_next32(&rng) % 1000;
        for (uint32_t p = 0; p < model.frequencies[i]; p++) {
            model.positions[model.first_position[i] + p] = position;
            position += 1 + rng_next32(&rng) % (rng_next32(&rng) % 40 == 0 ? 100000 : 60);
        }
    }
    model.list = (struct posting_list){.docs = model.docs,
        .frequencies = model.frequencies,
        .count = df,
        .positions = has_positions ? model.positions : NULL,
        .lengths = model.lengths,
        .scale = model.scale,
        .doc_count = style == STYLE_BITS ? model.doc_count : 0};
    return model;
}

uint32_t list_model_rank(const struct list_model *model, uint32_t doc)
{
    uint32_t low = 0;
    for (uint32_t high = model->list.count; low < high;) {
        const uint32_t middle = low + (high - low) / 2;
        if (model->docs[middle] < doc) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool list_model_has(const struct list_model *model, uint32_t doc)
{
    const uint32_t place = list_model_rank(model, doc);
    return place < model->list.count && model->docs[place] == doc;
}

void list_model_free(struct list_model *model)
{
    free(model->docs);
    free(model->frequencies);
    free(model->positions);
    free(model->lengths);
    free(model->scale);
    free(model->first_position);
}

static struct span copy_part(const struct buf *part, uint8_t **copy_out)
{
    uint8_t *copy = calloc(part->size + LEDE_READ_PADDING, 1);
    ck_assert_ptr_nonnull(copy);
    if (part->size > 0) {
        memcpy(copy, part->data, part->size);
    }
    *copy_out = copy;
    return span_of(copy, part->size);
}

struct stored_list stored_list_new(const struct list_model *model)
{
    struct postings_writer writer;
    struct stored_list stored = {0};
    lede_error error;
    postings_writer_init(&writer);
    /* Something before it, so that no offset is 0. */
    buf_append_zeros(&writer.postings, 5);
    buf_append_zeros(&writer.rows, 3);
    buf_append_zeros(&writer.positions, 2);
    ck_assert_int_eq(postings_writer_add(&writer, &model->list, &stored.entry, &error), LEDE_OK);
    stored.source = (struct postings_source){.doc_count = model->doc_count,
        .has_dense = model->list.doc_count > 0,
        .bitpack = bitpack_ops_for(cpu_features())};
    stored.source.postings = copy_part(&writer.postings, &stored.parts[0]);
    stored.source.rows = copy_part(&writer.rows, &stored.parts[1]);
    stored.source.positions = copy_part(&writer.positions, &stored.parts[2]);
    postings_writer_release(&writer);
    return stored;
}

void stored_list_free(struct stored_list *stored)
{
    for (int i = 0; i < 3; i++) {
        free(stored->parts[i]);
    }
}
