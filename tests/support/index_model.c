#include "support/index_model.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "storage/occurrences.h"
#include "storage/snapshot.h"
#include "text/analyzer.h"

enum { WORDS_MAX = 400, WORD_BYTES = 32 };

struct index_model *index_model_new(uint64_t seed)
{
    struct index_model *model = calloc(1, sizeof *model);
    ck_assert_ptr_nonnull(model);
    rng_init(&model->rng, seed);
    return model;
}

/* Words: w0 is the most frequent; t0 and so on stand in titles only. */
static void make_text(struct rng *rng, uint32_t words_max, char prefix, char *text)
{
    size_t at = 0;
    text[0] = '\0';
    const uint32_t words = (uint32_t)rng_below(rng, words_max + 1);
    for (uint32_t i = 0; i < words && at + 16 < INDEX_MODEL_TEXT_BYTES; i++) {
        const bool is_common = prefix == 'w' || rng_below(rng, 3) == 0;
        const uint64_t number = rng_skewed(rng, 9);
        at += (size_t)sprintf(text + at, "%c%" PRIu64 "%s", is_common ? 'w' : prefix, number,
            rng_below(rng, 8) == 0 ? ". " : " ");
    }
}

void index_model_make(struct index_model *model, uint32_t i)
{
    static const char *const sources[] = {"belta", "reuters", "tass", "Le Monde", "\xc3\xa9tat"};
    struct index_model_doc *doc = &model->docs[i];
    struct rng *rng = &model->rng;
    *doc = (struct index_model_doc){.is_live = true, .date = DATE_NONE};
    (void)snprintf(doc->id, sizeof doc->id, "d%u", i);
    make_text(rng, 6, 't', doc->title);
    make_text(rng, rng_below(rng, 10) == 0 ? 200 : 30, 'w', doc->body);
    (void)snprintf(doc->url, sizeof doc->url, "https://news.example/%u", i);
    if (rng_below(rng, 5) != 0) {
        const struct date_parts parts = {
            .year = (int32_t)rng_between(rng, 1980, 2024),
            .month = (uint32_t)rng_between(rng, 1, 12),
            .day = (uint32_t)rng_between(rng, 1, 28),
            .precision = DATE_DAY,
        };
        ck_assert(date_key_of(&parts, &doc->date));
        doc->date = date_cut(doc->date, (enum date_precision)rng_below(rng, 3));
    }
    const uint32_t first = (uint32_t)rng_below(rng, 5);
    doc->value_count = (uint32_t)rng_below(rng, INDEX_MODEL_VALUES + 1);
    for (uint32_t v = 0; v < doc->value_count; v++) {
        (void)snprintf(doc->values[v], sizeof doc->values[v], "%s", sources[(first + v) % 5]);
    }
    if (i >= model->doc_count) {
        model->doc_count = i + 1;
    }
}

static struct span text_span(const char *text)
{
    return span_of(text, strlen(text));
}

lede_status index_model_try_add(
    struct index_model *model, uint32_t i, struct writer *writer, struct added *added_out)
{
    const struct index_model_doc *doc = &model->docs[i];
    struct record_field fields[INDEX_MODEL_VALUES + 1];
    size_t field_count = 0;
    fields[field_count++] =
        (struct record_field){.name = text_span("note"), .value = text_span("only stored")};
    for (uint32_t v = 0; v < doc->value_count; v++) {
        fields[field_count++] =
            (struct record_field){.name = text_span("source"), .value = text_span(doc->values[v])};
    }
    const struct document document = {
        .id = text_span(doc->id),
        .title = text_span(doc->title),
        .body = text_span(doc->body),
        .url = text_span(doc->url),
        .date = doc->date,
        .fields = fields,
        .field_count = field_count,
    };
    return writer_add(writer, &document, added_out, NULL);
}

struct added index_model_add(struct index_model *model, uint32_t i, struct writer *writer)
{
    struct added added;
    ck_assert_int_eq(index_model_try_add(model, i, writer, &added), LEDE_OK);
    return added;
}

