#include "index/merge_lists.h"

#include "base/alloc.h"
#include "base/assert.h"
#include "index/dead_postings.h"
#include "index/merge_postings.h"
#include "index/merge_terms.h"

enum {
    /* So many bytes written, or terms and blocks, before the pages read for them are let go. */
    FORGET_BYTES = 2 << 20,
    FORGET_STEPS = 4096,
};

struct pass {
    struct list_writer *writer;
    const struct merge_docs *docs;
    const atomic_bool *is_cancelled;
    struct buf *names;
    struct merge_terms *terms;
    struct merge_postings *postings;
    uint64_t forgotten_at;                        /* bytes written then */
    uint32_t steps;                               /* since then: terms, and blocks of lists */
    struct term_entry entries[MERGE_SOURCES_MAX]; /* of the term at hand, by holder */
    lede_error *error;
};

static bool is_cancelled(const struct pass *pass)
{
    return pass->is_cancelled != NULL &&
           atomic_load_explicit(pass->is_cancelled, memory_order_relaxed);
}

static void forget_now_and_then(struct pass *pass)
{
    const struct postings_writer *writer = &pass->writer->postings;
    const uint64_t written = writer->postings_base + writer->postings.size +
                             writer->positions_base + writer->positions.size;
    if (written - pass->forgotten_at >= FORGET_BYTES || ++pass->steps >= FORGET_STEPS) {
        merge_docs_forget(pass->docs);
        pass->forgotten_at = written;
        pass->steps = 0;
    }
}

/* Fill pass->entries with the lists of the term at hand; *df_out is their documents, deleted ones among them. */
static lede_status load_entries(struct pass *pass, uint64_t *df_out)
{
    const struct merge_terms *terms = pass->terms;
    const struct span term = merge_terms_term(terms);
    *df_out = 0;
    for (uint32_t i = 0; i < terms->holder_count; i++) {
        struct termdict_hit hit = *merge_terms_hit(terms, i);
        struct deletion_term deleted;
        const lede_status status =
            segment_resolve_term(pass->docs->sources[terms->holders[i]].segment, terms->field,
                term.bytes, (uint32_t)term.size, &hit, &deleted, pass->error);
        if (status != LEDE_OK) {
            return status;
        }
        pass->entries[i] = hit.entry;
        *df_out += hit.entry.df;
    }
    return LEDE_OK;
}

/* Make pass->postings the merged list of the term at hand. */
static void start_postings(struct pass *pass, bool has_positions)
{
    merge_postings_begin(pass->postings, has_positions);
    for (uint32_t i = 0; i < pass->terms->holder_count; i++) {
        merge_postings_add(pass->postings, pass->terms->holders[i], &pass->entries[i]);
    }
    merge_postings_start(pass->postings);
}

