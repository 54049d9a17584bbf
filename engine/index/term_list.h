/* term_list.h -- the terms of a batch's tables, sorted by their bytes.
 *
 *     bank (table 0)  bank (table 1)  minsk (table 1)  river (table 0)
 *     '-- a group ---------------'
 *
 * A term that several tables have stands there as often, side by side: a group.
 */
#ifndef INDEX_TERM_LIST_H
#define INDEX_TERM_LIST_H

#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "index/chain_reader.h"
#include "index/inverters.h"

/* What is sorted: the first bytes of a term as a number decide nearly always. */
struct listed_term {
    uint64_t prefix;
    uint32_t number; /* in its table */
    uint32_t table;
};

struct term_list {
    const struct inverters *inverters; /* borrowed */
    struct listed_term *terms;
    uint32_t count;
};

/* Of settled inverters. LEDE_ERR_NOMEM. */
lede_status term_list_init(struct term_list *list, const struct inverters *inverters) MUST_CHECK;
void term_list_release(struct term_list *list); /* a zeroed one is fine */

struct span term_list_name(const struct term_list *list, uint32_t place);

/* The group that begins at `first`: its tables' terms, and where the next one begins. */
uint32_t term_list_group(
    const struct term_list *list, uint32_t first, struct term_sources *sources_out);

#endif
