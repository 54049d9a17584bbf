/* Pairs are terms of a second term table, named by the places of their words; a document is one occurrence. So
 * their chains are those of other terms, and dead documents and the order of documents are left to the reader
 * of chains. */
#include "index/pairs.h"

#include <stddef.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/bits.h"
#include "base/crew.h"
#include "index/chain_reader.h"
#include "index/flush_lists.h"
#include "index/term_list.h"
#include "storage/adjacency.h"
#include "storage/pair_lists.h"

enum { ROWS_PER_WORKER = 3 }; /* under way at most */

/* ---- finding ---- */

/* A frequent term's chain, walked along with the others. */
struct walk {
    struct chain_walk chain; /* at the first occurrence in its document */
    bool has_more;
};

/* The pairs of one table's documents, found by one worker. */
struct finding {
    struct crew_job job;
    const struct frequent_terms *frequent;
    const struct flush_input *input;
    const struct table_term *terms[LEDE_PAIR_TERMS_MAX]; /* the frequent ones; NULL: not there */
    struct walk walks[LEDE_PAIR_TERMS_MAX][CHAIN_PARTS];
    struct adjacency adjacency;
    struct term_table table; /* of pairs */
    /* By places of both words: number in the table plus 1; 0: not met. */
    uint32_t numbers[LEDE_PAIR_TERMS_MAX][LEDE_PAIR_TERMS_MAX];
    lede_status status;
};

/* The lists of the pairs that begin with one word. */
struct pair_row {
    struct crew_job job;
    struct pairs *pairs;
    uint32_t first; /* place of the word */
    struct postings_writer postings;
    struct term_entry entries[LEDE_PAIR_TERMS_MAX]; /* by the other's place; df 0: no such pair */
    lede_status status;
    lede_error error;
};

struct pairs {
    const struct frequent_terms *frequent;
    const struct flush_input *input;
    const struct range_scale *scale;
    struct finding *findings; /* one a table */
    uint32_t finding_count;
    struct pair_row *rows; /* a ring */
    uint32_t row_count;
    struct chain_reader *readers; /* one a worker */
    uint32_t reader_count;
    struct pair_lists_writer writer;
};

static void begin_walk(struct walk *walk, const struct table_chain *chain)
{
    chain_walk_begin(&walk->chain, chain);
    walk->has_more = chain_walk_next(&walk->chain);
}

/* Add the positions of a term in `doc`, which is not behind where the walk stands, and go on to the walk's
 * next document. */
static lede_status add_positions(
    struct adjacency *adjacency, struct walk *walk, uint32_t doc, uint32_t place)
{
    while (walk->has_more && walk->chain.doc == doc) {
        /* The walk by copies: bytes that are written could be any of its fields, for all that a compiler knows. */
        struct chain_walk chain = walk->chain;
        bool is_same;
        do {
            if (adjacency_add(adjacency, place, chain.position) != LEDE_OK) {
                return LEDE_ERR_NOMEM;
            }
            is_same = chain_walk_on(&chain);
        } while (is_same);
        walk->has_more = chain_walk_next(&chain);
        walk->chain = chain;
    }
    return LEDE_OK;
}

static lede_status add_pair(struct finding *finding, uint32_t first, uint32_t second, uint32_t doc)
{
    uint32_t *number = &finding->numbers[first][second];
    if (*number == 0) {
        const uint8_t name[] = {(uint8_t)first, (uint8_t)second};
        const lede_status status = term_table_find(&finding->table, name, sizeof name, number);
        if (status != LEDE_OK) {
            return status;
        }
        ++*number;
    }
    return term_table_add(&finding->table, *number - 1, CHAIN_BODY, doc, 0);
}

static lede_status find_in_document(struct finding *finding, uint32_t doc)
{
    struct adjacency *adjacency = &finding->adjacency;
    for (uint32_t place = 0; place < finding->frequent->count; place++) {
        struct walk *walks = finding->walks[place];
        if (add_positions(adjacency, &walks[CHAIN_TITLE], doc, place) != LEDE_OK ||
            add_positions(adjacency, &walks[CHAIN_BODY], doc, place) != LEDE_OK) {
            return LEDE_ERR_NOMEM;
        }
    }
    adjacency_find(adjacency);
    if (finding->input->batch->docs.docs[doc].is_dead) {
        return LEDE_OK;
    }
    for (uint64_t firsts = adjacency->firsts; firsts != 0; firsts &= firsts - 1) {
        const uint32_t first = lowest_bit64(firsts);
        uint64_t followers = adjacency->followers[first];
        for (; followers != 0; followers &= followers - 1) {
            if (add_pair(finding, first, lowest_bit64(followers), doc) != LEDE_OK) {
                return LEDE_ERR_NOMEM;
            }
        }
    }
    return LEDE_OK;
}

