#include "index/merge_pairs.h"

#include "base/alloc.h"
#include "base/bits.h"
#include "index/pair_runs.h"
#include "storage/adjacency.h"
#include "storage/occurrences.h"
#include "storage/pair_lists.h"

enum {
    RUN_BYTES = 8 << 20,
    DRAIN_BYTES = 1 << 18,
    SPOOL_BYTES = 1 << 20,
    /* Documents between two looks at the clock, so to speak: whether it was called off, and pages let go. */
    LOOK_DOCS = 1024,
};

_Static_assert((int)PAIR_RUNS_GROUPS_MAX == (int)MERGE_SOURCES_MAX, "a group a source");

/* A frequent word's list in a source. */
struct word_list {
    bool is_there; /* the source has such a term */
    struct postings_cursor cursor;
    struct occurrences occurrences; /* of the cursor */
};

struct merge_pairs {
    struct list_writer *lists;
    const struct merge_docs *docs;
    const atomic_bool *is_cancelled;
    lede_error *error;
    const struct buf *names;
    struct word_list *words; /* of the source at hand, by place; LEDE_PAIR_TERMS_MAX */
    uint32_t *positions;     /* of one word in one document */
    uint32_t position_capacity;
    struct adjacency adjacency;
    struct pair_runs runs;
    struct pair_lists_writer writer;
    struct spool postings, rows;
    char runs_path[LEDE_PATH_BYTES_MAX];
    char postings_path[LEDE_PATH_BYTES_MAX];
    char rows_path[LEDE_PATH_BYTES_MAX];
};

/* ---- finding ---- */

static lede_status open_word(
    struct merge_pairs *pairs, uint32_t source, uint32_t place, struct span term)
{
    const struct segment *segment = pairs->docs->sources[source].segment;
    struct word_list *list = &pairs->words[place];
    struct termdict_hit hit;
    struct deletion_term deleted;
    const lede_status status = segment_find_term(
        segment, FIELD_TEXT, term.bytes, (uint32_t)term.size, &hit, &deleted, pairs->error);
    list->is_there = status == LEDE_OK;
    if (status != LEDE_OK) {
        return status == LEDE_ERR_NOT_FOUND ? LEDE_OK : status;
    }
    postings_cursor_init(&list->cursor, &segment->postings, &hit.entry);
    occurrences_init(&list->occurrences, &list->cursor);
    return LEDE_OK;
}

static lede_status open_words(struct merge_pairs *pairs, uint32_t source)
{
    const struct frequent_terms *frequent = &pairs->lists->frequent;
    lede_status status = LEDE_OK;
    for (uint32_t place = 0; status == LEDE_OK && place < frequent->count; place++) {
        const uint8_t *name = pairs->names->data + frequent->terms[place].number;
        status = open_word(pairs, source, place, span_of(name + 1, *name));
    }
    return status;
}

static lede_status fail_source(const struct merge_pairs *pairs, uint32_t source)
{
    return lede_fail(pairs->error, LEDE_ERR_CORRUPT, "segment %llu: positions cannot be read",
        (unsigned long long)pairs->docs->sources[source].segment->number);
}

static bool make_room(struct merge_pairs *pairs, uint32_t count)
{
    if (count <= pairs->position_capacity) {
        return true;
    }
    uint32_t *positions = mem_resize(pairs->positions, count * sizeof *positions);
    if (positions == NULL) {
        return false;
    }
    pairs->positions = positions;
    pairs->position_capacity = count;
    return true;
}

/* Add the positions that the word at `place` has in document `doc` of the source, if it is there. */
static lede_status add_positions(
    struct merge_pairs *pairs, uint32_t source, uint32_t place, uint32_t doc)
{
    struct word_list *list = &pairs->words[place];
    if (!list->is_there) {
        return LEDE_OK;
    }
    struct postings_cursor *cursor = &list->cursor;
    if (cursor->doc < doc) {
        (void)postings_cursor_seek(cursor, doc);
    }
    if (cursor->doc != doc) {
        return cursor->status == LEDE_OK ? LEDE_OK : fail_source(pairs, source);
    }
    const uint32_t count = postings_cursor_frequency(cursor);
    if (!make_room(pairs, count)) {
        return lede_fail_nomem(pairs->error);
    }
    if (count == 0 || occurrences_read(&list->occurrences, pairs->positions, count) != count ||
        pairs->positions[count - 1] >= ADJACENCY_POSITION_END) {
        return fail_source(pairs, source);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (adjacency_add(&pairs->adjacency, place, pairs->positions[i]) != LEDE_OK) {
            return lede_fail_nomem(pairs->error);
        }
    }
    return LEDE_OK;
}

