/* Where the last call ended (fill_block) is where the next one looks first. */
#include "storage/postings_set.h"

#include <string.h>

#include "base/ascending.h"
#include "base/bits.h"
#include "codec/block.h"
#include "storage/postings_cursor_parts.h"

/* So many documents of a block are sooner looked up than all of it added. */
enum { LOOKUPS_MAX = 16 };

/* Bits [first, end) of `words`. */
static void set_run(uint64_t *words, uint32_t first, uint32_t end)
{
    for (uint32_t word = first / 64; word * 64 < end; word++) {
        const uint64_t from = first > word * 64 ? ~UINT64_C(0) << (first % 64) : ~UINT64_C(0);
        const uint64_t to = end - word * 64 < 64 ? ~(~UINT64_C(0) << (end % 64)) : ~UINT64_C(0);
        words[word] |= from & to;
    }
}

/* Documents [first, end) of block `block` where it is a bit string or a run; *done_out is false where it has to be
 * decoded. False where it is damaged. */
static bool add_packed(struct postings_cursor *cursor, uint32_t block, uint32_t first, uint32_t end,
    const struct stretch *stretch, uint64_t *words, bool *done_out)
{
    struct block_extent extent;
    *done_out = false;
    if (cursor->entry.df == 1 || is_decoded(cursor, block)) {
        return true;
    }
    if (!postings_cursor_extent(cursor, block, &extent)) {
        return false;
    }
    const struct span bytes = block_bytes(cursor, extent);
    const uint32_t start = extent.base + 1; /* 0 where there is no block before */
    const uint32_t from = start > first ? start : first;
    struct span bits;
    if (start >= end) {
        *done_out = true;
        return true;
    }
    if (block_bits(bytes, &bits)) {
        cursor->bytes_read += bits.size + ROW_BYTES;
        const uint32_t past = (from - start) & ~7u; /* bits passed, whole bytes */
        const uint32_t there = (uint32_t)bits.size * 8 - past;
        const uint32_t wanted = end - (start + past);
        if (past < bits.size * 8) {
            cursor->source->bitpack->wordset->set_bits(words - 1,
                start + past + 64 - stretch->first, bits.bytes + past / 8,
                there < wanted ? there : wanted);
        }
        *done_out = true;
    } else if (bytes.size > 0 && block_kind_of(bytes) == BLOCK_RUN) {
        set_run(words, from - stretch->first,
            (extent.last < end ? extent.last + 1 : end) - stretch->first);
        *done_out = true;
    }
    return true;
}

static void add_document(uint64_t *words, uint32_t bit)
{
    words[bit / 64] |= UINT64_C(1) << bit % 64;
}

/* The decoded block's documents in [first, end). Those that follow each other are mostly in one word, and would each
 * wait for the one before: four quarters are gone through side by side. */
static void add_documents(const struct postings_cursor *cursor, uint32_t first, uint32_t end,
    const struct stretch *stretch, uint64_t *words)
{
    const uint32_t *docs = cursor->docs;
    const uint32_t size = cursor->block_size;
    const uint32_t from = docs[0] >= first ? 0 : count_below(docs, size, first);
    const uint32_t until = docs[size - 1] < end ? size : count_below(docs, size, end);
    const uint32_t base = stretch->first;
    const uint32_t quarter = (until - from) / 4;
    for (uint32_t i = from; i < from + quarter; i++) {
        add_document(words, docs[i] - base);
        add_document(words, docs[i + quarter] - base);
        add_document(words, docs[i + quarter * 2] - base);
        add_document(words, docs[i + quarter * 3] - base);
    }
    for (uint32_t i = from + quarter * 4; i < until; i++) {
        add_document(words, docs[i] - base);
    }
}

/* Words of the stretch that documents of the segment lie in. */
static uint32_t segment_words(const struct postings_cursor *cursor, const struct stretch *stretch)
{
    const uint32_t first = stretch->first / 64;
    const uint32_t all = dense_docs_words(cursor->source->doc_count);
    const uint32_t wanted = stretch_words(stretch);
    const uint32_t left = all > first ? all - first : 0;
    return wanted < left ? wanted : left;
}

static void add_dense(struct postings_cursor *cursor, const struct stretch *stretch)
{
    const struct wordset_ops *ops = cursor->source->bitpack->wordset;
    const uint32_t first = stretch->first / 64;
    uint32_t count = segment_words(cursor, stretch);
    cursor->bytes_read += (uint64_t)count * 8;
    if (count > 0 && count == stretch_words(stretch) && stretch->end % 64 != 0) {
        count--;
        stretch->words[count] |=
            dense_docs_word(&cursor->dense, first + count) & ~(~UINT64_C(0) << stretch->end % 64);
    }
    ops->unite(stretch->words, cursor->dense.words + (size_t)first * 8, count);
}

