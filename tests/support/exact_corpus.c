/* Documents come from a seed of their own each, so that one can be told without the others: queries take phrases
 * from them. */
#include "support/exact_corpus.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "index/writer.h"

enum { WORD_BYTES = 8, LONG_WORDS = 65600 };

static uint32_t below(struct rng *rng, uint32_t bound)
{
    return (uint32_t)rng_below(rng, bound);
}

static bool chance(struct rng *rng, uint32_t percent)
{
    return below(rng, 100) < percent;
}

#define PICK(rng, list) ((list)[below(rng, sizeof(list) / sizeof(list)[0])])

/* Check's own assertions write to a pipe also where they hold; this is for inner loops. */
static void expect(bool holds, const char *what)
{
    if (!holds) {
        ck_abort_msg("%s is not as it should be", what);
    }
}

/* ---- shapes ---- */

static uint32_t draw_doc_count(struct rng *rng)
{
    static const uint32_t edges[] = {1, 2, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512};
    static const uint32_t large_edges[] = {4095, 4096, 4097, 8191, 8193};
    if (chance(rng, 14)) {
        return chance(rng, 25)   ? PICK(rng, large_edges)
               : chance(rng, 85) ? 4200 + below(rng, 8000)
                                 : 12000 + below(rng, 8000);
    }
    return chance(rng, 30)   ? PICK(rng, edges)
           : chance(rng, 30) ? 1 + below(rng, 130)
                             : 130 + below(rng, 700);
}

void exact_shape_draw(struct exact_shape *shape, uint64_t seed)
{
    static const uint32_t vocabularies[] = {3, 10, 40, 200, 3000};
    static const uint32_t words[] = {1, 3, 6, 6, 20, 60, 150};
    static const uint32_t specials[] = {0, 30, 100, 100};
    struct rng rng;
    rng_init(&rng, seed);
    *shape = (struct exact_shape){.seed = seed,
        .doc_count = draw_doc_count(&rng),
        .vocabulary = PICK(&rng, vocabularies),
        .skew = 1 + below(&rng, 5),
        .words_max = PICK(&rng, words),
        .is_even = chance(&rng, 25),
        .title_max = chance(&rng, 30) ? 0 : below(&rng, 6),
        .special_percent = PICK(&rng, specials),
        .replace_percent = chance(&rng, 40) ? below(&rng, 30) : 0,
        .delete_percent = chance(&rng, 40) ? below(&rng, 30) : 0,
        .date_style = below(&rng, 5),
        .undated_percent = chance(&rng, 50) ? 0 : below(&rng, 101),
        .kernels = below(&rng, 4),
        .has_positions = chance(&rng, 85)};
    const uint32_t segments = chance(&rng, 50) ? 1 : 2 + below(&rng, 6);
    shape->commit_every = segments == 1 ? 0 : shape->doc_count / segments + 1;
    if (shape->doc_count > 2000) {
        shape->words_max = shape->words_max < 20 ? shape->words_max : 20;
        if (chance(&rng, 50)) {
            /* As news are: many words, of which some are frequent, and in titles. */
            shape->vocabulary = 3000;
            shape->skew = 3;
            shape->special_percent = 100;
            shape->title_max = 6;
        }
    }
    if (shape->doc_count < 600 && chance(&rng, 3)) {
        shape->long_every = 50 + below(&rng, 200);
    }
}

/* ---- documents ---- */

/* Any 64 bits, the same for the same three. */
static uint64_t mixed(uint64_t seed, uint64_t a, uint64_t b)
{
    uint64_t value = (seed ^ a * 0x9e3779b97f4a7c15u) + b * 0xbf58476d1ce4e5b9u;
    value = (value ^ value >> 31) * 0x94d049bb133111ebu;
    value = (value ^ value >> 29) * 0xbf58476d1ce4e5b9u;
    return value ^ value >> 32;
}

static uint32_t ordinary_word(const struct exact_shape *shape, struct rng *rng)
{
    const double u = rng_real(rng);
    double at = u;
    for (uint32_t i = 1; i < shape->skew; i++) {
        at *= u;
    }
    return EXACT_SPECIALS + (uint32_t)(at * shape->vocabulary);
}