static lede_status find_in_document(
    struct merge_pairs *pairs, uint32_t source, uint32_t doc, uint32_t number)
{
    struct adjacency *adjacency = &pairs->adjacency;
    for (uint32_t place = 0; place < pairs->lists->frequent.count; place++) {
        const lede_status status = add_positions(pairs, source, place, doc);
        if (status != LEDE_OK) {
            return status;
        }
    }
    adjacency_find(adjacency);
    for (uint64_t firsts = adjacency->firsts; firsts != 0; firsts &= firsts - 1) {
        const uint32_t first = lowest_bit64(firsts);
        uint64_t followers = adjacency->followers[first];
        for (; followers != 0; followers &= followers - 1) {
            const lede_status status =
                pair_runs_add(&pairs->runs, first, lowest_bit64(followers), number, pairs->error);
            if (status != LEDE_OK) {
                return status;
            }
        }
    }
    return LEDE_OK;
}

static lede_status look(const struct merge_pairs *pairs, uint32_t source)
{
    segment_forget(pairs->docs->sources[source].segment);
    if (pairs->is_cancelled != NULL &&
        atomic_load_explicit(pairs->is_cancelled, memory_order_relaxed)) {
        return lede_fail(pairs->error, LEDE_ERR_BUSY, "the merge was called off");
    }
    return LEDE_OK;
}

static lede_status find_in_source(struct merge_pairs *pairs, uint32_t source)
{
    const uint32_t *numbers = pairs->docs->numbers[source];
    const uint32_t doc_count = pairs->docs->sources[source].segment->meta.doc_count;
    lede_status status = open_words(pairs, source);
    for (uint32_t doc = 0; status == LEDE_OK && doc < doc_count; doc++) {
        if (numbers[doc] != DOC_END) {
            status = find_in_document(pairs, source, doc, numbers[doc]);
        }
        if (status == LEDE_OK && doc % LOOK_DOCS == 0) {
            status = look(pairs, source);
        }
    }
    return status == LEDE_OK ? pair_runs_end_group(&pairs->runs, pairs->error) : status;
}

/* One source after the other, so that the pages at hand are those around 64 places of lists, not ten times as many. */
static lede_status find_pairs(struct merge_pairs *pairs)
{
    lede_status status = LEDE_OK;
    for (uint32_t source = 0; status == LEDE_OK && source < pairs->docs->source_count; source++) {
        status = find_in_source(pairs, source);
        segment_forget(pairs->docs->sources[source].segment);
    }
    return status;
}

/* ---- lists ---- */

static lede_status drain(struct merge_pairs *pairs, size_t beyond)
{
    struct postings_writer *writer = &pairs->writer.postings;
    lede_status status = LEDE_OK;
    if (writer->postings.size >= beyond) {
        status =
            spool_drain(&pairs->postings, &writer->postings, &writer->postings_base, pairs->error);
    }
    if (status == LEDE_OK && writer->rows.size >= beyond) {
        status = spool_drain(&pairs->rows, &writer->rows, &writer->rows_base, pairs->error);
    }
    return status;
}

static lede_status make_list(struct merge_pairs *pairs, uint32_t first, uint32_t second)
{
    struct pair_run_reader reader;
    uint32_t docs[LEDE_BLOCK_POSTINGS];
    uint32_t frequencies[LEDE_BLOCK_POSTINGS];
    struct posting_block block = {.docs = docs, .frequencies = frequencies};
    struct term_entry entry;
    lede_status status = pair_run_reader_init(&reader, &pairs->runs, first, second, pairs->error);
    if (status != LEDE_OK) {
        return status;
    }
    for (uint32_t i = 0; i < LEDE_BLOCK_POSTINGS; i++) {
        frequencies[i] = 1;
    }
    block.count = pair_run_reader_next(&reader, docs, LEDE_BLOCK_POSTINGS);
    if (block.count == 0 && reader.status == LEDE_OK) {
        return LEDE_OK;
    }
    status = postings_writer_begin(&pairs->writer.postings, pairs->lists->lengths,
        &pairs->lists->range_scale, 0, pairs->error);
    while (status == LEDE_OK && block.count > 0) {
        status = postings_writer_block(&pairs->writer.postings, &block, pairs->error);
        block.count = pair_run_reader_next(&reader, docs, LEDE_BLOCK_POSTINGS);
    }
    if (status == LEDE_OK && reader.status != LEDE_OK) {
        status = lede_fail(
            pairs->error, reader.status, "%s: is not as it was written", pairs->runs_path);
    }
    if (status == LEDE_OK) {
        status = postings_writer_end(&pairs->writer.postings, &entry, pairs->error);
    }
    if (status == LEDE_OK) {
        status = pair_lists_writer_name(&pairs->writer, first, second, &entry, pairs->error);
    }
    return status == LEDE_OK ? drain(pairs, DRAIN_BYTES) : status;
}

