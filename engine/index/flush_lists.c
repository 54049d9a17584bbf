/* The sorted terms are cut into slices. A slice's lists are made by whichever worker is free, in buffers of
 * the slice, as if they were the first of the section; the slices are then appended in their order, and what
 * their entries say of places is moved by what stands before. So nothing depends on who made what. */
#include "index/flush_lists.h"

#include <stddef.h>
#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/limits.h"
#include "index/chain_reader.h"
#include "index/term_list.h"

enum {
    /* A slice ends behind the term with which its chains have so many bytes, or that is the last of so
     * many. */
    SLICE_CHAIN_BYTES = 256 << 10,
    SLICE_TERMS_MAX = 4096,
    SLICES_PER_WORKER = 3, /* under way at most */
};

/* What a slice has of a term. */
struct slice_term {
    struct term_entry entry;
    uint32_t first; /* place of its group in the list of terms */
    bool is_alias;
    bool has_ranges;
};

struct slice {
    struct crew_job job;
    struct pass *pass;
    uint32_t first, end; /* places in the list of terms */
    struct postings_writer postings;
    struct buf terms;  /* struct slice_term */
    struct buf ranges; /* codes of those that have them */
    lede_status status;
    lede_error error;
};

/* What one worker has for its own. */
struct bench {
    struct chain_reader reader;
};

/* One pass over the terms. */
struct pass {
    struct list_writer *writer;
    const struct flush_input *input;
    struct crew *crew;
    struct term_list *terms;
    struct bench *benches; /* one a worker */
    struct slice *slices;  /* a ring */
    uint32_t slice_count;
    unsigned field;
    lede_error *error;
};

/* ---- making a slice ---- */

static lede_status write_list(
    struct slice *slice, const struct chain_list *list, struct term_entry *entry_out)
{
    const struct flush_input *input = slice->pass->input;
    const struct posting_list postings = {
        .docs = list->docs,
        .frequencies = list->frequencies,
        .count = list->count,
        .positions = input->batch->manifest->has_positions ? list->positions : NULL,
        .lengths = input->lengths,
        .scale = &slice->pass->writer->range_scale,
        .doc_count = input->order->doc_count,
    };
    return postings_writer_add(&slice->postings, &postings, entry_out, &slice->error);
}

/* What an alias says of a list that is written elsewhere. */
static struct term_entry describe_list(const struct chain_list *list, const uint32_t *lengths)
{
    struct term_entry entry = {
        .df = list->count, .cf = list->occurrences, .min_length = UINT32_MAX};
    for (uint32_t i = 0; i < list->count; i++) {
        const uint32_t length = lengths[list->docs[i]];
        if (list->frequencies[i] > entry.max_tf) {
            entry.max_tf = list->frequencies[i];
        }
        if (length < entry.min_length) {
            entry.min_length = length;
        }
    }
    return entry;
}

static lede_status write_title_term(struct slice *slice, struct bench *bench,
    const struct term_sources *sources, struct slice_term *term)
{
    struct chain_list list;
    if (chain_reader_read(&bench->reader, sources, CHOOSE_TITLE, &list) != LEDE_OK) {
        return lede_fail_nomem(&slice->error);
    }
    if (list.count == 0) {
        return LEDE_OK;
    }
    /* In no document's body: then the text has the same list. */
    const struct flush_input *input = slice->pass->input;
    term->is_alias = !term_is_in_body(sources, input->order);
    if (term->is_alias) {
        term->entry = describe_list(&list, input->lengths);
        return LEDE_OK;
    }
    return write_list(slice, &list, &term->entry);
}

