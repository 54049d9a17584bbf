#include "index/pair_runs.h"

#include <string.h>

#include "base/assert.h"

enum {
    SPOOL_BYTES = 1 << 20,
    /* Pieces read before the pages around them are let go. */
    PIECES_KEPT = 256,
};

static uint32_t pair_of(uint32_t first, uint32_t second)
{
    ASSERT(first < LEDE_PAIR_TERMS_MAX);
    ASSERT(second < LEDE_PAIR_TERMS_MAX);
    return first * LEDE_PAIR_TERMS_MAX + second;
}

void pair_runs_init(struct pair_runs *runs, const char *path, size_t memory_bytes)
{
    *runs = (struct pair_runs){.memory_bytes = memory_bytes};
    term_table_init(&runs->table);
    spool_init(&runs->spool, path, SPOOL_BYTES);
    buf_init(&runs->ends, SIZE_MAX);
    buf_init(&runs->gaps, SIZE_MAX);
}

void pair_runs_release(struct pair_runs *runs)
{
    term_table_release(&runs->table);
    spool_release(&runs->spool);
    buf_release(&runs->ends);
    buf_release(&runs->gaps);
}

/* The gaps of one pair of the run at hand to runs->gaps. */
static lede_status gather_gaps(struct pair_runs *runs, uint32_t number)
{
    struct chain_walk walk;
    uint32_t next = 0;
    buf_reset(&runs->gaps);
    chain_walk_begin(&walk, &runs->table.terms[number].chains[CHAIN_BODY]);
    while (chain_walk_next(&walk)) {
        (void)buf_append_varint(&runs->gaps, walk.doc - next);
        next = walk.doc + 1;
    }
    return runs->gaps.status;
}

static lede_status write_run(struct pair_runs *runs, lede_error *error)
{
    for (uint32_t pair = 0; pair < PAIR_RUNS_PAIRS; pair++) {
        lede_status status = LEDE_OK;
        if (runs->numbers[pair] != 0) {
            status = gather_gaps(runs, runs->numbers[pair] - 1) == LEDE_OK
                         ? spool_append(&runs->spool, runs->gaps.data, runs->gaps.size, error)
                         : lede_fail_nomem(error);
        }
        if (status != LEDE_OK) {
            return status;
        }
        if (buf_append_le64(&runs->ends, runs->spool.size) != LEDE_OK) {
            return lede_fail_nomem(error);
        }
    }
    runs->run_count++;
    memset(runs->numbers, 0, sizeof runs->numbers);
    term_table_release(&runs->table);
    return LEDE_OK;
}

static lede_status put_down(struct pair_runs *runs, uint32_t first, uint32_t second, uint32_t doc)
{
    uint32_t *number = &runs->numbers[pair_of(first, second)];
    if (*number == 0) {
        const uint8_t name[] = {(uint8_t)first, (uint8_t)second};
        const lede_status status = term_table_find(&runs->table, name, sizeof name, number);
        if (status != LEDE_OK) {
            return status;
        }
        ++*number;
    }
    return term_table_add(&runs->table, *number - 1, CHAIN_BODY, doc, 0);
}

lede_status pair_runs_add(
    struct pair_runs *runs, uint32_t first, uint32_t second, uint32_t doc, lede_error *error)
{
    if (put_down(runs, first, second, doc) != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    return term_table_held_bytes(&runs->table) >= runs->memory_bytes ? write_run(runs, error)
                                                                     : LEDE_OK;
}

lede_status pair_runs_end_group(struct pair_runs *runs, lede_error *error)
{
    ASSERT(runs->group_count < PAIR_RUNS_GROUPS_MAX);
    const lede_status status = write_run(runs, error);
    if (status == LEDE_OK) {
        runs->group_ends[runs->group_count++] = runs->run_count;
    }
    return status;
}

/* Open the pair's piece of the run head->run. */
static void open_piece(const struct pair_run_reader *reader, struct pair_run_head *head)
{
    struct pair_runs *runs = reader->runs;
    const size_t at = (size_t)head->run * PAIR_RUNS_PAIRS + reader->pair;
    const uint64_t end = load_le64(runs->ends.data + at * 8);
    const uint64_t begin = at == 0 ? 0 : load_le64(runs->ends.data + (at - 1) * 8);
    head->at = cursor_of(span_of(reader->bytes.bytes + begin, (size_t)(end - begin)));
    head->next = 0;
    if (++runs->forgotten % PIECES_KEPT == 0) {
        spool_forget(&runs->spool);
    }
}

/* Go to the next document of the head. */
static void advance(struct pair_run_reader *reader, struct pair_run_head *head)
{
    while (cursor_left(&head->at) == 0) {
        if (++head->run >= head->run_end) {
            head->doc = DOC_END;
            return;
        }
        open_piece(reader, head);
    }
    head->next += cursor_varint(&head->at);
    if (head->at.failed || head->next >= DOC_END) {
        reader->status = LEDE_ERR_IO;
        head->doc = DOC_END;
        return;
    }
    head->doc = (uint32_t)head->next++;
}

lede_status pair_run_reader_init(struct pair_run_reader *reader, struct pair_runs *runs,
    uint32_t first, uint32_t second, lede_error *error)
{
    *reader = (struct pair_run_reader){.runs = runs, .pair = pair_of(first, second)};
    const lede_status status = spool_bytes(&runs->spool, &reader->bytes, error);
    for (uint32_t group = 0; status == LEDE_OK && group < runs->group_count; group++) {
        struct pair_run_head *head = &reader->heads[group];
        head->run = group == 0 ? 0 : runs->group_ends[group - 1];
        head->run_end = runs->group_ends[group];
        open_piece(reader, head);
        advance(reader, head);
    }
    return status;
}

/* The head whose document comes first, and that of the first of the others. */
static struct pair_run_head *first_head(struct pair_run_reader *reader, uint32_t *limit_out)
{
    struct pair_run_head *first = &reader->heads[0];
    *limit_out = DOC_END;
    for (uint32_t group = 1; group < reader->runs->group_count; group++) {
        struct pair_run_head *head = &reader->heads[group];
        if (head->doc < first->doc) {
            *limit_out = first->doc;
            first = head;
        } else if (head->doc < *limit_out) {
            *limit_out = head->doc;
        }
    }
    return first;
}

uint32_t pair_run_reader_next(struct pair_run_reader *reader, uint32_t *docs, uint32_t capacity)
{
    uint32_t count = 0;
    while (count < capacity && reader->status == LEDE_OK) {
        uint32_t limit;
        struct pair_run_head *head = first_head(reader, &limit);
        if (head->doc == DOC_END) {
            break;
        }
        do {
            docs[count++] = head->doc;
            advance(reader, head);
        } while (count < capacity && head->doc < limit);
    }
    return reader->status == LEDE_OK ? count : 0;
}