uint32_t exact_word(const struct exact_shape *shape, struct rng *rng)
{
    const uint32_t kind = below(rng, 100);
    if (kind < 4) {
        return EXACT_SPECIALS + shape->vocabulary + below(rng, 9); /* in no document */
    }
    return kind < 50 ? below(rng, EXACT_SPECIALS) : ordinary_word(shape, rng);
}

/* How often special word `special` stands in document `i`. */
static uint32_t special_tf(
    const struct exact_shape *shape, uint32_t special, uint32_t i, struct rng *rng)
{
    const uint32_t run = 20 + (uint32_t)(mixed(shape->seed, special, 0) % 400);
    const uint32_t usual = chance(rng, 80) ? 1 : 1 + below(rng, 9);
    switch (special) {
    case 0: return usual;
    case 1: return chance(rng, 98) ? 1 : 0;
    case 2: return mixed(shape->seed, 2, i / run) % 2 == 0 ? usual : 0;
    case 3: return chance(rng, i / run == 1 ? 90 : 1) ? usual : 0;
    case 4: return !chance(rng, 20) ? 0 : chance(rng, 5) ? below(rng, 600) : 1 + below(rng, 20);
    case 5: return i % 64 == 0 ? 1 : 0;
    case 6: return mixed(shape->seed, 6, i) % 300 == 0 ? usual : 0;
    default: return chance(rng, 50) ? 1 + below(rng, 3) : 0;
    }
}

static void put_word(uint16_t *words, uint32_t capacity, uint32_t *count, uint32_t word)
{
    if (*count < capacity) {
        words[*count] = (uint16_t)word;
    }
    ++*count;
}

uint32_t exact_words(const struct exact_shape *shape, uint32_t i, uint16_t *words,
    uint32_t capacity, uint32_t *title_count_out)
{
    struct rng rng;
    uint32_t count = 0;
    rng_init(&rng, mixed(shape->seed, 100, i));
    const uint32_t titled = below(&rng, shape->title_max + 1);
    while (count < titled) {
        const uint32_t special = chance(&rng, 50) ? 0 : below(&rng, EXACT_SPECIALS);
        const bool is_special = chance(&rng, shape->special_percent / 2);
        put_word(words, capacity, &count, is_special ? special : ordinary_word(shape, &rng));
    }
    *title_count_out = count;
    for (uint32_t special = 0; special < EXACT_SPECIALS; special++) {
        const bool is_wanted = mixed(shape->seed, 50, special) % 100 < shape->special_percent;
        const uint32_t tf = is_wanted ? special_tf(shape, special, i, &rng) : 0;
        for (uint32_t j = 0; j < tf; j++) {
            put_word(words, capacity, &count, special);
        }
    }
    uint32_t more = shape->is_even ? shape->words_max : below(&rng, shape->words_max + 1);
    if (shape->long_every > 0 && mixed(shape->seed, 60, i) % shape->long_every == 0) {
        more = LONG_WORDS + below(&rng, 9000);
    }
    for (uint32_t j = 0; j < more; j++) {
        put_word(words, capacity, &count, ordinary_word(shape, &rng));
    }
    return count;
}

static date_key document_date(const struct exact_shape *shape, uint32_t i)
{
    struct rng rng;
    date_key key = DATE_NONE;
    rng_init(&rng, mixed(shape->seed, 200, i));
    if (chance(&rng, shape->undated_percent)) {
        return DATE_NONE;
    }
    uint32_t day = 0;
    switch (shape->date_style) {
    case 0: break;                             /* all the same */
    case 1: day = i / 3 % 2000; break;         /* as they come */
    case 2: day = below(&rng, 1000); break;    /* mixed up */
    case 3: day = below(&rng, 4) * 300; break; /* four days */
    default: day = 1000 - i % 1000; break;     /* backwards */
    }
    struct date_parts parts = {.precision = DATE_DAY};
    date_of_days(18000 + (int32_t)day, &parts.year, &parts.month, &parts.day);
    if (chance(&rng, 10)) {
        parts = (struct date_parts){.year = parts.year, .month = 1, .day = 1};
        parts.precision = DATE_YEAR;
    } else if (chance(&rng, 10)) {
        parts.day = 1;
        parts.precision = DATE_MONTH;
    }
    expect(date_key_of(&parts, &key), "a date");
    return key;
}

