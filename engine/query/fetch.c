/* A score in units is printed as it is where that is exact to 2e-6 (bm25.h). Else, and where parts are asked
 * for, or where the order was by date and nothing was scored, the document is visited again with the
 * plan's iterators, leaf by leaf. */
#include "query/fetch.h"

#include "base/sort.h"
#include "query/snippet.h"

enum {
    /* Room for what stands before the body in a record: title, url, fields. More is read again whole. */
    FETCH_HEAD_BYTES = 1 << 16,
};

struct fetch {
    const struct search_request *request;
    const struct search_environment *environment;
    struct binder *binder;
    struct lede_results *results;
    struct snippeter snippeter;
    struct buf *text;            /* of a snippet */
    struct record_field *fields; /* LEDE_DOCUMENT_FIELDS_MAX */
    lede_score_part *parts;      /* of one hit: leaf_count of the plan */
    uint32_t *units;             /* of each part */
    lede_error *error;
};

static lede_status copy_text(struct fetch *fetch, struct span from, lede_text *text_out)
{
    const char *copy = arena_cstr(&fetch->results->arena, from.bytes, from.size);
    if (copy == NULL) {
        return lede_fail_nomem(fetch->error);
    }
    *text_out = (lede_text){.data = copy, .length = from.size};
    return LEDE_OK;
}

/* ---- scores ---- */

struct score_sink {
    struct part_sink base;
    const struct plan *plan;
    lede_score_part *parts;
    uint32_t *units;
    size_t count;
    uint32_t sum_units;
};

static void sink_add(struct part_sink *base, const struct plan_leaf *leaf, uint32_t tf,
    uint32_t title_tf, uint32_t length, uint32_t units)
{
    struct score_sink *sink = (struct score_sink *)base;
    const struct plan_term *term = &sink->plan->terms[leaf->term];
    sink->units[sink->count] = units;
    sink->parts[sink->count++] = (lede_score_part){
        .term = {.data = (const char *)term->text.bytes, .length = term->text.size},
        .in_title = term->field == FIELD_TITLE,
        .weight = leaf->boost,
        .idf = term->idf,
        .documents = term->documents,
        .frequency = tf,
        .length = length,
        .score = bm25_exact(&sink->plan->bm25, leaf->weight, tf, title_tf, length),
    };
    sink->sum_units += units;
}

static bool needs_leaves(const struct fetch *fetch, const struct hit_ref *ref)
{
    const struct plan *plan = fetch->binder->plan;
    return plan->leaf_count > 0 &&
           (fetch->request->explain || fetch->request->sort != LEDE_SORT_SCORE ||
               !bm25_is_precise(ref->score, plan->leaf_count));
}

static lede_status keep_parts(struct fetch *fetch, const struct score_sink *sink, lede_hit *hit)
{
    lede_score_part *parts = arena_array(&fetch->results->arena, sink->count, sizeof *parts);
    if (parts == NULL) {
        return lede_fail_nomem(fetch->error);
    }
    for (size_t i = 0; i < sink->count; i++) {
        parts[i] = sink->parts[i];
        const struct span term = span_of(parts[i].term.data, parts[i].term.length);
        const lede_status status = copy_text(fetch, term, &parts[i].term);
        if (status != LEDE_OK) {
            return status;
        }
    }
    hit->parts = parts;
    hit->part_count = sink->count;
    return LEDE_OK;
}

/* The score of a document that `iter`, which stands before or on it, has among its matches. */
static lede_status score_by_leaves(
    struct fetch *fetch, struct doc_iter *iter, uint32_t doc, lede_hit *hit)
{
    const struct plan *plan = fetch->binder->plan;
    struct score_sink sink = {
        .base = {.add = sink_add}, .plan = plan, .parts = fetch->parts, .units = fetch->units};
    if (iter == NULL || !doc_iter_is_at(iter, doc)) {
        return binder_corrupt(
            fetch->binder->segment, "a list of postings reads differently twice", fetch->error);
    }
    doc_iter_explain(iter, &sink.base);
    const bool is_precise = bm25_is_precise(sink.sum_units, plan->leaf_count);
    double sum = 0;
    for (size_t i = 0; i < sink.count; i++) {
        if (is_precise) {
            sink.parts[i].score = bm25_value(&plan->bm25, sink.units[i]);
        }
        sum += sink.parts[i].score;
    }
    hit->score = is_precise ? bm25_value(&plan->bm25, sink.sum_units) : sum;
    return fetch->request->explain ? keep_parts(fetch, &sink, hit) : LEDE_OK;
}

