/* compare.c -- bytes of docids and frequencies as Lede has them, and as OptPFD would.
 *
 *     compare INDEX
 *
 * The lists are those of the first segment's text dictionary, read as a search reads them. Gaps and frequencies, less one, are encoded
 * as blocks of 128 (optpfd.h), the rest of a list as LEB128 numbers, and every block is decoded again and compared: a
 * difference ends the program. What finds a block without reading those before it is counted for neither (in Lede: block rows).
 * A list of one document is in Lede's dictionary and counted apart. Then bounds (bounds.h): docids and positions strewn evenly,
 * the entropy of frequencies in each of Lede's blocks.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "bounds.h"
#include "codec/block.h"
#include "optpfd.h"
#include "storage/postings_block.h"
#include "storage/snapshot.h"

/* A class of lists: those of fewer documents than `end`, and not in the one before. */
struct list_class {
    const char *name;
    uint32_t end;
    uint64_t lists, postings;
    uint64_t lede_docs, lede_frequencies;
    uint64_t other_docs, other_frequencies;
};

static struct list_class classes[] = {
    {.name = "1", .end = 2},
    {.name = "2 to 127", .end = 128},
    {.name = "128 to 1,023", .end = 1024},
    {.name = "1,024 to 8,191", .end = 8192},
    {.name = "8,192 to 65,535", .end = 65536},
    {.name = "65,536 and more", .end = UINT32_MAX},
};
static struct {
    double docids, frequencies, positions; /* bits */
    uint64_t position_bytes;               /* as Lede has them */
} bounds;

enum { CLASSES = sizeof classes / sizeof classes[0] };

static size_t varint_bytes(uint32_t number)
{
    size_t bytes = 1;
    for (; number >= 0x80; number >>= 7) {
        bytes++;
    }
    return bytes;
}

/* Of `count` numbers. Ends the program where a block does not decode to what it was made of. */
static uint64_t optpfd_bytes(const uint32_t *numbers, uint32_t count)
{
    uint64_t bytes = 0;
    uint32_t i = 0;
    for (; i + OPTPFD_BLOCK <= count; i += OPTPFD_BLOCK) {
        uint32_t words[OPTPFD_WORDS_MAX + 1] = {0};
        uint32_t again[OPTPFD_BLOCK];
        const size_t size = optpfd_encode(numbers + i, words);
        if (size > OPTPFD_WORDS_MAX || optpfd_decode(words, again) != size ||
            memcmp(again, numbers + i, sizeof again) != 0) {
            fputs("compare: OptPFD: a block is not decoded to what it was\n", stderr);
            exit(EXIT_FAILURE);
        }
        bytes += size * sizeof *words;
    }
    for (; i < count; i++) {
        bytes += varint_bytes(numbers[i]);
    }
    return bytes;
}

/* Gaps and frequencies of a whole list, less one. False on damage. */
static bool read_list(const struct segment *segment, struct postings_cursor *cursor,
    struct list_class *kind, uint32_t *gaps, uint32_t *frequencies)
{
    uint32_t count = 0;
    uint32_t before = UINT32_MAX;
    uint64_t frequencies_size = 0;
    while (cursor->block_size > 0) {
        struct postings_block block;
        if (cursor->entry.df > 1 && postings_block_find(cursor, cursor->block, &block)) {
            frequencies_size += block.frequencies.size;
        }
        if (postings_cursor_frequency(cursor) == 0) {
            return false;
        }
        bounds.frequencies += bound_entropy(cursor->frequencies, cursor->block_size);
        for (uint32_t i = 0; i < cursor->block_size; i++) {
            bounds.positions += bound_choice(
                lengths_at(&segment->lengths, cursor->docs[i]), cursor->frequencies[i]);
            gaps[count] = cursor->docs[i] - before - 1;
            before = cursor->docs[i];
            frequencies[count++] = cursor->frequencies[i] - 1;
        }
        (void)postings_cursor_pass(cursor, cursor->block_size - cursor->index);
    }
    kind->lede_docs += cursor->entry.postings_size - frequencies_size;
    kind->lede_frequencies += frequencies_size;
    return cursor->status == LEDE_OK && count == cursor->entry.df;
}