/* ---- the index ---- */

static char *words_text(const uint16_t *words, uint32_t count, char *text)
{
    for (uint32_t i = 0; i < count; i++) {
        char digits[WORD_BYTES];
        uint32_t length = 0;
        for (uint32_t word = words[i]; length == 0 || word > 0; word /= 10) {
            digits[length++] = (char)('0' + word % 10);
        }
        *text++ = 'w';
        while (length > 0) {
            *text++ = digits[--length];
        }
        *text++ = ' ';
    }
    return text;
}

struct filler {
    const struct exact_shape *shape;
    struct writer *writer;
    struct rng rng;
    uint16_t *words;
    char *text;
};

static uint32_t id_of(uint32_t i, char *id)
{
    return (uint32_t)sprintf(id, "d%06u", i);
}

static void add_document(struct filler *filler, uint32_t i)
{
    static const char *const names[EXACT_SOURCES] = {"s0", "s1", "s2", "s3", "s4"};
    const struct exact_shape *shape = filler->shape;
    struct record_field fields[EXACT_SOURCES];
    struct document document = {.date = document_date(shape, i), .fields = fields};
    struct added added;
    lede_error error;
    char id[16];
    uint32_t title_count;
    const uint32_t count = exact_words(shape, i, filler->words, EXACT_WORDS_MAX, &title_count);
    char *body = words_text(filler->words, title_count, filler->text);
    char *end = words_text(filler->words + title_count, count - title_count, body);
    document.title = span_of(filler->text, (size_t)(body - filler->text));
    document.body = span_of(body, (size_t)(end - body));
    const bool replaces = chance(&filler->rng, shape->replace_percent);
    document.id = span_of(id, id_of(replaces ? below(&filler->rng, i + 1) : i, id));
    for (uint32_t source = 0; source < EXACT_SOURCES; source++) {
        if (mixed(shape->seed, 300 + source, i) % (1 + 3 * source) == 0 && i % 11 != 3) {
            fields[document.field_count++] = (struct record_field){
                .name = span_of("source", 6), .value = span_of(names[source], 2)};
        }
    }
    expect(writer_add(filler->writer, &document, &added, &error) == LEDE_OK, "adding");
    if (chance(&filler->rng, shape->delete_percent)) {
        const struct span doomed = span_of(id, id_of(below(&filler->rng, i + 1), id));
        const lede_status status = writer_delete(filler->writer, doomed, &error);
        expect(status == LEDE_OK || status == LEDE_ERR_NOT_FOUND, "deleting");
    }
}

static void fill(const struct exact_shape *shape, const char *dir)
{
    static const char *const keywords[] = {"source"};
    const struct writer_options options = {.language = "none",
        .keywords = keywords,
        .keyword_count = 1,
        .no_positions = !shape->has_positions,
        .no_store = true};
    struct filler filler = {.shape = shape,
        .words = malloc(EXACT_WORDS_MAX * sizeof *filler.words),
        .text = malloc((size_t)EXACT_WORDS_MAX * WORD_BYTES)};
    lede_error error;
    ck_assert_ptr_nonnull(filler.words);
    ck_assert_ptr_nonnull(filler.text);
    rng_init(&filler.rng, mixed(shape->seed, 400, 0));
    ck_assert_msg(
        writer_open(dir, &options, &filler.writer, &error) == LEDE_OK, "%s", error.message);
    for (uint32_t i = 0; i < shape->doc_count; i++) {
        add_document(&filler, i);
        if (shape->commit_every > 0 && (i + 1) % shape->commit_every == 0) {
            ck_assert_msg(writer_commit(filler.writer, &error) == LEDE_OK, "%s", error.message);
        }
    }
    ck_assert_msg(writer_commit(filler.writer, &error) == LEDE_OK, "%s", error.message);
    writer_close(filler.writer);
    free(filler.words);
    free(filler.text);
}

/* ---- facts ---- */

struct dated {
    date_key date;
    char id[16];
    uint32_t place;
};

static int by_newest(const void *left, const void *right)
{
    const struct dated *a = left;
    const struct dated *b = right;
    return a->date != b->date ? (a->date < b->date) - (a->date > b->date) : strcmp(a->id, b->id);
}