/* The bounds by range of the term, if it is frequent. */
static lede_status write_ranges(
    struct slice *slice, const struct chain_list *list, bool *has_ranges_out)
{
    const struct pass *pass = slice->pass;
    if (!range_bounds_wanted(list->count, pass->input->order->doc_count)) {
        return LEDE_OK;
    }
    const size_t at = slice->ranges.size;
    if (buf_append_zeros(&slice->ranges, pass->writer->range_stride) != LEDE_OK) {
        return lede_fail_nomem(&slice->error);
    }
    range_bounds_encode(&pass->writer->range_scale, list->docs, list->frequencies, list->count,
        pass->input->lengths, slice->ranges.data + at);
    *has_ranges_out = true;
    return LEDE_OK;
}

static lede_status write_text_term(struct slice *slice, struct bench *bench,
    const struct term_sources *sources, struct slice_term *term)
{
    struct chain_list list;
    if (chain_reader_read(&bench->reader, sources, CHOOSE_TEXT, &list) != LEDE_OK) {
        return lede_fail_nomem(&slice->error);
    }
    if (list.count == 0) {
        return LEDE_OK;
    }
    const lede_status status = write_list(slice, &list, &term->entry);
    return status == LEDE_OK ? write_ranges(slice, &list, &term->has_ranges) : status;
}

static lede_status write_term(
    struct slice *slice, struct bench *bench, uint32_t first, const struct term_sources *sources)
{
    struct slice_term term = {.first = first};
    const lede_status status = slice->pass->field == FIELD_TITLE
                                   ? write_title_term(slice, bench, sources, &term)
                                   : write_text_term(slice, bench, sources, &term);
    if (status != LEDE_OK || term.entry.df == 0) {
        return status;
    }
    return buf_append(&slice->terms, &term, sizeof term) == LEDE_OK
               ? LEDE_OK
               : lede_fail_nomem(&slice->error);
}

static void make_slice(struct crew_job *job, uint32_t worker)
{
    struct slice *slice = (struct slice *)(void *)((char *)job - offsetof(struct slice, job));
    slice->status = LEDE_OK;
    for (uint32_t at = slice->first; slice->status == LEDE_OK && at < slice->end;) {
        struct term_sources sources;
        const uint32_t end = term_list_group(slice->pass->terms, at, &sources);
        slice->status = write_term(slice, &slice->pass->benches[worker], at, &sources);
        at = end;
    }
}

/* ---- slices in order ---- */

/* Append what was made in the slice. */
static lede_status append_slice(struct pass *pass, struct slice *slice)
{
    const size_t count = slice->terms.size / sizeof(struct slice_term);
    const struct slice_term *terms = (const struct slice_term *)(void *)slice->terms.data;
    lede_status status = LEDE_OK;
    for (size_t i = 0; status == LEDE_OK && i < count; i++) {
        const struct made_term made = {
            .name = term_list_name(pass->terms, terms[i].first),
            .entry = terms[i].entry,
            .number = terms[i].first,
            .is_alias = terms[i].is_alias,
            .has_ranges = terms[i].has_ranges,
        };
        status = list_writer_made_term(pass->writer, pass->field, &made);
    }
    return status == LEDE_OK ? list_writer_made_bytes(pass->writer, pass->field, &slice->postings,
                                   buf_span(&slice->ranges))
                             : status;
}

static void empty_slice(struct slice *slice)
{
    buf_reset(&slice->postings.postings);
    buf_reset(&slice->postings.rows);
    buf_reset(&slice->postings.positions);
    slice->postings.docs_bytes = 0;
    slice->postings.frequencies_bytes = 0;
    buf_reset(&slice->terms);
    buf_reset(&slice->ranges);
    slice->first = slice->end;
}

/* Wait for the slice, append what it has and make it empty. */
static lede_status take_back(struct pass *pass, struct slice *slice)
{
    crew_wait(pass->crew, &slice->job);
    if (slice->first == slice->end) {
        return LEDE_OK;
    }
    lede_status status = slice->status;
    if (status != LEDE_OK && pass->error != NULL) {
        *pass->error = slice->error;
    }
    if (status == LEDE_OK) {
        status = append_slice(pass, slice);
    }
    empty_slice(slice);
    return status;
}

