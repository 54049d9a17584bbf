/* Matches ascend, and so do the buckets of the day table: the bucket of one match is where the next is
 * looked for first. A search that leaves it goes by bisection. */
#include "query/facet.h"

#include <string.h>

#include "base/sort.h"

lede_status facets_init(struct facets *facets, const struct facet_request *requests, uint32_t count,
    struct arena *arena, lede_error *error)
{
    *facets = (struct facets){.arena = arena, .count = count};
    facets->states = arena_zalloc(arena, count, sizeof *facets->states);
    if (facets->states == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint32_t i = 0; i < count; i++) {
        facets->states[i].request = &requests[i];
        facets->wants_dates = facets->wants_dates || requests[i].kind != FACET_KEYWORD;
    }
    return LEDE_OK;
}

lede_status facets_begin(struct facets *facets, const struct segment *segment, lede_error *error)
{
    facets->segment = segment;
    if (facets->wants_dates) {
        const uint32_t buckets = segment->dates.bucket_count;
        facets->bucket_counts = arena_zalloc(facets->arena, buckets, sizeof(uint32_t));
        facets->bucket_first = facets->bucket_end = 0;
        if (facets->bucket_counts == NULL) {
            return lede_fail_nomem(error);
        }
    }
    for (uint32_t i = 0; i < facets->count; i++) {
        struct facet_state *state = &facets->states[i];
        if (state->request->kind != FACET_KEYWORD) {
            continue;
        }
        const char *name = state->request->keyword;
        state->column = keywords_field(&segment->keywords, name, strlen(name));
        if (state->column != NULL) {
            state->counts =
                arena_zalloc(facets->arena, state->column->value_count, sizeof(uint32_t));
            if (state->counts == NULL) {
                return lede_fail_nomem(error);
            }
        }
    }
    return LEDE_OK;
}

/* Stand on the bucket that holds `doc`; false where the table, damaged, has none. */
static bool find_bucket(struct facets *facets, uint32_t doc)
{
    const struct dates *dates = &facets->segment->dates;
    uint32_t first, end;
    uint32_t low = 0;
    for (uint32_t high = dates->bucket_count; low < high;) {
        const uint32_t middle = low + (high - low) / 2;
        (void)dates_bucket(dates, middle, &first, &end);
        if (end <= doc) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == dates->bucket_count) {
        return false;
    }
    (void)dates_bucket(dates, low, &first, &end);
    facets->bucket = low;
    facets->bucket_first = first;
    facets->bucket_end = end;
    return doc >= first && doc < end;
}

static void count_dates(struct facets *facets, const uint32_t *docs, uint32_t count)
{
    const uint32_t undated = facets->segment->dates.undated_count;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t doc = docs[i];
        if (doc < undated) {
            facets->undated++;
            continue;
        }
        if ((doc >= facets->bucket_first && doc < facets->bucket_end) || find_bucket(facets, doc)) {
            facets->bucket_counts[facets->bucket]++;
        }
    }
}

static void count_keyword(
    struct facets *facets, struct facet_state *state, const uint32_t *docs, uint32_t count)
{
    if (state->column == NULL) {
        state->missing += count;
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t values = keyword_ordinals(state->column, docs[i], facets->ordinals);
        for (uint32_t j = 0; j < values; j++) {
            state->counts[facets->ordinals[j]]++;
        }
        state->missing += values == 0;
    }
}

void facets_add(struct facets *facets, const uint32_t *docs, uint32_t count)
{
    if (facets->wants_dates) {
        count_dates(facets, docs, count);
    }
    for (uint32_t i = 0; i < facets->count; i++) {
        if (facets->states[i].request->kind == FACET_KEYWORD) {
            count_keyword(facets, &facets->states[i], docs, count);
        }
    }
}

/* ---- the end of a segment ---- */

/* A chunk, linked into *list, with room for what is not zero among `counts`. */
static lede_status new_chunk(struct facets *facets, const uint32_t *counts, uint32_t size,
    struct facet_chunk **list, lede_error *error)
{
    uint32_t rows = 0;
    for (uint32_t i = 0; i < size; i++) {
        rows += counts[i] != 0;
    }
    struct facet_chunk *chunk =
        arena_alloc(facets->arena, sizeof *chunk + (size_t)rows * sizeof(struct facet_count));
    if (chunk == NULL) {
        return lede_fail_nomem(error);
    }
    chunk->count = 0;
    chunk->next = *list;
    *list = chunk;
    return LEDE_OK;
}

static lede_status keep_dates(struct facets *facets, lede_error *error)
{
    const struct dates *dates = &facets->segment->dates;
    const lede_status status =
        new_chunk(facets, facets->bucket_counts, dates->bucket_count, &facets->dates, error);
    if (status != LEDE_OK) {
        return status;
    }
    struct facet_chunk *chunk = facets->dates;
    for (uint32_t i = 0; i < dates->bucket_count; i++) {
        if (facets->bucket_counts[i] != 0) {
            uint32_t first, end;
            chunk->rows[chunk->count++] = (struct facet_count){
                .period = dates_bucket(dates, i, &first, &end), .count = facets->bucket_counts[i]};
        }
    }
    return LEDE_OK;
}

