#include "storage/occurrences.h"

#include <string.h>

#include "codec/block.h"
#include "storage/postings_block.h"

void occurrences_init(struct occurrences *occurrences, const struct postings_cursor *list)
{
    occurrences->list = list;
    occurrences->status = LEDE_OK;
    occurrences->block = UINT32_MAX;
    occurrences->block_size = 0;
    occurrences->firsts[0] = 0;
    memset(&occurrences->positions, 0, offsetof(struct positions_reader, sums));
}

static bool fail(struct occurrences *occurrences)
{
    occurrences->status = LEDE_ERR_CORRUPT;
    occurrences->block = UINT32_MAX;
    occurrences->block_size = 0;
    return false;
}

/* Sum the frequencies of block `block` and open its positions. */
static bool load_block(struct occurrences *occurrences, uint32_t block)
{
    const struct postings_cursor *list = occurrences->list;
    const struct bitpack_ops *ops = list->source->bitpack;
    struct postings_block extent;
    uint32_t *firsts = occurrences->firsts + 1;
    if (!postings_block_find(list, block, &extent)) {
        return false;
    }
    if (list->entry.df == 1) {
        firsts[0] = list->entry.max_tf;
    } else {
        const struct span numbers = extent.frequencies;
        if (block_decode_numbers(ops, numbers, extent.count, firsts) != numbers.size) {
            return false;
        }
        ops->sum_docs(firsts, extent.count, 0);
        occurrences->positions.bytes_read += numbers.size;
    }
    occurrences->block = block;
    occurrences->block_size = extent.count;
    return positions_open(&occurrences->positions, extent.positions, firsts[extent.count - 1]);
}

/* The first of `count` values from `first` on; `before` is the last position before them, UINT32_MAX for none. */
static bool load_run(struct occurrences *occurrences, uint32_t first, uint32_t count,
    uint32_t before, struct position_run *run)
{
    struct positions_reader *positions = &occurrences->positions;
    const uint32_t taken = count < POSITION_RUN_MAX ? count : POSITION_RUN_MAX;
    if (count > positions->count || first > positions->count - count || count == 0 ||
        !positions_load(positions, occurrences->list->source->bitpack, first, first + taken)) {
        return false;
    }
    run->values = positions_sums(positions, first);
    run->base = run->values[-1] - before;
    run->count = taken;
    run->next = first + taken;
    run->before = run->values[taken - 1] - run->base;
    run->left = count - taken;
    return true;
}

bool occurrences_find(
    struct occurrences *occurrences, uint32_t block, uint32_t index, struct position_run *run_out)
{
    const struct postings_cursor *list = occurrences->list;
    if (occurrences->status != LEDE_OK || list->status != LEDE_OK || list->positions.size == 0) {
        return false;
    }
    if (block != occurrences->block && !load_block(occurrences, block)) {
        return fail(occurrences);
    }
    const uint32_t *firsts = occurrences->firsts;
    if (index >= occurrences->block_size ||
        !load_run(
            occurrences, firsts[index], firsts[index + 1] - firsts[index], UINT32_MAX, run_out)) {
        return fail(occurrences);
    }
    return true;
}

bool occurrences_more(struct occurrences *occurrences, struct position_run *run)
{
    return load_run(occurrences, run->next, run->left, run->before, run) || fail(occurrences);
}

uint32_t occurrences_read(struct occurrences *occurrences, uint32_t *positions, uint32_t capacity)
{
    const struct postings_cursor *list = occurrences->list;
    struct position_run run;
    uint64_t next = 0; /* lowest position that may follow */
    uint32_t found = 0;
    if (list->doc == DOC_END || !occurrences_at(occurrences, list->block, list->index, &run)) {
        return 0;
    }
    for (;;) {
        for (uint32_t i = 0; i < run.count; i++) {
            const uint32_t position = run.values[i] - run.base;
            if (position < next || position >= DOC_END) {
                (void)fail(occurrences);
                return 0;
            }
            next = (uint64_t)position + 1;
            if (found < capacity) {
                positions[found] = position;
            }
            found++;
        }
        if (run.left == 0) {
            return found;
        }
        if (!occurrences_more(occurrences, &run)) {
            return 0;
        }
    }
}