/* The least document at which a walk stands, or DOC_END. */
static uint32_t next_document(const struct finding *finding)
{
    uint32_t doc = DOC_END;
    for (uint32_t place = 0; place < finding->frequent->count; place++) {
        for (unsigned part = 0; part < CHAIN_PARTS; part++) {
            const struct walk *walk = &finding->walks[place][part];
            doc = walk->has_more && walk->chain.doc < doc ? walk->chain.doc : doc;
        }
    }
    return doc;
}

static void find_pairs(struct crew_job *job, uint32_t worker)
{
    struct finding *finding =
        (struct finding *)(void *)((char *)job - offsetof(struct finding, job));
    (void)worker;
    for (uint32_t place = 0; place < finding->frequent->count; place++) {
        for (unsigned part = 0; part < CHAIN_PARTS && finding->terms[place] != NULL; part++) {
            begin_walk(&finding->walks[place][part], &finding->terms[place]->chains[part]);
        }
    }
    uint32_t doc;
    finding->status = LEDE_OK;
    while (finding->status == LEDE_OK && (doc = next_document(finding)) != DOC_END) {
        finding->status = find_in_document(finding, doc);
    }
}

/* Hand the frequent terms of each table to its finding. */
static void share_terms(struct pairs *pairs, const struct term_list *terms)
{
    for (uint32_t place = 0; place < pairs->frequent->count; place++) {
        struct term_sources sources;
        const uint32_t first = pairs->frequent->terms[place].number;
        const uint32_t end = term_list_group(terms, first, &sources);
        for (uint32_t i = first; i < end; i++) {
            pairs->findings[terms->terms[i].table].terms[place] = sources.terms[i - first];
        }
    }
}

static lede_status find_all(struct pairs *pairs, const struct term_list *terms, struct crew *crew)
{
    lede_status status = LEDE_OK;
    pairs->findings = mem_zalloc(crew->worker_count, sizeof *pairs->findings);
    if (pairs->findings == NULL) {
        return LEDE_ERR_NOMEM;
    }
    pairs->finding_count = crew->worker_count;
    for (uint32_t i = 0; i < pairs->finding_count; i++) {
        struct finding *finding = &pairs->findings[i];
        finding->frequent = pairs->frequent;
        finding->input = pairs->input;
        adjacency_init(&finding->adjacency);
        term_table_init(&finding->table);
    }
    share_terms(pairs, terms);
    for (uint32_t i = 0; i < pairs->finding_count; i++) {
        crew_give(crew, &pairs->findings[i].job, CREW_ANY, find_pairs);
    }
    for (uint32_t i = 0; i < pairs->finding_count; i++) {
        crew_wait(crew, &pairs->findings[i].job);
        status = pairs->findings[i].status != LEDE_OK ? pairs->findings[i].status : status;
    }
    return status;
}

/* ---- writing ---- */

/* As if it were the first row of the section. */
static lede_status make_pair(struct pair_row *row, struct chain_reader *reader, uint32_t second)
{
    const struct pairs *pairs = row->pairs;
    struct chain_list list;
    struct term_sources sources = {.count = 0};
    for (uint32_t i = 0; i < pairs->finding_count; i++) {
        const struct finding *finding = &pairs->findings[i];
        const uint32_t number = finding->numbers[row->first][second];
        if (number != 0) {
            sources.terms[sources.count++] = &finding->table.terms[number - 1];
        }
    }
    row->entries[second] = (struct term_entry){0};
    if (sources.count == 0) {
        return LEDE_OK;
    }
    if (chain_reader_read(reader, &sources, CHOOSE_TEXT, &list) != LEDE_OK) {
        return lede_fail_nomem(&row->error);
    }
    const struct posting_list postings = {
        .docs = list.docs,
        .frequencies = list.frequencies,
        .count = list.count,
        .lengths = pairs->input->lengths,
        .scale = pairs->scale,
    };
    return postings_writer_add(&row->postings, &postings, &row->entries[second], &row->error);
}

static void make_row(struct crew_job *job, uint32_t worker)
{
    struct pair_row *row =
        (struct pair_row *)(void *)((char *)job - offsetof(struct pair_row, job));
    row->status = LEDE_OK;
    for (uint32_t second = 0; row->status == LEDE_OK && second < row->pairs->frequent->count;
         second++) {
        row->status = make_pair(row, &row->pairs->readers[worker], second);
    }
}

