/* list_model.h -- random posting lists as arrays, and the bytes that they are written to.
 */
#ifndef SUPPORT_LIST_MODEL_H
#define SUPPORT_LIST_MODEL_H

#include "storage/postings.h"

/* Of STYLE_BITS is a dense list where it has two blocks or more; the others are lists of a segment without any. */
enum list_style { STYLE_DENSE, STYLE_SPARSE, STYLE_RUNS, STYLE_MANY_TF, STYLE_BITS, STYLE_COUNT };

struct list_model {
    struct posting_list list;
    uint32_t *docs, *frequencies, *positions, *lengths;
    uint32_t *first_position; /* of document i in positions */
    struct range_scale *scale;
    uint32_t doc_count;
};

/* The three parts of a list, each in memory of exactly its size and the padding. */
struct stored_list {
    struct postings_source source;
    struct term_entry entry;
    uint8_t *parts[3];
};

/* A list of `df` documents. */
struct list_model list_model_new(
    uint32_t df, enum list_style style, bool has_positions, uint64_t seed);
void list_model_free(struct list_model *model);

/* The place of the first of the model's documents that is >= doc. */
uint32_t list_model_rank(const struct list_model *model, uint32_t doc);
bool list_model_has(const struct list_model *model, uint32_t doc);

struct stored_list stored_list_new(const struct list_model *model);
void stored_list_free(struct stored_list *stored);

#endif
