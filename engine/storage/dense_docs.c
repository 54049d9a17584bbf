/* A word of the file is a word of memory, in little-endian; the last one is filled up with 0. */
#include "storage/dense_docs.h"

#include "base/assert.h"
#include "base/bits.h"

enum {
    RANK_WORDS = DENSE_DOCS_RANK / 64,
    WORDS_AT_ONCE = 32,
};

static uint32_t rank_count(uint32_t doc_count)
{
    return (doc_count + DENSE_DOCS_RANK - 1) / DENSE_DOCS_RANK;
}

static size_t words_size(uint32_t doc_count)
{
    return (size_t)dense_docs_words(doc_count) * sizeof(uint64_t);
}

size_t dense_docs_size(uint32_t doc_count)
{
    return words_size(doc_count) + (size_t)rank_count(doc_count) * sizeof(uint32_t);
}

bool dense_docs_open(struct dense_docs *dense, struct span bytes, uint32_t doc_count)
{
    const struct dense_docs opened = {
        .words = bytes.bytes, .ranks = bytes.bytes + words_size(doc_count)};
    const uint32_t used = doc_count % 64;
    if (used != 0 && dense_docs_word(&opened, doc_count / 64) >> used != 0) {
        return false;
    }
    *dense = opened;
    return true;
}

uint32_t dense_docs_rank(
    const struct dense_docs *dense, const struct wordset_ops *ops, uint32_t doc)
{
    const uint32_t at = doc / DENSE_DOCS_RANK;
    const uint8_t *words = dense->words + (size_t)at * (DENSE_DOCS_RANK / 8);
    return load_le32(dense->ranks + (size_t)at * sizeof(uint32_t)) +
           ops->count_bits(words, 0, doc % DENSE_DOCS_RANK);
}

/* From `word` on past words of whole ranks that have no documents, as ranks say; not past `last`. */
static uint32_t pass_empty(const struct dense_docs *dense, uint32_t word, uint32_t last)
{
    while (word % RANK_WORDS == 0 && word + RANK_WORDS <= last) {
        const uint8_t *rank = dense->ranks + (size_t)(word / RANK_WORDS) * sizeof(uint32_t);
        if (load_le32(rank) != load_le32(rank + sizeof(uint32_t))) {
            break;
        }
        word += RANK_WORDS;
    }
    return word;
}

bool dense_docs_decode(const struct dense_docs *dense, const struct wordset_ops *ops,
    uint32_t first, uint32_t last, uint32_t count, uint32_t *docs)
{
    uint64_t words[WORDS_AT_ONCE];
    uint32_t found = 0;
    for (uint32_t word = pass_empty(dense, first / 64, last / 64); word <= last / 64;) {
        const uint32_t base = word * 64;
        const uint32_t left = last / 64 - word + 1;
        const uint32_t here = left < WORDS_AT_ONCE ? left : WORDS_AT_ONCE;
        DASSERT(here > 0);
        for (uint32_t i = 0; i < here; i++) {
            words[i] = dense_docs_word(dense, word + i);
        }
        words[0] &= base < first ? ~UINT64_C(0) << first % 64 : ~UINT64_C(0);
        /* cppcheck-suppress negativeIndex */
        words[here - 1] &= left == here ? ~UINT64_C(0) >> (63 - last % 64) : ~UINT64_C(0);
        if (ops->count(words, here) > count - found) {
            return false;
        }
        found += ops->docs(words, here, base, docs + found);
        word = pass_empty(dense, word + here, last / 64);
    }
    return found == count && docs[found - 1] == last;
}

void dense_docs_make_ranks(uint8_t *bytes, uint32_t doc_count)
{
    const uint32_t words = dense_docs_words(doc_count);
    uint8_t *rank = bytes + words_size(doc_count);
    uint32_t found = 0;
    for (uint32_t i = 0; i < words; i++) {
        if (i % RANK_WORDS == 0) {
            store_le32(rank, found);
            rank += sizeof(uint32_t);
        }
        found += popcount64(load_le64(bytes + (size_t)i * 8));
    }
}

bool dense_docs_verify(const struct dense_docs *dense, uint32_t df, uint32_t doc_count)
{
    const uint32_t words = dense_docs_words(doc_count);
    uint64_t found = 0;
    for (uint32_t i = 0; i < words; i++) {
        if (i % RANK_WORDS == 0 &&
            load_le32(dense->ranks + (size_t)(i / RANK_WORDS) * sizeof(uint32_t)) != found) {
            return false;
        }
        found += popcount64(dense_docs_word(dense, i));
    }
    return found == df;
}
