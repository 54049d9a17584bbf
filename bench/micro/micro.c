/* micro.c -- nanoseconds an integer of every kernel and variant, of blocks by kind, and of a term's look-up.
 *
 *     micro [--json] [INDEX]
 *
 * Each figure is the best of many short runs, so that what else the machine does is left out as far as it
 * can be. What a kernel reads is in L1 or L2. Of an INDEX, terms of the first segment are looked up in
 * random order: more than any cache but the last holds, where the dictionary is large.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/cpu.h"
#include "base/limits.h"
#include "codec/bitpack.h"
#include "codec/block.h"
#include "codec/wordset.h"
#include "query/score_ops.h"
#include "storage/snapshot.h"

enum {
    BLOCK = LEDE_BLOCK_POSTINGS,
    BLOCKS = 32, // different ones, so that branches are not learnt by heart
    RUNS = 1000,
    WINDOW_DOCS = 4096,
    WINDOW_WORDS = WINDOW_DOCS / 64,
    RANGES = 2048,
    LOOK_UPS_MAX = 1 << 16,
};

static bool as_json;
static bool is_first_row = true;
static volatile uint64_t kept; // so that no result is unused

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* The same numbers in every run: a linear congruential generator (Knuth, MMIX). */
static uint32_t next_random(void)
{
    static uint64_t state = 1;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33);
}

static void report(const char *what, const char *shape, const char *variant, double ns)
{
    if (as_json) {
        printf("%s\n  {\"kernel\": \"%s\", \"shape\": \"%s\", \"variant\": \"%s\", \"ns\": %.4f}",
            is_first_row ? "[" : ",", what, shape, variant, ns);
    } else {
        printf("%-24s %-22s %-8s %9.3f\n", what, shape, variant, ns);
    }
    is_first_row = false;
}

/* Run `code` for block b = 0 .. BLOCKS - 1, RUNS times, and report the best time divided by `items`. */
#define MEASURE(what, shape, variant, items, code)            \
    do {                                                      \
        double best = 1e18;                                   \
        for (int run = 0; run < RUNS; run++) {                \
            const double start = now_ns();                    \
            for (uint32_t b = 0; b < BLOCKS; b++) {           \
                code;                                         \
            }                                                 \
            const double elapsed = now_ns() - start;          \
            best = elapsed < best ? elapsed : best;           \
        }                                                     \
        report(what, shape, variant, best / (double)(items)); \
    } while (0)

static bool is_usable(uint32_t cpu_needs)
{
    return (cpu_needs & ~cpu_features()) == 0;
}

/* ---- data ---- */

static uint32_t docs[BLOCKS][BLOCK];
static uint32_t numbers[BLOCKS][BLOCK];
static uint32_t out[BLOCKS][WINDOW_DOCS + SCORE_FILTER_SLACK];

/* As a term's documents lie where each document has it with the same probability. */
static uint32_t random_gap(uint32_t mean)
{
    uint32_t gap = 1;
    while (next_random() % mean != 0) {
        gap++;
    }
    return gap;
}

static void make_docs(uint32_t mean)
{
    for (uint32_t b = 0; b < BLOCKS; b++) {
        uint32_t doc = 0;
        for (uint32_t i = 0; i < BLOCK; i++) {
            doc += i == 0 ? 0 : random_gap(mean);
            docs[b][i] = doc;
        }
    }
}

/* Frequencies as lists have them: most are 1, few are large. */
static void make_frequencies(void)
{
    for (uint32_t b = 0; b < BLOCKS; b++) {
        for (uint32_t i = 0; i < BLOCK; i++) {
            const uint32_t random = next_random() % 100;
            numbers[b][i] = random < 70 ? 1 : random < 97 ? 2 + random % 5 : random;
        }
    }
}

/* ---- kernels ---- */