static bool count_all(const struct segment *segment)
{
    const uint32_t doc_count = segment->meta.doc_count;
    uint32_t *gaps = mem_alloc(((size_t)doc_count + 1) * sizeof *gaps);
    uint32_t *frequencies = mem_alloc(((size_t)doc_count + 1) * sizeof *frequencies);
    struct termdict_walk walk = {.status = LEDE_ERR_NOMEM};
    if (gaps != NULL && frequencies != NULL) {
        termdict_walk_begin(&walk, &segment->terms[FIELD_TEXT], NULL, 0);
    }
    for (; walk.status == LEDE_OK; termdict_walk_next(&walk)) {
        static struct postings_cursor cursor;
        const uint32_t df = walk.hit.entry.df;
        struct list_class *kind = classes;
        while (df >= kind->end && kind < classes + CLASSES - 1) {
            kind++;
        }
        postings_cursor_init(&cursor, &segment->postings, &walk.hit.entry);
        if (df > doc_count || !read_list(segment, &cursor, kind, gaps, frequencies)) {
            walk.status = LEDE_ERR_CORRUPT;
            break;
        }
        bounds.docids += df > 1 ? bound_choice(doc_count, df) : 0;
        bounds.position_bytes += walk.hit.entry.positions_size;
        kind->lists++;
        kind->postings += df;
        kind->other_docs += optpfd_bytes(gaps, df);
        kind->other_frequencies += optpfd_bytes(frequencies, df);
    }
    mem_free(gaps);
    mem_free(frequencies);
    return walk.status == LEDE_ERR_NOT_FOUND;
}

static void print_class(const struct list_class *kind)
{
    const uint64_t lede = kind->lede_docs + kind->lede_frequencies;
    const uint64_t other = kind->other_docs + kind->other_frequencies;
    printf("| %s | %" PRIu64 " | %" PRIu64 " | %" PRIu64 " | %" PRIu64 " | %" PRIu64 " | %" PRIu64,
        kind->name, kind->lists, kind->postings, kind->lede_docs, kind->lede_frequencies,
        kind->other_docs, kind->other_frequencies);
    if (lede > 0 && other > 0) {
        printf(" | %.3f |\n", (double)lede / (double)other);
    } else {
        printf(" | |\n");
    }
}

static void print_all(void)
{
    struct list_class all = {.name = "2 and more"};
    printf(
        "| documents of a list | lists | postings | Lede: docids | frequencies | OptPFD: docids | "
        "frequencies | Lede over OptPFD |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: "
        "|\n");
    for (size_t i = 0; i < CLASSES; i++) {
        print_class(&classes[i]);
        if (i > 0) {
            all.lists += classes[i].lists;
            all.postings += classes[i].postings;
            all.lede_docs += classes[i].lede_docs;
            all.lede_frequencies += classes[i].lede_frequencies;
            all.other_docs += classes[i].other_docs;
            all.other_frequencies += classes[i].other_frequencies;
        }
    }
    print_class(&all);
    printf("\nBounds in bytes: docids %.0f (Lede %" PRIu64 "), frequencies %.0f (%" PRIu64
           "), positions %.0f (%" PRIu64 ")\n",
        bounds.docids / 8, all.lede_docs, bounds.frequencies / 8, all.lede_frequencies,
        bounds.positions / 8, bounds.position_bytes);
}

int main(int argc, char **argv)
{
    lede_error error = {0};
    struct snapshot *snapshot = NULL;
    if (argc != 2) {
        fputs("usage: compare INDEX\n", stderr);
        return 2;
    }
    if (snapshot_open(argv[1], NULL, &snapshot, &error) != LEDE_OK) {
        fprintf(stderr, "compare: %s\n", error.message);
        return EXIT_FAILURE;
    }
    const bool is_whole =
        snapshot->manifest.segment_count > 0 && count_all(snapshot_segment(snapshot, 0));
    snapshot_drop(snapshot);
    if (!is_whole) {
        fprintf(stderr, "compare: %s: no documents, or damaged\n", argv[1]);
        return EXIT_FAILURE;
    }
    print_all();
    return EXIT_SUCCESS;
}
