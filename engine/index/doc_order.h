/* doc_order.h -- the documents of a segment in the order it numbers them.
 *
 * By date ascending, undated ones first; at the same date by id in descending byte order. So of two
 * documents with equal scores the one with the higher number ranks first (engine/README.md, Order), and
 * dates are intervals of numbers. Dead documents get no number.
 */
#ifndef INDEX_DOC_ORDER_H
#define INDEX_DOC_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "index/doc_table.h"

struct doc_order {
    uint32_t *arrivals; /* by number in the segment: place in the table */
    uint32_t *numbers;  /* by place in the table: number in the segment, DOC_END for dead ones */
    uint32_t doc_count; /* live documents */
    bool is_arrival;    /* arrivals ascend */
};

lede_status doc_order_init(struct doc_order *order, const struct doc_table *docs) MUST_CHECK;
void doc_order_release(struct doc_order *order); /* a zeroed one is fine */

#endif
