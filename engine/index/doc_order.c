#include "index/doc_order.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"

static int compare_docs(const void *a, const void *b, void *context)
{
    const struct table_doc *docs = context;
    const struct table_doc *first = &docs[*(const uint32_t *)a];
    const struct table_doc *second = &docs[*(const uint32_t *)b];
    if (first->date != second->date) {
        return first->date < second->date ? -1 : 1;
    }
    return span_compare(second->id, first->id);
}

lede_status doc_order_init(struct doc_order *order, const struct doc_table *docs)
{
    *order = (struct doc_order){.is_arrival = true};
    order->arrivals = mem_array(docs->live_count, sizeof *order->arrivals);
    order->numbers = mem_array(docs->doc_count, sizeof *order->numbers);
    if (order->arrivals == NULL || order->numbers == NULL) {
        doc_order_release(order);
        return LEDE_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < docs->doc_count; i++) {
        order->numbers[i] = DOC_END;
        if (docs->docs[i].is_dead) {
            continue;
        }
        const uint32_t place = order->doc_count++;
        order->arrivals[place] = i;
        if (place > 0 && compare_docs(&order->arrivals[place - 1], &i, docs->docs) > 0) {
            order->is_arrival = false;
        }
    }
    if (!order->is_arrival) {
        qsort_r(
            order->arrivals, order->doc_count, sizeof *order->arrivals, compare_docs, docs->docs);
    }
    for (uint32_t i = 0; i < order->doc_count; i++) {
        order->numbers[order->arrivals[i]] = i;
    }
    return LEDE_OK;
}

void doc_order_release(struct doc_order *order)
{
    mem_free(order->arrivals);
    mem_free(order->numbers);
    *order = (struct doc_order){0};
}
