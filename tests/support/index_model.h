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

enum { MODEL_TEXT_BYTES = 1024, MODEL_DOCS = 2000, MODEL_VALUES = 3 };

struct model_doc {
    bool is_live;
    char id[16];
    char title[MODEL_TEXT_BYTES];
    char body[MODEL_TEXT_BYTES];
    char url[64];
    date_key date;
    uint32_t value_count; /* of the field "source" */
    char values[MODEL_VALUES][32];
};

struct model {
    struct rng rng;
    struct model_doc docs[MODEL_DOCS];
    uint32_t doc_count; /* places used; some may not be live */
};

struct model *model_new(uint64_t seed); /* free() it */

/* Make document i anew, live. */
void model_make(struct model *model, uint32_t i);

/* Give document i to the writer; the test fails where that fails. */
struct added model_add(struct model *model, uint32_t i, struct writer *writer);

/* The same, telling the status. */
lede_status model_try_add(
    struct model *model, uint32_t i, struct writer *writer, struct added *added_out);

/* Compare the last commit of `dir` with the model, and verify every checksum and invariant of it. */
void model_check(const struct model *model, const char *dir);

#endif