static lede_status make_lists(struct merge_pairs *pairs)
{
    const uint32_t count = pairs->lists->frequent.count;
    lede_status status = LEDE_OK;
    for (uint32_t first = 0; first < count; first++) {
        for (uint32_t second = 0; status == LEDE_OK && second < count; second++) {
            status = make_list(pairs, first, second);
        }
    }
    return status;
}

/* ---- life ---- */

static lede_status open_spools(struct merge_pairs *pairs)
{
    const struct segment_file *file = pairs->lists->file;
    lede_status status = segment_file_scratch(file, "pairs", pairs->runs_path, pairs->error);
    if (status == LEDE_OK) {
        status = segment_file_scratch(file, "pairlists", pairs->postings_path, pairs->error);
    }
    if (status == LEDE_OK) {
        status = segment_file_scratch(file, "pairrows", pairs->rows_path, pairs->error);
    }
    pair_runs_init(&pairs->runs, pairs->runs_path, RUN_BYTES);
    spool_init(&pairs->postings, pairs->postings_path, SPOOL_BYTES);
    spool_init(&pairs->rows, pairs->rows_path, SPOOL_BYTES);
    return status;
}

/* What is needed to find pairs, not to write their lists. */
static void release_finder(struct merge_pairs *pairs)
{
    mem_free(pairs->words);
    mem_free(pairs->positions);
    pairs->words = NULL;
    pairs->positions = NULL;
    adjacency_release(&pairs->adjacency);
    pair_runs_release(&pairs->runs);
}

void merge_pairs_free(struct merge_pairs *pairs)
{
    if (pairs == NULL) {
        return;
    }
    release_finder(pairs);
    pair_lists_writer_release(&pairs->writer);
    spool_release(&pairs->postings);
    spool_release(&pairs->rows);
    mem_free(pairs);
}

static lede_status make(struct merge_pairs *pairs)
{
    lede_status status = open_spools(pairs);
    if (status != LEDE_OK) {
        return status;
    }
    pairs->words = mem_array(LEDE_PAIR_TERMS_MAX, sizeof *pairs->words);
    if (pairs->words == NULL) {
        return lede_fail_nomem(pairs->error);
    }
    status = find_pairs(pairs);
    if (status == LEDE_OK) {
        status = make_lists(pairs);
    }
    release_finder(pairs);
    return status;
}

lede_status merge_pairs_make(struct list_writer *lists, const struct merge_docs *docs,
    const atomic_bool *is_cancelled, const struct buf *names, struct merge_pairs **pairs_out,
    lede_error *error)
{
    *pairs_out = NULL;
    if (lists->frequent.count == 0) {
        return LEDE_OK;
    }
    struct merge_pairs *pairs = mem_zalloc(1, sizeof *pairs);
    if (pairs == NULL) {
        return lede_fail_nomem(error);
    }
    frequent_terms_order(&lists->frequent);
    pairs->lists = lists;
    pairs->docs = docs;
    pairs->names = names;
    pairs->is_cancelled = is_cancelled;
    pairs->error = error;
    adjacency_init(&pairs->adjacency);
    pair_lists_writer_init(&pairs->writer);
    const lede_status status = make(pairs);
    if (status != LEDE_OK) {
        merge_pairs_free(pairs);
        return status;
    }
    *pairs_out = pairs;
    return LEDE_OK;
}

/* ---- the section ---- */

lede_status merge_pairs_write(
    struct merge_pairs *pairs, struct container_writer *container, lede_error *error)
{
    const struct frequent_terms *frequent = &pairs->lists->frequent;
    pairs->error = error;
    uint32_t ordinals[LEDE_PAIR_TERMS_MAX];
    struct buf head;
    buf_init(&head, SIZE_MAX);
    for (uint32_t place = 0; place < frequent->count; place++) {
        ordinals[place] = frequent->terms[place].ordinal;
    }
    lede_status status =
        pair_lists_writer_head(&pairs->writer, ordinals, frequent->count, &head, error);
    if (status == LEDE_OK) {
        status = drain(pairs, 0);
    }
    if (status == LEDE_OK) {
        status = container_writer_begin(container, SECTION_PAIRS, error);
    }
    if (status == LEDE_OK) {
        status = container_writer_append(container, head.data, head.size, error);
    }
    buf_release(&head);
    if (status == LEDE_OK) {
        status = spool_move(&pairs->rows, container, error);
    }
    if (status == LEDE_OK) {
        status = spool_move(&pairs->postings, container, error);
    }
    return status == LEDE_OK ? container_writer_end(container, error) : status;
}
