#include "index/term_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/bytes.h"

static struct span name_of(const struct term_list *list, const struct listed_term *term)
{
    return term_table_name(&list->inverters->inverters[term->table].terms, term->number);
}

struct span term_list_name(const struct term_list *list, uint32_t place)
{
    return name_of(list, &list->terms[place]);
}

/* Equal terms by table, so that the order is one whatever sorts. */
static int compare_terms(const void *a, const void *b, void *context)
{
    const struct listed_term *first = a;
    const struct listed_term *second = b;
    if (first->prefix != second->prefix) {
        return first->prefix < second->prefix ? -1 : 1;
    }
    const int order = span_compare(name_of(context, first), name_of(context, second));
    return order != 0 ? order : (first->table > second->table) - (first->table < second->table);
}

static void add_table(struct term_list *list, uint32_t table)
{
    const struct term_table *terms = &list->inverters->inverters[table].terms;
    for (uint32_t i = 0; i < terms->term_count; i++) {
        uint8_t prefix[8] = {0};
        const struct span name = term_table_name(terms, i);
        memcpy(prefix, name.bytes, name.size < sizeof prefix ? name.size : sizeof prefix);
        list->terms[list->count++] =
            (struct listed_term){.prefix = load_be64(prefix), .number = i, .table = table};
    }
}

lede_status term_list_init(struct term_list *list, const struct inverters *inverters)
{
    *list = (struct term_list){.inverters = inverters};
    uint64_t count = 0;
    for (uint32_t i = 0; i < inverters->count; i++) {
        count += inverters->inverters[i].terms.term_count;
    }
    list->terms = count > UINT32_MAX ? NULL : mem_array((size_t)count, sizeof *list->terms);
    if (list->terms == NULL) {
        return LEDE_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < inverters->count; i++) {
        add_table(list, i);
    }
    qsort_r(list->terms, list->count, sizeof *list->terms, compare_terms, list);
    return LEDE_OK;
}

void term_list_release(struct term_list *list)
{
    mem_free(list->terms);
    *list = (struct term_list){0};
}

uint32_t term_list_group(
    const struct term_list *list, uint32_t first, struct term_sources *sources_out)
{
    DASSERT(first < list->count);
    const struct span name = term_list_name(list, first);
    uint32_t end = first;
    sources_out->count = 0;
    do {
        const struct listed_term *term = &list->terms[end++];
        sources_out->terms[sources_out->count++] =
            &list->inverters->inverters[term->table].terms.terms[term->number];
    } while (end < list->count && list->terms[end].prefix == list->terms[first].prefix &&
             span_compare(term_list_name(list, end), name) == 0);
    return end;
}