/* ---- what a document says ---- */

struct word {
    char term[WORD_BYTES];
    uint32_t position;
    bool in_title;
};

struct words {
    struct word words[WORDS_MAX];
    uint32_t count;
    uint32_t title_count;
};

static void collect(
    struct analyzer *analyzer, const char *text, uint32_t base, bool in_title, struct words *words)
{
    struct token token;
    analyzer_begin(analyzer, text, strlen(text));
    while (analyzer_next(analyzer, &token)) {
        ck_assert_uint_lt(words->count, WORDS_MAX);
        ck_assert_uint_lt(token.term_length, WORD_BYTES);
        struct word *word = &words->words[words->count++];
        *word = (struct word){.position = base + token.position, .in_title = in_title};
        memcpy(word->term, token.term, token.term_length);
    }
}

static void read_words(
    struct analyzer *analyzer, const struct index_model_doc *doc, struct words *words)
{
    words->count = 0;
    collect(analyzer, doc->title, 0, true, words);
    words->title_count = words->count;
    collect(analyzer, doc->body, words->count == 0 ? 0 : words->count + LEDE_POSITION_GAP, false,
        words);
}

/* The positions of `term` in a field; their number. */
static uint32_t positions_of(
    const struct words *words, const char *term, unsigned field, uint32_t *positions)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < words->count; i++) {
        const struct word *word = &words->words[i];
        if (strcmp(word->term, term) == 0 && (field == FIELD_TEXT || word->in_title)) {
            positions[count++] = word->position;
        }
    }
    return count;
}

static uint32_t distinct_words(const struct words *words, unsigned field)
{
    uint32_t count = 0;
    const uint32_t end = field == FIELD_TEXT ? words->count : words->title_count;
    for (uint32_t i = 0; i < end; i++) {
        uint32_t j = 0;
        while (strcmp(words->words[j].term, words->words[i].term) != 0) {
            j++;
        }
        count += i == j;
    }
    return count;
}

/* ---- what the index says ---- */

struct checking {
    const struct index_model *model;
    const struct snapshot *snapshot;
    struct words *words; /* by document of the model */
    uint64_t postings[FIELD_COUNT];
    uint64_t occurrences[FIELD_COUNT];
};

static uint32_t model_index(
    const struct checking *checking, const struct segment *segment, uint32_t doc)
{
    char id[LEDE_ID_BYTES_MAX + 1];
    ck_assert_uint_gt(ids_at(&segment->ids, doc, id), 1);
    const uint32_t i = (uint32_t)strtoul(id + 1, NULL, 10);
    ck_assert_uint_lt(i, checking->model->doc_count);
    ck_assert_str_eq(checking->model->docs[i].id, id);
    return i;
}

static void check_posting(const struct checking *checking, const struct segment *segment,
    struct postings_cursor *cursor, const char *term, unsigned field)
{
    struct occurrences occurrences;
    uint32_t expected[WORDS_MAX];
    uint32_t positions[WORDS_MAX];
    const uint32_t i = model_index(checking, segment, cursor->doc);
    const uint32_t count = positions_of(&checking->words[i], term, field, expected);
    ck_assert_msg(postings_cursor_frequency(cursor) == count, "d%u: \"%s\" occurs %u times, not %u",
        i, term, count, postings_cursor_frequency(cursor));
    if (checking->snapshot->manifest.has_positions) {
        occurrences_init(&occurrences, cursor);
        ck_assert_uint_eq(occurrences_read(&occurrences, positions, WORDS_MAX), count);
        ck_assert_mem_eq(positions, expected, count * sizeof *positions);
    }
}

