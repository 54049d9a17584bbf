/* Both count through an interval of documents; the keyword one has a `matches` on top. */
#include "query/filter_iter.h"

struct filter_iter {
    struct doc_iter base;
    uint32_t end;
    const struct keyword_column *column;
    const uint32_t *ordinals;
    uint32_t ordinal_count;
    uint32_t *scratch; /* LEDE_KEYWORD_VALUES_MAX */
};

/* Reading a document's ordinals. */
enum { KEYWORD_MATCH_COST = 4 };

static uint32_t interval_seek(struct doc_iter *iter, uint32_t target)
{
    const uint32_t doc = iter->doc > target ? iter->doc : target;
    return iter->doc = doc < ((struct filter_iter *)iter)->end ? doc : DOC_END;
}

static uint32_t interval_next(struct doc_iter *iter)
{
    return iter->doc == DOC_END ? DOC_END : interval_seek(iter, iter->doc + 1);
}

static bool has_ordinal(const struct filter_iter *filter, uint32_t ordinal)
{
    uint32_t low = 0;
    for (uint32_t high = filter->ordinal_count; low < high;) {
        const uint32_t middle = low + (high - low) / 2;
        if (filter->ordinals[middle] < ordinal) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < filter->ordinal_count && filter->ordinals[low] == ordinal;
}

static bool keyword_matches(struct doc_iter *iter)
{
    const struct filter_iter *filter = (const struct filter_iter *)iter;
    const uint32_t count = keyword_ordinals(filter->column, iter->doc, filter->scratch);
    for (uint32_t i = 0; i < count; i++) {
        if (has_ordinal(filter, filter->scratch[i])) {
            return true;
        }
    }
    return false;
}

static const struct doc_iter_ops INTERVAL_OPS = {.next = interval_next, .seek = interval_seek};
static const struct doc_iter_ops KEYWORD_OPS = {
    .next = interval_next, .seek = interval_seek, .matches = keyword_matches};

static struct filter_iter *new_filter(
    struct arena *arena, const struct doc_iter_ops *ops, uint32_t first, uint32_t end)
{
    struct filter_iter *filter = arena_zalloc(arena, 1, sizeof *filter);
    if (filter != NULL) {
        filter->base.ops = ops;
        filter->base.doc = first < end ? first : DOC_END;
        filter->base.cost = first < end ? end - first : 0;
        filter->end = end;
    }
    return filter;
}

struct doc_iter *interval_iter_new(struct arena *arena, uint32_t first, uint32_t end)
{
    struct filter_iter *filter = new_filter(arena, &INTERVAL_OPS, first, end);
    return filter == NULL ? NULL : &filter->base;
}

struct doc_iter *keyword_iter_new(struct arena *arena, const struct keyword_column *column,
    const uint32_t *ordinals, uint32_t ordinal_count, uint32_t doc_count)
{
    struct filter_iter *filter = new_filter(arena, &KEYWORD_OPS, 0, doc_count);
    uint32_t *scratch = arena_array(arena, LEDE_KEYWORD_VALUES_MAX, sizeof *scratch);
    if (filter == NULL || scratch == NULL) {
        return NULL;
    }
    filter->column = column;
    filter->ordinals = ordinals;
    filter->ordinal_count = ordinal_count;
    filter->scratch = scratch;
    filter->base.match_cost = KEYWORD_MATCH_COST;
    return &filter->base;
}
