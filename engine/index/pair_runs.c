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

lede_status pair_runs_finish(struct pair_runs *runs, lede_error *error)
{
    return write_run(runs, error);
}

/* Open the pair's piece of run reader->run. */
static void open_piece(struct pair_run_reader *reader, struct span bytes)
{
    struct pair_runs *runs = reader->runs;
    const size_t at = (size_t)reader->run * PAIR_RUNS_PAIRS + reader->pair;
    const uint64_t end = load_le64(runs->ends.data + at * 8);
    const uint64_t begin = at == 0 ? 0 : load_le64(runs->ends.data + (at - 1) * 8);
    reader->at = cursor_of(span_of(bytes.bytes + begin, (size_t)(end - begin)));
    reader->next = 0;
    if (++runs->forgotten % PIECES_KEPT == 0) {
        spool_forget(&runs->spool);
    }
}

lede_status pair_run_reader_init(struct pair_run_reader *reader, struct pair_runs *runs,
    uint32_t first, uint32_t second, lede_error *error)
{
    *reader = (struct pair_run_reader){.runs = runs, .pair = pair_of(first, second)};
    struct span bytes;
    const lede_status status = spool_bytes(&runs->spool, &bytes, error);
    if (status == LEDE_OK) {
        open_piece(reader, bytes);
    }
    return status;
}

uint32_t pair_run_reader_next(struct pair_run_reader *reader, uint32_t *docs, uint32_t capacity)
{
    uint32_t count = 0;
    while (count < capacity && reader->status == LEDE_OK) {
        if (cursor_left(&reader->at) > 0) {
            reader->next += cursor_varint(&reader->at);
            docs[count++] = (uint32_t)reader->next++;
            if (reader->at.failed || reader->next > DOC_END) {
                reader->status = LEDE_ERR_IO;
            }
            continue;
        }
        if (reader->run + 1 >= reader->runs->run_count) {
            break;
        }
        struct span bytes;
        reader->status = spool_bytes(&reader->runs->spool, &bytes, NULL);
        if (reader->status == LEDE_OK) {
            reader->run++;
            open_piece(reader, bytes);
        }
    }
    return reader->status == LEDE_OK ? count : 0;
}