/* A list's live documents and the occurrences in them. */
static lede_status count_live(const struct pass *pass, uint32_t source,
    const struct term_entry *entry, uint64_t *df_out, uint64_t *cf_out)
{
    const struct merge_source *from = &pass->docs->sources[source];
    struct deletion_term dead = {0};
    if (from->deleted != NULL) {
        const lede_status status =
            dead_postings_count(from->segment, from->deleted, entry, &dead, pass->error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    *df_out = entry->df - dead.df;
    *cf_out = entry->cf - dead.cf;
    return LEDE_OK;
}

/* Live documents of the term at hand, of all holders. */
static lede_status count_live_documents(const struct pass *pass, uint64_t *df_out)
{
    *df_out = 0;
    for (uint32_t i = 0; i < pass->terms->holder_count; i++) {
        uint64_t df;
        uint64_t cf;
        const lede_status status =
            count_live(pass, pass->terms->holders[i], &pass->entries[i], &df, &cf);
        if (status != LEDE_OK) {
            return status;
        }
        *df_out += df;
    }
    return LEDE_OK;
}

/* The term's occurrences in live documents of all sources. */
static lede_status count_in_text(struct pass *pass, uint64_t *cf_out)
{
    const struct span term = merge_terms_term(pass->terms);
    *cf_out = 0;
    for (uint32_t source = 0; source < pass->docs->source_count; source++) {
        struct termdict_hit hit;
        struct deletion_term deleted;
        uint64_t df;
        uint64_t cf = 0;
        lede_status status = segment_find_term(pass->docs->sources[source].segment, FIELD_TEXT,
            term.bytes, (uint32_t)term.size, &hit, &deleted, pass->error);
        if (status == LEDE_OK) {
            status = count_live(pass, source, &hit.entry, &df, &cf);
        } else if (status == LEDE_ERR_NOT_FOUND) {
            status = LEDE_OK;
        }
        if (status != LEDE_OK) {
            return status;
        }
        *cf_out += cf;
    }
    return LEDE_OK;
}

/* Whether all live occurrences of the term at hand, a title's, are in titles. */
static lede_status find_alias(struct pass *pass, bool *is_alias_out)
{
    const struct merge_terms *terms = pass->terms;
    uint64_t in_titles = 0;
    uint64_t in_text = 0;
    *is_alias_out = false;
    for (uint32_t i = 0; i < terms->holder_count; i++) {
        const uint32_t source = terms->holders[i];
        if (pass->docs->sources[source].deleted == NULL && !merge_terms_hit(terms, i)->is_alias) {
            return LEDE_OK;
        }
    }
    for (uint32_t i = 0; i < terms->holder_count; i++) {
        uint64_t df;
        uint64_t cf;
        const lede_status status = count_live(pass, terms->holders[i], &pass->entries[i], &df, &cf);
        if (status != LEDE_OK) {
            return status;
        }
        in_titles += cf;
    }
    const lede_status status = count_in_text(pass, &in_text);
    *is_alias_out = in_titles == in_text;
    return status;
}

static lede_status write_alias(struct pass *pass)
{
    struct term_entry entry = {.min_length = UINT32_MAX};
    struct posting_block block;
    const struct span term = merge_terms_term(pass->terms);
    start_postings(pass, false);
    while (merge_postings_next(pass->postings, &block)) {
        for (uint32_t i = 0; i < block.count; i++) {
            const uint32_t length = pass->docs->lengths[block.docs[i]];
            const uint32_t tf = block.frequencies[i];
            entry.cf += tf;
            entry.max_tf = tf > entry.max_tf ? tf : entry.max_tf;
            entry.min_length = length < entry.min_length ? length : entry.min_length;
        }
        entry.df += block.count;
    }
    const lede_status status = merge_postings_status(pass->postings, term, pass->error);
    return status == LEDE_OK && entry.df > 0 ? list_writer_alias(pass->writer, term, &entry)
                                             : status;
}

/* Keep the name of a term that may be a frequent one. */
static lede_status keep_name(
    struct pass *pass, struct span term, const struct term_entry *entry, uint32_t *number_out)
{
    *number_out = (uint32_t)pass->names->size;
    if (pass->terms->field == FIELD_TEXT && entry->df >= pass->writer->frequent.documents_min) {
        (void)buf_append_u8(pass->names, (uint8_t)term.size);
        if (buf_append(pass->names, term.bytes, term.size) != LEDE_OK) {
            return lede_fail_nomem(pass->error);
        }
    }
    return LEDE_OK;
}

static lede_status write_list(struct pass *pass, uint64_t df_max)
{
    const struct span term = merge_terms_term(pass->terms);
    const uint32_t doc_count = pass->docs->doc_count;
    struct term_entry entry;
    struct posting_block block;
    uint32_t number;
    bool is_empty = true;
    lede_status status = LEDE_OK;
    if (dense_docs_wanted(df_max < doc_count ? (uint32_t)df_max : doc_count, doc_count)) {
        status = count_live_documents(pass, &df_max);
        if (status != LEDE_OK || df_max == 0) {
            return status;
        }
    }
    start_postings(pass, pass->writer->has_positions);
    status = list_writer_begin(
        pass->writer, pass->terms->field, df_max < doc_count ? (uint32_t)df_max : doc_count);
    while (status == LEDE_OK && merge_postings_next(pass->postings, &block)) {
        is_empty = false;
        status = list_writer_block(pass->writer, &block);
        forget_now_and_then(pass);
    }
    if (status == LEDE_OK) {
        status = merge_postings_status(pass->postings, term, pass->error);
    }
    if (status != LEDE_OK || is_empty) {
        return status;
    }
    status = list_writer_end(pass->writer, &entry);
    if (status == LEDE_OK) {
        status = keep_name(pass, term, &entry, &number);
    }
    return status == LEDE_OK ? list_writer_name(pass->writer, term, &entry, number) : status;
}

static lede_status write_term(struct pass *pass)
{
    uint64_t df_max;
    bool is_alias = false;
    if (is_cancelled(pass)) {
        return lede_fail(pass->error, LEDE_ERR_BUSY, "the merge was called off");
    }
    forget_now_and_then(pass);
    lede_status status = load_entries(pass, &df_max);
    if (status == LEDE_OK && pass->terms->field == FIELD_TITLE) {
        status = find_alias(pass, &is_alias);
    }
    if (status != LEDE_OK) {
        return status;
    }
    return is_alias ? write_alias(pass) : write_list(pass, df_max);
}

static lede_status write_field(struct pass *pass, unsigned field)
{
    merge_terms_begin(pass->terms, pass->docs, field);
    for (;;) {
        lede_status status = merge_terms_next(pass->terms, pass->error);
        if (status == LEDE_OK) {
            status = write_term(pass);
        } else if (status == LEDE_ERR_NOT_FOUND) {
            return LEDE_OK;
        }
        if (status != LEDE_OK) {
            return status;
        }
    }
}

lede_status merge_lists_write(struct list_writer *writer, const struct merge_docs *docs,
    const atomic_bool *is_cancelled_in, struct buf *names, lede_error *error)
{
    struct pass pass = {
        .writer = writer,
        .docs = docs,
        .is_cancelled = is_cancelled_in,
        .names = names,
        .terms = mem_alloc(sizeof *pass.terms),
        .postings = mem_alloc(sizeof *pass.postings),
        .error = error,
    };
    lede_status status = LEDE_OK;
    if (pass.terms == NULL || pass.postings == NULL) {
        status = lede_fail_nomem(error);
    } else {
        merge_postings_init(pass.postings, docs);
        status = write_field(&pass, FIELD_TITLE);
        if (status == LEDE_OK) {
            status = write_field(&pass, FIELD_TEXT);
        }
        merge_postings_release(pass.postings);
    }
    mem_free(pass.terms);
    mem_free(pass.postings);
    return status;
}
