/* bisect.c -- recursive graph bisection: an order of documents in which those that share words are neighbours.
 *
 *     bisect CORPUS PREFIX
 *
 * CORPUS has lines `number<TAB>date<TAB>tokens`, in date order. Output is a line for each place: the number of the document that
 * goes there, its place in CORPUS counted from 0. Documents whose dates have the same first PREFIX bytes are put in order among
 * themselves and keep the places that they have together; 0 is all of them.
 *
 * Dhulipala, Kabiljo, Karrer, Ottaviano, Pupyrev, Shalita: Compressing Graphs and Indexes with Recursive Graph Bisection (KDD
 * 2016). A run of documents is cut in halves; documents change sides by pairs as long as that makes the logarithms of
 * the gaps smaller that the words' lists would have if each half were shuffled; then each half is cut likewise. The words' numbers
 * on both sides follow each exchange. Of the short cuts of Mackenzie, Petri and Moffat (SIGIR 2021) none is taken: it need not be fast.
 */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../scale/table.h"

enum {
    ROUNDS_MAX = 20, /* of exchanges between two halves; the authors' */
    LEAF_DOCS = 16,  /* not cut any more: blocks are of 256, ranges of 64 documents */
    DATE_BYTES = 32,
    TABLE_BITS = 16,
};

struct sides { /* of a word: documents on each */
    uint32_t left, right;
};

struct moving {
    float gain;
    uint32_t doc;
};

struct corpus {
    uint64_t *starts; /* doc -> where its words begin in `words`; one more */
    uint32_t *words;  /* different ones, ascending inside a document */
    char (*dates)[DATE_BYTES];
    uint32_t doc_count, word_count;
    uint64_t doc_room, word_room;
};

struct bisection {
    const struct corpus *corpus;
    struct sides *sides; /* by word; zero between two cuts */
    float
        *steps; /* x -> what x + 1 documents of a side cost more than x, but for what cancels out */
    struct moving *moving; /* of the run being cut */
};

static void *grown(void *p, uint64_t count, size_t size)
{
    p = realloc(p, (count > 0 ? count : 1) * size);
    if (p == NULL) {
        fputs("bisect: out of memory\n", stderr);
        exit(4);
    }
    return p;
}

static void fail(const char *what, const char *which)
{
    fprintf(stderr, "bisect: %s: %s\n", which, what);
    exit(2);
}

/* ---- the corpus ---- */

static int compare_numbers(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint64_t hash_of(const char *token, size_t length)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a, and a mix: its high bits are few */
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)token[i]) * 0x100000001b3u;
    }
    return hash ^ hash >> 32;
}

static void add_document(
    struct corpus *corpus, struct table *table, const char *date, const char *tokens)
{
    if (corpus->doc_count + 1 >= corpus->doc_room) {
        corpus->doc_room = corpus->doc_room * 2 + 1024;
        corpus->starts = grown(corpus->starts, corpus->doc_room, sizeof *corpus->starts);
        corpus->dates = grown(corpus->dates, corpus->doc_room, sizeof *corpus->dates);
    }
    const uint64_t start = corpus->doc_count == 0 ? 0 : corpus->starts[corpus->doc_count];
    uint64_t end = start;
    while (*tokens != '\0') {
        const size_t length = strcspn(tokens, " \n");
        if (length > 0) {
            if (end == corpus->word_room) {
                corpus->word_room = corpus->word_room * 2 + 65536;
                corpus->words = grown(corpus->words, corpus->word_room, sizeof *corpus->words);
            }
            struct entry *entry = table_find(table, hash_of(tokens, length));
            corpus->words[end++] = (uint32_t)(entry - table->entries);
        }
        tokens += length + (tokens[length] != '\0');
    }
    qsort(corpus->words + start, end - start, sizeof *corpus->words, compare_numbers);
    uint64_t kept = start;
    for (uint64_t i = start; i < end; i++) {
        if (i == start || corpus->words[i] != corpus->words[i - 1]) {
            corpus->words[kept++] = corpus->words[i];
        }
    }
    snprintf(corpus->dates[corpus->doc_count], DATE_BYTES, "%s", date);
    corpus->starts[corpus->doc_count++] = start;
    corpus->starts[corpus->doc_count] = kept;
}