static void check_term(struct checking *checking, const struct segment *segment,
    const struct termdict_walk *walk, unsigned field)
{
    char term[256] = {0};
    memcpy(term, walk->term, walk->term_length);
    struct termdict_hit hit;
    struct deletion_term deleted;
    ck_assert_int_eq(
        segment_find_term(segment, field, walk->term, walk->term_length, &hit, &deleted, NULL),
        LEDE_OK);
    uint32_t df = 0;
    uint64_t cf = 0;
    struct postings_cursor cursor;
    postings_cursor_init(&cursor, &segment->postings, &hit.entry);
    for (; cursor.doc != DOC_END; (void)postings_cursor_next(&cursor)) {
        if (!deletions_has(&segment->deletions, cursor.doc)) {
            check_posting(checking, segment, &cursor, term, field);
            df++;
            cf += postings_cursor_frequency(&cursor);
        }
    }
    ck_assert_int_eq(cursor.status, LEDE_OK);
    ck_assert_msg(hit.entry.df - deleted.df == df && hit.entry.cf - deleted.cf == cf,
        "\"%s\": %u documents and %" PRIu64 " occurrences live, %u and %" PRIu64 " said", term, df,
        cf, hit.entry.df - deleted.df, hit.entry.cf - deleted.cf);
    checking->postings[field] += df;
    checking->occurrences[field] += cf;
}

static void check_dictionaries(struct checking *checking, const struct segment *segment)
{
    for (unsigned field = 0; field < FIELD_COUNT; field++) {
        struct termdict_walk walk;
        termdict_walk_begin(&walk, &segment->terms[field], (const uint8_t *)"", 0);
        for (; walk.status == LEDE_OK; termdict_walk_next(&walk)) {
            check_term(checking, segment, &walk, field);
        }
        ck_assert_int_eq(walk.status, LEDE_ERR_NOT_FOUND);
    }
}

static bool has_value(const struct index_model_doc *doc, struct span value)
{
    for (uint32_t v = 0; v < doc->value_count; v++) {
        if (strlen(doc->values[v]) == value.size &&
            memcmp(doc->values[v], value.bytes, value.size) == 0) {
            return true;
        }
    }
    return false;
}

static void check_keywords(
    const struct segment *segment, uint32_t doc, const struct index_model_doc *expected)
{
    uint32_t ordinals[LEDE_KEYWORD_VALUES_MAX];
    const struct keyword_column *column = keywords_field(&segment->keywords, "source", 6);
    ck_assert_ptr_nonnull(column);
    ck_assert_uint_eq(keyword_ordinals(column, doc, ordinals), expected->value_count);
    for (uint32_t v = 0; v < expected->value_count; v++) {
        ck_assert(has_value(expected, keyword_value(column, ordinals[v])));
    }
}

static void check_span(struct span found, const char *expected)
{
    ck_assert_uint_eq(found.size, strlen(expected));
    ck_assert_mem_eq(found.bytes, expected, found.size);
}

static void check_record(
    const struct segment *segment, uint32_t doc, const struct index_model_doc *expected)
{
    struct span bytes;
    struct record record;
    struct record_field fields[INDEX_MODEL_VALUES + 1];
    struct docstore_reader *reader = docstore_reader_new();
    ck_assert_ptr_nonnull(reader);
    ck_assert_int_eq(
        docstore_read(&segment->docstore, reader, doc, SIZE_MAX, &bytes, NULL), LEDE_OK);
    ck_assert_int_eq(record_decode(bytes, fields, INDEX_MODEL_VALUES + 1, &record, NULL), LEDE_OK);
    check_span(record.title, expected->title);
    check_span(record.body, expected->body);
    check_span(record.url, expected->url);
    ck_assert_uint_eq(record.field_count, expected->value_count + 1);
    check_span(record.fields[0].name, "note");
    for (uint32_t v = 0; v < expected->value_count; v++) {
        check_span(record.fields[v + 1].value, expected->values[v]);
    }
    docstore_reader_free(reader);
}

/* Of two neighbours: by date, then by id in descending byte order. */
static void check_order(const struct segment *segment, uint32_t doc)
{
    char before[LEDE_ID_BYTES_MAX + 1];
    char after[LEDE_ID_BYTES_MAX + 1];
    const date_key first = dates_at(&segment->dates, doc - 1);
    const date_key second = dates_at(&segment->dates, doc);
    ck_assert(first <= second);
    if (first == second) {
        ck_assert_uint_gt(ids_at(&segment->ids, doc - 1, before), 0);
        ck_assert_uint_gt(ids_at(&segment->ids, doc, after), 0);
        ck_assert_int_gt(strcmp(before, after), 0);
    }
}

