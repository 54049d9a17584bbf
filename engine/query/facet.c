/* Matches ascend, and so do periods: where one match lay is where the next is looked for first. */
#include "query/facet.h"

#include <string.h>

#include "base/assert.h"
#include "base/sort.h"

enum { DOCS_AT_ONCE = 4096 };

static enum date_precision precision_of(enum facet_kind kind)
{
    return kind == FACET_YEAR ? DATE_YEAR : kind == FACET_MONTH ? DATE_MONTH : DATE_DAY;
}

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
        if (requests[i].kind == FACET_KEYWORD) {
            facets->wants_keywords = true;
        } else {
            const enum date_precision precision = precision_of(requests[i].kind);
            facets->wants_dates = true;
            facets->precision = precision > facets->precision ? precision : facets->precision;
        }
    }
    if (facets->wants_keywords) {
        facets->docs = arena_array(arena, DOCS_AT_ONCE, sizeof *facets->docs);
        return facets->docs == NULL ? lede_fail_nomem(error) : LEDE_OK;
    }
    return LEDE_OK;
}

/* ---- periods ---- */

/* The first bucket of the day table, from `from` on, whose key is at least `key`. */
static uint32_t bucket_at(const struct dates *dates, uint32_t from, date_key key)
{
    uint32_t first, end;
    uint32_t high = dates->bucket_count;
    for (uint32_t step = 1; from + step < high; step *= 2) {
        if (dates_bucket(dates, from + step, &first, &end) >= key) {
            high = from + step;
            break;
        }
        from += step;
    }
    while (from < high) {
        const uint32_t middle = from + (high - from) / 2;
        if (dates_bucket(dates, middle, &first, &end) < key) {
            from = middle + 1;
        } else {
            high = middle;
        }
    }
    return from;
}

/* The segment's periods, in one walk over the starts of them in the day table. */
static lede_status find_periods(struct facets *facets, lede_error *error)
{
    const struct dates *dates = &facets->segment->dates;
    const uint32_t buckets = dates->bucket_count;
    facets->periods = arena_array(facets->arena, buckets, sizeof *facets->periods);
    if (facets->periods == NULL) {
        return lede_fail_nomem(error);
    }
    facets->period_count = 0;
    facets->period = 0;
    for (uint32_t bucket = 0; bucket < buckets;) {
        uint32_t first, end;
        const date_key day = dates_bucket(dates, bucket, &first, &end);
        const date_key key = date_cut(day, facets->precision);
        uint32_t next = bucket + 1;
        /* A date as coarse as this is alone in its bucket. */
        if (facets->precision != DATE_DAY && date_precision_of(key) == facets->precision) {
            next = bucket_at(dates, next, date_period_end(key));
        }
        if (next < buckets) {
            uint32_t after;
            (void)dates_bucket(dates, next, &end, &after);
        } else {
            end = dates->doc_count;
        }
        facets->periods[facets->period_count++] =
            (struct facet_period){.key = key, .first = first, .end = end};
        bucket = next;
    }
    return LEDE_OK;
}

lede_status facets_begin(struct facets *facets, const struct segment *segment, lede_error *error)
{
    facets->segment = segment;
    if (facets->wants_dates) {
        const lede_status status = find_periods(facets, error);
        if (status != LEDE_OK) {
            return status;
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

/* ---- counting ---- */

/* The period that `doc` lies in or, where a damaged table has none, the next one. */
static struct facet_period *period_of(struct facets *facets, uint32_t doc)
{
    while (facets->period < facets->period_count && facets->periods[facets->period].end <= doc) {
        facets->period++;
    }
    return facets->period < facets->period_count ? &facets->periods[facets->period] : NULL;
}

static void count_dates(
    struct facets *facets, const uint64_t *words, uint32_t word_count, uint32_t base)
{
    const struct wordset_ops *ops = facets->segment->postings.bitpack->wordset;
    const uint32_t undated = facets->segment->dates.undated_count;
    const uint32_t end = base + word_count * 64;
    if (undated > base) {
        facets->undated += ops->count_range(words, 0, (undated < end ? undated : end) - base);
    }
    struct facet_period *period = period_of(facets, base);
    for (; period != NULL && period->first < end; period = period_of(facets, period->end)) {
        const uint32_t first = period->first > base ? period->first : base;
        const uint32_t last = period->end < end ? period->end : end;
        if (first < last) {
            period->count += (uint32_t)ops->count_range(words, first - base, last - base);
        }
        if (period->end >= end) {
            break;
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

static void count_keywords(struct facets *facets, const uint32_t *docs, uint32_t count)
{
    for (uint32_t i = 0; i < facets->count; i++) {
        if (facets->states[i].request->kind == FACET_KEYWORD) {
            count_keyword(facets, &facets->states[i], docs, count);
        }
    }
}

void facets_add_words(
    struct facets *facets, const uint64_t *words, uint32_t word_count, uint32_t base)
{
    const struct wordset_ops *ops = facets->segment->postings.bitpack->wordset;
    if (facets->wants_dates) {
        count_dates(facets, words, word_count, base);
    }
    for (uint32_t at = 0; facets->wants_keywords && at < word_count; at += DOCS_AT_ONCE / 64) {
        const uint32_t left = word_count - at;
        const uint32_t taken = left < DOCS_AT_ONCE / 64 ? left : DOCS_AT_ONCE / 64;
        const uint32_t count = ops->docs(words + at, taken, base + at * 64, facets->docs);
        count_keywords(facets, facets->docs, count);
    }
}

/* ---- the end of a segment ---- */

/* A chunk with room for so many rows, linked into *list. */
static lede_status new_chunk(
    struct facets *facets, uint32_t rows, struct facet_chunk **list, lede_error *error)
{
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
    uint32_t rows = 0;
    for (uint32_t i = 0; i < facets->period_count; i++) {
        rows += facets->periods[i].count != 0;
    }
    const lede_status status = new_chunk(facets, rows, &facets->dates, error);
    for (uint32_t i = 0; status == LEDE_OK && i < facets->period_count; i++) {
        const struct facet_period *period = &facets->periods[i];
        if (period->count != 0) {
            facets->dates->rows[facets->dates->count++] =
                (struct facet_count){.period = period->key, .count = period->count};
        }
    }
    return status;
}

static lede_status keep_keyword(struct facets *facets, struct facet_state *state, lede_error *error)
{
    const struct keyword_column *column = state->column;
    uint32_t rows = 0;
    for (uint32_t i = 0; i < column->value_count; i++) {
        rows += state->counts[i] != 0;
    }
    const lede_status status = new_chunk(facets, rows, &state->chunks, error);
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
    DASSERT(shorter == 0 || (a.bytes != NULL && b.bytes != NULL));
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
    bool is_sorted = true;
    for (const struct facet_chunk *chunk = chunks; chunk != NULL; chunk = chunk->next) {
        for (uint32_t i = 0; i < chunk->count; i++) {
            rows[at] = chunk->rows[i];
            if (rows[at].value.bytes == NULL) {
                rows[at].period = date_cut(rows[at].period, precision);
            }
            is_sorted = is_sorted && (at == 0 || by_bucket(&rows[at - 1], &rows[at]) <= 0);
            at++;
        }
    }
    if (!is_sorted) {
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
    struct facet_count *rows = NULL;
    size_t count = 0;
    lede_status status = merge_chunks(facets, are_dates ? facets->dates : state->chunks,
        precision_of(request->kind), &rows, &count, error);
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