static void read_corpus(struct corpus *corpus, const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fail("cannot be read", path);
    }
    struct table table;
    table_init(&table, TABLE_BITS);
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, file) > 0) {
        char *date = strchr(line, '\t');
        char *tokens = date == NULL ? NULL : strchr(date + 1, '\t');
        if (tokens == NULL) {
            fail("a line without two tabs", path);
        }
        *tokens = '\0';
        add_document(corpus, &table, date + 1, tokens + 1);
    }
    corpus->word_count = table.count;
    free(line);
    fclose(file);
    table_release(&table);
}

/* Words of one document say nothing about neighbours. */
static void drop_lone_words(struct corpus *corpus)
{
    uint32_t *counts = grown(NULL, corpus->word_count, sizeof *counts);
    memset(counts, 0, corpus->word_count * sizeof *counts);
    const uint64_t all = corpus->doc_count == 0 ? 0 : corpus->starts[corpus->doc_count];
    for (uint64_t i = 0; i < all; i++) {
        counts[corpus->words[i]]++;
    }
    uint64_t kept = 0;
    for (uint32_t doc = 0; doc < corpus->doc_count; doc++) {
        const uint64_t start = corpus->starts[doc];
        corpus->starts[doc] = kept;
        for (uint64_t i = start; i < corpus->starts[doc + 1]; i++) {
            if (counts[corpus->words[i]] > 1) {
                corpus->words[kept++] = corpus->words[i];
            }
        }
    }
    if (corpus->doc_count > 0) {
        corpus->starts[corpus->doc_count] = kept;
    }
    free(counts);
}

/* ---- the bisection ---- */

/* Add `change` (1, or -1 as its two's complement) to a side for all words of a document. */
static void count_words(
    struct bisection *b, uint32_t doc, uint32_t left_change, uint32_t right_change)
{
    const struct corpus *corpus = b->corpus;
    for (uint64_t i = corpus->starts[doc]; i < corpus->starts[doc + 1]; i++) {
        struct sides *sides = &b->sides[corpus->words[i]];
        sides->left += left_change;
        sides->right += right_change;
    }
}

/* What is saved where the document goes to the other side. */
static float gain_of(const struct bisection *b, uint32_t doc, int is_left)
{
    const struct corpus *corpus = b->corpus;
    float gain = 0;
    for (uint64_t i = corpus->starts[doc]; i < corpus->starts[doc + 1]; i++) {
        const struct sides *sides = &b->sides[corpus->words[i]];
        const uint32_t here = is_left ? sides->left : sides->right;
        const uint32_t there = is_left ? sides->right : sides->left;
        gain += b->steps[there] - b->steps[here - 1];
    }
    return gain;
}

static int compare_moving(const void *a, const void *b)
{
    const struct moving *x = a, *y = b;
    if (x->gain != y->gain) {
        return x->gain > y->gain ? -1 : 1;
    }
    return (x->doc > y->doc) - (x->doc < y->doc);
}

/* A round; the number of pairs that changed sides. */
static uint32_t exchange(struct bisection *b, uint32_t *docs, uint32_t count, uint32_t half)
{
    for (uint32_t i = 0; i < count; i++) {
        b->moving[i] = (struct moving){gain_of(b, docs[i], i < half), docs[i]};
    }
    qsort(b->moving, half, sizeof *b->moving, compare_moving);
    qsort(b->moving + half, count - half, sizeof *b->moving, compare_moving);
    uint32_t swapped = 0;
    while (swapped < half && b->moving[swapped].gain + b->moving[half + swapped].gain > 0) {
        struct moving *left = &b->moving[swapped], *right = &b->moving[half + swapped];
        count_words(b, left->doc, (uint32_t)-1, 1);
        count_words(b, right->doc, 1, (uint32_t)-1);
        const uint32_t doc = left->doc;
        left->doc = right->doc;
        right->doc = doc;
        swapped++;
    }
    for (uint32_t i = 0; i < count; i++) {
        docs[i] = b->moving[i].doc;
    }
    return swapped;
}