/* Every document of the segment; its live ones are ticked off in `seen`. */
static void check_documents(
    const struct checking *checking, const struct segment *segment, bool *seen)
{
    for (uint32_t doc = 0; doc < segment->meta.doc_count; doc++) {
        if (doc > 0) {
            check_order(segment, doc);
        }
        if (deletions_has(&segment->deletions, doc)) {
            continue;
        }
        const uint32_t i = model_index(checking, segment, doc);
        const struct index_model_doc *expected = &checking->model->docs[i];
        ck_assert_msg(
            expected->is_live && !seen[i], "%s: is there, live, once too often", expected->id);
        seen[i] = true;
        ck_assert(dates_at(&segment->dates, doc) == expected->date);
        ck_assert_uint_eq(lengths_at(&segment->lengths, doc), checking->words[i].count);
        ck_assert_uint_eq(ids_find(&segment->ids, expected->id, strlen(expected->id)), doc);
        check_keywords(segment, doc, expected);
        if (segment->meta.has_stored) {
            check_record(segment, doc, expected);
        }
    }
}

static void on_damage(void *context, const char *message)
{
    (void)context;
    ck_abort_msg("damaged: %s", message);
}

static void check_totals(const struct checking *checking)
{
    uint64_t postings[FIELD_COUNT] = {0};
    uint64_t occurrences[FIELD_COUNT] = {0};
    uint64_t live_count = 0;
    for (uint32_t i = 0; i < checking->model->doc_count; i++) {
        if (checking->model->docs[i].is_live) {
            const struct words *words = &checking->words[i];
            live_count++;
            for (unsigned field = 0; field < FIELD_COUNT; field++) {
                postings[field] += distinct_words(words, field);
            }
            occurrences[FIELD_TEXT] += words->count;
            occurrences[FIELD_TITLE] += words->title_count;
        }
    }
    ck_assert_uint_eq(checking->snapshot->live_count, live_count);
    ck_assert_uint_eq(checking->snapshot->live_length, occurrences[FIELD_TEXT]);
    for (unsigned field = 0; field < FIELD_COUNT; field++) {
        ck_assert_uint_eq(checking->postings[field], postings[field]);
        ck_assert_uint_eq(checking->occurrences[field], occurrences[field]);
    }
}

void index_model_check(const struct index_model *model, const char *dir)
{
    struct snapshot *snapshot;
    struct analyzer *analyzer;
    bool *seen = calloc(INDEX_MODEL_DOCS, sizeof *seen);
    struct checking checking = {
        .model = model, .words = calloc(INDEX_MODEL_DOCS, sizeof(struct words))};
    ck_assert_ptr_nonnull(seen);
    ck_assert_ptr_nonnull(checking.words);
    ck_assert_int_eq(snapshot_open(dir, NULL, &snapshot, NULL), LEDE_OK);
    ck_assert_int_eq(analyzer_new(snapshot->manifest.language, &analyzer, NULL), LEDE_OK);
    checking.snapshot = snapshot;
    for (uint32_t i = 0; i < model->doc_count; i++) {
        read_words(analyzer, &model->docs[i], &checking.words[i]);
    }
    for (uint32_t s = 0; s < snapshot->manifest.segment_count; s++) {
        uint64_t checks;
        const struct segment *segment = snapshot_segment(snapshot, s);
        ck_assert_int_eq(segment_verify(segment, on_damage, NULL, &checks), LEDE_OK);
        check_documents(&checking, segment, seen);
        check_dictionaries(&checking, segment);
    }
    check_totals(&checking);
    analyzer_free(analyzer);
    snapshot_drop(snapshot);
    free(checking.words);
    free(seen);
}
