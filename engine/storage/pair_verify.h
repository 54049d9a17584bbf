/* pair_verify.h -- hold a segment's pair lists against its positions. */
#ifndef STORAGE_PAIR_VERIFY_H
#define STORAGE_PAIR_VERIFY_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "storage/pair_lists.h"

/* Whether every pair of frequent terms that stands in a document is listed with it, and none that does not;
 * that names are sound and codes are right. `dict` and `source`: of the text lists, which are taken as they are;
 * `lengths`: by document. On the first fault LEDE_ERR_CORRUPT and a sentence in `message`; LEDE_ERR_NOMEM.
 *
 * Memory   eight bytes a document, and a cursor a frequent term.
 * Cost     the positions of the frequent terms and all pair lists are read once. */
lede_status pair_lists_verify(const struct pair_lists *pairs, const struct termdict *dict,
    const struct postings_source *source, const struct range_scale *scale, const uint32_t *lengths,
    char *message, size_t message_size) MUST_CHECK;

#endif