static lede_status keep_keyword(struct facets *facets, struct facet_state *state, lede_error *error)
{
    const struct keyword_column *column = state->column;
    const lede_status status =
        new_chunk(facets, state->counts, column->value_count, &state->chunks, error);
    if (status != LEDE_OK) {
        return status;
    }
    struct facet_chunk *chunk = state->chunks;
    for (uint32_t i = 0; i < column->value_count; i++) {
        if (state->counts[i] != 0) {
            chunk->rows[chunk->count++] =
                (struct facet_count){.value = keyword_value(column, i), .count = state->counts[i]};
        }
    }
    return LEDE_OK;
}

lede_status facets_end(struct facets *facets, lede_error *error)
{
    lede_status status = facets->wants_dates ? keep_dates(facets, error) : LEDE_OK;
    for (uint32_t i = 0; status == LEDE_OK && i < facets->count; i++) {
        struct facet_state *state = &facets->states[i];
        if (state->request->kind == FACET_KEYWORD && state->column != NULL) {
            status = keep_keyword(facets, state, error);
        }
    }
    return status;
}

/* ---- the whole ---- */

static int compare_values(struct span a, struct span b)
{
    const size_t shorter = a.size < b.size ? a.size : b.size;
    const int order = shorter == 0 ? 0 : memcmp(a.bytes, b.bytes, shorter);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

/* By period, then by value: each facet uses one of them, and the other is the same throughout. */
static int by_bucket(const void *left, const void *right)
{
    const struct facet_count *a = left;
    const struct facet_count *b = right;
    return a->period != b->period ? (a->period > b->period) - (a->period < b->period)
                                  : compare_values(a->value, b->value);
}

static int by_count(const void *left, const void *right)
{
    const struct facet_count *a = left;
    const struct facet_count *b = right;
    return a->count != b->count ? (a->count < b->count) - (a->count > b->count)
                                : compare_values(a->value, b->value);
}

/* All rows of a list of chunks, periods cut to `precision`, each bucket once. */
static lede_status merge_chunks(struct facets *facets, const struct facet_chunk *chunks,
    enum date_precision precision, struct facet_count **rows_out, size_t *count_out,
    lede_error *error)
{
    size_t total = 0;
    for (const struct facet_chunk *chunk = chunks; chunk != NULL; chunk = chunk->next) {
        total += chunk->count;
    }
    struct facet_count *rows = arena_array(facets->arena, total, sizeof *rows);
    if (rows == NULL) {
        return lede_fail_nomem(error);
    }
    size_t at = 0;
    for (const struct facet_chunk *chunk = chunks; chunk != NULL; chunk = chunk->next) {
        for (uint32_t i = 0; i < chunk->count; i++) {
            rows[at] = chunk->rows[i];
            if (rows[at].value.bytes == NULL) {
                rows[at].period = date_cut(rows[at].period, precision);
            }
            at++;
        }
    }
    if (total > 1) {
        sort_rows(rows, total, sizeof *rows, by_bucket);
    }
    size_t count = 0;
    for (size_t i = 0; i < total; i++) {
        if (count > 0 && by_bucket(&rows[count - 1], &rows[i]) == 0) {
            rows[count - 1].count += rows[i].count;
        } else {
            rows[count++] = rows[i];
        }
    }
    *rows_out = rows;
    *count_out = count;
    return LEDE_OK;
}

static lede_status copy_rows(const struct facet_count *rows, size_t count, bool are_dates,
    struct arena *results, lede_facet *facet_out, lede_error *error)
{
    lede_facet_value *values = arena_array(results, count, sizeof *values);
    if (values == NULL) {
        return lede_fail_nomem(error);
    }
    for (size_t i = 0; i < count; i++) {
        char date[DATE_TEXT_BYTES];
        struct span text = rows[i].value;
        if (are_dates) {
            text = span_of(date, date_format(rows[i].period, date));
        }
        values[i].count = rows[i].count;
        values[i].value.length = text.size;
        values[i].value.data = arena_cstr(results, text.bytes, text.size);
        if (values[i].value.data == NULL) {
            return lede_fail_nomem(error);
        }
    }
    facet_out->values = values;
    facet_out->value_count = count;
    return LEDE_OK;
}

static lede_status finish_one(struct facets *facets, const struct facet_state *state,
    struct arena *results, lede_facet *facet_out, lede_error *error)
{
    const struct facet_request *request = state->request;
    const bool are_dates = request->kind != FACET_KEYWORD;
    const enum date_precision precision = request->kind == FACET_YEAR    ? DATE_YEAR
                                          : request->kind == FACET_MONTH ? DATE_MONTH
                                                                         : DATE_DAY;
    struct facet_count *rows = NULL;
    size_t count = 0;
    lede_status status = merge_chunks(
        facets, are_dates ? facets->dates : state->chunks, precision, &rows, &count, error);
    if (status != LEDE_OK) {
        return status;
    }
    if (!are_dates) {
        if (count > 1) {
            sort_rows(rows, count, sizeof *rows, by_count);
        }
        count = count < request->limit ? count : request->limit;
    }
    const char *name = arena_cstr(results, request->name.bytes, request->name.size);
    if (name == NULL) {
        return lede_fail_nomem(error);
    }
    facet_out->name = (lede_text){.data = name, .length = request->name.size};
    facet_out->missing = are_dates ? facets->undated : state->missing;
    return copy_rows(rows, count, are_dates, results, facet_out, error);
}

lede_status facets_finish(
    struct facets *facets, struct arena *results, lede_facet *facets_out, lede_error *error)
{
    lede_status status = LEDE_OK;
    for (uint32_t i = 0; status == LEDE_OK && i < facets->count; i++) {
        status = finish_one(facets, &facets->states[i], results, &facets_out[i], error);
    }
    return status;
}