/* Where the slice that begins at `first` ends. */
static uint32_t slice_end(const struct pass *pass, uint32_t first)
{
    const struct term_list *list = pass->terms;
    size_t bytes = 0;
    uint32_t count = 0;
    while (first < list->count && bytes < SLICE_CHAIN_BYTES && count < SLICE_TERMS_MAX) {
        struct term_sources sources;
        first = term_list_group(list, first, &sources);
        bytes += term_sources_bytes(&sources, pass->field == FIELD_TEXT);
        count++;
    }
    return first;
}

static lede_status write_field(struct pass *pass, unsigned field)
{
    lede_status status = LEDE_OK;
    uint32_t given = 0;
    ASSERT(pass->slice_count > 0);
    pass->field = field;
    for (uint32_t at = 0; status == LEDE_OK && at < pass->terms->count; given++) {
        struct slice *slice = &pass->slices[given % pass->slice_count];
        status = take_back(pass, slice);
        if (status == LEDE_OK) {
            slice->first = at;
            slice->end = slice_end(pass, at);
            at = slice->end;
            crew_give(pass->crew, &slice->job, CREW_ANY, make_slice);
        }
    }
    for (uint32_t i = 0; status == LEDE_OK && i < pass->slice_count; i++) {
        status = take_back(pass, &pass->slices[(given + i) % pass->slice_count]);
    }
    return status;
}

/* ---- a pass ---- */

static lede_status make_benches(struct pass *pass)
{
    const uint32_t count = pass->crew->worker_count;
    pass->benches = mem_zalloc(count, sizeof *pass->benches);
    if (pass->benches == NULL) {
        return lede_fail_nomem(pass->error);
    }
    for (uint32_t i = 0; i < count; i++) {
        chain_reader_init(&pass->benches[i].reader, pass->input->order);
    }
    return LEDE_OK;
}

static lede_status make_slices(struct pass *pass)
{
    const uint32_t workers = pass->crew->worker_count;
    const uint32_t count = workers == 1 ? 1 : workers * SLICES_PER_WORKER;
    pass->slices = mem_zalloc(count, sizeof *pass->slices);
    if (pass->slices == NULL) {
        return lede_fail_nomem(pass->error);
    }
    pass->slice_count = count;
    for (uint32_t i = 0; i < count; i++) {
        struct slice *slice = &pass->slices[i];
        slice->pass = pass;
        postings_writer_init(&slice->postings);
        buf_init(&slice->terms, SIZE_MAX);
        buf_init(&slice->ranges, SIZE_MAX);
    }
    return LEDE_OK;
}

static void pass_release(struct pass *pass)
{
    for (uint32_t i = 0; i < pass->slice_count; i++) {
        struct slice *slice = &pass->slices[i];
        crew_wait(pass->crew, &slice->job);
        postings_writer_release(&slice->postings);
        buf_release(&slice->terms);
        buf_release(&slice->ranges);
    }
    for (uint32_t i = 0; pass->benches != NULL && i < pass->crew->worker_count; i++) {
        chain_reader_release(&pass->benches[i].reader);
    }
    mem_free(pass->slices);
    mem_free(pass->benches);
}

lede_status flush_lists_write(struct list_writer *writer, struct term_list *terms,
    const struct flush_input *input, lede_error *error)
{
    struct pass pass = {
        .writer = writer,
        .input = input,
        .crew = input->batch->inverters.crew,
        .terms = terms,
        .error = error,
    };
    lede_status status = make_benches(&pass);
    if (status == LEDE_OK) {
        status = make_slices(&pass);
    }
    if (status == LEDE_OK) {
        status = write_field(&pass, FIELD_TITLE);
    }
    if (status == LEDE_OK) {
        status = write_field(&pass, FIELD_TEXT);
    }
    pass_release(&pass);
    return status;
}