/* ---- texts ---- */

static lede_status read_record(
    struct fetch *fetch, const struct segment *segment, uint32_t doc, struct record *record_out)
{
    size_t bytes_max = FETCH_HEAD_BYTES;
    if (fetch->request->snippet_bytes > 0) {
        bytes_max += LEDE_SNIPPET_SCAN_BYTES;
    }
    for (;;) {
        struct span bytes;
        lede_status status = docstore_read(&segment->docstore, fetch->environment->docstore_reader,
            doc, bytes_max, &bytes, fetch->error);
        if (status != LEDE_OK) {
            return status;
        }
        status =
            record_decode(bytes, fetch->fields, LEDE_DOCUMENT_FIELDS_MAX, record_out, fetch->error);
        if (status == LEDE_OK || bytes_max == SIZE_MAX || bytes.size < bytes_max) {
            return status;
        }
        bytes_max = SIZE_MAX;
    }
}

static lede_status copy_fields(struct fetch *fetch, const struct record *record, lede_hit *hit)
{
    lede_field *fields = arena_array(&fetch->results->arena, record->field_count, sizeof *fields);
    if (fields == NULL) {
        return lede_fail_nomem(fetch->error);
    }
    lede_status status = LEDE_OK;
    for (size_t i = 0; status == LEDE_OK && i < record->field_count; i++) {
        status = copy_text(fetch, record->fields[i].name, &fields[i].name);
        if (status == LEDE_OK) {
            status = copy_text(fetch, record->fields[i].value, &fields[i].value);
        }
    }
    hit->fields = fields;
    hit->field_count = record->field_count;
    return status;
}

static lede_status copy_record(
    struct fetch *fetch, const struct segment *segment, uint32_t doc, lede_hit *hit)
{
    struct record record = {0};
    lede_status status = LEDE_OK;
    if (segment->meta.has_stored) {
        status = read_record(fetch, segment, doc, &record);
    }
    if (status == LEDE_OK) {
        status = copy_text(fetch, record.title, &hit->title);
    }
    if (status == LEDE_OK) {
        status = copy_text(fetch, record.url, &hit->url);
    }
    if (status == LEDE_OK) {
        status = copy_fields(fetch, &record, hit);
    }
    buf_reset(fetch->text);
    if (status == LEDE_OK && fetch->request->snippet_bytes > 0 && record.body.size > 0) {
        status = snippeter_make(&fetch->snippeter, record.body, fetch->text, fetch->error);
    }
    return status == LEDE_OK ? copy_text(fetch, buf_span(fetch->text), &hit->snippet) : status;
}

static lede_status fetch_one(
    struct fetch *fetch, const struct hit_ref *ref, struct doc_iter *iter, lede_hit *hit)
{
    const struct segment *segment = snapshot_segment(fetch->environment->snapshot, ref->segment);
    char id[LEDE_ID_BYTES_MAX + 1];
    char date[DATE_TEXT_BYTES];
    const size_t id_length = ids_at(&segment->ids, ref->doc, id);
    if (id_length == 0) {
        return binder_corrupt(segment, "an id is damaged", fetch->error);
    }
    lede_status status = copy_text(fetch, span_of(id, id_length), &hit->id);
    if (status == LEDE_OK) {
        status = copy_text(fetch, span_of(date, date_format(ref->date, date)), &hit->date);
    }
    if (status == LEDE_OK && fetch->request->fetch == LEDE_FETCH_STORED) {
        status = copy_record(fetch, segment, ref->doc, hit);
    }
    if (status == LEDE_OK && needs_leaves(fetch, ref)) {
        status = score_by_leaves(fetch, iter, ref->doc, hit);
    }
    return status;
}

/* ---- all of them ---- */

static int by_place(const void *left, const void *right)
{
    const struct hit_ref *a = *(const struct hit_ref *const *)left;
    const struct hit_ref *b = *(const struct hit_ref *const *)right;
    return a->segment != b->segment ? (a->segment > b->segment) - (a->segment < b->segment)
                                    : (a->doc > b->doc) - (a->doc < b->doc);
}

