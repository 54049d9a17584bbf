/* index_model.h -- the slow twin of an index: documents in an array, and a check that what the writer
 * made of them says the same, posting by posting.
 *
 * Document i has the id "d<i>". Texts are made from a seed: few words, of which some are frequent, some
 * only in titles, so that lists of every kind come about.
 */
#ifndef TESTS_SUPPORT_INDEX_MODEL_H
#define TESTS_SUPPORT_INDEX_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "index/writer.h"
#include "support/rng.h"

enum { INDEX_MODEL_TEXT_BYTES = 1024, INDEX_MODEL_DOCS = 2000, INDEX_MODEL_VALUES = 3 };

struct index_model_doc {
    bool is_live;
    char id[16];
    char title[INDEX_MODEL_TEXT_BYTES];
    char body[INDEX_MODEL_TEXT_BYTES];
    char url[64];
    date_key date;
    uint32_t value_count; /* of the field "source" */
    char values[INDEX_MODEL_VALUES][32];
};

struct index_model {
    struct rng rng;
    struct index_model_doc docs[INDEX_MODEL_DOCS];
    uint32_t doc_count; /* places used; some may not be live */
};

struct index_model *index_model_new(uint64_t seed); /* free() it */

/* Make document i anew, live. */
void index_model_make(struct index_model *model, uint32_t i);

/* Give document i to the writer; the test fails where that fails. */
struct added index_model_add(struct index_model *model, uint32_t i, struct writer *writer);

/* The same, telling the status. */
lede_status index_model_try_add(
    struct index_model *model, uint32_t i, struct writer *writer, struct added *added_out);

/* Compare the last commit of `dir` with the model, and verify every checksum and invariant of it. */
void index_model_check(const struct index_model *model, const char *dir);

#endif