static void measure_bitpack(const struct bitpack_ops *ops)
{
    static uint8_t packed[BLOCKS][BLOCK * 4 + LEDE_READ_PADDING];
    const uint32_t widths[] = {2, 5, 8, 13, 20, 28};
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
        const uint32_t width = widths[w];
        char shape[32];
        snprintf(shape, sizeof shape, "%u bits", width);
        for (uint32_t b = 0; b < BLOCKS; b++) {
            for (uint32_t i = 0; i < BLOCK; i++) {
                numbers[b][i] = next_random() & ((1u << width) - 1);
            }
            bitpack_pack(numbers[b], BLOCK, width, packed[b]);
        }
        MEASURE("unpack", shape, ops->name, BLOCKS * BLOCK,
            ops->unpack(packed[b], BLOCK, width, out[b]));
        MEASURE("unpack_docs", shape, ops->name, BLOCKS * BLOCK,
            ops->unpack_docs(packed[b], BLOCK, width, 7, out[b]));
    }
    static const uint64_t marks[BLOCK / 64] = {0x100000400000, 0x8000, 0x2000000000000100, 0x10};
    static uint32_t additions[BLOCK + 16];
    MEASURE("unpack_docs_adding", "20 bits", ops->name, BLOCKS * BLOCK,
        kept += ops->unpack_docs_adding(packed[b], BLOCK, 20, 7, marks, additions, out[b]));
    for (uint32_t b = 0; b < BLOCKS; b++) {
        ops->unpack_docs(packed[b], BLOCK, 7, 3 * b, out[b]);
    }
    MEASURE("meet (a call)", "2 and 12", ops->name, BLOCKS,
        kept += ops->meet(out[b], 2, out[b] + 2, 12, 1));
    MEASURE("sum_docs", "", ops->name, BLOCKS * BLOCK, ops->sum_docs(out[b], BLOCK, 7));
    MEASURE("increment", "", ops->name, BLOCKS * BLOCK, kept += ops->increment(out[b], BLOCK));
}

static uint64_t sets[BLOCKS][BLOCK * 512 / 64 + 1];

static void measure_sets(const struct wordset_ops *ops)
{
    const uint32_t gaps[] = {2, 4, 8, 16, 32, 64, 200};
    for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++) {
        char shape[32];
        snprintf(shape, sizeof shape, "gap %u", gaps[g]);
        make_docs(gaps[g]);
        memset(sets, 0, sizeof sets);
        uint32_t words[BLOCKS];
        for (uint32_t b = 0; b < BLOCKS; b++) {
            words[b] = docs[b][BLOCK - 1] / 64 + 1;
            for (uint32_t i = 0; i < BLOCK; i++) {
                sets[b][docs[b][i] / 64] |= UINT64_C(1) << docs[b][i] % 64;
            }
        }
        MEASURE("docs", shape, ops->name, BLOCKS * BLOCK,
            kept += ops->docs(sets[b], words[b], 5, out[b]));
    }
    memset(sets, 0x55, sizeof sets);
    static uint32_t starts[WINDOW_WORDS], asked[BLOCK];
    for (uint32_t i = 0; i < BLOCK; i++) {
        asked[i] = i * WINDOW_DOCS / BLOCK;
    }
    MEASURE("starts (a word)", "64 words", ops->name, BLOCKS * WINDOW_WORDS,
        ops->starts(sets[b], WINDOW_WORDS, 0, starts));
    MEASURE("look_up", "4 a word", ops->name, BLOCKS * BLOCK,
        kept += ops->look_up(sets[b], starts, asked, BLOCK, out[b], out[b] + WINDOW_DOCS / 2));
    MEASURE("set_bits (a word)", "at 7", ops->name, BLOCKS * WINDOW_WORDS,
        ops->set_bits(sets[b], 7, (const uint8_t *)out[b], WINDOW_DOCS));
    MEASURE("intersect (a word)", "64 words", ops->name, BLOCKS * WINDOW_WORDS,
        ops->intersect(sets[b], sets[(b + 1) % BLOCKS], WINDOW_WORDS));
    MEASURE("count (a word)", "64 words", ops->name, BLOCKS * WINDOW_WORDS,
        kept += ops->count(sets[b], WINDOW_WORDS));
    MEASURE("count_range (a call)", "100 bits", ops->name, BLOCKS,
        kept += ops->count_range(sets[b], 30 + b, 130 + b));
}

