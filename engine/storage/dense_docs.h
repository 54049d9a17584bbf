/* dense_docs.h -- the documents of a dense list: a bit for each document of the segment, and ranks.
 *
 * FORMAT.md, "Dense lists". The bits are used where they lie. A rank is how many documents of the list are before some
 * document; every DENSE_DOCS_RANK-th is written, the rest is counted. Both may lie at any address.
 *
 * Trust: once opened, no document at or above doc_count is in the words. Ranks are what the file says.
 */
#ifndef STORAGE_DENSE_DOCS_H
#define STORAGE_DENSE_DOCS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/span.h"
#include "codec/wordset.h"

enum {
    /* A list in one of so many documents of a segment is dense; in a large segment, where look-ups in blocks take most of
     * a query's time, in one of more. A 16th everywhere is 3 % more of an index of 100,000 articles. */
    DENSE_DOCS_SHARE = 8,
    DENSE_DOCS_LARGE_SHARE = 16,
    DENSE_DOCS_LARGE = 1 << 20,
    DENSE_DOCS_RANK = 512,
};

struct dense_docs {
    const uint8_t *words; /* u64 each; NULL: the list is not dense */
    const uint8_t *ranks; /* u32 each */
};

/* Whether a list of `df` documents of a segment of `doc_count` is dense; it has two blocks at least. */
static inline bool dense_docs_wanted(uint32_t df, uint32_t doc_count)
{
    const uint32_t share = doc_count < DENSE_DOCS_LARGE ? DENSE_DOCS_SHARE : DENSE_DOCS_LARGE_SHARE;
    return df > LEDE_BLOCK_POSTINGS && (uint64_t)df * share >= doc_count;
}

static inline uint32_t dense_docs_words(uint32_t doc_count)
{
    return (doc_count + 63) / 64;
}

/* Bytes of words and ranks. */
size_t dense_docs_size(uint32_t doc_count);

/* `bytes`: dense_docs_size of them. False where a bit is set that is no document's. */
bool dense_docs_open(struct dense_docs *dense, struct span bytes, uint32_t doc_count) MUST_CHECK;

static inline uint64_t dense_docs_word(const struct dense_docs *dense, uint32_t word)
{
    return load_le64(dense->words + (size_t)word * 8);
}

static inline bool dense_docs_has(const struct dense_docs *dense, uint32_t doc)
{
    return (dense->words[doc / 8] >> doc % 8 & 1) != 0;
}

/* How many documents are before `doc`, which is below doc_count. */
uint32_t dense_docs_rank(
    const struct dense_docs *dense, const struct wordset_ops *ops, uint32_t doc);

/* Those in [first, last], ascending; false where there are not `count`, of which `last` is one. first <= last, and last
 * is below doc_count; `docs` has room for LEDE_BLOCK_POSTINGS. */
bool dense_docs_decode(const struct dense_docs *dense, const struct wordset_ops *ops,
    uint32_t first, uint32_t last, uint32_t count, uint32_t *docs) MUST_CHECK;

/* Fill in the ranks of the words at `bytes`, which are followed by room for them. */
void dense_docs_make_ranks(uint8_t *bytes, uint32_t doc_count);

/* Whether the ranks are those of the words, of which `df` bits are set. */
bool dense_docs_verify(const struct dense_docs *dense, uint32_t df, uint32_t doc_count);

#endif