bool postings_set_add(struct postings_cursor *cursor, struct stretch *stretch)
{
    uint32_t block;
    bool has_any = false;
    if (stretch->first >= stretch->end) {
        return false;
    }
    if (is_dense(cursor) && cursor->status == LEDE_OK) {
        add_dense(cursor, stretch);
        return true;
    }
    if (!postings_cursor_begin_at(cursor, stretch->first, &block)) {
        return false;
    }
    for (; block < cursor->block_count; block++) {
        bool is_done;
        cursor->fill_block = block;
        if (base_of(cursor, block) + 1 >= (int64_t)stretch->end) {
            break;
        }
        if (!add_packed(
                cursor, block, stretch->first, stretch->end, stretch, stretch->words, &is_done) ||
            (!is_done && !is_decoded(cursor, block) && !postings_cursor_load(cursor, block))) {
            (void)postings_cursor_fail(cursor);
            return has_any;
        }
        if (!is_done) {
            add_documents(cursor, stretch->first, stretch->end, stretch, stretch->words);
        }
        has_any = true;
    }
    return has_any;
}

/* ---- what both have ---- */

/* The first document of the words from `doc` on; the stretch's end where there is none. */
static uint32_t next_document(const struct stretch *stretch, uint32_t doc)
{
    if (doc >= stretch->end) {
        return stretch->end;
    }
    uint32_t at = (doc - stretch->first) / 64;
    uint64_t word = stretch->words[at] & (~UINT64_C(0) << doc % 64);
    for (const uint32_t end = stretch_words(stretch); word == 0;) {
        if (++at == end) {
            return stretch->end;
        }
        word = stretch->words[at];
    }
    return stretch->first + at * 64 + lowest_bit64(word);
}

/* Those of the words' documents in [first, end) that the decoded block has go to `others`. */
static void keep_documents(const struct postings_cursor *cursor, uint32_t first, uint32_t end,
    struct stretch *stretch, uint64_t *others)
{
    const uint64_t wanted = cursor->source->bitpack->wordset->count_range(
        stretch->words, first - stretch->first, end - stretch->first);
    if (wanted > LOOKUPS_MAX) {
        add_documents(cursor, first, end, stretch, others);
        return;
    }
    uint32_t i = 0;
    for (uint32_t doc = first; doc < end; doc = next_document(stretch, doc + 1)) {
        i += count_below(cursor->docs + i, cursor->block_size - i, doc);
        if (i == cursor->block_size) {
            break;
        }
        const uint32_t bit = doc - stretch->first;
        others[bit / 64] |= (uint64_t)(cursor->docs[i] == doc) << bit % 64;
    }
}

/* The block that holds `doc`: what it has of the words, and more, goes to `others`. *next_out is the first document
 * behind it. False where there is no such block, or it is damaged. */
static bool keep_of_block(struct postings_cursor *cursor, uint32_t doc, struct stretch *stretch,
    uint64_t *others, uint32_t *next_out)
{
    uint32_t block;
    bool is_done;
    if (!postings_cursor_begin_at(cursor, doc, &block) || block >= cursor->block_count) {
        return false;
    }
    cursor->fill_block = block;
    uint32_t end = stretch->end;
    if (cursor->block_count > 1) {
        const uint32_t last = row_last_doc(row_at(cursor, block));
        end = last < end ? last + 1 : end;
    }
    if (!add_packed(cursor, block, doc, end, stretch, others, &is_done) ||
        (!is_done && !is_decoded(cursor, block) && !postings_cursor_load(cursor, block))) {
        (void)postings_cursor_fail(cursor);
        return false;
    }
    if (!is_done) {
        keep_documents(cursor, doc, end, stretch, others);
    }
    *next_out = end;
    return true;
}

void postings_set_retain(struct postings_cursor *cursor, struct stretch *stretch, uint64_t *others)
{
    const struct wordset_ops *ops = cursor->source->bitpack->wordset;
    uint64_t *words = stretch->words;
    if (is_dense(cursor) && cursor->status == LEDE_OK) {
        const uint32_t count = segment_words(cursor, stretch);
        cursor->bytes_read += (uint64_t)count * 8;
        ops->intersect(words, cursor->dense.words + (size_t)stretch->first / 8, count);
        memset(words + count, 0, (stretch_words(stretch) - count) * sizeof *words);
        return;
    }
    uint32_t doc = next_document(stretch, stretch->first);
    if (doc == stretch->end) {
        return;
    }
    memset(others, 0, stretch_words(stretch) * sizeof *others);
    while (doc < stretch->end) {
        uint32_t next;
        if (!keep_of_block(cursor, doc, stretch, others, &next)) {
            break;
        }
        doc = next_document(stretch, next);
    }
    ops->intersect(words, others, stretch_words(stretch));
}