static void make_sums(uint32_t one_in)
{
    for (uint32_t b = 0; b < BLOCKS; b++) {
        for (uint32_t i = 0; i < WINDOW_DOCS; i++) {
            out[b][i] = next_random() % 1000 + (next_random() % one_in == 0 ? 1000 : 0);
        }
    }
}

static void measure_sums(const struct score_ops *ops)
{
    static uint32_t places[WINDOW_DOCS + SCORE_FILTER_SLACK];
    const uint32_t one_in[] = {2, 16, 128, 4096};
    for (size_t i = 0; i < sizeof one_in / sizeof one_in[0]; i++) {
        char shape[32];
        snprintf(shape, sizeof shape, "one in %u", one_in[i]);
        make_sums(one_in[i]);
        MEASURE("filter", shape, ops->name, BLOCKS * WINDOW_DOCS,
            kept += ops->filter(out[b], WINDOW_DOCS, 1000, places));
    }
    MEASURE("filter", "one in 4096, of 64", ops->name, BLOCKS * 64,
        kept += ops->filter(out[b], 64, 1000, places));
    MEASURE("reaching (64 sums)", "", ops->name, BLOCKS, kept += ops->reaching(out[b], 1000));
    static uint8_t codes[RANGES];
    static uint8_t levels[RANGES];
    static uint64_t words[RANGES / 64];
    uint8_t table[256];
    for (uint32_t i = 0; i < RANGES; i++) {
        codes[i] = (uint8_t)next_random();
        levels[i] = (uint8_t)next_random();
        words[i / 64] = UINT64_MAX;
        table[i % 256] = i % 256 == 0 ? 0 : (uint8_t)(next_random() % 80);
    }
    MEASURE("add_levels", "2048 ranges", ops->name, BLOCKS * RANGES,
        ops->add_levels(levels, codes, RANGES, table));
    MEASURE("levels_reaching (64)", "", ops->name, BLOCKS,
        kept += (uint32_t)ops->levels_reaching(levels + 64 * (b % (RANGES / 64)), 200));
    MEASURE("count_levels", "2048 ranges", ops->name, BLOCKS * RANGES,
        kept += ops->count_levels(levels, words, RANGES / 64, 200));
}

static void measure_scores(const struct score_ops *ops)
{
    static uint8_t bytes[BLOCK * 512 * 4 + LEDE_READ_PADDING];
    static uint32_t shares[BLOCKS][BLOCK];
    static uint32_t found[BLOCKS][BLOCK];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)next_random();
    }
    const struct lengths lengths = {.bytes = bytes, .width_bytes = 2};
    const struct lengths long_lengths = {.bytes = bytes, .width_bytes = 4};
    struct bm25 bm25;
    const struct bm25_options options = {.k1 = 1.2, .b = 0.75, .title_boost = 1};
    bm25_init(&bm25, &options, 500, 20, 3);
    const float weight = bm25_scaled_weight(&bm25, 5);
    make_frequencies();
    const uint32_t gaps[] = {2, 16, 100};
    for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++) {
        char shape[32];
        snprintf(shape, sizeof shape, "gap %u", gaps[g]);
        make_docs(gaps[g]);
        MEASURE("lengths, 2 bytes", shape, ops->name, BLOCKS * BLOCK,
            ops->lengths(&lengths, docs[b], BLOCK, found[b]));
        MEASURE("accumulate", shape, ops->name, BLOCKS * BLOCK,
            ops->accumulate((uint32_t *)sets, docs[b], BLOCK, 0, shares[b]));
    }
    MEASURE("lengths, 4 bytes", "gap 100", ops->name, BLOCKS * BLOCK,
        ops->lengths(&long_lengths, docs[b], BLOCK, found[b]));
    ops->lengths(&lengths, docs[0], BLOCK, found[0]);
    MEASURE("shares", "", ops->name, BLOCKS * BLOCK,
        ops->shares(&bm25, weight, numbers[b], found[0], BLOCK, shares[b]));
    make_docs(16);
    MEASURE("lengths+shares+accumulate", "gap 16", ops->name, BLOCKS * BLOCK, {
        ops->lengths(&lengths, docs[b], BLOCK, found[b]);
        ops->shares(&bm25, weight, numbers[b], found[b], BLOCK, shares[b]);
        ops->accumulate((uint32_t *)sets, docs[b], BLOCK, 0, shares[b]);
    });
}