/* Append what was made of the row and make it empty. */
static lede_status append_row(struct pairs *pairs, struct pair_row *row, lede_error *error)
{
    struct postings_writer *to = &pairs->writer.postings;
    if (row->status != LEDE_OK && error != NULL) {
        *error = row->error;
    }
    lede_status status = row->status;
    for (uint32_t second = 0; status == LEDE_OK && second < pairs->frequent->count; second++) {
        struct term_entry entry = row->entries[second];
        if (entry.df == 0) {
            continue;
        }
        entry.postings_offset += to->postings.size;
        entry.rows_offset += to->rows.size;
        status = pair_lists_writer_name(&pairs->writer, row->first, second, &entry, error);
    }
    (void)buf_append(&to->postings, row->postings.postings.data, row->postings.postings.size);
    (void)buf_append(&to->rows, row->postings.rows.data, row->postings.rows.size);
    if (status == LEDE_OK && (to->postings.status != LEDE_OK || to->rows.status != LEDE_OK)) {
        status = lede_fail_nomem(error);
    }
    buf_reset(&row->postings.postings);
    buf_reset(&row->postings.rows);
    return status;
}

static void give_row(struct pairs *pairs, struct crew *crew, struct pair_row *row, uint32_t first)
{
    if (first < pairs->frequent->count) {
        row->first = first;
        crew_give(crew, &row->job, CREW_ANY, make_row);
    }
}

/* Rows are made by whichever worker is free and appended in their order, some of them ahead. */
static lede_status write_rows(struct pairs *pairs, struct crew *crew, lede_error *error)
{
    const uint32_t workers = crew->worker_count;
    const uint32_t ring = workers == 1 ? 1 : workers * ROWS_PER_WORKER;
    ASSERT(ring > 0);
    pairs->rows = mem_zalloc(ring, sizeof *pairs->rows);
    pairs->readers = mem_zalloc(workers, sizeof *pairs->readers);
    if (pairs->rows == NULL || pairs->readers == NULL) {
        return lede_fail_nomem(error);
    }
    pairs->row_count = ring;
    pairs->reader_count = workers;
    for (uint32_t i = 0; i < workers; i++) {
        chain_reader_init(&pairs->readers[i], pairs->input->order);
    }
    for (uint32_t i = 0; i < ring; i++) {
        pairs->rows[i].pairs = pairs;
        postings_writer_init(&pairs->rows[i].postings);
    }
    for (uint32_t i = 0; i < ring; i++) {
        give_row(pairs, crew, &pairs->rows[i], i);
    }
    lede_status status = LEDE_OK;
    for (uint32_t first = 0; status == LEDE_OK && first < pairs->frequent->count; first++) {
        struct pair_row *row = &pairs->rows[first % ring];
        crew_wait(crew, &row->job);
        status = append_row(pairs, row, error);
        if (status == LEDE_OK) {
            give_row(pairs, crew, row, first + ring);
        }
    }
    return status;
}

static void release_rows(struct pairs *pairs, struct crew *crew)
{
    for (uint32_t i = 0; i < pairs->row_count; i++) {
        crew_wait(crew, &pairs->rows[i].job);
        postings_writer_release(&pairs->rows[i].postings);
    }
    for (uint32_t i = 0; i < pairs->reader_count; i++) {
        chain_reader_release(&pairs->readers[i]);
    }
    mem_free(pairs->rows);
    mem_free(pairs->readers);
}

static lede_status write_pairs(
    struct pairs *pairs, struct container_writer *container, lede_error *error)
{
    const struct frequent_terms *frequent = pairs->frequent;
    uint32_t ordinals[LEDE_PAIR_TERMS_MAX];
    for (uint32_t place = 0; place < frequent->count; place++) {
        ordinals[place] = frequent->terms[place].ordinal;
    }
    struct crew *crew = pairs->input->batch->inverters.crew;
    const lede_status status = write_rows(pairs, crew, error);
    release_rows(pairs, crew);
    return status == LEDE_OK ? pair_lists_writer_finish(
                                   &pairs->writer, ordinals, frequent->count, container, error)
                             : status;
}

lede_status pairs_write(struct frequent_terms *frequent, const struct term_list *terms,
    const struct flush_input *input, const struct range_scale *scale,
    struct container_writer *container, lede_error *error)
{
    if (frequent->count == 0) {
        return LEDE_OK;
    }
    frequent_terms_order(frequent);
    struct pairs pairs = {.frequent = frequent, .input = input, .scale = scale};
    pair_lists_writer_init(&pairs.writer);
    lede_status status = LEDE_OK;
    if (find_all(&pairs, terms, input->batch->inverters.crew) != LEDE_OK) {
        status = lede_fail_nomem(error);
    }
    if (status == LEDE_OK) {
        status = write_pairs(&pairs, container, error);
    }
    pair_lists_writer_release(&pairs.writer);
    for (uint32_t i = 0; i < pairs.finding_count; i++) {
        term_table_release(&pairs.findings[i].table);
        adjacency_release(&pairs.findings[i].adjacency);
    }
    mem_free(pairs.findings);
    return status;
}
