#include "index/merge_docs.h"

#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"

/* The next document of a source, as far as the order needs it. */
struct head {
    uint32_t doc; /* DOC_END: there is none */
    date_key date;
    size_t id_size;
    char id[LEDE_ID_BYTES_MAX + 1];
};

static int compare_heads(const struct head *a, const struct head *b)
{
    if (a->date != b->date) {
        return a->date < b->date ? -1 : 1;
    }
    return span_compare(span_of(b->id, b->id_size), span_of(a->id, a->id_size));
}

static uint32_t next_alive(const struct merge_source *source, uint32_t doc)
{
    const uint32_t doc_count = source->segment->meta.doc_count;
    while (doc < doc_count && !merge_source_has(source, doc)) {
        doc++;
    }
    return doc < doc_count ? doc : DOC_END;
}

static lede_status fail_source(
    const struct merge_source *source, lede_error *error, const char *what, uint32_t doc)
{
    return lede_fail(error, LEDE_ERR_CORRUPT, "segment %llu: %s %u",
        (unsigned long long)source->segment->number, what, doc);
}

/* Make the first live document >= doc the head. */
static lede_status load_head(
    const struct merge_source *source, uint32_t doc, struct head *head, lede_error *error)
{
    head->doc = next_alive(source, doc);
    if (head->doc == DOC_END) {
        return LEDE_OK;
    }
    head->date = dates_at(&source->segment->dates, head->doc);
    head->id_size = ids_at(&source->segment->ids, head->doc, head->id);
    return head->id_size > 0
               ? LEDE_OK
               : fail_source(source, error, "ids cannot be read at document", head->doc);
}

/* The source whose head comes first, or source_count. `is_twin_out`: another has the same document. */
static uint32_t first_head(const struct head *heads, uint32_t count, bool *is_twin_out)
{
    uint32_t first = count;
    *is_twin_out = false;
    for (uint32_t i = 0; i < count; i++) {
        if (heads[i].doc == DOC_END) {
            continue;
        }
        const int order = first == count ? -1 : compare_heads(&heads[i], &heads[first]);
        if (order < 0) {
            first = i;
            *is_twin_out = false;
        } else if (order == 0) {
            *is_twin_out = true;
        }
    }
    return first;
}

static lede_status number_documents(struct merge_docs *docs, struct head *heads, lede_error *error)
{
    bool is_twin;
    for (uint32_t i = 0; i < docs->source_count; i++) {
        const lede_status status = load_head(&docs->sources[i], 0, &heads[i], error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    struct head *before = &heads[docs->source_count];
    before->doc = DOC_END;
    for (uint32_t number = 0;; number++) {
        const uint32_t i = first_head(heads, docs->source_count, &is_twin);
        if (i == docs->source_count) {
            ASSERT(number == docs->doc_count);
            return LEDE_OK;
        }
        const struct merge_source *source = &docs->sources[i];
        if (number % MERGE_FORGET_DOCS == 0) {
            merge_docs_forget(docs);
        }
        if (is_twin || (number > 0 && compare_heads(before, &heads[i]) >= 0)) {
            return fail_source(source, error, "not in order at document", heads[i].doc);
        }
        *before = heads[i];
        docs->from[number] = (uint8_t)i;
        docs->numbers[i][before->doc] = number;
        docs->lengths[number] = lengths_at(&source->segment->lengths, before->doc);
        docs->token_count += docs->lengths[number];
        const lede_status status = load_head(source, before->doc + 1, &heads[i], error);
        if (status != LEDE_OK) {
            return status;
        }
    }
}

static lede_status make_arrays(struct merge_docs *docs)
{
    for (uint32_t i = 0; i < docs->source_count; i++) {
        const struct merge_source *source = &docs->sources[i];
        const uint32_t doc_count = source->segment->meta.doc_count;
        docs->numbers[i] = mem_array(doc_count, sizeof *docs->numbers[i]);
        if (docs->numbers[i] == NULL) {
            return LEDE_ERR_NOMEM;
        }
        for (uint32_t doc = 0; doc < doc_count; doc++) {
            docs->numbers[i][doc] = DOC_END;
            docs->doc_count += merge_source_has(source, doc);
        }
    }
    docs->from = mem_array(docs->doc_count, sizeof *docs->from);
    docs->lengths = mem_array(docs->doc_count, sizeof *docs->lengths);
    return docs->from == NULL || docs->lengths == NULL ? LEDE_ERR_NOMEM : LEDE_OK;
}

lede_status merge_docs_init(struct merge_docs *docs, const struct merge_source *sources,
    uint32_t source_count, lede_error *error)
{
    ASSERT(source_count >= 1);
    ASSERT(source_count <= MERGE_SOURCES_MAX);
    *docs = (struct merge_docs){.source_count = source_count};
    memcpy(docs->sources, sources, source_count * sizeof *sources);
    struct head *heads = mem_array(source_count + 1, sizeof *heads);
    if (heads == NULL || make_arrays(docs) != LEDE_OK) {
        mem_free(heads);
        return lede_fail_nomem(error);
    }
    const lede_status status = number_documents(docs, heads, error);
    mem_free(heads);
    return status;
}

void merge_docs_drop_numbers(struct merge_docs *docs)
{
    for (uint32_t i = 0; i < docs->source_count; i++) {
        mem_free(docs->numbers[i]);
        docs->numbers[i] = NULL;
    }
    mem_free(docs->lengths);
    docs->lengths = NULL;
}

void merge_docs_release(struct merge_docs *docs)
{
    merge_docs_drop_numbers(docs);
    mem_free(docs->from);
    docs->from = NULL;
}

void merge_docs_forget(const struct merge_docs *docs)
{
    for (uint32_t i = 0; i < docs->source_count; i++) {
        segment_forget(docs->sources[i].segment);
    }
}

void merge_walk_begin(struct merge_walk *walk, const struct merge_docs *docs)
{
    *walk = (struct merge_walk){.docs = docs, .number = UINT32_MAX};
}

bool merge_walk_next(struct merge_walk *walk)
{
    const struct merge_docs *docs = walk->docs;
    walk->number++;
    if (walk->number >= docs->doc_count) {
        walk->number = docs->doc_count - 1;
        return false;
    }
    if (walk->number % MERGE_FORGET_DOCS == 0) {
        merge_docs_forget(docs);
    }
    walk->source = docs->from[walk->number];
    walk->doc = next_alive(&docs->sources[walk->source], walk->next[walk->source]);
    ASSERT(walk->doc != DOC_END);
    walk->next[walk->source] = walk->doc + 1;
    return true;
}