/* The hits of one segment, `order[0..count)`, by ascending document. */
static lede_status fetch_segment(struct fetch *fetch,
    const struct termdict_hit *const *hits_of_terms, const struct hit_ref *const *order,
    size_t count, const struct hit_ref *refs)
{
    const struct segment *segment =
        snapshot_segment(fetch->environment->snapshot, order[0]->segment);
    binder_begin(fetch->binder, segment,
        hits_of_terms + (size_t)order[0]->segment * fetch->binder->plan->term_count);
    struct doc_iter *iter = NULL;
    bool is_bound = false;
    lede_status status = LEDE_OK;
    for (size_t i = 0; status == LEDE_OK && i < count; i++) {
        if (!is_bound && needs_leaves(fetch, order[i])) {
            status = binder_bind(fetch->binder, fetch->binder->plan->root, &iter, fetch->error);
            is_bound = true;
        }
        const size_t place = (size_t)(order[i] - refs);
        if (status == LEDE_OK) {
            status = fetch_one(fetch, order[i], iter, &fetch->results->hits[place]);
        }
    }
    return status == LEDE_OK ? binder_end(fetch->binder, fetch->error) : status;
}

static lede_status fetch_in_order(struct fetch *fetch,
    const struct termdict_hit *const *hits_of_terms, const struct hit_ref *refs, size_t count)
{
    const struct hit_ref **order =
        arena_array(fetch->environment->arena, count, sizeof(struct hit_ref *));
    if (order == NULL) {
        return lede_fail_nomem(fetch->error);
    }
    for (size_t i = 0; i < count; i++) {
        order[i] = &refs[i];
    }
    sort_rows(order, count, sizeof(struct hit_ref *), by_place);
    lede_status status = LEDE_OK;
    for (size_t start = 0, end; status == LEDE_OK && start < count; start = end) {
        end = start + 1;
        while (end < count && order[end]->segment == order[start]->segment) {
            end++;
        }
        status = fetch_segment(fetch, hits_of_terms, order + start, end - start, refs);
    }
    return status;
}

/* What the ranking has of a hit; all else of it empty. */
static lede_hit ranked_hit(const struct plan *plan, const struct hit_ref *ref, size_t rank)
{
    static const lede_text empty = {.data = "", .length = 0};
    return (lede_hit){.rank = rank,
        .score = plan->leaf_count == 0 ? 0 : bm25_value(&plan->bm25, ref->score),
        .id = empty,
        .title = empty,
        .date = empty,
        .url = empty,
        .snippet = empty,
        .number = (uint64_t)ref->segment << 32 | ref->doc};
}

static lede_status fill_hits(struct fetch *fetch, const struct termdict_hit *const *hits_of_terms,
    const struct hit_ref *refs, size_t count)
{
    const struct search_request *request = fetch->request;
    const struct plan *plan = fetch->binder->plan;
    struct arena *arena = fetch->environment->arena;
    fetch->fields = arena_array(arena, LEDE_DOCUMENT_FIELDS_MAX, sizeof *fetch->fields);
    fetch->parts = arena_array(arena, plan->leaf_count, sizeof *fetch->parts);
    fetch->units = arena_array(arena, plan->leaf_count, sizeof *fetch->units);
    if (fetch->fields == NULL || fetch->parts == NULL || fetch->units == NULL) {
        return lede_fail_nomem(fetch->error);
    }
    lede_status status = LEDE_OK;
    if (request->fetch == LEDE_FETCH_STORED) {
        status = snippeter_init(&fetch->snippeter, plan, fetch->environment->analyzer,
            request->snippet_bytes, request->markup, arena, fetch->error);
    }
    return status == LEDE_OK ? fetch_in_order(fetch, hits_of_terms, refs, count) : status;
}

lede_status fetch_hits(const struct search_request *request,
    const struct search_environment *environment, struct binder *binder,
    const struct termdict_hit *const *hits_of_terms, const struct hit_ref *refs, size_t count,
    size_t first_rank, struct lede_results *results, lede_error *error)
{
    if (count == 0) {
        return LEDE_OK;
    }
    lede_hit *hits = arena_array(&results->arena, count, sizeof *hits);
    if (hits == NULL) {
        return lede_fail_nomem(error);
    }
    for (size_t i = 0; i < count; i++) {
        hits[i] = ranked_hit(binder->plan, &refs[i], first_rank + i);
    }
    results->hits = hits;
    results->hit_count = count;
    if (request->fetch == LEDE_FETCH_NONE) {
        return LEDE_OK;
    }
    struct fetch fetch = {.request = request,
        .environment = environment,
        .binder = binder,
        .results = results,
        .text = environment->text,
        .error = error};
    const lede_status status = fill_hits(&fetch, hits_of_terms, refs, count);
    return status;
}