/* Bring the run into its order. Leaves are in that of the corpus. */
static void bisect(struct bisection *b, uint32_t *docs, uint32_t count)
{
    if (count <= LEAF_DOCS) {
        qsort(docs, count, sizeof *docs, compare_numbers);
        return;
    }
    const uint32_t half = count / 2;
    for (uint32_t i = 0; i < count; i++) {
        count_words(b, docs[i], i < half, i >= half);
    }
    for (int round = 0; round < ROUNDS_MAX && exchange(b, docs, count, half) > 0; round++) {
    }
    for (uint32_t i = 0; i < count; i++) {
        count_words(b, docs[i], i < half ? (uint32_t)-1 : 0, i >= half ? (uint32_t)-1 : 0);
    }
    bisect(b, docs, half);
    bisect(b, docs + half, count - half);
}

static void make_steps(float *steps, uint32_t count)
{
    double before = 0;
    for (uint32_t x = 0; x < count; x++) {
        const double after = (x + 1.0) * log2(x + 2.0);
        steps[x] = (float)(after - before);
        before = after;
    }
}

/* On standard error: the mean of log2(gap) in the words' lists, which is what the bisection makes smaller. */
static void report_gaps(const struct corpus *corpus, const uint32_t *docs)
{
    uint32_t *last = grown(NULL, corpus->word_count, sizeof *last); /* place and 1 */
    double bits[2] = {0, 0};
    for (int after = 0; after < 2; after++) {
        memset(last, 0, corpus->word_count * sizeof *last);
        for (uint32_t place = 0; place < corpus->doc_count; place++) {
            const uint32_t doc = after ? docs[place] : place;
            for (uint64_t i = corpus->starts[doc]; i < corpus->starts[doc + 1]; i++) {
                uint32_t *before = &last[corpus->words[i]];
                bits[after] += log2(place + 1 - *before);
                *before = place + 1;
            }
        }
    }
    const double postings = corpus->doc_count == 0 ? 1 : (double)corpus->starts[corpus->doc_count];
    fprintf(stderr, "bits of a gap: %.3f in order of date, %.3f now\n", bits[0] / postings,
        bits[1] / postings);
    free(last);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fail("CORPUS PREFIX", "usage");
    }
    const size_t prefix = strtoul(argv[2], NULL, 10);
    struct corpus corpus = {0};
    read_corpus(&corpus, argv[1]);
    drop_lone_words(&corpus);
    struct bisection b = {
        .corpus = &corpus,
        .sides = grown(NULL, corpus.word_count, sizeof *b.sides),
        .steps = grown(NULL, (uint64_t)corpus.doc_count + 1, sizeof *b.steps),
        .moving = grown(NULL, corpus.doc_count, sizeof *b.moving),
    };
    uint32_t *docs = grown(NULL, corpus.doc_count, sizeof *docs);
    memset(b.sides, 0, corpus.word_count * sizeof *b.sides);
    make_steps(b.steps, corpus.doc_count + 1);
    for (uint32_t i = 0; i < corpus.doc_count; i++) {
        docs[i] = i;
    }
    for (uint32_t first = 0, end; first < corpus.doc_count; first = end) {
        end = first + 1;
        while (end < corpus.doc_count &&
               strncmp(corpus.dates[first], corpus.dates[end], prefix) == 0) {
            end++;
        }
        bisect(&b, docs + first, end - first);
    }
    report_gaps(&corpus, docs);
    for (uint32_t i = 0; i < corpus.doc_count; i++) {
        printf("%" PRIu32 "\n", docs[i]);
    }
    return fflush(stdout) == 0 ? 0 : 4;
}