/* ---- blocks ---- */

static uint8_t encoded[BLOCKS][BLOCK_BYTES_MAX + LEDE_READ_PADDING];
static size_t sizes[BLOCKS];

static const char *kind_name(enum block_kind kind)
{
    static const char *const names[] = {"ZERO", "FOR", "PFOR", "RUN", "BITSET"};
    return names[kind];
}

/* The kind of every block, which the shape was made for. */
static const char *kind_of_all(void)
{
    const enum block_kind kind = block_kind_of(span_of(encoded[0], sizes[0]));
    for (uint32_t b = 1; b < BLOCKS; b++) {
        if (block_kind_of(span_of(encoded[b], sizes[b])) != kind) {
            return "mixed";
        }
    }
    return kind_name(kind);
}

static void measure_doc_blocks(const struct bitpack_ops *ops, uint32_t mean, bool is_skewed)
{
    char shape[32];
    make_docs(mean);
    for (uint32_t b = 0; b < BLOCKS; b++) {
        uint32_t extra = 0;
        for (uint32_t i = 0; is_skewed && i < BLOCK; i++) {
            extra += i % 16 == b % 16 ? mean * 100 : 0;
            docs[b][i] += extra;
        }
        sizes[b] = block_encode_docs(docs[b], BLOCK, UINT32_MAX, encoded[b]);
    }
    snprintf(shape, sizeof shape, "%s, gap %u", kind_of_all(), mean);
    MEASURE("block of docs", shape, ops->name, BLOCKS * BLOCK,
        kept += block_decode_docs(ops, span_of(encoded[b], sizes[b]), BLOCK, UINT32_MAX, out[b]));
}

static void measure_number_blocks(const struct bitpack_ops *ops)
{
    for (int shape = 0; shape < 3; shape++) {
        for (uint32_t b = 0; b < BLOCKS; b++) {
            for (uint32_t i = 0; i < BLOCK; i++) {
                const uint32_t random = next_random();
                numbers[b][i] = shape == 0   ? 0
                                : shape == 1 ? random % 8
                                             : (random % 3) + (i % 16 == 5 ? random % 200 : 0);
            }
            sizes[b] = block_encode_numbers(numbers[b], BLOCK, encoded[b]);
        }
        MEASURE("block of numbers", kind_of_all(), ops->name, BLOCKS * BLOCK,
            kept += block_decode_numbers(ops, span_of(encoded[b], sizes[b]), BLOCK, out[b]));
    }
}

static void measure_blocks(const struct bitpack_ops *ops)
{
    measure_doc_blocks(ops, 1, false);
    measure_doc_blocks(ops, 2, false);
    measure_doc_blocks(ops, 3, false);
    measure_doc_blocks(ops, 20, false);
    measure_doc_blocks(ops, 200, false);
    measure_doc_blocks(ops, 20, true);
    measure_number_blocks(ops);
}

/* ---- dictionary ---- */

struct words {
    uint32_t count;
    uint32_t *lengths;
    uint8_t (*bytes)[LEDE_TERM_BYTES_MAX];
};

