#include "support/storage_segment.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "storage/segment.h"
#include "support/rng.h"

enum { WORD_LIST_COUNT = SMALL_WORDS + 1, BODY_MAX = 20, LENGTH_MAX = SMALL_TITLE + BODY_MAX };

/* The word at a place of a document: the title's first. */
static uint32_t word_at(uint32_t doc, uint32_t place)
{
    struct rng rng;
    if (place == SMALL_TITLE) {
        return 0;
    }
    if (place == 0 && doc % 4 == 1) {
        return SMALL_WORDS;
    }
    rng_init(&rng, (uint64_t)doc * 1000 + place);
    return (uint32_t)rng_below(&rng, SMALL_WORDS);
}

uint32_t small_length(uint32_t doc)
{
    struct rng rng;
    rng_init(&rng, doc);
    return SMALL_TITLE + 1 + (uint32_t)rng_below(&rng, BODY_MAX);
}

uint32_t small_frequency(uint32_t doc, uint32_t word, bool in_title)
{
    const uint32_t end = in_title ? SMALL_TITLE : small_length(doc);
    uint32_t count = 0;
    for (uint32_t place = 0; place < end; place++) {
        count += word_at(doc, place) == word;
    }
    return count;
}

/* Words in byte order: "only" before "w0". */
static uint32_t nth_word(uint32_t i)
{
    return i == 0 ? SMALL_WORDS : i - 1;
}

static uint32_t word_text(uint32_t word, char *text)
{
    return (uint32_t)(word == SMALL_WORDS ? sprintf(text, "only") : sprintf(text, "w%u", word));
}

struct small_writer {
    const struct small_options *options;
    struct container_writer container;
    struct postings_writer postings;
    struct termdict_writer terms[FIELD_COUNT];
    struct segment_meta meta;
    uint32_t *lengths, *docs, *frequencies, *positions;
    struct range_scale scale;
    struct buf range_ordinals, range_codes;
};

/* The list of one word in one field; its text entry is an alias's where they are the same. */
static void add_list(struct small_writer *writer, uint32_t word, unsigned field)
{
    struct posting_list list = {.docs = writer->docs,
        .frequencies = writer->frequencies,
        .positions = writer->options->has_positions ? writer->positions : NULL,
        .lengths = writer->lengths,
        .scale = &writer->scale,
        .doc_count = writer->options->doc_count};
    struct term_entry entry = {0};
    char text[16];
    size_t occurrences = 0;
    for (uint32_t doc = 0; doc < writer->options->doc_count; doc++) {
        const uint32_t frequency = small_frequency(doc, word, field == FIELD_TITLE);
        const uint32_t end = field == FIELD_TITLE ? SMALL_TITLE : small_length(doc);
        if (frequency == 0) {
            continue;
        }
        writer->docs[list.count] = doc;
        writer->frequencies[list.count++] = frequency;
        for (uint32_t place = 0; place < end; place++) {
            if (word_at(doc, place) == word) {
                writer->positions[occurrences++] =
                    place + (place < SMALL_TITLE ? 0 : LEDE_POSITION_GAP);
            }
        }
    }
    if (list.count == 0) {
        return;
    }
    const bool is_alias = field == FIELD_TITLE && word == SMALL_WORDS;
    const uint32_t length = word_text(word, text);
    if (is_alias) {
        entry =
            (struct term_entry){.df = list.count, .cf = occurrences, .max_tf = 1, .min_length = 1};
    } else {
        ck_assert_int_eq(postings_writer_add(&writer->postings, &list, &entry, NULL), LEDE_OK);
    }
    ck_assert_int_eq(termdict_writer_add(&writer->terms[field], (const uint8_t *)text, length,
                         &entry, is_alias, NULL),
        LEDE_OK);
    if (field == FIELD_TEXT) {
        writer->meta.posting_count += list.count;
        if (range_bounds_wanted(list.count, writer->options->doc_count)) {
            const uint32_t stride = range_bounds_stride(writer->options->doc_count);
            ck_assert_int_eq(
                buf_append_le32(&writer->range_ordinals, writer->terms[field].term_count - 1),
                LEDE_OK);
            const size_t at = writer->range_codes.size;
            ck_assert_int_eq(buf_append_zeros(&writer->range_codes, stride), LEDE_OK);
            range_bounds_encode(&writer->scale, list.docs, list.frequencies, list.count,
                list.lengths, writer->range_codes.data + at);
        }
    }
}

static void add_section(struct small_writer *writer, uint32_t id, const struct buf *bytes)
{
    ck_assert_int_eq(container_writer_add(&writer->container, id, buf_span(bytes), NULL), LEDE_OK);
}

