#include "index/merge_postings.h"

#include "base/alloc.h"
#include "base/assert.h"

enum { POSITIONS_MIN = 1024 };

void merge_postings_init(struct merge_postings *merged, const struct merge_docs *docs)
{
    merged->docs = docs;
    merged->status = LEDE_OK;
    merged->positions = NULL;
    merged->position_capacity = 0;
}

void merge_postings_release(struct merge_postings *merged)
{
    mem_free(merged->positions);
    merged->positions = NULL;
}

void merge_postings_begin(struct merge_postings *merged, bool has_positions)
{
    merged->has_positions = has_positions;
    merged->input_count = 0;
    merged->heap_count = 0;
}

static void fail(struct merge_postings *merged, const struct merge_input *input, lede_status status)
{
    if (merged->status == LEDE_OK) {
        merged->status = status;
        merged->fault_source = input->source;
    }
    merged->heap_count = 0;
}

/* Make input->number that of the document it stands on, or of the next that is alive. */
static void settle(struct merge_input *input)
{
    uint32_t doc = input->cursor.doc;
    while (doc != DOC_END && input->numbers[doc] == DOC_END) {
        doc = postings_cursor_next(&input->cursor);
    }
    input->number = doc == DOC_END ? DOC_END : input->numbers[doc];
}

void merge_postings_add(
    struct merge_postings *merged, uint32_t source, const struct term_entry *entry)
{
    struct merge_input *input = &merged->inputs[merged->input_count++];
    input->numbers = merged->docs->numbers[source];
    input->source = source;
    postings_cursor_init(&input->cursor, &merged->docs->sources[source].segment->postings, entry);
    occurrences_init(&input->occurrences, &input->cursor);
    settle(input);
}

static void sift_down(struct merge_postings *merged, uint32_t at)
{
    const uint32_t moved = merged->heap[at];
    const uint32_t number = merged->inputs[moved].number;
    for (;;) {
        uint32_t child = at * 2 + 1;
        if (child >= merged->heap_count) {
            break;
        }
        if (child + 1 < merged->heap_count && merged->inputs[merged->heap[child + 1]].number <
                                                  merged->inputs[merged->heap[child]].number) {
            child++;
        }
        if (merged->inputs[merged->heap[child]].number >= number) {
            break;
        }
        merged->heap[at] = merged->heap[child];
        at = child;
    }
    merged->heap[at] = moved;
}

void merge_postings_start(struct merge_postings *merged)
{
    for (uint32_t i = 0; i < merged->input_count; i++) {
        if (merged->inputs[i].number != DOC_END) {
            merged->heap[merged->heap_count++] = i;
        }
    }
    for (uint32_t i = 0; i < merged->input_count; i++) {
        if (merged->inputs[i].cursor.status != LEDE_OK) {
            fail(merged, &merged->inputs[i], LEDE_ERR_CORRUPT);
        }
    }
    for (uint32_t i = merged->heap_count / 2; i-- > 0;) {
        sift_down(merged, i);
    }
}

/* The first number of all other inputs. */
static uint32_t second_number(const struct merge_postings *merged)
{
    uint32_t number = DOC_END;
    for (uint32_t i = 1; i < merged->heap_count && i < 3; i++) {
        const uint32_t other = merged->inputs[merged->heap[i]].number;
        number = other < number ? other : number;
    }
    return number;
}

static bool make_room(struct merge_postings *merged, uint32_t count)
{
    const size_t needed = merged->position_count + count;
    if (needed <= merged->position_capacity) {
        return true;
    }
    size_t capacity = merged->position_capacity == 0 ? POSITIONS_MIN : merged->position_capacity;
    while (capacity < needed) {
        capacity *= 2;
    }
    uint32_t *positions = mem_resize(merged->positions, capacity * sizeof *positions);
    if (positions == NULL) {
        return false;
    }
    merged->positions = positions;
    merged->position_capacity = capacity;
    return true;
}

/* Take the posting that the input stands on as number `count` of the block. */
static bool take(struct merge_postings *merged, struct merge_input *input, uint32_t count)
{
    const uint32_t frequency = postings_cursor_frequency(&input->cursor);
    if (frequency == 0) {
        fail(merged, input, LEDE_ERR_CORRUPT);
        return false;
    }
    merged->block_docs[count] = input->number;
    merged->block_frequencies[count] = frequency;
    if (merged->has_positions) {
        if (!make_room(merged, frequency)) {
            fail(merged, input, LEDE_ERR_NOMEM);
            return false;
        }
        if (occurrences_read(&input->occurrences, merged->positions + merged->position_count,
                frequency) != frequency) {
            fail(merged, input, LEDE_ERR_CORRUPT);
            return false;
        }
        merged->position_count += frequency;
    }
    return true;
}

/* Take postings of the first input below `limit`, as far as the block has room. */
static uint32_t take_run(struct merge_postings *merged, uint32_t limit, uint32_t count)
{
    struct merge_input *input = &merged->inputs[merged->heap[0]];
    while (count < LEDE_BLOCK_POSTINGS && input->number < limit) {
        if (!take(merged, input, count)) {
            return count;
        }
        count++;
        (void)postings_cursor_next(&input->cursor);
        settle(input);
    }
    if (input->cursor.status != LEDE_OK) {
        fail(merged, input, LEDE_ERR_CORRUPT);
    } else if (input->number == DOC_END) {
        merged->heap[0] = merged->heap[--merged->heap_count];
    }
    if (merged->heap_count > 0) {
        sift_down(merged, 0);
    }
    return count;
}

bool merge_postings_next(struct merge_postings *merged, struct posting_block *block_out)
{
    uint32_t count = 0;
    merged->position_count = 0;
    while (merged->heap_count > 0 && count < LEDE_BLOCK_POSTINGS) {
        count = take_run(merged, second_number(merged), count);
    }
    if (merged->status != LEDE_OK || count == 0) {
        return false;
    }
    *block_out = (struct posting_block){
        .docs = merged->block_docs,
        .frequencies = merged->block_frequencies,
        .positions = merged->has_positions ? merged->positions : NULL,
        .count = count,
    };
    return true;
}

lede_status merge_postings_status(
    const struct merge_postings *merged, struct span term, lede_error *error)
{
    if (merged->status == LEDE_OK) {
        return LEDE_OK;
    }
    if (merged->status == LEDE_ERR_NOMEM) {
        return lede_fail_nomem(error);
    }
    return lede_fail(error, merged->status, "segment %llu: a list of \"%.*s\" cannot be read",
        (unsigned long long)merged->docs->sources[merged->fault_source].segment->number,
        (int)term.size, (const char *)term.bytes);
}