/* Every n-th term, so that there are at most LOOK_UPS_MAX, in random order. False without memory. */
static bool take_words(const struct termdict *dict, struct words *words)
{
    const uint32_t step = dict->term_count / LOOK_UPS_MAX + 1;
    struct termdict_walk walk;
    words->lengths = mem_alloc(LOOK_UPS_MAX * sizeof *words->lengths);
    words->bytes = mem_alloc(LOOK_UPS_MAX * sizeof *words->bytes);
    if (words->lengths == NULL || words->bytes == NULL) {
        return false;
    }
    for (termdict_walk_begin(&walk, dict, NULL, 0); walk.status == LEDE_OK;
         termdict_walk_next(&walk)) {
        if (walk.ordinal % step != 0 || words->count == LOOK_UPS_MAX) {
            continue;
        }
        /* A random place; what was there goes to the end. */
        const uint32_t last = words->count++;
        const uint32_t at = next_random() % words->count;
        memcpy(words->bytes[last], words->bytes[at], sizeof words->bytes[at]);
        words->lengths[last] = words->lengths[at];
        memcpy(words->bytes[at], walk.term, walk.term_length);
        words->lengths[at] = walk.term_length;
    }
    return true;
}

static bool look_up_all(const struct segment *segment, const struct words *words)
{
    double best = 1e18;
    for (int run = 0; run < 10 && words->count > 0; run++) {
        const double start = now_ns();
        for (uint32_t i = 0; i < words->count; i++) {
            struct termdict_hit hit;
            struct deletion_term deleted;
            if (segment_find_term(segment, FIELD_TEXT, words->bytes[i], words->lengths[i], &hit,
                    &deleted, NULL) != LEDE_OK) {
                return false;
            }
            kept += hit.entry.df;
        }
        const double elapsed = (now_ns() - start) / words->count;
        best = elapsed < best ? elapsed : best;
    }
    char shape[48];
    snprintf(shape, sizeof shape, "%" PRIu32 " of %" PRIu32 " terms", words->count,
        segment->terms[FIELD_TEXT].term_count);
    report("look-up", shape, "", best);
    return true;
}

static int measure_look_ups(const char *dir)
{
    lede_error error = {0};
    struct snapshot *snapshot = NULL;
    struct words words = {0};
    int result = EXIT_FAILURE;
    if (snapshot_open(dir, NULL, &snapshot, &error) != LEDE_OK) {
        fprintf(stderr, "micro: %s\n", error.message);
        return EXIT_FAILURE;
    }
    if (snapshot->manifest.segment_count == 0) {
        fprintf(stderr, "micro: %s: no documents\n", dir);
    } else if (take_words(&snapshot_segment(snapshot, 0)->terms[FIELD_TEXT], &words) &&
               look_up_all(snapshot_segment(snapshot, 0), &words)) {
        result = EXIT_SUCCESS;
    } else {
        fprintf(stderr, "micro: %s: a term of the dictionary is not found\n", dir);
    }
    mem_free(words.lengths);
    mem_free(words.bytes);
    snapshot_drop(snapshot);
    return result;
}

int main(int argc, char **argv)
{
    const char *dir = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            as_json = true;
        } else if (argv[i][0] != '-' && dir == NULL) {
            dir = argv[i];
        } else {
            fprintf(stderr, "usage: micro [--json] [INDEX]\n");
            return 2;
        }
    }
    if (!as_json) {
        printf("%-24s %-22s %-8s %9s\n", "kernel", "shape", "variant", "ns");
    }
    for (size_t i = 0; bitpack_ops_at(i) != NULL; i++) {
        if (is_usable(bitpack_ops_at(i)->cpu_needs)) {
            measure_bitpack(bitpack_ops_at(i));
            measure_blocks(bitpack_ops_at(i));
        }
    }
    for (size_t i = 0; wordset_ops_at(i) != NULL; i++) {
        if (is_usable(wordset_ops_at(i)->cpu_needs)) {
            measure_sets(wordset_ops_at(i));
        }
    }
    for (size_t i = 0; score_ops_at(i) != NULL; i++) {
        if (is_usable(score_ops_at(i)->cpu_needs)) {
            measure_sums(score_ops_at(i));
            measure_scores(score_ops_at(i));
        }
    }
    const int result = dir == NULL ? EXIT_SUCCESS : measure_look_ups(dir);
    if (as_json) {
        printf("\n]\n");
    }
    return result;
}