static int by_oldest(const void *left, const void *right)
{
    const struct dated *a = left;
    const struct dated *b = right;
    if ((a->date == DATE_NONE) != (b->date == DATE_NONE)) {
        return a->date == DATE_NONE ? 1 : -1;
    }
    return a->date != b->date ? (a->date > b->date) - (a->date < b->date) : strcmp(a->id, b->id);
}

static void read_segment(
    struct exact_corpus *corpus, const struct segment *segment, uint32_t first, struct dated *dated)
{
    for (uint32_t doc = 0; doc < segment->meta.doc_count; doc++) {
        struct exact_fact *fact = &corpus->facts[first + doc];
        uint32_t ordinals[LEDE_KEYWORD_VALUES_MAX];
        const struct keyword_column *column = &segment->keywords.fields[0];
        const uint32_t count = keyword_ordinals(column, doc, ordinals);
        fact->date = dates_at(&segment->dates, doc);
        for (uint32_t i = 0; i < count; i++) {
            fact->sources |= 1u << (keyword_value(column, ordinals[i]).bytes[1] - '0');
        }
        dated[first + doc].date = fact->date;
        dated[first + doc].place = first + doc;
        char id[LEDE_ID_BYTES_MAX + 1];
        expect(ids_at(&segment->ids, doc, id) == 7, "an id");
        memcpy(dated[first + doc].id, id, 8);
    }
}

static void read_facts(struct exact_corpus *corpus)
{
    const uint32_t segments = corpus->snapshot->manifest.segment_count;
    corpus->first_doc = calloc(segments + 1, sizeof *corpus->first_doc);
    ck_assert_ptr_nonnull(corpus->first_doc);
    for (uint32_t i = 0; i < segments; i++) {
        corpus->first_doc[i] = corpus->doc_count;
        corpus->doc_count += snapshot_segment(corpus->snapshot, i)->meta.doc_count;
    }
    struct dated *dated = calloc(corpus->doc_count + 1, sizeof *dated);
    corpus->facts = calloc(corpus->doc_count + 1, sizeof *corpus->facts);
    ck_assert_ptr_nonnull(dated);
    ck_assert_ptr_nonnull(corpus->facts);
    for (uint32_t i = 0; i < segments; i++) {
        read_segment(corpus, snapshot_segment(corpus->snapshot, i), corpus->first_doc[i], dated);
    }
    qsort(dated, corpus->doc_count, sizeof *dated, by_newest);
    for (uint32_t i = 0; i < corpus->doc_count; i++) {
        corpus->facts[dated[i].place].newest = i;
    }
    qsort(dated, corpus->doc_count, sizeof *dated, by_oldest);
    for (uint32_t i = 0; i < corpus->doc_count; i++) {
        corpus->facts[dated[i].place].oldest = i;
    }
    free(dated);
}

/* Half of the indexes are read by the scalar variants of what unpacks. */
static void choose_kernels(struct exact_corpus *corpus)
{
    const uint32_t features = corpus->shape.kernels & 1 ? 0 : cpu_features();
    for (uint32_t i = 0; i < corpus->snapshot->manifest.segment_count; i++) {
        struct segment *segment = corpus->snapshot->segments[i]->segment;
        segment->postings.bitpack = bitpack_ops_for(features);
    }
}

void exact_corpus_make(struct exact_corpus *corpus, const struct exact_shape *shape)
{
    lede_error error;
    *corpus = (struct exact_corpus){.shape = *shape};
    tmpdir_init(&corpus->dir);
    fill(shape, corpus->dir.path);
    ck_assert_msg(snapshot_open(corpus->dir.path, NULL, &corpus->snapshot, &error) == LEDE_OK, "%s",
        error.message);
    ck_assert_msg(
        analyzer_new(corpus->snapshot->manifest.language, &corpus->analyzer, &error) == LEDE_OK,
        "%s", error.message);
    choose_kernels(corpus);
    read_facts(corpus);
}

void exact_corpus_remove(struct exact_corpus *corpus)
{
    analyzer_free(corpus->analyzer);
    snapshot_drop(corpus->snapshot);
    tmpdir_release(&corpus->dir);
    free(corpus->first_doc);
    free(corpus->facts);
}