static void write_lists(struct small_writer *writer)
{
    postings_writer_init(&writer->postings);
    buf_init(&writer->range_ordinals, SIZE_MAX);
    buf_init(&writer->range_codes, SIZE_MAX);
    range_scale_choose(&writer->scale, writer->lengths, writer->options->doc_count);
    for (unsigned field = 0; field < FIELD_COUNT; field++) {
        termdict_writer_init(&writer->terms[field]);
        for (uint32_t i = 0; i < WORD_LIST_COUNT; i++) {
            add_list(writer, nth_word(i), field);
        }
        if (field == FIELD_TEXT) {
            writer->meta.docs_bytes = writer->postings.docs_bytes;
            writer->meta.frequencies_bytes = writer->postings.frequencies_bytes;
        }
    }
    struct buf meta;
    buf_init(&meta, SIZE_MAX);
    ck_assert_int_eq(segment_meta_write(&writer->meta, &meta), LEDE_OK);
    add_section(writer, SECTION_META, &meta);
    buf_release(&meta);
    for (unsigned field = 0; field < FIELD_COUNT; field++) {
        struct buf section;
        ck_assert_int_eq(termdict_writer_finish(&writer->terms[field], &section, NULL), LEDE_OK);
        add_section(writer, field == FIELD_TEXT ? SECTION_TERMS : SECTION_TITLE_TERMS, &section);
        termdict_writer_release(&writer->terms[field]);
    }
    add_section(writer, SECTION_BLOCK_ROWS, &writer->postings.rows);
    add_section(writer, SECTION_POSTINGS, &writer->postings.postings);
    if (writer->options->has_positions) {
        add_section(writer, SECTION_POSITIONS, &writer->postings.positions);
    }
    struct buf ranges;
    buf_init(&ranges, SIZE_MAX);
    ck_assert_int_eq(
        range_bounds_write_head(&writer->scale, buf_span(&writer->range_ordinals), &ranges),
        LEDE_OK);
    ck_assert_int_eq(
        buf_append(&ranges, writer->range_codes.data, writer->range_codes.size), LEDE_OK);
    add_section(writer, SECTION_RANGES, &ranges);
    buf_release(&ranges);
    buf_release(&writer->range_ordinals);
    buf_release(&writer->range_codes);
    postings_writer_release(&writer->postings);
}

static void write_columns(struct small_writer *writer)
{
    const uint32_t count = writer->options->doc_count;
    date_key *dates = malloc((count + 1) * sizeof *dates);
    struct span *ids = malloc((count + 1) * sizeof *ids);
    char(*id_texts)[16] = malloc((count + 1) * sizeof *id_texts);
    struct keyword_pair *pairs = malloc((count + 1) * sizeof *pairs);
    struct buf section;
    buf_init(&section, SIZE_MAX);
    for (uint32_t i = 0; i < count; i++) {
        dates[i] = i < count / 3 ? DATE_NONE : (date_key)i * 4 * 86400 + DATE_DAY;
        ids[i] = span_of(id_texts[i], (size_t)sprintf(id_texts[i], "doc-%u", i));
        pairs[i] = (struct keyword_pair){i, span_of(i % 2 == 0 ? "ap" : "afp", 2 + i % 2)};
    }
    const struct keyword_input field = {span_of("source", 6), pairs, count};
    ck_assert_int_eq(lengths_write(writer->lengths, count, &section), LEDE_OK);
    add_section(writer, SECTION_LENGTHS, &section);
    buf_reset(&section);
    ck_assert_int_eq(dates_write(dates, count, &section), LEDE_OK);
    add_section(writer, SECTION_DATES, &section);
    buf_reset(&section);
    ck_assert_int_eq(ids_write(ids, count, &section), LEDE_OK);
    add_section(writer, SECTION_IDS, &section);
    buf_reset(&section);
    ck_assert_int_eq(keywords_write(&field, 1, count, &section), LEDE_OK);
    add_section(writer, SECTION_KEYWORDS, &section);
    buf_release(&section);
    free(dates);
    free(ids);
    free(id_texts);
    free(pairs);
}

static void write_documents(struct small_writer *writer)
{
    struct docstore_writer *store = NULL;
    struct buf bytes;
    buf_init(&bytes, SIZE_MAX);
    ck_assert_int_eq(container_writer_begin(&writer->container, SECTION_DOCUMENTS, NULL), LEDE_OK);
    ck_assert_int_eq(
        docstore_writer_new(&writer->container, NULL, span_of("", 0), NULL, 0, &store, NULL),
        LEDE_OK);
    for (uint32_t doc = 0; doc < writer->options->doc_count; doc++) {
        char title[32];
        const struct record record = {
            .title = span_of(title, (size_t)sprintf(title, "Title of document %u", doc)),
            .body = span_of("A body.", 7)};
        buf_reset(&bytes);
        ck_assert_int_eq(record_encode(&record, &bytes), LEDE_OK);
        ck_assert_int_eq(docstore_writer_add(store, buf_span(&bytes), NULL), LEDE_OK);
    }
    ck_assert_int_eq(docstore_writer_finish(store, NULL), LEDE_OK);
    docstore_writer_free(store);
    buf_release(&bytes);
    ck_assert_int_eq(container_writer_end(&writer->container, NULL), LEDE_OK);
}

/* What deleting documents 1 and 2 takes from each term, by its ordinal. */
static uint64_t write_deletions(const struct tmpdir *dir, const struct small_options *options)
{
    struct deletion_term rows[FIELD_COUNT][WORD_LIST_COUNT];
    uint64_t *bitmap = mem_zalloc(options->doc_count / 64 + 1, sizeof *bitmap);
    ck_assert_ptr_nonnull(bitmap);
    bitmap[0] = 6;
    struct deletions_input input = {.bitmap = bitmap,
        .doc_count = options->doc_count,
        .deleted_count = 2,
        .deleted_length = small_length(1) + small_length(2),
        .terms = {rows[0], rows[1]}};
    for (unsigned field = 0; field < FIELD_COUNT; field++) {
        uint32_t ordinal = 0;
        for (uint32_t i = 0; i < WORD_LIST_COUNT; i++) {
            bool is_there = false;
            struct deletion_term row = {.ordinal = ordinal};
            for (uint32_t doc = 0; doc < options->doc_count; doc++) {
                const uint32_t frequency = small_frequency(doc, nth_word(i), field == FIELD_TITLE);
                is_there |= frequency > 0;
                if ((doc == 1 || doc == 2) && frequency > 0) {
                    row.df++;
                    row.cf += frequency;
                }
            }
            ordinal += is_there;
            if (row.df > 0) {
                rows[field][input.term_counts[field]++] = row;
            }
        }
    }
    struct buf bytes;
    char name[LEDE_FILE_NAME_BYTES_MAX];
    buf_init(&bytes, SIZE_MAX);
    ck_assert_int_eq(deletions_encode(&input, &bytes), LEDE_OK);
    deletions_file_name(options->number, options->deletions_number, name);
    tmpdir_write(dir, name, bytes.data, bytes.size);
    const uint64_t checksum = deletions_checksum(buf_span(&bytes));
    buf_release(&bytes);
    mem_free(bitmap);
    return checksum;
}

struct manifest_segment small_segment_write(
    const struct tmpdir *dir, const struct small_options *options)
{
    const size_t count = options->doc_count;
    struct small_writer writer = {.options = options,
        .lengths = calloc(count + 1, sizeof(uint32_t)),
        .docs = calloc(count + 1, sizeof(uint32_t)),
        .frequencies = calloc(count + 1, sizeof(uint32_t)),
        .positions = calloc((count + 1) * LENGTH_MAX, sizeof(uint32_t)),
        .meta = {.doc_count = options->doc_count,
            .analyzer_fingerprint = SMALL_FINGERPRINT,
            .has_positions = options->has_positions,
            .has_stored = options->has_stored}};
    struct manifest_segment entry = {.number = options->number, .doc_count = options->doc_count};
    char name[LEDE_FILE_NAME_BYTES_MAX];
    char path[TMPDIR_PATH_BYTES];
    for (uint32_t doc = 0; doc < options->doc_count; doc++) {
        writer.lengths[doc] = small_length(doc);
        writer.meta.token_count += writer.lengths[doc];
    }
    segment_file_name(options->number, name);
    ck_assert_int_eq(
        container_writer_open(&writer.container, tmpdir_join(dir, name, path), NULL), LEDE_OK);
    write_lists(&writer);
    write_columns(&writer);
    if (options->has_stored) {
        write_documents(&writer);
    }
    ck_assert_int_eq(
        container_writer_finish(&writer.container, &entry.size_bytes, &entry.toc_checksum, NULL),
        LEDE_OK);
    if (options->deletions_number != 0) {
        entry.deletions_number = options->deletions_number;
        entry.deletions_checksum = write_deletions(dir, options);
    }
    free(writer.lengths);
    free(writer.docs);
    free(writer.frequencies);
    free(writer.positions);
    return entry;
}

struct manifest small_manifest(uint64_t generation, const struct small_options *options,
    struct manifest_segment *segments, uint32_t segment_count)
{
    return (struct manifest){
        .generation = generation,
        .next_number = 1000,
        .analyzer_fingerprint = SMALL_FINGERPRINT,
        .language = "english",
        .has_positions = options->has_positions,
        .has_stored = options->has_stored,
        .keyword_count = 1,
        .keywords = {"source"},
        .segment_count = segment_count,
        .segments = segments,
    };
}
